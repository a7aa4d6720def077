package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
	"github.com/imagelint-dev/imagelint/rules"
)

func (c Command) lintCommand() *cli.Command {
	return &cli.Command{
		Name: "lint", Usage: "lint files, folders or standard input; the default command", UsageText: "imagelint [lint] PATH... [flags]",
		Description: `Examples:
   imagelint ./k8s/
   imagelint deploy.yaml --disable tag --severity image-moved=error
   imagelint ./charts/web -f values-prod.yaml --namespace web
   imagelint ./k8s/ --format json --output findings.json --format text`,
		Flags: lintFlags(), Action: c.lint,
	}
}

// run is one lint: what the flags, the variables and the configuration come to.
type run struct {
	set     *manifests.Set
	cfg     *config.Config
	linter  lint.Linter
	failOn  lint.Severity
	errs    []string
	started time.Time
	prober  *probe.Prober // nil where no registry is asked
	inputs  inputs        // what set was loaded from
	bad     bool          // an input could not be read
	known   known
	since   since
	renders // what charts and kustomizations came to
}

func (c Command) lint(ctx *cli.Context) error {
	started := c.Now()
	paths, err := c.paths(ctx)
	if err != nil {
		return err
	}
	outputs, err := c.outputs(ctx)
	if err != nil {
		return err
	}
	if ctx.Bool("diff") {
		if outputs, err = withoutStdout(ctx, outputs); err != nil {
			return err
		}
	}
	r, err := c.prepare(ctx)
	if err != nil {
		return err
	}
	r.started = started
	if err := c.readBaseline(ctx, r); err != nil {
		return err
	}
	if err := c.prober(ctx, r); err != nil {
		return err
	}
	if err := c.openHistory(ctx, r, paths); err != nil {
		return err
	}
	if err := r.apart(outputs, r.given(ctx, paths)); err != nil {
		return err
	}
	if err := c.load(ctx, r, paths); err != nil {
		return err
	}
	if err := r.apart(outputs, r.found()); err != nil {
		return err
	}
	if r.bad {
		c.suggestCommand(ctx, paths[0])
	}
	result, err := c.examine(ctx.Context, r)
	if err != nil {
		return err
	}
	switch {
	case fixing(ctx) && r.bad:
		c.complain(errors.New("nothing is fixed, since not all of the input could be read"))
	case fixing(ctx) && result.LeftOut() > 0:
		c.complain(errors.New("nothing is fixed, since not all findings are kept: --max-findings 0 keeps them"))
	case fixing(ctx) && result.Unasked == 0:
		if result, err = c.fix(ctx, r, paths, result); err != nil {
			return err
		}
	}
	if err := c.hide(ctx, r, paths, &result); err != nil {
		return err
	}
	if err := c.hideOlder(ctx, r, paths, &result); err != nil {
		return err
	}
	if err := c.print(ctx, r, result, outputs); err != nil {
		return err
	}
	if ctx.Bool("stats") {
		c.stats(r)
		c.probeStats(r)
		c.renderStats(r)
	}
	c.tellUntried(ctx, r)
	if result.Unasked > 0 {
		c.complain(unasked(result.Unasked))
		return exitCode(ExitFailed)
	}
	if c.tellLeft(r, result); fixing(ctx) && result.LeftOut() > 0 {
		return exitCode(ExitFailed)
	}
	return r.verdict(paths, result)
}

