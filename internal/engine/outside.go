package engine

import (
	"context"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// outside reads the comments in files that are not in the input, but from which something in it is rendered, such as a base in another folder. Each file is
// read once.
type outside struct {
	l     *Loaded
	input map[string]bool // files whose comments are in the set
	read  map[string][]*manifests.Directive
}

// readOutside makes the linter apply the comments in the sources of rendered output that are not in the input.
func (l *Loaded) readOutside(ctx context.Context) {
	if l.renderer == nil {
		return
	}
	o := &outside{l: l, input: map[string]bool{}, read: map[string][]*manifests.Directive{}}
	for i := range l.inputs.files {
		if in := &l.inputs.files[i]; !in.Context {
			o.input[filepath.Clean(in.Name)] = true
		}
	}
	ctx = withoutCancel(ctx) // linting may have another one
	l.linter.Comments = func(name string) []*manifests.Directive { return o.comments(ctx, filepath.Clean(name)) }
}

// comments returns the comments of a file. It returns none for a file of the input, and for one that cannot be read, which is an error where it is rendered.
func (o *outside) comments(ctx context.Context, name string) []*manifests.Directive {
	if o.input[name] {
		return nil
	}
	found, ok := o.read[name]
	if ok {
		return found
	}
	in := []manifests.Input{{Name: name, RenderedElsewhere: true, ChartValues: render.DescribedBy(name) == render.None}}
	o.l.openers(in)
	in[0].Version = ""
	if set, err := manifests.Load(ctx, in, o.l.inputs.options); err == nil {
		found = set.Directives
	}
	o.read[name] = found
	return found
}
