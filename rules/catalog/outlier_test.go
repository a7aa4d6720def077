package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// shipped returns the embedded lists.
func shipped(t *testing.T) []List {
	t.Helper()
	names, err := filepath.Glob("data/lists/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("there are no lists: %v", err)
	}
	var all []List
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lists, err := ParseLists(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, lists...)
	}
	return all
}

const acme = "image: quay.io/acme/web verified\nkind: releases\nsource: github.com/acme/web git tags\ndate: 2026-08-20\n"

func parsed(t *testing.T, text string) []List {
	t.Helper()
	lists, err := ParseLists([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return lists
}

// A version far above its line is an outlier if the line continued below it or nothing has followed yet.
func TestOutliers(t *testing.T) {
	t.Parallel()
	const line = acme + "2022-01: v1.57.0 v1.58.0 v1.59.0\n2022-03: v1.60.0\n2022-04: v1.60.1\n"
	for _, tt := range []struct{ name, text, want string }{
		{"a test version between two releases", line + "2023-01: v1.99.0\n2023-03: v1.61.0\n", "v1.99.0"},
		{"with a word behind it", line + "2023-01: v1.999.0-test.0\n2023-03: v1.61.0\n", "v1.999.0-test.0"},
		{"a typo that nothing followed for a year", line + "2023-01: v1.70.0\n2024-03: v1.60.2\n", "v1.70.0"},
		{"a backport after a jump", line + "2023-01: v1.70.0\n2023-03: v1.60.2\n", ""},
		{"a line that goes on behind the jump", line + "2023-01: v1.99.0 v1.99.1 v1.99.2\n2024-03: v1.61.0\n", ""},
		{"a small jump", line + "2023-01: v1.64.0\n2023-03: v1.61.0\n", ""},
		{"the last one, far above", line + "2023-01: v1.99.0\n", "v1.99.0"},
		{"the last one, not so far above", line + "2023-01: v1.70.0\n", ""},
		{"a major version", line + "2023-01: v9.9.9\n2023-03: v2.0.0\n", "v9.9.9"},
		{"below a later major version", line + "2023-01: v1.99.0\n2023-02: v1.61.0\n2023-03: v2.0.0 v2.0.1 v2.1.0 v3.0.0\n", "v1.99.0"},
		{"a year", line + "2023-01: 2023.1.0\n2023-03: v1.61.0\n", ""},
		{"too few to tell", acme + "2022-01: v1.1.0\n2023-01: v1.99.0\n2023-03: v1.2.0\n", ""},
	} {
		got, err := Outliers(parsed(t, tt.text))
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"quay.io/acme/web:" + tt.want}
		if tt.want == "" {
			want = nil
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %s, want %s", tt.name, got, want)
		}
	}
}

// An outlier is known but does not end a line: a line continues below a test version, and the last version in a
// message is a real release.
func TestOutlierEndsNothing(t *testing.T) {
	t.Parallel()
	const line = "2022-01: v1.57.0 v1.58.0 v1.59.0\n2022-03: v1.60.0\n2022-04: v1.60.1\n"
	for _, tt := range []struct{ name, text, tag, state, why string }{
		{"the tag itself", acme + line + "2026-07: v99.0.0\n", "v99.0.0", "known", ""},
		{"a version behind a line with nothing but a test above it", acme + line + "2026-07: v99.0.0\n", "v1.61.0", "silent", ""},
		{"a version behind a line with a release above it", acme + line + "2026-07: v2.0.0\n", "v1.61.0", "never-published", "line v1 ended with v1.60"},
		{"a version behind a line with a test in it", acme + line + "2022-05: v1.99.0\n2022-06: v1.61.0\n2026-07: v2.0.0\n", "v1.62.0", "never-published", "line v1 ended with v1.61"},
	} {
		contents, err := ImagesOf(parsed(t, tt.text))
		if err != nil {
			t.Fatal(err)
		}
		it := contents.Images[0]
		im := Image{Name: it.Name, Source: contents.Sources[0], Kind: it.Kind, Verified: it.Verified, tags: it.Tags, catalog: Builtin()}
		if v := im.Judge().Tag(tt.tag); v.State.String() != tt.state || v.Why != tt.why {
			t.Errorf("%s: %s, %q; want %s, %q", tt.name, v.State, v.Why, tt.state, tt.why)
		}
	}
}

// The embedded lists contain only what their registry serves. Versions that a project tagged by mistake or for a
// demonstration are named here.
func TestShippedLists(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	lists := shipped(t)
	if err := CheckHosts(lists); err != nil {
		t.Error(err)
	}
	got, err := Outliers(lists)
	if err != nil {
		t.Fatal(err)
	}
	got = slices.DeleteFunc(got, func(name string) bool {
		return strings.HasPrefix(name, "us-central1-docker.pkg.dev/google-samples/microservices-demo/") && strings.HasSuffix(name, ":v3-demo-concise")
	})
	want := []string{
		"docker.io/codercom/code-server:1.1140-vsc1.33.1", "docker.io/codercom/code-server:1.1156-vsc1.33.1",
		"ghcr.io/coder/code-server:1.1140-vsc1.33.1", "ghcr.io/coder/code-server:1.1156-vsc1.33.1",
		"registry.k8s.io/autoscaling/addon-resizer:1.18.15",
	}
	if !slices.Equal(got, want) {
		t.Errorf("outliers are\n%s\nlook at each, and name it here", strings.Join(got, "\n"))
	}
}

// A list for a registry that its project has left is an error.
func TestCheckHosts(t *testing.T) {
	t.Parallel()
	const tags = "2020-01: v1.0.0 v1.0.1 v1.0.2 v1.0.3\n2020-02: v1.1.0 v1.1.1 v1.1.2\n2020-03: v1.2.0 v1.2.1 v1.2.2\n"
	list := func(more string, images ...string) string {
		return "image: " + strings.Join(images, "\nimage: ") + "\nkind: releases\nsource: github.com/acme/web git tags\ndate: 2026-08-20\n" + tags + more + "\n"
	}
	const later = "2026-01: v1.3.0\n"
	for _, tt := range []struct{ name, text, want string }{
		{"two that go on", list(later, "quay.io/acme/web") + list(later, "ghcr.io/acme/web"), ""},
		{"one that stopped", list("", "quay.io/acme/web") + list(later, "ghcr.io/acme/web"), "the list of quay.io/acme/web ends in 2020-03, but that of ghcr.io/acme/web ends in 2026-01"},
		{"one that is said to have stopped", list("", "quay.io/acme/web until 2020-03") + list(later, "ghcr.io/acme/web"), ""},
		{"one that is read no further", strings.Replace(list("", "quay.io/acme/web"), "2026-08-20", "2020-04-01", 1) + list(later, "ghcr.io/acme/web"), ""},
		{"a copy of another project's image", strings.Replace(list("", "quay.io/acme/web"), "github.com/acme", "github.com/copy", 1) + list(later, "ghcr.io/acme/web"), "the list of quay.io/acme/web ends"},
		{"another project of that name", strings.Replace(list("", "quay.io/other/web"), "github.com/acme", "github.com/other", 1) + list(later, "ghcr.io/acme/web"), ""},
		{"the last of an owner", list(later, "quay.io/acme/a until 2020-02", "quay.io/acme/b until 2020-02", "quay.io/acme/c"), "2 of 3 lists of quay.io/acme have ended, but that of quay.io/acme/c continues"},
		{"the last of an owner, verified", list(later, "quay.io/acme/a until 2020-02", "quay.io/acme/b until 2020-02", "quay.io/acme/c verified"), ""},
		{"a place that is known as frozen", list("2026-01: v1.3.0\n", "quay.io/minio/minio"), "quay.io/minio/minio is frozen since 2025-10, but its list continues until 2026-01"},
		{"pre-releases alone", "image: quay.io/acme/web\nkind: releases\nsource: x\ndate: 2026-08-20\n2020-01: 1-rc1 1-rc2 1-rc3 1-rc4 1-rc5 1-rc6 1-rc7 1-rc8 1-rc9 2-beta.1\n", "only pre-releases"},
	} {
		switch err := CheckHosts(parsed(t, tt.text)); {
		case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
