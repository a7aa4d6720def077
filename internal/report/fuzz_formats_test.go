package report

import (
	"math"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// FuzzFormats puts arbitrary strings and places into every field that comes from the input: the validators
// still accept the output, and it does not control a terminal.
func FuzzFormats(f *testing.F) {
	for _, s := range nasty {
		f.Add(s, s, "k8s/web.yaml", 15, 20, 1, false)
	}
	f.Add("m", "", "/src/x", -1, math.MaxInt/2, -5, true)
	f.Add("m", "", "../x:y", math.MaxInt/2, 1, math.MaxInt/4, true)
	f.Fuzz(func(t *testing.T, message, other, name string, start, end, line int, in bool) {
		r := hostile(t, message)
		for _, list := range [][]lint.Finding{r.Result.Findings, r.Result.Suppressed} {
			for i := range list {
				from, to := source.Pos{Offset: start, Line: line, Col: start}, source.Pos{Offset: end, Line: line + end%3, Col: end}
				sp := source.NewSpan(&source.File{Name: name, InMemory: in}, from, to, source.Excerpt{Text: other, Offset: end % 7, Col: start % 3, CutLeft: in})
				list[i].Span, list[i].Help, list[i].Fix = sp, other, &lint.Fix{Title: other, Edits: []lint.Edit{{Span: sp, New: message}}}
				if in {
					list[i].Origins, list[i].Object = nil, nil
				}
			}
		}
		for _, format := range Names()[2:] {
			out := printed(t, format, r, Options{Version: "v1.2.3", Root: "/src"})
			tame(t, format, out, false)
			if valid := validators[format]; valid != nil {
				if err := valid(out); err != nil {
					t.Fatalf("%s: %v\n%s", format, err, out)
				}
			}
		}
	})
}