// suggestCommand tells which command a path that cannot be read was probably meant to be.
func (c Command) suggestCommand(ctx *cli.Context, path string) {
	if _, err := os.Lstat(path); err == nil || strings.ContainsAny(path, `./\`) {
		return
	}
	names := make([]string, 0, len(ctx.App.Commands))
	for _, cmd := range ctx.App.Commands {
		names = append(names, cmd.Name)
	}
	if near := config.Near(path, names); near != "" {
		c.complain(fmt.Errorf("did you mean the command %q?", "imagelint "+near))
	}
}

// verdict turns a result into the exit code.
func (r *run) verdict(paths []string, result lint.Result) error {
	err := r.examined(paths)
	if err != nil && (r.bad || len(result.Findings) == 0) {
		return err
	}
	if r.failOn != lint.Off && result.Worst() >= r.failOn {
		return exitCode(ExitFindings)
	}
	if r.set.Stats.Values > 0 { // what was found in values does not stand for the chart
		return err
	}
	return nil
}

// examined is the error of a run that could not read its input, or found nothing in it to look at.
func (r *run) examined(paths []string) error {
	switch {
	case r.bad:
		return exitCode(ExitFailed)
	case r.set.Stats.Objects > 0 || r.cfg.AllowEmpty.Or(false):
	case r.set.Stats.Values > 0 && hint(r.set) != "":
		return usagef("no Kubernetes object in %s, so only values were examined (--allow-empty makes that no error)%s", listPaths(paths), hint(r.set))
	case r.set.Stats.Values == 0:
		return usagef("no Kubernetes object in %s, so nothing was examined (--allow-empty makes that no error)%s", listPaths(paths), hint(r.set))
	}
	return nil
}

// hint says what was there instead of objects.
func hint(set *manifests.Set) string {
	for _, s := range set.Skipped {
		switch s.Reason {
		case manifests.SkipChart:
			return "; " + s.File + " belongs to a Helm chart: name the chart's folder, or render those met on the way with --render"
		case manifests.SkipLibrary:
			return "; " + s.File + " is a library chart, which renders nothing by itself: lint a chart that uses it"
		case manifests.SkipNoEngine, manifests.SkipNotRendered:
			return "; " + s.File + " is not rendered: " + s.Detail
		case manifests.SkipTemplate:
			return "; " + s.File + " is a template: render it first"
		}
	}
	return ""
}

func listPaths(paths []string) string {
	more := ""
	if len(paths) > 3 {
		more = fmt.Sprintf(" and %d more paths", len(paths)-1)
		paths = paths[:1]
	}
	shown := slices.Clone(paths)
	for i, p := range shown {
		if p == "-" {
			shown[i] = "standard input"
		}
	}
	return strings.Join(shown, ", ") + more
}

// paths are the arguments; without any, standard input where something is piped into it.
func (c Command) paths(ctx *cli.Context) ([]string, error) {
	paths := ctx.Args().Slice()
	for _, p := range paths {
		if p == "" {
			return nil, usagef(`an empty path names nothing; "." is the folder you are in`)
		}
	}
	if len(paths) > 0 {
		return paths, nil
	}
	if f, ok := c.Stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0) {
			return []string{"-"}, nil
		}
	}
	if err := c.say(helpText(ctx.App, "")); err != nil {
		return nil, err
	}
	return nil, exitCode(ExitUsage)
}

// prepare reads the configuration and lays the flags over it.
func (c Command) prepare(ctx *cli.Context) (*run, error) {
	cfg, err := c.config(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{cfg: cfg}
	if err := c.overlay(ctx, cfg); err != nil {
		return nil, err
	}
	r.failOn = cfg.FailOn.Or(lint.Error)
	now, err := c.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := rulesFor(ctx)
	if err != nil {
		return nil, err
	}
	r.linter = lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly),
		MaxFindings: cfg.MaxFindings.Or(defaultMaxFindings),
		Settings:    cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	r.linter.Settings.KnownSecrets = cfg.KnownSecrets
	return r, nil
}

// config loads the configuration file that the flag names, or the one that is found; --config "" reads none.
func (c Command) config(ctx *cli.Context) (*config.Config, error) {
	name := ctx.String("config")
	var cfg *config.Config
	var err error
	switch {
	case !ctx.IsSet("config"):
		var found config.Found
		if found, err = config.Find(".", c.Getenv("SUDO_UID")); err == nil && found.Path != "" {
			cfg, err = config.LoadFound(found, rules.All(), ctx.Bool("trust-config"))
		}
	case name != "":
		if err := files.Named(name); err != nil {
			return nil, usagef("read config %q: it %w", name, err)
		}
		cfg, err = config.Load(name, rules.All())
	}
	if err != nil {
		return nil, usageError{err}
	}
	if cfg == nil {
		cfg = &config.Config{}
	}
	return cfg, nil
}

// read prepares and loads what a command lists in one of the formats that it knows.
func (c Command) read(ctx *cli.Context, formats []string) (r *run, paths []string, format string, err error) {
	if paths, err = c.paths(ctx); err != nil {
		return nil, nil, "", err
	}
	if format, err = formatOf(ctx, formats); err != nil {
		return nil, nil, "", err
	}
	if r, err = c.prepare(ctx); err != nil {
		return nil, nil, "", err
	}
	if err := c.load(ctx, r, paths); err != nil {
		return nil, nil, "", err
	}
	c.place(ctx.Context, r)
	return r, paths, format, nil
}

// load reads the inputs. What cannot be read is complained of and remembered: the rest is linted all the same.
func (c Command) load(ctx *cli.Context, r *run, paths []string) error {
	var in found
	stdin := false
	for _, p := range paths {
		if p == "-" {
			if !stdin {
				in.files = append(in.files, manifests.Input{Name: "<stdin>", Stdin: true, Named: true, Open: c.stdin(ctx.Context, changing(ctx))})
			}
			stdin = true
			continue
		}
		if in.packed(p) {
			continue
		}
		walked, err := walk.Walk(ctx.Context, []string{p}, c.walkOptions(ctx, r))
		if err := c.unread(ctx.Context, r, err); err != nil {
			return err
		}
		in.add(p, &walked)
		if changing(ctx) {
			r.inputs.root(walked.Files, p)
		}
	}
	context, err := c.context(ctx, r, &in)
	if err != nil {
		return err
	}
	in.files = c.said.sniff(in.files)
	if err := c.render(ctx, r, &in); err != nil {
		return err
	}
	r.inputs.files, r.inputs.skipped, r.inputs.options = dedupe(append(in.files, context...)), in.skipped, c.loadOptions(r)
	r.sets, err = r.loadSets(ctx.Context, r.inputs.files)
	if err := c.unread(ctx.Context, r, err); err != nil {
		return err
	}
	r.set = r.sets[0]
	return nil
}

// loadSets loads files and what was rendered, layer by layer. The error, a *manifests.ReadError, is what the first layer could not read.
func (r *run) loadSets(ctx context.Context, inputs []manifests.Input) ([]*manifests.Set, error) {
	var sets []*manifests.Set
	var unread error
	for i := range max(1, r.layers()) {
		set, err := manifests.Load(ctx, r.layer(i, inputs), r.inputs.options)
		if read := (*manifests.ReadError)(nil); err != nil && !errors.As(err, &read) {
			return nil, err
		}
		if i == 0 {
			unread = err
		}
		if set == nil {
			set = &manifests.Set{}
		}
		overlay.Substitute(set)
		if i == 0 {
			set.Entries = r.entries()
		}
		sets = append(sets, set)
	}
	r.inputs.skip(sets[0])
	for _, more := range sets[1:] {
		sets[0].Stats.Add(more.Stats)
		sets[0].Skipped = append(sets[0].Skipped, more.Skipped...)
	}
	return sets, unread
}

func (c Command) walkOptions(ctx *cli.Context, r *run) walk.Options {
	return walk.Options{Exclude: r.cfg.Exclude, ForceExclude: ctx.Bool("force-exclude"), NoIgnore: ctx.Bool("no-gitignore")}
}

func (c Command) loadOptions(r *run) manifests.Options {
	return manifests.Options{Guess: r.cfg.Guess.Or(false), Kinds: append(slices.Clip(r.cfg.Kinds), r.kinds()...), NoLookAhead: c.Getenv("IMAGELINT_NO_LOOK_AHEAD") != "", Said: c.said != nil}
}

// contextPaths are the paths that are read for what exists only.
func (c Command) contextPaths(ctx *cli.Context, r *run) []string {
	if ctx.IsSet("context") {
		return ctx.StringSlice("context")
	}
	return r.cfg.ContextPaths()
}

// context lists the files that are read for what exists only. Of what is skipped there, links that lead out are counted with the input: what they
// lead to may have been meant.
func (c Command) context(ctx *cli.Context, r *run, in *found) ([]manifests.Input, error) {
	paths := c.contextPaths(ctx, r)
	if len(paths) == 0 {
		return nil, nil
	}
	found, err := walk.Walk(ctx.Context, paths, c.walkOptions(ctx, r))
	if err := c.unread(ctx.Context, r, err); err != nil {
		return nil, err
	}
	for _, s := range found.Skipped {
		if s.Reason == manifests.SkipOutside && !slices.Contains(in.skipped, s) {
			in.skipped = append(in.skipped, s)
		}
	}
	out := make([]manifests.Input, 0, len(found.Files))
	for _, f := range found.Files {
		out = append(out, manifests.Input{Name: f.Name, Named: f.Named, Context: true})
	}
	return out, nil
}

// dedupe keeps the first of inputs with one name: overlapping paths read no file twice.
func dedupe(files []manifests.Input) []manifests.Input {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(f manifests.Input) bool {
		name := filepath.Clean(f.Name)
		twice := seen[name]
		seen[name] = true
		return twice
	})
}

// unread takes note of inputs that could not be read; any other error is returned.
func (c Command) unread(ctx context.Context, r *run, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var read *manifests.ReadError
	if !errors.As(err, &read) {
		return err
	}
	c.complain(err)
	r.bad = true
	r.errs = append(r.errs, strings.Split(err.Error(), "\n")...)
	return nil
}

// output is one report to write.
type output struct {
	format report.Format
	file   *files.Target // nil for standard output
}

// outputs pairs the formats with the files: the n-th --output takes the n-th --format, and formats without a file go to standard output.
func (c Command) outputs(ctx *cli.Context) ([]output, error) {
	formats, names := ctx.StringSlice("format"), ctx.StringSlice("output")
	if len(formats) == 0 {
		formats = []string{"text"}
	}
	if len(names) > len(formats) {
		return nil, usagef("%d --output for %d --format: name a format for each file", len(names), len(formats))
	}
	out := make([]output, 0, len(formats))
	for i, name := range formats {
		f, err := report.Lookup(name)
		if err != nil {
			return nil, wrong(ctx, "format", err)
		}
		o := output{format: f}
		if i < len(names) && names[i] != "-" {
			if o.file, err = locate(ctx, "output", names[i], files.Tree(names[i])); err != nil {
				return nil, err
			}
			if err := twice(out, o.file); err != nil {
				return nil, err
			}
		}
		out = append(out, o)
	}
	return out, nil
}

func (c Command) print(ctx *cli.Context, r *run, result lint.Result, outputs []output) error {
	o, err := c.options(ctx)
	if err != nil {
		return err
	}
	rep := report.Report{Result: result, Baselined: r.known.baselined, Older: r.known.older, Set: r.set, Elapsed: c.Now().Sub(r.started), Rules: r.linter.Rules, RunErrors: r.errs}
	for _, out := range outputs {
		if out.file == nil {
			if err := out.format(c.Stdout, rep, o); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			continue
		}
		plain := o
		plain.Color, plain.Width = false, 0
		if err := c.writeFile(out.file, reportFile, func(w io.Writer) error { return out.format(w, rep, plain) }); err != nil {
			return err
		}
	}
	return nil
}

// stats prints to standard error what the run cost.
func (c Command) stats(r *run) {
	s := r.set.Stats
	took := c.Now().Sub(r.started)
	fmt.Fprintf(c.Stderr, "read %d files, %.1f MB, %d documents; %d objects, %d of them passed over unparsed; %d workloads, %d images; %s\n",
		s.Files, float64(s.Bytes)/1e6, s.Documents, s.Objects, s.Unparsed, s.Workloads, s.Images, took.Round(time.Millisecond))
}
