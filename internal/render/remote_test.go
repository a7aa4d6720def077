//go:build unix

package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// inMemory is a file system of kustomizations.
func inMemory(n int) (system disk.FS, targets []render.Target) {
	texts := map[string][]byte{"/.git/HEAD": nil, "/base/pod.yaml": []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: app}]}\n")}
	texts["/base/kustomization.yaml"] = []byte("resources: [pod.yaml]\n")
	for i := range n {
		at := fmt.Sprintf("/k%d", i)
		texts[at+"/kustomization.yaml"] = fmt.Appendf(nil, "resources: [../base]\nimages: [{name: app, newTag: \"%d\"}]\n", i)
		targets = append(targets, render.Target{Kind: render.Kustomization, Path: at})
	}
	texts["/none/kustomization.yaml"] = []byte("resources: [../base, missing.yaml]\n")
	texts["/huge/kustomization.yaml"] = []byte("resources: [huge.yaml]\n")
	texts["/huge/huge.yaml"] = []byte(strings.Repeat("# x\n", 3<<20))
	return disk.InMemory(texts), append(targets, render.Target{Kind: render.Kustomization, Path: "/none"}, render.Target{Kind: render.Kustomization, Path: "/huge"})
}

// A worker builds kustomizations that are not on disk by requesting each file. The result is the
// same as in this process.
func TestWorkerAsks(t *testing.T) {
	t.Parallel()
	system, targets := inMemory(40)
	want, err := render.New(render.Options{Files: system}).All(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	got, err := render.New(render.Options{Files: system, Worker: worker("works")}).All(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if string(want[i].Data) != string(got[i].Data) || want[i].Reason != got[i].Reason || fmt.Sprint(want[i].Err) != fmt.Sprint(got[i].Err) {
			t.Errorf("%s: %v, %v:\n%s\n%s", want[i].Path, want[i].Err, got[i].Err, want[i].Data, got[i].Data)
		}
		if failed := i >= 40; (want[i].Err != nil) != failed {
			t.Errorf("%s: %v", want[i].Path, want[i].Err)
		}
	}
	if err := got[41].Err; !strings.Contains(err.Error(), "larger than 8 MiB") {
		t.Error(err)
	}
}

// Builds from memory have the same limits as other builds.
func TestWorkerBoundsInMemory(t *testing.T) {
	t.Parallel()
	system, targets := inMemory(1)
	for _, tt := range []struct {
		how     string
		timeout time.Duration
		want    string
	}{
		{"waits", 200 * time.Millisecond, "it was not built within 200ms"},
		{"ends", time.Minute, "kustomize ran out of memory or crashed"},
	} {
		got, err := render.New(render.Options{Files: system, Worker: worker(tt.how), Timeout: tt.timeout}).All(t.Context(), targets[:1])
		if err != nil {
			t.Fatal(err)
		}
		if o := got[0]; o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), tt.want) {
			t.Errorf("%s: %s, %v", tt.how, o.Reason, o.Err)
		}
	}
}

// An output is reused for another file system only if everything that determines it is the same
// there.
func TestSameIn(t *testing.T) {
	t.Parallel()
	system, targets := inMemory(1)
	outputs, err := render.New(render.Options{Files: system}).All(t.Context(), targets)
	if err != nil {
		t.Fatal(err)
	}
	everything := func(string) bool { return true }
	names, ok := outputs[0].Inputs()
	if !ok || len(names) != 3 {
		t.Fatalf("inputs %q", names)
	}
	if o := outputs[0].SameIn(system, everything); o == nil || string(o.Data) != string(outputs[0].Data) {
		t.Errorf("the output is not reused: %+v", o)
	}
	for _, changed := range names {
		if outputs[0].SameIn(system, func(abs string) bool { return abs != changed }) != nil {
			t.Errorf("%s changed", changed)
		}
	}
	if outputs[1].SameIn(system, everything) != nil {
		t.Error("the output of a failed build is reused")
	}
	text := []byte("resources: []\n")
	for _, other := range []map[string][]byte{
		{"/k0/kustomization.yaml": text, "/base/kustomization.yaml": text},
		{"/k0/kustomization.yaml": text, "/k0/Kustomization": text, "/base/kustomization.yaml": text, "/base/pod.yaml": text},
	} {
		if outputs[0].SameIn(disk.InMemory(other), everything) != nil {
			t.Errorf("in %q", other)
		}
	}
}
