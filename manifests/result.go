package manifests

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// fileResult is the content of an input.
type fileResult struct {
	Set
	objects  []*Object
	template int // the first line of the first template document, or 0
	context  bool
	source   bool
	taken    *Set // of a source: its texts that are passed to charts, or nil
	installs bool // it contains an object that installs charts
	err      error
	shared   bool // also used by other sets: clone it before changes
	// leftOut is true if objects that may be workloads were not parsed; leftUsers if some may use a Secret,
	// leftTemplate if some may make the input a template, leftOpenShift if some may be OpenShift's, and leftAccounts if
	// some are service accounts.
	leftOut, leftUsers, leftTemplate, leftOpenShift, leftAccounts bool
	// References to values of charts.
	refs      []extract.Ref
	texts     []extract.Text
	generated []extract.Generated
}

// fail records an unreadable input: an error if the user named it or imagelint is at fault, else a skip.
func (r *fileResult) fail(in *Input, err error) {
	var pe *os.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if failed := (*model.PanicError)(nil); in.Named || in.InMemory || errors.As(err, &failed) {
		r.err = &ReadError{in.Name, err}
		return
	}
	r.Skipped = append(r.Skipped, Skip{File: in.Name, Reason: SkipUnreadable, Detail: err.Error()})
}

func (r *fileResult) skip(file string, line int, reason string) {
	r.Skipped = append(r.Skipped, Skip{File: file, Line: line, Reason: reason})
}

// large records a document over the size limit: an error if it looks like Kubernetes, because it was not examined.
func (r *fileResult) large(in *Input, c *stream.Doc, g extract.Glance) {
	if !g.Object {
		r.skip(in.Name, c.Base.Line, SkipTooLarge)
		return
	}
	r.err = errors.Join(r.err, &ReadError{in.Name, fmt.Errorf("the document at line %d is larger than %d MiB and was not checked: split it with \"---\" lines", c.Base.Line, stream.MaxDocument>>20)})
}

// absorb adds the content of a document.
func (r *fileResult) absorb(f *extract.Found) {
	r.Add(&f.Set)
	r.objects = append(r.objects, f.Objects...)
	r.refs, r.texts, r.generated = append(r.refs, f.Refs...), append(r.texts, f.Texts...), append(r.generated, f.Generated...)
	r.installs = r.installs || f.Installs
	if r.template == 0 {
		r.template = f.Template
	}
}

// finish records what was skipped in the whole input, after its documents were read.
func (r *fileResult) finish(in *Input) {
	sortByPlace(r)
	if r.template > 0 {
		r.unrendered()
		r.skip(in.Name, r.template, SkipTemplate)
	}
	switch {
	case r.err != nil || len(r.Skipped) > 0:
	case (in.ChartValues || r.installs) && !in.Context && r.Stats.Objects == 0 && len(r.Broken) == 0 && r.Stats.Documents > 0:
		r.Stats.Values = 1
	case r.Stats.Documents == 0:
		r.skip(in.Name, 0, SkipEmpty)
	case r.Stats.Objects == 0 && len(r.Broken) == 0:
		r.skip(in.Name, 0, SkipNotKubernetes)
	}
	for _, o := range r.objects {
		o.Context = in.Context
	}
	r.leftTemplate = r.leftTemplate && len(r.objects) > 0
	r.objects = nil
}

// unrendered discards what was read from a template as if it were YAML, because the rendered text is unknown.
func (r *fileResult) unrendered() {
	for _, o := range r.objects {
		o.Doc.Unrendered = true
	}
	for _, w := range r.Values {
		w.Doc.Unrendered = true
	}
	for _, s := range r.Secrets {
		s.ContentUnknown, s.Payload = true, nil
	}
	r.Duplicates, r.Stats.Objects = nil, 0
}

// sortByPlace sorts the content in file order.
func sortByPlace(r *fileResult) {
	slices.SortStableFunc(r.Workloads, func(a, b *Workload) int { return cmp.Compare(a.Doc.Start.Offset, b.Doc.Start.Offset) })
}

// service records the name of a Service that was not parsed; "" for none.
func (r *fileResult) service(name string) {
	if name != "" {
		r.Services.Add(name)
	}
}
