package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/tools/txtar"
)

// The scripts fixtures/cli/render-*.txtar need helm and kustomize. By default they run with recorded output
// in fixtures/engines: the scripts' "helm" and "kustomize" are recorders that replay it. With
// IMAGELINT_ENGINES=FOLDER they run with the real programs in that folder, as in .ci/engines; and if a file
// fixtures/engines/.record names such a folder, the recorders run those programs and record their output.

// recordings is the folder of recorded output. A recorder runs with an empty environment and in another
// folder, so it reads the path from a file beside its program.
func recordings() string {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	folder, err := os.ReadFile(filepath.Join(filepath.Dir(program), recordingsFile))
	if err != nil {
		panic(err)
	}
	return string(folder)
}

const recordingsFile = "recordings"

// placeRecordings writes that file. The scripts' programs must be in PATH.
func placeRecordings() error {
	program, err := exec.LookPath("helm")
	if err != nil {
		return err
	}
	folder, err := filepath.Abs("../../fixtures/engines")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(program), recordingsFile), []byte(folder), 0o600)
}

// scriptName matches the script's name in a path below its work folder.
var scriptName = regexp.MustCompile(`script-([a-z0-9-]+)`)

// recorder is the main function of the scripts' engines.
func recorder(engine string) func() {
	return func() {
		name, normal := recordingOf(engine, os.Args[1:])
		file := filepath.Join(recordings(), name+".txtar")
		if folder, err := os.ReadFile(filepath.Join(recordings(), ".record")); err == nil {
			record(file, normal, filepath.Join(strings.TrimSpace(string(folder)), engine))
		}
		a, err := txtar.ParseFile(file)
		if err != nil {
			fmt.Fprintf(os.Stderr, "Error: nothing is recorded for %s %s: .ci/engines --record does that\n", engine, normal)
			os.Exit(1) //nolint:forbidigo // this is the program's main function
		}
		code := 0
		for _, f := range a.Files {
			switch f.Name {
			case "stdout":
				os.Stdout.Write(f.Data)
			case "stderr":
				os.Stderr.Write(f.Data)
				code = 1
			}
		}
		os.Exit(code) //nolint:forbidigo // this is the program's main function
	}
}

// recordingOf identifies an engine's call: its arguments, with the content of files and folders instead of
// their paths.
func recordingOf(engine string, args []string) (name, normal string) {
	script := "any"
	var shown []string
	sum := sha256.New()
	for _, a := range args {
		if m := scriptName.FindStringSubmatch(a); m != nil {
			script = m[1]
		}
		if filepath.IsAbs(a) {
			hash := sha256.New()
			_ = filepath.WalkDir(a, func(path string, e fs.DirEntry, err error) error {
				if err == nil && e.Type().IsRegular() {
					data, _ := os.ReadFile(path)
					rel, _ := filepath.Rel(a, path)
					fmt.Fprintf(hash, "%s %d\n%s", filepath.ToSlash(rel), len(data), data)
				}
				return nil
			})
			a = "<" + hex.EncodeToString(hash.Sum(nil))[:8] + ">"
		}
		shown = append(shown, a)
		fmt.Fprintf(sum, "%d %s", len(a), a)
	}
	return script + "-" + engine + "-" + hex.EncodeToString(sum.Sum(nil))[:8], strings.Join(shown, " ")
}

// record runs a real engine and records its output.
func record(file, normal, program string) {
	cmd := exec.Command(program, os.Args[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	a := &txtar.Archive{Comment: []byte(filepath.Base(program) + " " + normal + "\n")}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		work := regexp.MustCompile(`/[^' ]*/script-[a-z0-9-]+/`)
		a.Files = []txtar.File{{Name: "stderr", Data: work.ReplaceAll(stderr.Bytes(), []byte("<work>/"))}}
	} else if err == nil {
		a.Files = []txtar.File{{Name: "stdout", Data: stdout.Bytes()}}
	}
	_ = os.WriteFile(file, txtar.Format(a), 0o644)
}

// prepareEngines gives scripts about rendering the charts and kustomizations of the fixtures, and real
// engines if there are any.
func prepareEngines(e *testscript.Env) error {
	program, err := exec.LookPath("imagelint")
	if err != nil {
		return err
	}
	e.Setenv("IMAGELINT", program)
	e.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would let each program sleep for a second at its end
	schemas, err := filepath.Abs("../../schema")
	if err != nil {
		return err
	}
	e.Setenv(schemasVariable, schemas)
	if !strings.Contains(filepath.Base(e.WorkDir), "script-render-") {
		return nil
	}
	if real := os.Getenv("IMAGELINT_ENGINES"); real != "" {
		e.Setenv("PATH", real+string(os.PathListSeparator)+e.Getenv("PATH"))
	}
	for _, dir := range []string{"charts", "kustomize"} {
		if err := os.CopyFS(filepath.Join(e.WorkDir, dir), os.DirFS(filepath.Join("../../fixtures", dir))); err != nil {
			return err
		}
	}
	return nil
}

// The examples in docs/charts.md are what the scripts expect.
func TestChartsPage(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("../../fixtures/cli/render-*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range scripts {
		all.WriteString(read(t, name))
	}
	blocks := strings.Split(read(t, "../../docs/charts.md"), "```text\n")[1:]
	if len(blocks) == 0 {
		t.Error("the page shows nothing")
	}
	for _, b := range blocks {
		if text, _, _ := strings.Cut(b, "```"); !strings.Contains(all.String(), text) {
			t.Errorf("no script expects\n%s", text)
		}
	}
}
