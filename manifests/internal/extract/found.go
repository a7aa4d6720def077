package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/model"
)

// Found is the content of one document.
type Found struct {
	model.Set
	// Objects are all Kubernetes objects in the document, including nested ones.
	Objects []*model.Object
	// Template is the line that shows that the document is a template, valid YAML or not; otherwise
	// 0.
	Template int
	// Refs are the sources of chart values. Texts and Generated are ConfigMaps that may contain
	// some.
	Refs      []Ref
	Texts     []Text
	Generated []Generated
	// Memory for the next object, from one that left nothing.
	workload *model.Workload
	taken    map[*yaml.Node]bool
	// Installs is true if the document belongs to a tool that installs charts and is not an object.
	Installs bool
}

// Reset empties it, and keeps the memory of the lists that most documents fill.
func (f *Found) Reset() {
	clear(f.Objects)
	clear(f.Workloads)
	objects, workloads := f.Objects[:0], f.Workloads[:0]
	*f = Found{Objects: objects, workload: f.workload, taken: f.taken}
	f.Workloads = workloads
}

// maxTaken limits the visited values of an object whose memory is used for the next one.
const maxTaken = 64

// workloadOf returns an empty workload for an object, and a map for the values that are visited in it.
func (f *Found) workloadOf(obj *model.Object) (*model.Workload, map[*yaml.Node]bool) {
	w, taken := f.workload, f.taken
	f.workload, f.taken = nil, nil
	if w == nil {
		w = &model.Workload{}
	}
	if taken == nil {
		taken = map[*yaml.Node]bool{}
	}
	w.Object = obj
	return w, taken
}

// drop takes back a workload that is not part of the content.
func (f *Found) drop(w *model.Workload) {
	*w = model.Workload{}
	f.workload = w
}

// dropTaken takes back the map for visited values.
func (f *Found) dropTaken(taken map[*yaml.Node]bool) {
	if len(taken) <= maxTaken {
		clear(taken)
		f.taken = taken
	}
}

func (f *Found) skip(file string, line int, reason string) {
	f.Skipped = append(f.Skipped, model.Skip{File: file, Line: line, Reason: reason})
}

// mark adds a name or a node to a set of them, which may be nil.
func mark[K comparable](set *map[K]bool, name K) {
	if *set == nil {
		*set = map[K]bool{}
	}
	(*set)[name] = true
}
