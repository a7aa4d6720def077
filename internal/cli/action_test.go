//go:build action

package cli_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// action is the content of action.yml:
// https://docs.github.com/en/actions/reference/metadata-syntax-for-github-actions
type action struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []struct {
			ID, Shell, Run string
			Env            map[string]string
		}
	}
}

// runner is a job's machine: a repository, a folder for temporary files, and the outputs of the steps so far.
type runner struct {
	action  action
	root    string // of this repository, which holds the action
	space   string // GITHUB_WORKSPACE
	temp    string // RUNNER_TEMP
	env     []string
	head    string                       // the repository that the event says the pull request is from
	steps   map[string]map[string]string // the outputs of the steps, by their IDs
	log     string
	summary string

	installed map[string]string // the outputs of the step that builds the action's own commit
}

func newRunner(t *testing.T) *runner {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	r := &runner{root: root, space: t.TempDir(), temp: t.TempDir()}
	if err := yaml.UnmarshalStrict([]byte(read(t, filepath.Join(root, "action.yml"))), &struct {
		*action
		Name, Description, Author string
		Branding                  map[string]string
	}{action: &r.action}); err != nil {
		t.Fatal(err)
	}
	r.write(t, "k8s/good.yaml", pod("good", "nginx:1.27.3"))
	r.write(t, "k8s/bad.yaml", pod("bad", "Nginx:1.27.3")+"---\n"+pod("free", "nginx"))
	r.write(t, "good.yaml", pod("good", "nginx:1.27.3"))
	r.write(t, "with blank/a b.yaml", pod("blank", "Nginx:1"))
	r.write(t, "imagelint-info.yaml", "fail-on: info\n")
	r.write(t, "wrong.yaml", "fail-on: sometimes\n")
	return r
}

func pod(name, image string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec:\n  containers:\n  - name: app\n    image: %q\n", name, image)
}

func (r *runner) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(r.space, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

var expression = regexp.MustCompile(`\$\{\{ *([a-z-]+)\.([a-z_-]+)(?:\.outputs\.([a-z-]+))? *\}\}`)

// evaluate expands the expressions of a value, as far as action.yml uses them.
func (r *runner) evaluate(t *testing.T, value string, inputs map[string]string) string {
	t.Helper()
	if strings.Contains(value, "github.event.") {
		const head = "${{ github.event.pull_request.head.repo.full_name || github.event.workflow_run.head_repository.full_name }}"
		if value != head {
			t.Fatalf("no runner knows %s", value)
		}
		return r.head
	}
	out := expression.ReplaceAllStringFunc(value, func(e string) string {
		m := expression.FindStringSubmatch(e)
		switch {
		case m[1] == "inputs":
			in, ok := r.action.Inputs[m[2]]
			if !ok {
				t.Fatalf("unknown input %q", m[2])
			}
			if v, given := inputs[m[2]]; given {
				return v
			}
			return in.Default
		case m[1] == "steps":
			return r.steps[m[2]][m[3]]
		case m[1] == "github" && m[2] == "action_path":
			return r.root
		case m[1] == "github" && m[2] == "token":
			return "the job's token"
		}
		t.Fatalf("no runner knows %s", e)
		return ""
	})
	return out
}

// use runs the steps of the action as the runner does, up to the first failure, and returns the exit code and
// the outputs.
func (r *runner) use(t *testing.T, inputs map[string]string) (code int, outputs map[string]string) {
	t.Helper()
	for name := range inputs {
		if _, ok := r.action.Inputs[name]; !ok {
			t.Fatalf("unknown input %q", name)
		}
	}
	r.steps, r.log, r.summary = map[string]map[string]string{}, "", ""
	for _, step := range r.action.Runs.Steps {
		if _, given := inputs["version"]; step.ID == "install" && !given && r.installed != nil {
			r.steps[step.ID] = r.installed // one build is enough
			continue
		}
		if step.Shell != "bash" || step.Run == "" || strings.Contains(step.Run, "${{") {
			t.Fatalf("step %s: wants a script for bash without expressions, which would be read as commands:\n%s", step.ID, step.Run)
		}
		files := t.TempDir()
		script := filepath.Join(files, "script.sh")
		if err := os.WriteFile(script, []byte(step.Run), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
		cmd.Dir = r.space
		cmd.Env = append(os.Environ(), "GITHUB_WORKSPACE="+r.space, "RUNNER_TEMP="+r.temp, "RUNNER_OS=Linux", "RUNNER_ARCH=X64", "CI=true", "GITHUB_ACTIONS=true")
		for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"} {
			file := filepath.Join(files, name)
			if err := os.WriteFile(file, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			cmd.Env = append(cmd.Env, name+"="+file)
		}
		for name, value := range step.Env {
			cmd.Env = append(cmd.Env, name+"="+r.evaluate(t, value, inputs))
		}
		cmd.Env = append(cmd.Env, r.env...)
		out, err := cmd.CombinedOutput()
		r.log += string(out)
		r.summary += read(t, filepath.Join(files, "GITHUB_STEP_SUMMARY"))
		r.steps[step.ID] = outputsOf(t, read(t, filepath.Join(files, "GITHUB_OUTPUT")))
		for _, name := range []string{"GITHUB_ENV", "GITHUB_PATH"} {
			if text := read(t, filepath.Join(files, name)); text != "" {
				t.Errorf("step %s changes the next job: %s contains %q", step.ID, name, text)
			}
		}
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			code = exit.ExitCode()
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if _, given := inputs["version"]; step.ID == "install" && !given {
			r.installed = r.steps[step.ID]
		}
	}
	outputs = map[string]string{}
	for name, o := range r.action.Outputs {
		outputs[name] = r.evaluate(t, o.Value, inputs)
	}
	return code, outputs
}

// outputsOf reads a step's name=value lines.
func outputsOf(t *testing.T, text string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			t.Errorf("%q is not an output", line)
		}
		out[name] = value
	}
	return out
}

