// Package render turns Helm charts and kustomizations into the documents that a cluster would get, with the
// user's own helm and the built-in kustomize, and maps positions in them back to the value or file that made
// them. Charts are untrusted code: programs run without the user's environment, without network access where
// the system allows that, and with limits on time, memory and output. It writes only to temporary folders.
package render

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Kind is what can be rendered at a path.
type Kind uint8

// The kinds.
const (
	None Kind = iota
	Chart
	Kustomization
)

// Engine returns the name of the program that renders the kind.
func (k Kind) Engine() string {
	if k == Chart {
		return "helm"
	}
	return "kustomize"
}

// Options configure a Renderer.
type Options struct {
	// Helm and Kustomize are the programs that the user names, as a path or a name. "" uses the name in the
	// configuration, then the default: helm in PATH, and the built-in kustomize.
	Helm, Kustomize                     string
	ConfiguredHelm, ConfiguredKustomize string
	// Trees are absolute folders, with links resolved, from which programs are not started unless the user
	// names them.
	Trees []string
	// Worker is the command that runs Serve in its own process. If empty, kustomizations are built in this
	// process.
	Worker []string
	// Timeout limits the rendering of one target, including the search for origins; 0 means DefaultTimeout.
	Timeout time.Duration
	// Files is the file system of kustomizations; nil means the local disk. Workers ask for the files of
	// others. Charts, and kustomizations that a program builds, are always read from disk.
	Files files.FS
	// Known, if set, returns the output of a target that need not be rendered again, or nil.
	Known func(Target) *Output
	// Progress, if set, is called when work begins, after each target, and when work ends.
	Progress func(done, total int)
}

// DefaultTimeout is the time limit for one target if Options sets none.
const DefaultTimeout = 60 * time.Second

// Target is one thing to render: a kustomization, or a chart with one set of values.
type Target struct {
	Kind Kind
	// Path is the folder or packaged chart, as displayed.
	Path string
	// Name distinguishes the sets of values of one chart; "" if there is only one.
	Name string
	// Inside are values files inside the chart, by their names there. Values override them.
	Inside []string
	// Values are values files; Set and SetString are arguments of helm's flags of these names.
	Values, Set, SetString []string
	// Release is the release name and Namespace its namespace; "" uses helm's default.
	Release, Namespace string
	// KubeVersion and APIVersions describe the cluster to the chart.
	KubeVersion string
	APIVersions []string
	// Optional is true if failing to render is not an error.
	Optional bool
	// Found is true for a chart that was found in a folder, or by one of its files, and of which nobody said what values it is installed with.
	Found bool
}

// Output is the result of rendering a target.
type Output struct {
	Target
	Data []byte
	// Reason is why there is no Data, as in manifests.Skip; Err has details. Both are empty if there is Data.
	Reason string
	Err    error

	files       files.FS // of a kustomization
	chart       *chart
	built       *tree               // of a kustomization built by an external program
	made        *builtKustomization // of a kustomization built in
	omitted     []Omitted           // of a chart
	unvalidated bool                // values are not validated
	// withoutNotes omits the notes template.
	withoutNotes bool
	// extra counts the renderings for origins.
	extra int
	// first is the duration of the first rendering and spent that of all. cut is true if time ran out before
	// all origins were found.
	first, spent time.Duration
	cut          bool
}

// Rerenders returns how many times the target was rendered again to find origins.
func (o *Output) Rerenders() int { return o.extra }

// TimedOut reports whether time ran out before all origins were found.
func (o *Output) TimedOut() bool { return o.cut }

// remaining returns what is left of the time limit.
func (o *Output) remaining(limit time.Duration) time.Duration { return limit - o.spent }

// ErrNoEngine is returned if a program is not found.
var ErrNoEngine = errors.New("not found")

// ErrCancelled is returned for targets that were not rendered before the run was canceled.
var ErrCancelled = errors.New("the run was canceled before it was rendered")

