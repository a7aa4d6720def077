//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProgram is the environment variable that makes the test binary run the program; its value is the grace period.
const asProgram = "TEST_AS_IMAGELINT"

func TestMain(m *testing.M) {
	if value := os.Getenv(asProgram); value != "" {
		var err error
		if grace, err = time.ParseDuration(value); err != nil {
			panic(err)
		}
		main()
	}
	m.Run()
}

// program starts the program with arguments. If it does not end, it is killed and the test fails.
func program(t *testing.T, grace string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd = exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir, cmd.Env, stderr = t.TempDir(), append(os.Environ(), asProgram+"="+grace), &bytes.Buffer{}
	cmd.Stderr = stderr
	return cmd, stderr
}

// cancelled checks the exit code and output of a cancelled run.
func cancelled(t *testing.T, cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 || stderr.String() != "imagelint: cancelled\n" {
		t.Errorf("ended with %v, and says %q", err, stderr)
	}
}

// The first signal ends a run that waits for standard input.
func TestSignalWhileReadingStdin(t *testing.T) {
	t.Parallel()
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd, stderr := program(t, "1h", "-") // it must end without waiting for the grace period
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// More than a pipe buffers: once it is written, the program is reading, and its signal handler is installed.
		if _, err := io.WriteString(in, strings.Repeat("a: b\n", 1<<18)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		cancelled(t, cmd, stderr)
	}
}

// waiting starts the program with a named pipe as a list of names, as a shell passes the output of a command, and
// returns once the program reads it.
func waiting(t *testing.T, grace string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	cmd, stderr = program(t, grace, "--known-secret", "@"+pipe, ".")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		w, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			t.Cleanup(func() { _ = w.Close() })
			return cmd, stderr
		}
		if !errors.Is(err, syscall.ENXIO) { // no reader yet
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the pipe was not read")
	return nil, nil
}

// The first signal also ends a run that waits where a cancelled context has no effect.
func TestSignalWhileReadingAPipe(t *testing.T) {
	t.Parallel()
	cmd, stderr := waiting(t, "1ms")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	cancelled(t, cmd, stderr)
}

// A second signal ends the program at once, as if it had no handler.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	cmd, _ := waiting(t, "1h")
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		_ = cmd.Process.Signal(syscall.SIGINT) // signals that arrive together count as one: repeat until it takes effect
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !errors.As(err, &exit) || !ok || !status.Signaled() || status.Signal() != syscall.SIGINT {
				t.Errorf("ended with %v", err)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// A signal while charts are rendered stops the rendering, and findings that need none are reported.
func TestSignalWhileRendering(t *testing.T) {
	t.Parallel()
	cmd, stderr := program(t, "1h", "--helm", "./helm", "tree")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	started := filepath.Join(cmd.Dir, "started")
	for name, text := range map[string]string{
		"helm":                        "#!/bin/sh\ncase $1 in version) echo v3.16.0 ;; *) : >" + started + "; while :; do :; done ;; esac\n",
		"tree/web/Chart.yaml":         "apiVersion: v2\nname: web\nversion: 1.0.0\n",
		"tree/web/templates/pod.yaml": "apiVersion: v1\n",
		"tree/pod.yaml":               "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: \"ghcr.io/acme/Web:1\"}]}\n",
	} {
		name = filepath.Join(cmd.Dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		if _, err := os.Stat(started); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	cancelled(t, cmd, stderr)
	if out := stdout.String(); !strings.Contains(out, "[image-uppercase]") || !strings.Contains(out, "1 not rendered") {
		t.Errorf("reports %q", out)
	}
}
