package extract

import "github.com/imagelint-dev/imagelint/manifests/model"

// Found is what one document holds.
type Found struct {
	model.Set
	// Objects are all of its Kubernetes objects, in whatever else they stand.
	Objects []*model.Object
	// Template is the line of the document where it is a template, be it YAML or not; else 0.
	Template int
	// Refs are where charts' values are taken from; Texts and Generated are ConfigMaps that may hold some.
	Refs      []Ref
	Texts     []Text
	Generated []Generated
	// Installs is true if it is a document of a tool that installs charts, and no object.
	Installs bool
}

func (f *Found) skip(file string, line int, reason string) {
	f.Skipped = append(f.Skipped, model.Skip{File: file, Line: line, Reason: reason})
}

// mark adds a name to a set of names, which may be nil.
func mark(set *map[string]bool, name string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[name] = true
}