// Renderer renders targets. Use New to create one.
type Renderer struct {
	opts            Options
	helm, kustomize engine
	builders        builders
}

// New returns a Renderer. It starts no programs.
func New(o Options) *Renderer {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	return &Renderer{
		opts:      o,
		helm:      engine{kind: Chart, named: o.Helm, chosen: o.ConfiguredHelm, trees: o.Trees},
		kustomize: engine{kind: Kustomization, named: o.Kustomize, chosen: o.ConfiguredKustomize, trees: o.Trees},
		builders:  builders{command: o.Worker, timeout: o.Timeout},
	}
}

// KindOf returns what can be rendered at a path.
func KindOf(system files.FS, path string) Kind {
	info, err := system.Stat(path)
	switch {
	case err != nil:
		return None
	case info.Mode().IsRegular() && (strings.HasSuffix(path, ".tgz") || strings.HasSuffix(path, ".tar.gz")):
		return Chart
	case !info.IsDir():
		return None
	case isFile(system, filepath.Join(path, "Chart.yaml")):
		return Chart
	case kustomizationFile(system, path) != "":
		return Kustomization
	}
	return None
}

// DescribedBy returns what a file of this name describes: a chart, or a kustomization.
func DescribedBy(name string) Kind {
	switch base := filepath.Base(name); {
	case base == "Chart.yaml":
		return Chart
	case slices.Contains(kustomizationNames, base):
		return Kustomization
	}
	return None
}

func isFile(system files.FS, name string) bool {
	info, err := system.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// All renders the targets concurrently and returns their outputs in the same order. It returns an error if
// the run is canceled; targets not rendered by then have ErrCancelled.
func (r *Renderer) All(ctx context.Context, targets []Target) ([]*Output, error) {
	out := make([]*Output, len(targets))
	n := 0
	for i, t := range targets {
		if r.opts.Known != nil {
			out[i] = r.opts.Known(t)
		}
		if out[i] == nil && t.Kind == Kustomization {
			n++
		}
	}
	r.builders.expect(n)
	defer r.builders.stop()
	err := r.Each(ctx, len(targets), func(i int) {
		if out[i] == nil {
			out[i] = r.one(ctx, targets[i])
		}
	})
	for i, o := range out {
		if err != nil && (o == nil || errors.Is(o.Err, ctx.Err())) {
			out[i] = &Output{Target: targets[i], files: files.OrOS(r.opts.Files)}
			out[i].failed(ErrCancelled)
		}
	}
	return out, err
}

// Each calls do for the numbers below n concurrently and reports progress, first 0 and finally n, even if
// canceled. It returns an error if the run is canceled.
func (r *Renderer) Each(ctx context.Context, n int, do func(int)) error {
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	done := 0
	if r.opts.Progress != nil {
		r.opts.Progress(0, n)
		defer r.opts.Progress(n, n)
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			do(i)
			if r.opts.Progress != nil {
				mu.Lock()
				defer mu.Unlock()
				done++
				r.opts.Progress(done, n)
			}
			return nil
		})
	}
	_ = g.Wait() // do returns no errors
	return ctx.Err()
}

func (r *Renderer) one(ctx context.Context, t Target) *Output {
	o := &Output{Target: t, files: files.OrOS(r.opts.Files)}
	switch {
	case t.Kind == Chart:
		r.template(ctx, o)
	case r.opts.Kustomize+r.opts.ConfiguredKustomize != "" && o.files == files.OS:
		r.build(ctx, o)
	default:
		r.make(ctx, o)
	}
	return o
}

// fail records why there is no output.
func (o *Output) fail(reason string, err error) {
	o.Reason, o.Err, o.Data = reason, err, nil
}

// failed records the error of an engine.
func (o *Output) failed(err error) {
	if errors.Is(err, ErrNoEngine) {
		o.fail(manifests.SkipNoEngine, err)
		return
	}
	o.fail(manifests.SkipNotRendered, err)
}

// absolute returns a path for the engines, which run in another folder.
func absolute(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	return abs, nil
}
