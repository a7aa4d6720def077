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
		{"less than half", head + "2022-05: v1.0.0\n", "quay.io/acme/web has 1 tags, and had 4"},
		{"none", strings.Replace(before, "acme/web v", "acme/app v", 1), "quay.io/acme/web has 0 tags, and had 4"},
		{"a new tag behind the end of a line", before + "2023-01: v2.0.0 v2.0.1 v2.0.2 v2.0.3 v2.0.4 v2.0.5 v2.0.6\n2025-05: v2.0.7 v1.0.2\n", "the rule would have flagged what came later: quay.io/acme/web:v1.0.2"},
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
