package catalogs

import (
	"io"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Lists that lost tags, or by which the rule would have flagged later tags, are rejected.
func TestGateLists(t *testing.T) {
	t.Parallel()
	const head = "image: quay.io/acme/web verified\nkind: releases\nsource: github.com/acme/web git tags\ndate: 2025-06-01\n"
	const before = head + "2022-05: v1.0.0 v1.0.1 v1.1.0 v1.1.1\n"
	for _, tt := range []struct{ name, after, want string }{
		{"the same", before, ""},
		{"more", before + "2025-05: v1.2.0\n", ""},
		{"half", head + "2022-05: v1.0.0 v1.0.1\n", ""},
		{"less than half", head + "2022-05: v1.0.0\n", "quay.io/acme/web has 1 tags, 4 before"},
		{"none", strings.Replace(before, "acme/web v", "acme/app v", 1), "quay.io/acme/web has 0 tags, 4 before"},
		{"a new tag behind the end of a line", before + "2023-01: v2.0.0 v2.0.1 v2.0.2 v2.0.3 v2.0.4 v2.0.5 v2.0.6\n2025-05: v2.0.7 v1.0.2\n", "the rule would have flagged later tags: quay.io/acme/web:v1.0.2"},
		{"a host that stopped", before + "\n" + strings.Replace(before, "quay.io", "ghcr.io", 1) + "2024-05: v1.2.0\n", "the list of quay.io/acme/web ends in 2022-05, but that of ghcr.io/acme/web ends in 2024-05"},
	} {
		was, err := catalog.ParseLists([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		is, err := catalog.ParseLists([]byte(tt.after))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		switch err := gateLists(was, is, io.Discard); {
		case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A version far above its line is reported, but is not an error.
func TestGateTellsOutliers(t *testing.T) {
	t.Parallel()
	lists, err := catalog.ParseLists([]byte("image: quay.io/acme/web verified\nkind: releases\nsource: github.com/acme/web git tags\ndate: 2025-06-01\n" +
		"2022-05: v1.60.0 v1.60.1 v1.60.2 v1.60.3 v1.60.4\n2022-06: v1.99.0\n2022-07: v1.61.0\n"))
	if err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	if err := gateLists(lists, lists, &output); err != nil {
		t.Error(err)
	}
	if want := "quay.io/acme/web:v1.99.0 is far above its line: kept, but not treated as the end of the line\n"; !strings.Contains(output.String(), want) {
		t.Errorf("output %q, want %q", output.String(), want)
	}
}
