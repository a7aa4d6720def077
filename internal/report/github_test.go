package report

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The runner reads back exactly what was meant.
func TestGitHubReadBack(t *testing.T) {
	t.Parallel()
	for _, s := range nasty {
		r := hostile(t, s)
		lines := strings.Split(strings.TrimSuffix(string(printed(t, "github", r, Options{})), "\n"), "\n")
		if len(lines) != 4 {
			t.Fatalf("%d lines for %q", len(lines), s)
		}
		c, ok := readCommand(lines[1])
		if !ok || c.data != explained(&r.Result.Findings[0]) || c.properties["file"] != visible(filePath(&source.File{Name: s}, "")) || c.properties["title"] != "image-uppercase" {
			t.Errorf("%q: %+v", s, c)
		}
	}
	multi := sample(t)
	f := &multi.Result.Findings[0]
	end := f.Span.End()
	end.Line += 2
	f.Span = source.NewSpan(f.Span.File(), f.Span.Start(), end, f.Span.Excerpt())
	if out := string(printed(t, "github", multi, Options{})); !strings.HasPrefix(out, "::error title=image-uppercase,file=k8s/job.yaml,line=1,endLine=3::") {
		t.Error(out)
	}
}
