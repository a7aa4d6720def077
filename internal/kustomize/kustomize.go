// Package kustomize builds kustomizations with kustomize's own library. It traces each scalar in the output to where the user wrote it. The
// only thing it knows about images is how kustomize changes them. A build cannot leave its file tree, and it fetches nothing, starts no
// programs and writes nothing.
package kustomize

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Bounds for a build.
const (
	maxFile   = 8 << 20   // bytes per file
	maxBytes  = 128 << 20 // bytes of all files
	maxFiles  = 10_000
	maxBuilds = 2_000
	maxNodes  = 1_000_000 // per document
	maxLevels = 200
	maxDepth  = 64 // nesting of kustomizations, and of marked nodes
	maxMarks  = 200_000
	maxOutput = 64 << 20
)

// Request is the request for a build.
type Request struct {
	// Root is the folder that all reads must stay in. Folder is the folder of the kustomization.
	// Both are absolute.
	Root, Folder string
	// Shown is the folder's name in a Reason.
	Shown string
	// Remote makes a worker request the files from its parent process instead of reading them from
	// disk.
	Remote bool
}

// Span is a range of bytes in a file.
type Span struct {
	// File is an index into Files of the Result.
	File     int
	From, To int
	// Exact is true if the bytes are exactly the value.
	Exact bool
}

// Part is a part of a value that an entry of images set.
type Part struct {
	// From and To are byte offsets in the value.
	From, To int
	At       Span
	// Key is newName, newTag, tagSuffix or digest, and Value its value. Name is the image that the entry replaces.
	Key, Value, Name string
	// Help says what to write if Value contains what belongs into other keys of the entry, so that the image is invalid; "" otherwise.
	Help string
}

// Value is a scalar in the output.
type Value struct {
	// Offset is the start of its node in Data.
	Offset int
	// At is where the user wrote it, or the text that Parts were inserted into.
	At    Span
	Parts []Part
	// Entries is what entries of images set in it, like Parts, but also if that is what the user wrote anyway.
	Entries []Part
	// Generator is the key of the generator that made it, or "".
	Generator string
}

// Object is an object in the output.
type Object struct {
	// From is the offset of its start in Data.
	From int
	At   Span
	// HasOrigin is true if At is known. For an object from a generator, Generator is set as in a Value.
	HasOrigin bool
	Generator string
	// Namespace and Name are as the user wrote them at At, without what kustomizations add; "" if that is not known.
	Namespace, Name string
	// Inputs are the files that a configMapGenerator takes keys from.
	Inputs []Input
}

// Input is a file whose content is the value of a key. File is an index into Files of the Result.
type Input struct {
	Key  string
	File int
}

// PatchObject is the object that a patch in a file of its own names.
type PatchObject struct {
	// At is the document of the patch.
	At              Span
	Namespace, Name string
}

// Image is an entry of images.
type Image struct {
	At   Span
	Name string
	// Used is true if the entry changed an image or may have: its name is in an image field of some file of the build.
	Used bool
	// Kept is a built image with the entry's name whose tag and digest no entry sets, although this one is there to set
	// them; "" if there is none. Empty is the key that would set them, at EmptyAt; "" if the entry has only a name.
	Kept, Empty string
	EmptyAt     Span
}

// Field is an image field of a kind. Its path uses [] for lists: spec/runner/image.
type Field struct{ Group, Kind, Path string }

// Omitted is a part of a kustomization that was not built.
type Omitted struct {
	At Span
	// What is one of the constants below. Text is what the kustomization has there.
	What, Text string
}

// Values of Omitted.What.
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
	// Values are its values files, absolute. Inline is the position of valuesInline.
	Values    []string
	Inline    Span
	HasInline bool
}

// Role is what a kustomization uses a file for.
type Role string

// Values of Role.
const (
	AsKustomization Role = "kustomization"
	AsResource      Role = "resource"
	AsPatch         Role = "patch"
	AsReplacement   Role = "replacement"
	AsInput         Role = "input of a generator"
	AsPlugin        Role = "generator or transformer"
	AsConfig        Role = "configuration"
)

// FileUse is a file named by a kustomization.
type FileUse struct {
	File string
	Role Role
}

// Result is the result of a build.
type Result struct {
	Data []byte
	// Files are the absolute names of the files that spans refer to.
	Files []string
	// FileUses lists the kustomizations and the files that they name. It is also set if the build failed.
	FileUses []FileUse
	// Read lists the absolute names of all files that were read. Linked is true if a file was read
	// through a link.
	Read   []string
	Linked bool
	// Folders are the absolute folders of the kustomizations that this one includes.
	Folders []string
	// Values and Objects are sorted by offset in Data.
	Values  []Value
	Objects []Object
	Patches []PatchObject
	Images  []Image
	// Fields are the image fields that kustomize configurations define.
	Fields  []Field
	Omitted []Omitted
	Charts  []Chart
	// Reason is why there is no Data, or "".
	Reason string
	// FailedAt is the position of the failure, if HasFailedAt is true.
	FailedAt    Span
	HasFailedAt bool
	// Outside is the path at FailedAt if the build failed because it leads out of the tree.
	Outside string
	// WithoutOrigins is true if origins are unknown, because the build only succeeded without marks.
	WithoutOrigins bool
}

// fault is an error with a position.
type fault struct {
	err error
	at  Span
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// one serializes builds, because the library keeps the schema of kinds in a global variable that
// kustomizations can change.
var one sync.Mutex

// Build builds a kustomization on the machine. It always returns a Result; on failure its Reason is set.
func Build(req Request) *Result { return BuildFrom(files.OS, req) }

// BuildFrom is like Build, but reads files from any file system.
func BuildFrom(system files.FS, req Request) *Result { return build(system, req, &sharedTexts{}) }

func build(system files.FS, req Request, shared *sharedTexts) (res *Result) {
	b := &builder{
		req: req, res: &Result{}, kusts: map[string]*kustomizationFile{}, texts: map[string]*text{}, roles: map[string]Role{}, imageKeys: map[string]bool{},
		shared: shared, uses: map[int]textUse{}, sources: map[*types.Replacement]Span{},
	}
	one.Lock()
	defer one.Unlock()
	defer func() {
		if r := recover(); r != nil { // the library processes untrusted input
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
		if b.hasSeveralRoles(name) { // marks would change the file in its other role
			delete(b.fs.overlay, name)
		}
	}
	defer b.recordRead()
	m, err := b.run(string(dir), true)
	if err != nil {
		if m, err = b.run(string(dir), false); err != nil {
			return b.explain(err)
		}
		b.res.WithoutOrigins = true
	}
	return b.collect(m)
}

// recordRead records what the result depends on.
func (b *builder) recordRead() {
	b.res.Read = slices.Sorted(maps.Keys(b.fs.cache))
	b.res.Linked = b.fs.linked
}

// run builds with marks in the files, or with the original files.
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
