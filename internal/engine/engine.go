// Package engine lints: a Request goes in, and a Response comes out. It walks paths, builds charts and kustomizations, loads manifests, runs the rules,
// leads what is found in rendered text back to the files that people edit, makes fixes, and tells new findings from those that were there before. It
// knows no flag, no terminal and no exit code.
package engine

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Engine lints one request after the other, and keeps what it has read in between: what has not changed is not read again. It is not safe for concurrent
// use. The zero value keeps nothing yet.
type Engine struct {
	caches  []*manifests.Cache // by layer
	options manifests.Options  // of all that is kept
	planner *plan.Planner      // of the first layer
}

// Request is what to lint, and how. The zero value of each field but Paths is ready for use.
type Request struct {
	// Paths are files and folders; "-" is Stdin.
	Paths []string
	// Files is where the paths are; nil for the machine. Charts are rendered on the machine alone, and so are kustomizations unless Render says otherwise.
	Files files.FS
	// Stdin opens standard input. It is asked again where the input is read more than once.
	Stdin func() (io.ReadCloser, error)
	// Context are paths that are read for what exists, and not reported on.
	Context []string
	// Config are the settings; nil stands for none.
	Config *config.Config
	// Linter holds the rules, and asks registries if it has a Prober.
	Linter lint.Linter
	// ForceExclude skips excluded files that Paths name, NoIgnore reads what git ignores.
	ForceExclude, NoIgnore bool
	// KeepOwned keeps objects that were made of other objects of the input, such as the Pods of a Deployment.
	KeepOwned bool
	// NoLookAhead parses every document, which changes no finding.
	NoLookAhead bool
	Render      Render
	// Fix asks for fixes; nil for none.
	Fix *Fix
	// Baseline are the findings that are known already; nil for none.
	Baseline *Baseline
	// Since is the git revision with which the inputs are compared, so that what was there is hidden; "" for none.
	Since string
	// Status asks for what clusters said, beside manifests and in them.
	Status StatusInput
	// MinSeverity leaves out what is less severe, OnlyFixable what has no fix. Neither changes what a baseline holds.
	MinSeverity lint.Severity
	OnlyFixable bool
	// Folders turns the configuration files met in folders into what they set for these; nil leaves them alone.
	Folders func(configs []string) ([]lint.Override, error)
	// Warn is told what a person should know at once, such as inputs that cannot be read; nil for nobody.
	Warn func(error)
}

// Fix says which fixes are made.
type Fix struct {
	// All makes those that need a look, too.
	All bool
	// Write changes the files; without it, the fixes are in the Response only.
	Write bool
	// Partial fixes what was found although not all of the input could be read, or not all registries could be asked.
	Partial bool
	// Only are the findings that are fixed; nil for all.
	Only func(*lint.Finding) bool
}

// Baseline is a list of findings.
type Baseline struct {
	// Folder is the one that the names of files are seen from.
	Folder  string
	Entries []baseline.Entry
	// Replaced is true if the list is about to be written anew, so that fixes are made for what it holds, too.
	Replaced bool
}

// Response is the result of a Request.
type Response struct {
	Set    *manifests.Set
	Result lint.Result
	// Rules are those that could have reported, with those that configurations of folders bring.
	Rules []lint.Rule
	// Baselined are the findings that the baseline holds, Preexisting those that are not new since the revision. They are not in Result.
	Baselined, Preexisting []lint.Finding
	// Compared is what the baseline came to, nil where there is none; All are its entries if it were written now.
	Compared *baseline.Compared
	All      []baseline.Entry
	// Fixes is what was fixed, nil where nothing was to be or could be; then NotFixed says why.
	Fixes    *fix.Outcome
	NotFixed NotFixed
	// Errors are the inputs that could not be read, and the files that could not be written.
	Errors []string
	// Interrupted is true if the request was cancelled while something was rendered: what is known by then is here, and nothing was fixed.
	Interrupted bool

	all []lint.Finding // those of the baseline, too
}

// BaselineAll makes all findings known, as they are once the baseline is written.
func (r *Response) BaselineAll() { r.Result.Findings, r.Baselined = nil, r.all }

