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
	// taken is memory for the next object.
	taken map[*yaml.Node]bool
	// Installs is true if the document belongs to a tool that installs charts and is not an object.
	Installs bool
}

// Reset empties it, and keeps the memory of the lists that most documents fill.
func (f *Found) Reset() {
	clear(f.Objects)
	clear(f.Workloads)
	objects, workloads := f.Objects[:0], f.Workloads[:0]
	*f = Found{Objects: objects, taken: f.taken}
	f.Workloads = workloads
}

// maxTaken limits the visited values of an object whose memory is used for the next one.
const maxTaken = 64

// visited returns an empty map for the values that are visited in an object.
func (f *Found) visited() map[*yaml.Node]bool {
	taken := f.taken
	if f.taken = nil; taken == nil {
		taken = map[*yaml.Node]bool{}
	}
	return taken
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
