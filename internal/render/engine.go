package render

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/program"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// Limits of one run of an engine, besides the timeout in Options.
const (
	maxOutput    = 64 << 20 // bytes of rendered text
	maxErrorText = 64 << 10 // bytes of standard error
	maxMemory    = 2 << 30  // bytes of memory, where the system can limit it
)

// engine is a program that renders. It is located and identified only once.
type engine struct {
	kind Kind
	// named is the program that the user names, as a path or a name; chosen is a name from the configuration.
	// Both may be "".
	named, chosen string
	trees         []string // folders from which a program is not started unless the user names it
	find          sync.Once
	path          string
	err           error

	ask      sync.Once
	version  string
	mismatch error // why it is not the expected program
}

// locate finds the program.
func (e *engine) locate() (string, error) {
	e.find.Do(func() {
		names, flag, install := []string{"helm"}, "--helm", "install Helm 3 or 4 (https://helm.sh/docs/intro/install), or name it with --helm"
		if e.kind == Kustomization {
			names, flag, install = []string{"kustomize", "kubectl"}, "--kustomize", "install kustomize (https://kubectl.docs.kubernetes.io/installation/kustomize) or kubectl, or name one with --kustomize"
		}
		if e.named != "" {
			path, err := program.LookPath(e.named)
			if err == nil {
				e.path, e.err = absolute(path)
				return
			}
			e.err = fmt.Errorf("%s %w: use a program that exists", e.named, ErrNoEngine)
			return
		}
		if e.chosen != "" {
			names = []string{e.chosen}
		}
		var refused string
		for _, name := range names {
			path, inside := lookOutside(name, e.trees)
			if path != "" {
				e.path = path
				return
			}
			refused = cmp.Or(refused, inside)
		}
		if refused != "" {
			install = refused + " is inside the linted folder, so it is not run unless " + flag + " names it"
		}
		e.err = fmt.Errorf("%s %w: %s", strings.Join(names, " or "), ErrNoEngine, install)
	})
	return e.path, e.err
}

// lookOutside searches PATH for a program. It skips programs in linted trees and in PATH entries relative
// to the working directory, which the author of the linted files could have placed there. inside is a
// program that was skipped, or "".
func lookOutside(name string, trees []string) (path, inside string) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if dir == "" {
			dir = "."
		}
		at, err := program.LookPath(dir + string(filepath.Separator) + name) // a path: LookPath adds the system's rules for executables
		if err != nil && !errors.Is(err, program.ErrDot) {
			continue
		}
		real, err := filepath.EvalSymlinks(at)
		if err != nil {
			continue
		}
		folder, err := filepath.EvalSymlinks(dir)
		if err != nil {
			continue
		}
		if filepath.IsAbs(dir) && !isBelow(real, trees) && !isBelow(folder, trees) {
			return at, inside
		}
		inside = cmp.Or(inside, at)
	}
	return "", inside
}

func isBelow(path string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return files.Below(path, tree) })
}

// isKubectl reports whether the kustomize engine is kubectl or OpenShift's oc, which include kustomize.
func isKubectl(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.HasPrefix(name, "kubectl") || name == "oc" || name == "oc.exe"
}

// Version output of helm 3 and 4; of kustomize of any age, including builds from a checkout; of kubectl and
// oc.
var (
	helmVersionLine      = lazy(`^v[34]\.[0-9]`)
	kustomizeVersionLine = lazy(`^(v?[0-9]+\.[0-9]+\.[0-9]+|\(devel\)|(Version: )?\{(Version:|KustomizeVersion:)?(kustomize/)?(v?[0-9]+\.[0-9]+|unknown))`)
	kubectlVersionLine   = lazy(`(?m)^Client Version: `)
)

// known checks that the program is the expected one before giving it a folder. Another program with that
// name, or one named by mistake, could do anything with the folder.
func (r *Renderer) known(ctx context.Context, e *engine) error {
	path, err := e.locate()
	if err != nil {
		return err
	}
	e.ask.Do(func() {
		args, says, what := []string{"version", "--short"}, helmVersionLine(), "Helm 3 or 4"
		switch {
		case e.kind == Kustomization && isKubectl(path):
			args, says, what = []string{"version", "--client"}, kubectlVersionLine(), "kubectl"
		case e.kind == Kustomization:
			args, says, what = []string{"version"}, kustomizeVersionLine(), "kustomize"
		}
		res, err := r.run(ctx, e, r.opts.Timeout, args...)
		e.version = strings.TrimSpace(string(res.out))
		var said *engineError
		switch {
		case err != nil && !errors.As(err, &said):
			e.mismatch = err
		case err != nil || !says.MatchString(e.version):
			e.mismatch = fmt.Errorf("%s is not %s: it does not report its version (%s)", path, what, strings.Join(args, " "))
		}
	})
	return e.mismatch
}

// result is the outcome of running an engine.
type result struct {
	out       []byte
	complaint string
}

// errTooMuch is returned for output above the limit.
var errTooMuch = fmt.Errorf("it renders to more than %d MiB", maxOutput>>20)

