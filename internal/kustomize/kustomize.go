// Package kustomize builds kustomizations with kustomize's own library, in a tree of files that it may not leave, and knows for each scalar of
// what comes out where the user wrote it. It knows nothing of images but what kustomize itself does to them. Nothing is fetched, no program is
// started, and nothing is written.
package kustomize

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Bounds of one build.
const (
	mostFile   = 8 << 20   // bytes of one file
	mostBytes  = 128 << 20 // bytes of all files
	mostFiles  = 10_000
	mostBuilds = 2_000
	mostNodes  = 1_000_000 // of one document
	mostLevels = 200
	mostDepth  = 64 // of kustomizations that build on one another, and of nodes that are marked
	mostMarks  = 200_000
	mostOutput = 64 << 20
)

// Request is one build.
type Request struct {
	// Root is the folder that nothing is read outside of, Folder that of the kustomization, both absolute.
	Root, Folder string
	// Shown is the folder as it is called in a Reason.
	Shown string
}

// Span is where something is written: a stretch of bytes of a file.
type Span struct {
	// File is an index into Files of the Result.
	File     int
	From, To int
	// Exact is true if the bytes are the value itself.
	Exact bool
}

// Part is a stretch of a value that an entry of images wrote.
type Part struct {
	// From and To count bytes of the value.
	From, To int
	At       Span
	// Key is newName, newTag, tagSuffix or digest, Value what it says, Name the image whose place it takes.
	Key, Value, Name string
}

// Value is a scalar of the output.
type Value struct {
	// Offset is where its node begins in Data.
	Offset int
	// At is where the user wrote it, or the text that Parts were put into.
	At    Span
	Parts []Part
	// Generator is the key of the generator that made it, "" for none.
	Generator string
}

// Object is an object of the output.
type Object struct {
	// From is the offset in Data at which it begins.
	From int
	At   Span
	// HasOrigin is true if At is known; a generator's object has its Generator, as a Value has.
	HasOrigin bool
	Generator string
}

// Image is an entry of images.
type Image struct {
	At   Span
	Name string
	// Used is true if it changed an image, or may have: the name is in some file of the build.
	Used bool
}

// Field is a field of a kind that holds an image: spec/runner/image, with [] behind what is a list.
type Field struct{ Group, Kind, Path string }

// Omitted is a part of a kustomization that was not built.
type Omitted struct {
	At Span
	// What is one of the constants below, Text what the kustomization says there.
	What, Text string
}

// What can be left out.
const (
	OmittedChart     = "chart"
	OmittedRemote    = "remote"
	OmittedPlugin    = "plugin"
	OmittedValidator = "validator"
)

// Chart is an entry of helmCharts.
type Chart struct {
	At   Span
	Name string
	// Values are its values files, absolute; Inline is where valuesInline stands.
	Values    []string
	Inline    Span
	HasInline bool
}

// Role is what a kustomization names a file as.
type Role string

// Roles.
const (
	AsKustomization Role = "kustomization"
	AsResource      Role = "resource"
	AsPatch         Role = "patch"
	AsReplacement   Role = "replacement"
	AsInput         Role = "input of a generator"
	AsPlugin        Role = "generator or transformer"
	AsConfig        Role = "configuration"
)

// FileUse is a file that a kustomization names.
type FileUse struct {
	File string
	Role Role
}

// Result is the result of a build.
type Result struct {
	Data []byte
	// Files are the files that Places are in, absolute.
	Files []string
	// FileUses are the files that the kustomizations name, and they themselves; it is there for a build that failed, too.
	FileUses []FileUse
	// Folders are those of the kustomizations that this one builds on, absolute.
	Folders []string
	// Values and Objects are in the order of Data.
	Values  []Value
	Objects []Object
	Images  []Image
	// Fields are fields of kinds that a configuration of kustomize says to be images.
	Fields  []Field
	Omitted []Omitted
	Charts  []Chart
	// Reason is why there is no Data, "" where there is some.
	Reason string
	// FailedAt is where the reason lies, where HasFault is set.
	FailedAt    Span
	HasFailedAt bool
	// Outside is the path at Fault that leads out of the tree, where that is the reason.
	Outside string
	// WithoutOrigins is true if origins are not known: the build failed with them, and went well without.
	WithoutOrigins bool
}

// fault is an error that lies at a place.
type fault struct {
	err error
	at  Span
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// one keeps builds apart: the library holds the schema of kinds, which a kustomization may change, in a variable of its own.
var one sync.Mutex

// Build builds a kustomization of the machine. It always returns a Result; why there is nothing in it is its Reason.
func Build(req Request) *Result { return BuildFrom(files.OS, req) }

// BuildFrom is Build of files that are anywhere.
func BuildFrom(system files.FS, req Request) (res *Result) {
	b := &builder{req: req, res: &Result{}, kusts: map[string]*kustomizationFile{}, texts: map[string]*text{}, roles: map[string]Role{}}
	one.Lock()
	defer one.Unlock()
	defer func() {
		if r := recover(); r != nil { // the library is given what anybody wrote
			b.fail(errors.New("kustomize cannot build it: it crashed"))
			res = b.res
		}
	}()
	if err := b.build(system, req); err != nil {
		b.fail(err)
	}
	return b.res
}

func (b *builder) fail(err error) {
	b.res.Data, b.res.Values, b.res.Objects = nil, nil, nil
	b.res.Reason = err.Error()
	if f := (*fault)(nil); errors.As(err, &f) {
		b.res.FailedAt, b.res.HasFailedAt = f.at, true
	}
}

func (b *builder) build(system files.FS, req Request) error {
	fs, err := openTree(system, req.Root)
	if err != nil {
		return err
	}
	defer fs.close()
	b.fs = fs
	dir, file, err := fs.CleanedAbs(req.Folder)
	if err != nil || file != "" {
		return fmt.Errorf("%s is not a folder", req.Folder)
	}
	err = b.plan(string(dir))
	b.list()
	if err != nil {
		return err
	}
	for name := range b.fs.overlay {
		if b.isTwofold(name) { // marks would be in what the file is besides
			delete(b.fs.overlay, name)
		}
	}
	m, err := b.run(string(dir), true)
	if err != nil {
		if m, err = b.run(string(dir), false); err != nil {
			return b.complain(err)
		}
		b.res.WithoutOrigins = true
	}
	return b.collect(m)
}

// run builds with marks in the files, or with the files as they are.
func (b *builder) run(dir string, marked bool) (resmap.ResMap, error) {
	for _, k := range b.order {
		b.fs.overlay[filepath.Join(k.dir, filepath.Base(k.text.name))] = k.content(marked)
	}
	if !marked {
		for name := range b.fs.overlay {
			if b.roles[name] != AsKustomization {
				delete(b.fs.overlay, name)
			}
		}
	}
	return krusty.MakeKustomizer(&krusty.Options{
		Reorder: krusty.ReorderOptionUnspecified, LoadRestrictions: types.LoadRestrictionsNone, PluginConfig: types.DisabledPluginConfig(),
	}).Run(b.fs, dir)
}