// wants checks a run: its exit code, the relevant outputs, and what the log must and must not contain.
func (r *runner) wants(t *testing.T, inputs map[string]string, code int, findings, errs string, log ...string) map[string]string {
	t.Helper()
	got, outputs := r.use(t, inputs)
	if got != code {
		t.Errorf("%v: exit code %d, want %d", inputs, got, code)
	}
	if diff := cmp.Diff([]string{findings, errs}, []string{outputs["findings"], outputs["errors"]}); diff != "" {
		t.Errorf("%v: findings and errors (-want +got):\n%s", inputs, diff)
	}
	for _, want := range log {
		without := strings.HasPrefix(want, "!")
		if strings.Contains(r.log, strings.TrimPrefix(want, "!")) == without {
			t.Errorf("%v: want in the log: %s", inputs, want)
		}
	}
	if t.Failed() {
		t.Fatalf("the log:\n%s", r.log)
	}
	return outputs
}

// sarifFiles returns the files that a SARIF report names.
func sarifFiles(t *testing.T, file string) []string {
	t.Helper()
	var report struct {
		Version string
		Runs    []struct {
			Results []struct {
				Locations []struct {
					PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, file)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Version != "2.1.0" {
		t.Errorf("SARIF version %q", report.Version)
	}
	files := []string{}
	for _, result := range report.Runs[0].Results {
		files = append(files, result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	}
	return files
}

func TestAction(t *testing.T) {
	t.Parallel()
	r := newRunner(t)

	// Findings: annotations, a summary, SARIF, counts.
	out := r.wants(t, map[string]string{"paths": "k8s"}, 1, "2", "1", "::error ", "file=k8s/bad.yaml,line=7,", "::warning ", "file=k8s/bad.yaml,line=15,")
	if diff := cmp.Diff([]string{"k8s/bad.yaml", "k8s/bad.yaml"}, sarifFiles(t, out["sarif-file"])); diff != "" {
		t.Errorf("SARIF (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(r.summary, "## imagelint") || !strings.Contains(r.summary, "image-uppercase") {
		t.Errorf("the summary:\n%s", r.summary)
	}
	// None.
	out = r.wants(t, map[string]string{"paths": "good.yaml"}, 0, "0", "0", "!::")
	if files := sarifFiles(t, out["sarif-file"]); len(files) != 0 {
		t.Errorf("SARIF of a clean run names %q", files)
	}
	if r.summary == "" {
		t.Error("a clean run has no summary")
	}
	// The severities, by flag and by configuration.
	r.wants(t, map[string]string{"paths": "k8s", "fail-on": "never"}, 0, "2", "1", "::error ")
	r.wants(t, map[string]string{"paths": "k8s/good.yaml", "config": "imagelint-info.yaml"}, 0, "0", "0")
	// Several paths, with spaces in them and around them.
	r.wants(t, map[string]string{"paths": "  good.yaml\r\n\n  with blank/a b.yaml\n"}, 1, "1", "1", "file=with blank/a b.yaml,")
	// No path means the whole folder; configuration files in it are not Kubernetes objects.
	r.wants(t, map[string]string{"paths": " \n"}, 1, "3", "2")
}

// File names are not read as flags, neither by the program nor by the script.
func TestActionNames(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	names := []string{"--output=x", "-o", "--exclude=k8s", "-rf", "--version", "--help"}
	for _, name := range names {
		r.write(t, name, pod("odd", "Nginx:1"))
		r.wants(t, map[string]string{"paths": name}, 1, "1", "1", "file="+name+",")
	}
	r.wants(t, map[string]string{"paths": strings.Join(names, "\n") + "\nk8s"}, 1, "8", "7")
	r.write(t, "-n/bad.yaml", pod("odd", "Nginx:1"))
	r.wants(t, map[string]string{"paths": "bad.yaml", "working-directory": "-n"}, 1, "1", "1", "file=-n/bad.yaml,")
	if _, err := os.Stat(filepath.Join(r.space, "x")); err == nil {
		t.Error("a file is written")
	}
}

func TestActionFailures(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	out := r.wants(t, map[string]string{"paths": "nowhere"}, 3, "0", "0", "nowhere", "::error title=imagelint::the run failed (exit code 3)")
	if out["sarif-file"] == "" {
		t.Error("the text that was read is not reported")
	}
	r.write(t, "empty/README.md", "no manifest")
	r.wants(t, map[string]string{"paths": "empty"}, 2, "0", "0", "nothing was checked", "::error title=imagelint::wrong input or configuration, or nothing to examine (exit code 2)")
	out = r.wants(t, map[string]string{"paths": "good.yaml", "config": "wrong.yaml"}, 2, "", "", "sometimes", "(exit code 2)")
	if out["sarif-file"] != "" {
		t.Errorf("a run that read nothing wrote a SARIF file: %s", out["sarif-file"])
	}
	r.wants(t, map[string]string{"paths": "good.yaml", "format": "nonsense"}, 2, "", "", `unknown format "nonsense"`)
	r.wants(t, map[string]string{"paths": "good.yaml", "probe": "yes"}, 2, "", "", `::error title=imagelint::probe is "yes"`)
	r.wants(t, map[string]string{"working-directory": "gone"}, 3, "", "", `::error title=imagelint::there is no folder "gone"`)
	r.wants(t, map[string]string{"version": "latest"}, 3, "", "", `::error title=imagelint::version "latest" is neither`)
	r.env, r.installed = []string{"PATH=/usr/bin:/bin"}, nil
	if _, err := os.Stat("/usr/bin/go"); err != nil {
		r.wants(t, map[string]string{"paths": "good.yaml"}, 3, "", "", "use actions/setup-go before")
	}
}

// A discovered configuration is trusted if the input says so, and never for code from a fork.
func TestActionTrust(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	r.write(t, ".imagelint.yaml", "probe: {ca-files: [none.pem]}\n")
	r.write(t, "k8s/local.yaml", pod("local", "nginx:1.27.3")+"    imagePullPolicy: Never\n")
	const leftOut, obeyed, off = "probe.ca-files is ignored", "read certificates", "::notice title=imagelint::trust-config is off"
	inputs := map[string]string{"paths": "k8s/local.yaml", "probe": "true"}
	r.wants(t, inputs, 0, "1", "0", leftOut, "!"+off)
	r.env = []string{"IMAGELINT_TRUST_CONFIG=true", "GITHUB_EVENT_NAME=push"} // the variable of the flag is not an input
	r.wants(t, inputs, 0, "1", "0", leftOut)
	inputs["trust-config"] = "true"
	for _, tt := range []struct {
		event, head string
		trusted     bool
	}{
		{"push", "", true},
		{"schedule", "", true},
		{"pull_request", "acme/deploy", true},
		{"pull_request", "mallory/deploy", false},
		{"pull_request", "acme/deploy-2", false},
		{"pull_request", "", false}, // the fork is gone
		{"pull_request_target", "mallory/deploy", false},
		{"workflow_run", "acme/deploy", true},
		{"workflow_run", "mallory/deploy", false},
		{"issue_comment", "", false},
		{"", "", false},
	} {
		r.env = []string{"GITHUB_EVENT_NAME=" + tt.event, "GITHUB_REPOSITORY=acme/deploy"}
		r.head = tt.head
		if tt.trusted {
			r.wants(t, inputs, 2, "", "", obeyed, "!"+off)
		} else {
			r.wants(t, inputs, 0, "1", "0", leftOut, off)
		}
	}
	r.wants(t, map[string]string{"paths": "k8s", "trust-config": "yes"}, 2, "", "", `trust-config is "yes"`)
}

// The gate waits as long as it is told, and contacts no registry for code from a fork.
func TestActionGate(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	r.write(t, ".imagelint.yaml", "probe: {ca-files: [none.pem]}\n")
	r.write(t, "k8s/local.yaml", pod("local", "nginx:1.27.3")+"    imagePullPolicy: Never\n")
	const asks, off = "probe.ca-files is ignored", "::notice title=imagelint::gate is off" // the first is said where registries would be asked
	inputs := map[string]string{"paths": "k8s/local.yaml", "gate": "15m"}
	r.env = []string{"GITHUB_EVENT_NAME=push"}
	r.wants(t, inputs, 0, "1", "0", asks, "!"+off)
	r.env = append(r.env, "IMAGELINT_PROBE_AS=nobody")
	r.wants(t, inputs, 2, "", "", `--probe-as: "nobody" is unknown`)
	r.env = []string{"GITHUB_EVENT_NAME=pull_request", "GITHUB_REPOSITORY=acme/deploy"}
	r.head = "mallory/deploy"
	r.wants(t, inputs, 0, "1", "0", "!"+asks, off)
	r.env = []string{"GITHUB_EVENT_NAME=push"}
	r.wants(t, map[string]string{"paths": "k8s/local.yaml", "gate": "15 minutes"}, 2, "", "", `--wait: "15 minutes" is not a valid duration`)
	for _, off := range []string{"", "false"} {
		r.wants(t, map[string]string{"paths": "k8s/local.yaml", "gate": off}, 0, "1", "0", "!"+asks)
	}
	r.wants(t, map[string]string{"paths": "k8s/local.yaml", "gate": "true"}, 2, "", "", `gate is "true", and can be a time`)
}

// Inputs are never run as commands, nor read as flags.
func TestActionInjection(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	hostile := "$(touch pwned) `touch pwned` \"; touch pwned; #"
	for name := range r.action.Inputs {
		for _, value := range []string{hostile, "'" + hostile, "x\n::set-output name=errors::0\n" + hostile, "--fail-on=never"} {
			inputs := map[string]string{"paths": "k8s"}
			inputs[name] = value
			if code, _ := r.use(t, inputs); code == 0 {
				t.Errorf("%s = %q ends well", name, value)
			}
			for _, folder := range []string{r.space, r.temp, r.root} {
				if err := filepath.WalkDir(folder, func(file string, e fs.DirEntry, err error) error {
					if err == nil && e.Name() == "pwned" {
						err = fmt.Errorf("%s was made", file)
					}
					return err
				}); err != nil {
					t.Fatalf("%s = %q is read as a command: %v", name, value, err)
				}
			}
		}
	}
}

// Paths are relative to the repository, wherever imagelint runs.
func TestActionFolder(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	for _, tt := range []struct{ folder, property, uri string }{
		{"k8s", "k8s", "k8s"},
		{"./k8s/", "k8s", "k8s"},
		{"with blank/a,b:c&d|é", "with blank/a%2Cb%3Ac&d|é", "with%20blank/a%2Cb%3Ac%26d%7C%C3%A9"},
	} {
		r.write(t, filepath.Join(tt.folder, "bad.yaml"), pod("bad", "Nginx:1"))
		out := r.wants(t, map[string]string{"paths": "bad.yaml", "working-directory": tt.folder}, 1, "1", "1", "file="+tt.property+"/bad.yaml,line=7,")
		if diff := cmp.Diff([]string{tt.uri + "/bad.yaml"}, sarifFiles(t, out["sarif-file"])); diff != "" {
			t.Errorf("SARIF (-want +got):\n%s", diff)
		}
	}
}

// Formats and files are paired, as for the flags.
func TestActionFormats(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	r.wants(t, map[string]string{"paths": "k8s", "format": "text"}, 1, "2", "1", "k8s/bad.yaml:7:13: error: ", "!::error ")
	r.wants(t, map[string]string{"paths": "k8s", "format": "github\njunit\n", "output": "-\njunit.xml\n"}, 1, "2", "1", "::error ")
	if text := read(t, filepath.Join(r.space, "junit.xml")); !strings.Contains(text, "<testsuites") {
		t.Errorf("junit.xml:\n%s", text)
	}
}

// A release is run only with its checksum and GitHub's attestation.
func TestActionRelease(t *testing.T) {
	t.Parallel()
	r := newRunner(t)
	releases := t.TempDir()
	const archive = "imagelint_1.2.3_linux_amd64.tar.gz"
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		r.env = append(r.env, "RUNNER_OS=Linux", "RUNNER_ARCH=X64") // the archive holds this machine's program all the same
	}
	r.env = append(r.env, "IMAGELINT_RELEASES=file://"+releases)
	tools, asked := t.TempDir(), filepath.Join(t.TempDir(), "asked")
	vouch := func(verdict int) {
		t.Helper()
		script := fmt.Sprintf("#!/bin/sh\necho \"$GH_TOKEN: $*\" >%q\nexit %d\n", asked, verdict)
		if err := os.WriteFile(filepath.Join(tools, "gh"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	vouch(0)
	r.env = append(r.env, "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "::error title=imagelint::could not get file://")

	program := filepath.Join(t.TempDir(), "imagelint")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X github.com/imagelint-dev/imagelint/internal/version.released=v1.2.3", "-o", program, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	packed := pack(t, "imagelint", data)
	publish := func(name string, data []byte) {
		t.Helper()
		folder := filepath.Join(releases, "v1.2.3")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	checksums := fmt.Sprintf("%064d  imagelint_1.2.3_linux_arm64.tar.gz\n%x  %s\n", 0, sha256.Sum256(packed), archive)
	publish(archive, packed)
	publish("checksums.txt", []byte(checksums))
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 1, "2", "1", "imagelint v1.2.3\n", "::error ")
	want := "the job's token: attestation verify " + archive + " --repo imagelint-dev/imagelint" +
		" --signer-workflow imagelint-dev/imagelint/.github/workflows/release.yml --source-ref refs/tags/v1.2.3\n"
	if diff := cmp.Diff(want, read(t, asked)); diff != "" {
		t.Errorf("gh was asked (-want +got):\n%s", diff)
	}
	vouch(1)
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "the attestation of "+archive+" cannot be verified, so it is not run", "!imagelint v1.2.3\n")
	withGh := r.env
	r.env = append(slices.Clone(withGh), "IMAGELINT_ATTESTATION=skip")
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 1, "2", "1", "imagelint v1.2.3\n", "::warning title=imagelint::the attestation of "+archive+" is not verified")
	r.env = append(slices.Clone(withGh), "IMAGELINT_ATTESTATION=no")
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", `IMAGELINT_ATTESTATION is "no", and can be verify or skip`, "!imagelint v1.2.3\n")
	r.env = append(slices.Clone(withGh), "PATH="+without(t, "gh"))
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "there is no gh to verify the attestation of "+archive+" with, so it is not run", "!imagelint v1.2.3\n")
	r.env = withGh
	vouch(0)
	publish("checksums.txt", []byte(strings.ReplaceAll(checksums, archive, "another.tar.gz")))
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "checksums.txt of v1.2.3 does not name "+archive, "!imagelint v1.2.3")
	publish("checksums.txt", []byte(checksums))
	publish(archive, pack(t, "imagelint", []byte("#!/bin/sh\necho imagelint v1.2.3\n")))
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "it is not run", "!imagelint v1.2.3\n")
	r.env = append(r.env, "IMAGELINT_RELEASES=http://127.0.0.1:9")
	r.wants(t, map[string]string{"paths": "k8s", "version": "v1.2.3"}, 3, "", "", "could not get http://127.0.0.1:9/")
}

// without returns a folder for PATH with all existing programs except one.
func without(t *testing.T, missing string) string {
	t.Helper()
	folder := t.TempDir()
	for _, from := range filepath.SplitList(os.Getenv("PATH")) {
		programs, err := filepath.Glob(filepath.Join(from, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, program := range programs {
			if name := filepath.Base(program); name != missing {
				if err := os.Symlink(program, filepath.Join(folder, name)); err != nil && !errors.Is(err, os.ErrExist) {
					t.Fatal(err)
				}
			}
		}
	}
	return folder
}

// pack creates a tar.gz of one program.
func pack(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
