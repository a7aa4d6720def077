//go:build unix

package render_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// TestMain also implements a misbehaving engine: under the name helm, the test binary does what the chart's
// file "does" says. It can be a worker, too.
func TestMain(m *testing.M) {
	if how, ok := strings.CutPrefix(os.Args[len(os.Args)-1], asWorker); ok {
		beWorker(how)
		return
	}
	if filepath.Base(os.Args[0]) == "kustomize" {
		beKustomize()
		return
	}
	if filepath.Base(os.Args[0]) != "helm" {
		os.Exit(m.Run()) //nolint:forbidigo // this is the program's main function
	}
	if os.Args[1] == "version" {
		fmt.Fprintln(os.Stdout, "v4.3.1+gtest")
		return
	}
	chart := os.Args[len(os.Args)-1]
	does, _ := os.ReadFile(filepath.Join(chart, "does"))
	what, arg, _ := strings.Cut(strings.TrimSpace(string(does)), " ")
	switch what {
	case "":
		os.Exit(miniHelm(os.Args[2:], os.Stdout, os.Stderr)) //nolint:forbidigo // this is the program's main function
	case "tell":
		dir, _ := os.Getwd()
		fmt.Fprintf(os.Stdout, "folder=%s\n%s\n", dir, strings.Join(os.Environ(), "\n"))
	case "flood":
		line := bytes.Repeat([]byte("a: b\n"), 1<<16)
		for {
			if _, err := os.Stdout.Write(line); err != nil {
				os.Exit(1) //nolint:forbidigo // this is the program's main function
			}
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "eat":
		var all [][]byte
		for range 16 {
			all = append(all, bytes.Repeat([]byte{1}, 512<<20))
		}
		fmt.Fprintln(os.Stdout, len(all))
	case "dial":
		conn, err := net.DialTimeout("tcp", arg, time.Second)
		fmt.Fprintln(os.Stdout, "dialed:", err == nil)
		if err == nil {
			_ = conn.Close()
		}
	case "child":
		cmd := exec.Command(os.Args[0], arg)
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			fmt.Fprintln(os.Stderr, "Error:", err)
			os.Exit(1) //nolint:forbidigo // this is the program's main function
		}
		_ = os.WriteFile(filepath.Join(chart, "pid"), fmt.Appendf(nil, "%d", cmd.Process.Pid), 0o600)
		time.Sleep(time.Hour)
	}
}

// beKustomize is a kustomize that prints the file "built" of the folder.
func beKustomize() {
	if os.Args[1] == "version" {
		fmt.Fprintln(os.Stdout, "v5.8.1")
		return
	}
	data, err := os.ReadFile(filepath.Join(os.Args[len(os.Args)-1], "built"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error: accumulating resources: evalsymlink failure on '"+os.Args[len(os.Args)-1]+"/base.yaml' : lstat base.yaml: no such file or directory")
		os.Exit(1) //nolint:forbidigo // this is the program's main function
	}
	os.Stdout.Write(data)
}

// engineNamed returns the test binary under the name of an engine.
func engineNamed(t *testing.T, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), name)
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	return program
}

// misbehave renders a chart with an engine that does something forbidden.
func misbehave(t *testing.T, timeout time.Duration, does string) (*render.Output, string) {
	t.Helper()
	helm := engineNamed(t, "helm")
	chart := chartOf(t, map[string]string{"does": does})
	out, err := render.New(render.Options{Helm: helm, Timeout: timeout}).All(t.Context(), []render.Target{{Kind: render.Chart, Path: chart}})
	if err != nil {
		t.Fatal(err)
	}
	return out[0], chart
}

// chartOf writes a chart.
func chartOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "web")
	for name, data := range files {
		write(t, filepath.Join(dir, name), data)
	}
	if _, ok := files["Chart.yaml"]; !ok {
		write(t, filepath.Join(dir, "Chart.yaml"), "apiVersion: v2\nname: web\nversion: 1.0.0\n")
	}
	return dir
}

