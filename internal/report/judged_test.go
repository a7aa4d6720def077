package report_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Summaries for people say how many of several images a catalog judges. Other formats do not count them.
func TestJudged(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		format string
		images int
		want   string
	}{
		{"text", 9, "9 images"},
		{"text", 10, "10 images (7 whose tags are known offline)"},
		{"markdown", 9, "9 images"},
		{"markdown", 10, "10 images (7 whose tags are known offline)"},
		{"json", 10, ""},
		{"sarif", 10, ""},
	} {
		asked := false
		w := &manifests.Workload{}
		for range tt.images {
			w.Images = append(w.Images, &manifests.ImageRef{Raw: "web"})
		}
		set := &manifests.Set{Workloads: []*manifests.Workload{w}}
		set.Stats.Images = tt.images
		words := []string{"published", "unpublished", "moved", "published", "published", "moved", "unpublished", "repository", "unknown", "unknown"}
		known := func(img *manifests.ImageRef) string { asked = true; return words[slices.Index(w.Images, img)] }
		var out bytes.Buffer
		write, err := report.Lookup(tt.format)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(&out, report.Report{Set: set, Known: known}, report.Options{}); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(out.String(), "\\", "")
		if !strings.Contains(text, tt.want) || asked != strings.Contains(tt.want, "known offline") || strings.Contains(text, "known offline") != asked {
			t.Errorf("%s with %d images, asked %v:\n%s", tt.format, tt.images, asked, text)
		}
	}
}
