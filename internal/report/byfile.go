package report

import "github.com/imagelint-dev/imagelint/lint"

// ofFile are the findings of one file.
type ofFile struct {
	path              string
	shown, suppressed []*lint.Finding
}

// byFile gathers findings under the files in which they are fixed, in the order in which the files come up. Findings on rendered text do not
// stand together by those files, so they have to be gathered.
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
