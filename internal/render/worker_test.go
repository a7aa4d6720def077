//go:build unix

package render_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/kustomize"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// asWorker selects the kind of worker that this binary acts as.
const asWorker = "-test.worker="

// beWorker makes this binary act as a worker: one that works, one that never answers, one that exits at once,
// or one that exits after its fifth answer.
func beWorker(how string) {
	switch how {
	case "works":
		if len(os.Environ()) > 2 {
			fmt.Fprintln(os.Stderr, os.Environ())
			os.Exit(1) //nolint:forbidigo // the environment leaks
		}
		if render.Serve(os.Stdin, os.Stdout) != nil {
			os.Exit(1) //nolint:forbidigo // like the program does
		}
	case "waits":
		time.Sleep(time.Minute)
	case "ends":
	case "tires":
		for range 5 {
			var req kustomize.Request
			if kustomize.Receive(os.Stdin, &req) != nil || kustomize.Send(os.Stdout, &kustomize.Reply{Result: *kustomize.Build(req)}) != nil {
				return
			}
		}
	}
}

// kustomizations creates n folders with a kustomization each.
func kustomizations(t *testing.T, n int) []render.Target {
	t.Helper()
	dir := t.TempDir()
	var out []render.Target
	for i := range n {
		at := filepath.Join(dir, fmt.Sprint("k", i))
		write(t, filepath.Join(at, "kustomization.yaml"), "resources: [pod.yaml]\nimages: [{name: app, newTag: \"2\"}]\n")
		write(t, filepath.Join(at, "pod.yaml"), fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec: {containers: [{name: a, image: app}]}\n", i))
		out = append(out, render.Target{Kind: render.Kustomization, Path: at})
	}
	return out
}

func worker(how string) []string { return []string{os.Args[0], asWorker + how} }

// A worker gives the same results as building in-process, for many builds and without the environment; one
// that has exited is replaced.
func TestWorker(t *testing.T) {
	t.Parallel()
	targets := kustomizations(t, 40)
	want, err := render.New(render.Options{}).All(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []string{"works", "tires"} {
		got, err := render.New(render.Options{Worker: worker(how)}).All(t.Context(), targets)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if want[i].Err != nil || got[i].Err != nil || string(want[i].Data) != string(got[i].Data) || len(want[i].Data) == 0 {
				t.Fatalf("%s: %v, %v:\n%s\n%s", how, want[i].Err, got[i].Err, want[i].Data, got[i].Data)
			}
			for _, o := range []*render.Output{want[i], got[i]} {
				p := render.New(render.Options{}).Origins(t.Context(), o, []render.OutputSpan{{Line: 7, From: 11, To: 16, Text: "app:2"}})[0]
				if len(p.Origins) != 1 || !strings.HasSuffix(p.Origins[0].Message, `kustomization.yaml:2, replacing "app"`) || filepath.Base(p.Template.File().Name) != "pod.yaml" {
					t.Errorf("origin %+v", p)
				}
			}
		}
	}
}

// A build that takes too long is killed, a crash of a worker is reported, and neither affects other builds.
func TestWorkerBounds(t *testing.T) {
	t.Parallel()
	for how, want := range map[string]string{"waits": "it was not built within 200ms", "ends": "kustomize ran out of memory or crashed"} {
		o := render.Options{Worker: worker(how)}
		if how == "waits" {
			o.Timeout = 200 * time.Millisecond
		}
		got, err := render.New(o).All(t.Context(), kustomizations(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range got {
			if o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), want) {
				t.Errorf("%s: %s, %v", how, o.Reason, o.Err)
			}
		}
	}
	got, err := render.New(render.Options{Worker: []string{"/none/imagelint", "work"}}).All(t.Context(), kustomizations(t, 3))
	if err != nil || got[2].Err != nil {
		t.Errorf("without a worker: %v, %v", err, got[2].Err)
	}
}

// Kustomizations that others build on are part of them; in a cycle, one is not.
func TestRings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"base": "resources: [a.yaml]\n", "over": "resources: [../base]\n", "alone": "namespace: a\n", "comp": "kind: Component\n",
		"top": "resources: [../over]\ncomponents: [../comp]\n", "ring1": "resources: [../ring2]\n", "ring2": "resources: [../ring1]\n",
	} {
		write(t, filepath.Join(dir, name, "kustomization.yaml"), text)
	}
	var folders []string
	for _, name := range []string{"alone", "base", "comp", "over", "ring1", "ring2", "top"} {
		folders = append(folders, filepath.Join(dir, name))
	}
	parts := render.BuiltInto(disk.OS, folders)
	var got []string
	for _, f := range folders {
		if parts[f] {
			got = append(got, filepath.Base(f))
		}
	}
	if want := "base comp over ring2"; strings.Join(got, " ") != want {
		t.Errorf("parts %v, want %s", got, want)
	}
}