func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The engine does not see the user's environment, and runs in an empty folder that is removed afterwards.
func TestEnvironment(t *testing.T) {
	t.Setenv("KUBECONFIG", "/home/someone/.kube/config")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-a-real-one")
	t.Setenv("HELM_PLUGINS", "/home/someone/plugins")
	out, _ := misbehave(t, 0, "tell")
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	env := map[string]string{}
	for line := range strings.Lines(string(out.Data)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	home := env["HOME"]
	if home == "" || home == os.Getenv("HOME") || !strings.HasSuffix(env["folder"], filepath.Base(home)) {
		t.Errorf("HOME is %q, the folder %q", home, env["folder"])
	}
	if _, err := os.Stat(home); err == nil {
		t.Errorf("%s is still there", home)
	}
	for name, value := range env {
		if strings.Contains(value, "someone") || name == "AWS_SECRET_ACCESS_KEY" || name == "PATH" && value != home {
			t.Errorf("%s=%s is the user's", name, value)
		}
	}
	for _, name := range []string{"HELM_PLUGINS", "HELM_CONFIG_HOME", "XDG_CONFIG_HOME", "KUSTOMIZE_PLUGIN_HOME"} {
		if env[name] != home {
			t.Errorf("%s is %q, want the empty home", name, env[name])
		}
	}
}

// Output, time and memory are limited, and all child processes of an engine are killed.
func TestBounds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ does, want string }{
		{"flood", "it renders to more than 64 MiB"},
		{"sleep", "helm did not finish within 2s: use --render-timeout to allow more time"},
	} {
		t.Run(tt.does, func(t *testing.T) {
			t.Parallel()
			timeout := 2 * time.Second
			if tt.does == "flood" {
				timeout = time.Minute
			}
			out, _ := misbehave(t, timeout, tt.does)
			if out.Reason != manifests.SkipNotRendered || out.Err == nil || out.Err.Error() != tt.want || out.Data != nil {
				t.Errorf("%s, %v, %d bytes; want %q", out.Reason, out.Err, len(out.Data), tt.want)
			}
		})
	}
	t.Run("eat", func(t *testing.T) {
		t.Parallel()
		out, _ := misbehave(t, time.Minute, "eat")
		if out.Err == nil && runtime.GOOS == "linux" { // elsewhere only GOMEMLIMIT bounds memory, which is a soft limit
			t.Error("a worker could allocate 8 GiB")
		}
	})
	t.Run("child", func(t *testing.T) {
		t.Parallel()
		out, chart := misbehave(t, 2*time.Second, "child sleep")
		if out.Err == nil {
			t.Error("no error")
		}
		data, err := os.ReadFile(filepath.Join(chart, "pid"))
		if err != nil {
			t.Fatal(err)
		}
		pid := 0
		if _, err := fmt.Sscan(string(data), &pid); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); syscall.Kill(pid, 0) != nil || err == nil && bytes.Contains(stat, []byte(") Z ")) {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Errorf("process %d is still there", pid)
	})
}

// If the system supports network isolation, the program cannot reach the network.
func TestNetwork(t *testing.T) {
	t.Parallel()
	args := []string{"--user", "--net", "true"}
	if os.Geteuid() == 0 {
		args = args[1:]
	}
	if runtime.GOOS != "linux" || exec.Command("unshare", args...).Run() != nil {
		t.Skip("this system gives no network of its own to a program")
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	out, _ := misbehave(t, 0, "dial "+l.Addr().String())
	if got := string(out.Data); got != "dialed: false\n" {
		t.Errorf("%q, %v", got, out.Err)
	}
}

// Canceling a run kills the engine.
func TestCancel(t *testing.T) {
	t.Parallel()
	helm := engineNamed(t, "helm")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	targets := []render.Target{{Kind: render.Chart, Path: chartOf(t, map[string]string{"does": "sleep"})}}
	out, err := render.New(render.Options{Helm: helm}).All(ctx, targets)
	if err == nil || !errors.Is(out[0].Err, render.ErrCancelled) || out[0].Reason != manifests.SkipNotRendered {
		t.Errorf("%v, %+v", err, out[0])
	}
}
