package report

import "github.com/imagelint-dev/imagelint/lint"

// ofFile holds the findings of one file.
type ofFile struct {
	path              string
	shown, suppressed []*lint.Finding
}

// byFile groups findings by the file in which they are fixed, in order of first occurrence. Findings in
// rendered text are not sorted by that file, so they must be grouped.
func byFile(r *lint.Result, root string) []*ofFile {
	var out []*ofFile
	at := map[string]*ofFile{}
	file := func(f *lint.Finding) *ofFile {
		path := pathOr(where(f), root)
		if at[path] == nil {
			at[path] = &ofFile{path: path}
			out = append(out, at[path])
		}
		return at[path]
	}
	for i := range r.Findings {
		of := file(&r.Findings[i])
		of.shown = append(of.shown, &r.Findings[i])
	}
	for i := range r.Suppressed {
		of := file(&r.Suppressed[i])
		of.suppressed = append(of.suppressed, &r.Suppressed[i])
	}
	return out
}
