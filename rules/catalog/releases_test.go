package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A list of releases proves nothing about tags of another form or tags that may be commits.
func TestJudgeReleases(t *testing.T) {
	t.Parallel()
	lists, err := ParseLists([]byte("image: quay.io/acme/web verified\nimage: docker.io/acme/web until 2021-02\nkind: releases\nsource: github.com/acme/web\ndate: 2026-08-01\n" +
		"2020-01: v1.0.0 v1.0.1 v1.0.1-abcdefa v1.0.3\n2022-01: v2.0.0\n2026-07: v3.0.0 v3.0.1\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Builtin().With(lists)
	if err != nil {
		t.Fatal(err)
	}
	im, _ := c.Lookup("quay.io", "acme/web")
	j := im.Judge()
	for tag, want := range map[string]Verdict{
		"v1.0.1":         {State: Known},
		"v1.0.9":         {State: NeverPublished, Tier: 1, Reason: ClosedLine, Why: "line v1.0 ended with v1.0.3", Near: "v1.0.3"},
		"1.0.1":          {State: NeverPublished, Tier: 1, Reason: VersionMark, Why: `v1.0.1 is written with a "v"`, Near: "v1.0.1"},
		"v1.0.2":         {}, // a gap
		"v1.5":           {}, // a mutable tag, unlike the releases
		"v1.0.9-alpine":  {},
		"v1.0.1-abcdefb": {}, // a commit
		"v3.0.2":         {},
		"v4.0.0":         {},
		"latest":         {},
	} {
		if diff := cmp.Diff(want, j.Tag(tag)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tag, diff)
		}
	}
	// If the project moved to another registry, a missing tag proves nothing.
	stopped, _ := c.Lookup("docker.io", "acme/web")
	if v := stopped.Judge().Tag("v1.0.9"); !stopped.Partial || v.State != Silent {
		t.Errorf("%+v", v)
	}
}