// NotFixed is why no fix was made.
type NotFixed int

// Reasons why no fix was made.
const (
	// FixNotRequested is for a request without Fix, or one that was cancelled.
	FixNotRequested NotFixed = iota
	// FixReadErrors is for inputs that could not be read: their findings are not known.
	FixReadErrors
	// FixOmitted is for findings beyond the bound: they were not kept.
	FixOmitted
)

// RequestError is a request that cannot be served as it is put, which is nobody's failure.
type RequestError = config.SettingError

func wrong(setting string, err error) error { return &RequestError{Setting: setting, Err: err} }

func wrongf(format string, args ...any) error { return &RequestError{Err: fmt.Errorf(format, args...)} }

// Lint loads a request and lints it.
func (e *Engine) Lint(ctx context.Context, req Request) (*Response, error) {
	l, err := e.Load(ctx, req)
	if err != nil {
		return nil, err
	}
	return l.Lint(ctx)
}

// Load is the function of that name, and keeps what it reads of files.
func (e *Engine) Load(ctx context.Context, req Request) (*Loaded, error) { return load(ctx, req, e) }

// cache is what is kept of a layer, nil where nothing is to be kept.
func (e *Engine) cache(layer int, o manifests.Options) *manifests.Cache {
	if e == nil {
		return nil
	}
	if !reflect.DeepEqual(o, e.options) {
		e.caches, e.options = nil, o
	}
	for len(e.caches) <= layer {
		e.caches = append(e.caches, &manifests.Cache{})
	}
	return e.caches[layer]
}

func (r *Request) warn(err error) {
	if r.Warn != nil {
		r.Warn(err)
	}
}

// contextPaths are the paths that are read for what exists only.
func (r *Request) contextPaths() []string {
	if r.Context != nil {
		return r.Context
	}
	return r.Config.ContextPaths()
}

func (r *Request) walkOptions() walk.Options {
	return walk.Options{Exclude: r.Config.Exclude, ForceExclude: r.ForceExclude, NoIgnore: r.NoIgnore, Files: r.Files}
}

// Lint lints what was loaded.
func (l *Loaded) Lint(ctx context.Context) (*Response, error) {
	if l.interrupted {
		ctx = withoutCancel(ctx)
	}
	if err := l.knowRegistries(ctx); err != nil {
		return nil, err
	}
	result, err := l.examine(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		l.interrupted, ctx = true, withoutCancel(ctx)
	}
	out := &Response{Set: l.Set(), Result: result, Rules: l.linter.AllRules(), Interrupted: l.interrupted}
	switch {
	case l.req.Fix == nil || l.interrupted:
	case l.HasReadErrors() && !l.req.Fix.Partial:
		out.NotFixed = FixReadErrors
	case result.OmittedFindings() > 0 && !l.req.Fix.Partial:
		out.NotFixed = FixOmitted
	case result.Unprobed == 0 || l.req.Fix.Partial:
		if out.Fixes, err = l.fix(ctx, result); err != nil {
			return nil, err
		}
		out.Result, out.Set = out.Fixes.Result, out.Fixes.Set
		out.Result.Unprobed, out.Result.Asked = result.Unprobed, result.Asked
		l.since.past = nil // what it is compared with has changed
	}
	l.hide(out)
	if out.Preexisting, err = l.removeOlder(ctx, out.Set, &out.Result); err != nil {
		return nil, err
	}
	out.Errors = l.errs
	l.req.filter(&out.Result)
	return out, nil
}

// filter leaves out what is not to be reported.
func (r *Request) filter(result *lint.Result) {
	result.Findings = slices.DeleteFunc(result.Findings, func(f lint.Finding) bool {
		return f.Severity < r.MinSeverity || r.OnlyFixable && f.Fix == nil
	})
	for i := range result.Omitted {
		if left := &result.Omitted[i]; r.OnlyFixable {
			left.Errors, left.Warnings, left.Infos = 0, 0, 0
		} else {
			if r.MinSeverity > lint.Info {
				left.Infos = 0
			}
			if r.MinSeverity > lint.Warning {
				left.Warnings = 0
			}
		}
	}
}
