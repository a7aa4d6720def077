package engine

import (
	"context"

	"github.com/imagelint-dev/imagelint/manifests"
)

// NotYAML returns a set with the documents of a named file that are not valid YAML, including those that do not look like Kubernetes. It reads the
// file again: a run does not parse such documents, because a folder may hold many.
func (l *Loaded) NotYAML(name string) *manifests.Set {
	for _, in := range l.inputs.files {
		if in.Name != name || !in.Named || in.InMemory {
			continue
		}
		o := l.inputs.options
		o.NoLookAhead, o.AllBroken, o.Needs = true, true, nil
		in.Version = "" // a cached result lacks these documents
		if set, err := manifests.Load(context.Background(), []manifests.Input{in}, o); err == nil {
			return set
		}
	}
	return &manifests.Set{}
}