// run runs the engine with arguments. The engine can access only an empty home folder and the files
// that the arguments name.
func (r *Renderer) run(ctx context.Context, e *engine, limit time.Duration, args ...string) (result, error) {
	path, err := e.locate()
	if err != nil {
		return result{}, err
	}
	home, err := os.MkdirTemp("", "imagelint-render-")
	if err != nil {
		return result{}, fmt.Errorf("make a temporary folder: %w", err)
	}
	defer os.RemoveAll(home) // leftover temporary folders are harmless
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	res, err := start(within, cancel, path, home, args, limit)
	switch {
	case errors.Is(err, errTooMuch):
		return res, errTooMuch
	case ctx.Err() != nil:
		return res, ctx.Err()
	case errors.Is(within.Err(), context.DeadlineExceeded):
		return res, fmt.Errorf("%s did not finish within %s: use --render-timeout to allow more time", filepath.Base(path), r.opts.Timeout)
	}
	var exit *program.ExitError
	if errors.As(err, &exit) {
		return res, &engineError{program: filepath.Base(path), text: complaint(res.complaint), how: exit.Error()}
	}
	if err != nil {
		return res, fmt.Errorf("run %s: %w%s", path, files.Cause(err), script(path))
	}
	return res, nil
}

// script returns advice for a program that is a script, since a script cannot find other programs
// in this environment.
func script(path string) string {
	f, err := files.Open(path, math.MaxInt64)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, 2)
	if _, err := io.ReadFull(f, head); err != nil || string(head) != "#!" {
		return ""
	}
	return "; it is a script and runs with an empty environment: use --helm or --kustomize with the real program"
}

// start runs the program, without network access if the system allows that.
func start(ctx context.Context, cancel context.CancelFunc, path, home string, args []string, limit time.Duration) (result, error) {
	for _, alone := range []bool{true, false} {
		cmd := program.Command(ctx, path, args...) // the user's own program, without a shell
		cmd.Dir, cmd.Env = home, environment(home)
		cmd.WaitDelay = time.Second
		stdout := &bounded{limit: maxOutput, over: cancel}
		stderr := &bounded{limit: maxErrorText}
		cmd.Stdout, cmd.Stderr = stdout, stderr
		if !confine(cmd, alone) && alone {
			continue
		}
		if err := cmd.Start(); err != nil {
			if alone && ctx.Err() == nil {
				continue // this user may not create namespaces
			}
			return result{}, err
		}
		bound(cmd.Process.Pid, limit)
		err := cmd.Wait()
		if stdout.full {
			err = errTooMuch
		}
		return result{stdout.buf.Bytes(), stderr.buf.String()}, err
	}
	return result{}, errors.New("it cannot be started")
}

// environment returns the engine's complete environment. It contains nothing of the user's environment. The home
// folders are an empty folder, so there are no plugins, repositories, credentials or clusters. PATH is that folder,
// too, and the proxy variables point to a port that is closed.
func environment(home string) []string {
	const nowhere = "http://127.0.0.1:1"
	env := []string{
		"HOME=" + home, "USERPROFILE=" + home, "TMPDIR=" + home, "TMP=" + home, "TEMP=" + home, "PATH=" + home,
		"XDG_CONFIG_HOME=" + home, "XDG_CACHE_HOME=" + home, "XDG_DATA_HOME=" + home, "KUSTOMIZE_PLUGIN_HOME=" + home,
		"HELM_CONFIG_HOME=" + home, "HELM_CACHE_HOME=" + home, "HELM_DATA_HOME=" + home, "HELM_PLUGINS=" + home,
		"KUBECONFIG=" + filepath.Join(home, "none"), "HELM_NO_PLUGINS=1",
		"HTTP_PROXY=" + nowhere, "HTTPS_PROXY=" + nowhere, "ALL_PROXY=" + nowhere, "http_proxy=" + nowhere, "https_proxy=" + nowhere, "all_proxy=" + nowhere,
		"NO_PROXY=", "no_proxy=", "LC_ALL=C", "NO_COLOR=1",
		fmt.Sprintf("GOMEMLIMIT=%d", maxMemory/8*7),
	}
	if runtime.GOOS == "windows" {
		env = append(env, "SystemRoot="+os.Getenv("SystemRoot")) // Windows cannot start programs without it
	}
	return env
}

// bounded keeps the beginning of what is written to it. Beyond the limit it calls over, or discards the rest
// if over is nil.
type bounded struct {
	buf   bytes.Buffer
	limit int
	over  func()
	full  bool
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	room := b.limit - b.buf.Len()
	if len(p) <= room {
		return b.buf.Write(p)
	}
	b.buf.Write(p[:room])
	if b.over == nil {
		return len(p), nil
	}
	b.full = true
	b.over()
	return room, errTooMuch
}

// engineError is the message of an engine that failed.
type engineError struct{ program, text, how string }

// Error implements error.
func (e *engineError) Error() string {
	if e.text == "" {
		return e.program + ": " + e.how
	}
	return e.program + ": " + e.text
}

// maxErrorLines limits the lines of an engine's message that are shown.
const maxErrorLines = 20

// complaint extracts the message from an engine's standard error, as one line: everything from "Error" on,
// since a chart's own fail message may have several lines, without helm's advice about itself; otherwise the
// last line. Values of secret-looking keys are redacted.
func complaint(text string) string {
	last, message := "", []string(nil)
	for line := range strings.Lines(text) {
		line = redact.Line(strings.TrimSpace(line))
		rest, begins := strings.CutPrefix(line, "Error: ")
		switch {
		case line == "":
		case strings.HasPrefix(line, "Use --debug"):
			return strings.Join(message, " ")
		case begins || message != nil:
			if message = append(message, rest); len(message) == maxErrorLines {
				return strings.Join(append(message, "..."), " ")
			}
		default:
			last = line
		}
	}
	if message != nil {
		return strings.Join(message, " ")
	}
	return strings.TrimPrefix(last, "error: ")
}
