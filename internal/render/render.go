// Package render turns Helm charts and kustomizations into the documents that a cluster would be given, by the user's own helm and by the kustomize
// that is part of us, and finds for a place in such a document the value or the file that made it. A chart is foreign code: the programs run without the user's
// environment, without a network where the system allows that, and within bounds of time, memory and output. Nothing is written but into
// temporary folders.
package render

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Kind is what a path holds that can be rendered.
type Kind uint8

// Kinds.
const (
	None Kind = iota
	Chart
	Kustomization
)

// Options are the choices of a Renderer.
type Options struct {
	// Helm and Kustomize are the programs to run that the user names, by a path or a name; "" leaves that to the names that the configuration
	// chooses, and those to what is usual: helm on PATH; kustomizations are built without a program then.
	Helm, Kustomize                     string
	ConfiguredHelm, ConfiguredKustomize string
	// Trees are folders, as absolute paths without links, that a program does not come from unless the user names it.
	Trees []string
	// Worker is the command that runs Work in a process of its own; where it is empty, kustomizations are built in this one.
	Worker []string
	// Timeout is how long rendering one target may take, with all that finding origins takes; 0 is DefaultTimeout.
	Timeout time.Duration
	// Files is where kustomizations are; nil for the machine. Those of another file system are built in this process. Charts, and kustomizations that
	// a program builds, are the machine's.
	Files files.FS
	// Progress is told when work begins, of each target that is done, and when it ends; nil where nobody watches.
	Progress func(done, total int)
}

// DefaultTimeout is how long rendering one target may take unless Options say otherwise.
const DefaultTimeout = 60 * time.Second

// Target is one thing to render: a kustomization, or a chart with one set of values.
type Target struct {
	Kind Kind
	// Path is the folder, or the packaged chart, as it is shown.
	Path string
	// Name tells the combination of values from others of the same chart; "" where there is one.
	Name string
	// Inside are files of values that are part of the chart, by their names there. Values lie over them.
	Inside []string
	// Values are files, Set and SetString what helm's flags of these names take.
	Values, Set, SetString []string
	// Release is the release's name, Namespace its namespace; "" leaves the choice to helm.
	Release, Namespace string
	// KubeVersion and APIVersions are what the chart is told of the cluster.
	KubeVersion string
	APIVersions []string
	// Optional says that it is no failure where it does not render.
	Optional bool
}

// Output is what a target rendered to, or why it did not.
type Output struct {
	Target
	Data []byte
	// Reason is why there is no Data, as a manifests.Skip names it; Err says more. Both are empty where there is some.
	Reason string
	Err    error

	files files.FS // of a kustomization
	chart *chart
	built *tree               // of a kustomization that a program builds
	made  *builtKustomization // of one that we build
	left  []Omitted           // of a chart
	lax   bool                // its values are not validated
	// withoutNotes leaves out the template of the notes.
	withoutNotes bool
	// extra counts the renderings that origins took.
	extra int
	// first is how long the rendering took, spent how long all of them took; cut says that the time was over before all origins were found.
	first, spent time.Duration
	cut          bool
}

// Rerenders is how many times the target was rendered again to find origins.
func (o *Output) Rerenders() int { return o.extra }

// TimedOut reports whether the time of the target was over before all values were found.
func (o *Output) TimedOut() bool { return o.cut }

// remaining is what is left of the time that a target may take.
func (o *Output) remaining(limit time.Duration) time.Duration { return limit - o.spent }

// ErrNoEngine is the error of a run in which a program is missing.
var ErrNoEngine = errors.New("not found")

// ErrCancelled is the error of what was not rendered, since the run was cancelled before.
var ErrCancelled = errors.New("the run was canceled before it was rendered")

// Renderer renders targets. It is made by New.
type Renderer struct {
	opts            Options
	helm, kustomize engine
	builders        builders
}

// New prepares a Renderer. It starts nothing yet.
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

// KindOf tells what a path holds that can be rendered.
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

func isFile(system files.FS, name string) bool {
	info, err := system.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// All renders the targets, several at once, and returns what each came to, in their order. The error is that of a cancelled run; what was not rendered
// by then has ErrCancelled.
func (r *Renderer) All(ctx context.Context, targets []Target) ([]*Output, error) {
	out := make([]*Output, len(targets))
	n := 0
	for _, t := range targets {
		if t.Kind == Kustomization {
			n++
		}
	}
	r.builders.expect(n)
	defer r.builders.stop()
	err := r.Each(ctx, len(targets), func(i int) { out[i] = r.one(ctx, targets[i]) })
	for i, o := range out {
		if err != nil && (o == nil || errors.Is(o.Err, ctx.Err())) {
			out[i] = &Output{Target: targets[i], files: files.OrOS(r.opts.Files)}
			out[i].failed(ErrCancelled)
		}
	}
	return out, err
}

// Each calls a function for the numbers below n, several at once, and tells of the progress: first that nothing is done, in the end that all is, even
// where the run was cancelled. The error is that of a cancelled run.
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
	_ = g.Wait() // what is done has no error
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

// fail records why there is nothing.
func (o *Output) fail(reason string, err error) {
	o.Reason, o.Err, o.Data = reason, err, nil
}

// failed records how an engine ended that did not render.
func (o *Output) failed(err error) {
	if errors.Is(err, ErrNoEngine) {
		o.fail(manifests.SkipNoEngine, err)
		return
	}
	o.fail(manifests.SkipNotRendered, err)
}

// absolute is a path as the engines need it, which run in another folder.
func absolute(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", path, err)
	}
	return abs, nil
}
