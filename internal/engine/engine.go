// Package engine lints: it takes a Request and returns a Response. It walks paths, builds charts and kustomizations, loads manifests, runs the rules,
// traces findings in rendered text back to source files, applies fixes, and separates new findings from known ones. It does not know flags, terminals or
// exit codes.
package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Engine lints requests and caches the files it read, so that unchanged files are not read again. It is not safe for concurrent use. The zero value is an
// engine with an empty cache.
type Engine struct {
	caches  []*manifests.Cache // by layer
	options manifests.Options  // of all cached data
	planner *plan.Planner      // of the first layer, from the last request
	once    bool               // for one request that changes no file: each file is read from disk once
}

// Request says what to lint and how. Only Paths is required.
type Request struct {
	// Paths are files and folders; "-" is standard input.
	Paths []string
	// Files is the file system that Paths are in; nil means the operating system's. Charts are only rendered on the
	// operating system's, and so are kustomizations unless Render.AnyFiles is set.
	Files files.FS
	// Stdin opens standard input. It is called again if the input is read more than once.
	Stdin func() (io.ReadCloser, error)
	// StdinName is the name of standard input in findings; "" means "<stdin>".
	StdinName string
	// Context lists paths that are read but not reported on.
	Context []string
	// Config holds the settings. Nil means the defaults.
	Config *config.Config
	// Linter holds the rules. It probes registries if it has a Prober.
	Linter lint.Linter
	// ForceExclude is for callers that pass a list of changed files: excluded files are skipped,
	// and findings of a kustomization are kept only if they are in a named file. NoIgnore also
	// reads files that git ignores.
	ForceExclude, NoIgnore bool
	// KeepOwned keeps objects that other objects in the input own, such as the Pods of a Deployment.
	KeepOwned bool
	// NoLookAhead parses every document. It does not change the findings.
	NoLookAhead bool
	Render      Render
	// Fix enables fixes, unless it is nil.
	Fix *Fix
	// Baseline holds known findings, or is nil.
	Baseline *Baseline
	// Since is a git revision; findings that existed there are hidden. "" compares with nothing.
	Since string
	// Status selects the cluster messages to read, from manifests and from other text.
	Status StatusInput
	// Known returns what is known about an image that a registry did not give. It may be nil.
	Known func(image string) cluster.Known
	// MinSeverity hides less severe findings. OnlyFixable hides findings without a fix. Neither affects the content of a baseline.
	MinSeverity lint.Severity
	OnlyFixable bool
	// Folders returns the overrides of the configuration files found in folders. If it is nil, these files are ignored.
	Folders func(configs []string) ([]lint.Override, error)
	// Expect receives the number of files that will be read, before they are, so that the caller can make room. It may be nil.
	Expect func(files int)
	// Warn receives problems that users should see immediately, such as unreadable inputs. It may
	// be nil.
	Warn func(error)
	// ReadsUnrendered also lints the values of a named chart without a program that renders it; see Loaded.Unrendered. Otherwise such a
	// chart is an error of Load.
	ReadsUnrendered bool
	// Log receives details about how paths are processed, for verbose output. It may be nil.
	Log func(string)
}

// stdinName is the name of standard input in findings.
func (r *Request) stdinName() string { return cmp.Or(r.StdinName, baseline.Stdin) }

// Fix selects the fixes to apply.
type Fix struct {
	// All also applies fixes that need a review.
	All bool
	// Write changes the files. Without it, the fixes are only in the Response.
	Write bool
	// Partial applies fixes even if some inputs could not be read or some registries could not be
	// probed.
	Partial bool
	// Only selects the findings to fix; nil selects all.
	Only func(*lint.Finding) bool
}

// Baseline is a list of known findings.
type Baseline struct {
	// Folder is the folder that the file names in Entries are relative to.
	Folder  string
	Entries []baseline.Entry
	// Replaced is true if the list will be overwritten; then its findings are fixed, too.
	Replaced bool
}

// Response is the result of a Request.
type Response struct {
	Set    *manifests.Set
	Result lint.Result
	// Rules are the rules of the run, including those from nested configurations.
	Rules []lint.Rule
	// Baselined holds the findings in the baseline, Preexisting those that existed at the revision. Result has neither.
	Baselined, Preexisting []lint.Finding
	// Compared is the result of the baseline, or nil. All holds the entries for a new baseline.
	Compared *baseline.Compared
	All      []baseline.Entry
	// Fixes holds the applied fixes. If it is nil, NotFixed says why.
	Fixes    *fix.Outcome
	NotFixed NotFixed
	// Errors lists the inputs that could not be read and the files that could not be written.
	Errors []string
	// Unexplained counts the pulls that fail according to the cluster, and that no finding is about.
	Unexplained int
	// Interrupted is true if the request was cancelled while rendering. Then the response is partial, and nothing was fixed.
	Interrupted bool

	all []lint.Finding // including those in the baseline
}

// BaselineAll marks all findings as known, for use after the baseline was written.
func (r *Response) BaselineAll() { r.Result.Findings, r.Baselined = nil, r.all }

// NotFixed is the reason why no fix was applied.
type NotFixed int

// Values of NotFixed.
const (
	// FixNotRequested means that the request had no Fix, or was cancelled.
	FixNotRequested NotFixed = iota
	// FixReadErrors means that some inputs could not be read, so their findings are unknown.
	FixReadErrors
	// FixOmitted means that some findings were over the limit and were not kept.
	FixOmitted
)

// RequestError is an invalid setting in a request, not a failure of the run.
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

// Load is like the function Load, but caches the files it reads.
func (e *Engine) Load(ctx context.Context, req Request) (*Loaded, error) { return load(ctx, req, e) }

// cache returns the cache of a layer, or nil if nothing is cached.
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

// contextPaths returns the paths that are read but not reported on.
func (r *Request) contextPaths() []string {
	if r.Context != nil {
		return r.Context
	}
	return r.Config.ContextPaths()
}

func (r *Request) walkOptions() walk.Options {
	return walk.Options{Exclude: r.Config.ExcludeHere, Outer: r.Config.Exclude, Folder: r.Config.WorkingFolder(), ForceExclude: r.ForceExclude, NoIgnore: r.NoIgnore, Files: r.Files}
}

// Lint lints the loaded inputs.
func (l *Loaded) Lint(ctx context.Context) (response *Response, err error) {
	defer func() { err = errors.Join(err, l.closePast()) }()
	if l.interrupted {
		ctx = withoutCancel(ctx)
	}
	if err := l.recordRegistries(ctx); err != nil {
		return nil, err
	}
	result, err := l.examine(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		l.interrupted, ctx = true, withoutCancel(ctx)
	}
	l.dropUnchanged(&result)
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
		if err := l.closePast(); err != nil { // the files that it is compared with have changed
			return nil, err
		}
	}
	l.hide(out)
	if out.Preexisting, err = l.removeOlder(ctx, out.Set, &out.Result); err != nil {
		return nil, err
	}
	out.Errors = l.errs
	l.req.filter(&out.Result)
	if merged := lint.MergeNamespaces(out.Result.Findings); len(merged) < len(out.Result.Findings) {
		l.dropAllCombinations(merged)
		out.Result.Findings = merged
	}
	out.Unexplained = l.unexplained(out.Result.Findings)
	return out, nil
}

// filter removes the findings that the request hides.
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
