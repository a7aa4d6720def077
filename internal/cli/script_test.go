package cli_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/slow"
)

var update = flag.Bool("update", false, "write the expected output of the scripts, the schema, and the output shown in the documentation")

// today is the clock of all tests. It is fixed, so no output depends on the duration of a run.
var today = time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)

// touchedNetwork is the exit code of a run that used the network.
const touchedNetwork = 99

func TestMain(m *testing.M) {
	imagelint := func() {
		denyNetwork()
		c := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Now: func() time.Time { return today }, Dial: refuse{}.dial, Executable: os.Executable}
		os.Exit(checked(&c, os.Args)) //nolint:forbidigo // this is the program's main function
	}
	moreParallel()
	testscript.Main(withRecordings{m}, map[string]func(){
		"helm": recorder("helm"), "kustomize": recorder("kustomize"), "kubectl": kubectl,
		"imagelint": imagelint, "kubectl-imagelint": imagelint, "kubectl_complete-imagelint": imagelint,
	})
}

type withRecordings struct{ *testing.M }

// Run runs the tests. Only here, the scripts' programs are in PATH.
func (m withRecordings) Run() int {
	if err := placeRecordings(); err != nil {
		panic(err)
	}
	return m.M.Run()
}

// moreParallel runs more scripts at a time than there are processors: most of them wait for the programs that they start.
func moreParallel() {
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil { // a flag in the command line still counts
		panic(err)
	}
}

// denyNetwork ends the program at the first query to a resolver or server that bypasses the command's own
// Dial, which also ends it.
func denyNetwork() {
	http.DefaultTransport = refuse{}
	remote.DefaultTransport = refuse{}
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, refuse{}.end("a name server")
	}}
}

type refuse struct{}

func (r refuse) RoundTrip(req *http.Request) (*http.Response, error) {
	return nil, r.end(req.URL.String())
}

func (r refuse) dial(_ context.Context, _, address string) (net.Conn, error) {
	return nil, r.end(address)
}

func (refuse) end(what string) error {
	err := fmt.Errorf("the network was touched: %s", what)
	fmt.Fprintln(os.Stderr, err)
	os.Exit(touchedNetwork) //nolint:forbidigo // what swallows an error must not swallow this one
	return err
}

// concurrent are the scripts whose programs do the most at a time: they draw progress, render, contact registries or
// a cluster, and serve an editor. Only these run with the race detector, which makes each start of a program four
// times as expensive; the other programs start the same goroutines.
var concurrent = []string{"cluster-pulls", "config-folders", "kubectl", "kustomize-overlays", "lsp", "new-from", "probe-as", "probe-strict-rendered", "probe-wait", "progress", "render-met", "trust-probe"}

// TestScripts runs fixtures/cli/*.txtar, each about one behaviour.
func TestScripts(t *testing.T) {
	t.Parallel()
	dir, files := "../../fixtures/cli", []string(nil)
	if slow.Race() {
		for _, name := range concurrent {
			files = append(files, filepath.Join(dir, name+".txtar"))
		}
		dir = ""
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		Setup:               prepareEngines,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "usage": usage},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("there is no condition %q", name)
		},
	})
}

// exits runs a program and expects an exit code: exits 2 imagelint --nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
