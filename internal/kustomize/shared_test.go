package kustomize

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// inMemory returns the files of an archive.
func inMemory(archive string) files.FS {
	texts := map[string][]byte{}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		texts["/r/"+f.Name] = f.Data
	}
	return files.InMemory(texts)
}

// built builds a folder with shared texts. The result must not depend on them.
func built(t *testing.T, archive, folder string, shared *sharedTexts) *Result {
	t.Helper()
	req := Request{Root: "/r", Folder: "/r/" + folder, Shown: folder}
	r := build(inMemory(archive), req, shared)
	if diff := cmp.Diff(build(inMemory(archive), req, &sharedTexts{}), r); diff != "" {
		t.Errorf("%s, alone and with shared texts:\n%s", folder, diff)
	}
	return r
}

// images returns where the images in the output are written.
func images(r *Result) string {
	var out []string
	for _, v := range r.Values {
		line, _, _ := bytes.Cut(r.Data[v.Offset:], []byte("\n"))
		if bytes.HasSuffix(r.Data[:v.Offset], []byte("image: ")) {
			name, _ := filepath.Rel("/r", r.Files[v.At.File])
			out = append(out, fmt.Sprintf("%s from %s:%d", line, name, v.At.From))
		}
	}
	return strings.Join(out, ", ")
}

const (
	pod      = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: \"a:1\"}]}\n"
	overlays = "-- base/kustomization.yaml --\nresources: [pod.yaml]\n-- base/pod.yaml --\n" + pod +
		"-- twin/kustomization.yaml --\nresources: [pod.yaml]\nnamePrefix: twin-\n-- twin/pod.yaml --\n" + pod +
		"-- one/kustomization.yaml --\nresources: [../base]\nimages: [{name: a, newTag: \"2\"}]\n" +
		"-- two/kustomization.yaml --\nresources: [../base]\npatches: [{path: patch.yaml}]\n-- two/patch.yaml --\n" + pod +
		"-- both/kustomization.yaml --\nresources: [../base, ../twin]\n" +
		"-- heavy/kustomization.yaml --\nresources: [a.yaml]\n-- heavy/a.yaml --\na: &a {b: *a}\n"
)

// Builds that share texts have the same results as without: a text belongs to another file, role or kustomization in each.
func TestShared(t *testing.T) {
	t.Parallel()
	var shared sharedTexts
	for range 2 {
		for _, tt := range []struct{ folder, want string }{
			{"base", "a:1 from base/pod.yaml:83"},
			{"twin", "a:1 from twin/pod.yaml:83"},
			{"one", "a:2 from base/pod.yaml:83"},
			{"two", "a:1 from two/patch.yaml:83"},
			{"both", "a:1 from base/pod.yaml:83, a:1 from twin/pod.yaml:83"},
		} {
			if got := images(built(t, overlays, tt.folder, &shared)); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.folder, got, tt.want)
			}
		}
		if r := built(t, overlays, "heavy", &shared); r.Reason != "heavy/a.yaml: "+errHeavy.Error() {
			t.Errorf("reason %q", r.Reason)
		}
	}
	if n := len(shared.known[0]); n != 2 {
		t.Errorf("%d texts of resources are shared", n)
	}
	changed := strings.ReplaceAll(overlays, "-- base/pod.yaml --\n", "-- base/pod.yaml --\n# moved\n")
	if got, want := images(built(t, changed, "one", &shared)), "a:2 from base/pod.yaml:91"; got != want {
		t.Errorf("after a change: %s, want %s", got, want)
	}
}

// Shared texts are limited, and a text with fewer marks than it could have is not shared.
func TestSharedLimits(t *testing.T) {
	t.Parallel()
	var shared sharedTexts
	used := map[int]textUse{}
	for range maxEqual + 2 {
		m := shared.marked([]byte(pod), false, maxMarks, used)
		if _, ok := used[m.number]; ok {
			t.Fatalf("text %d is used twice", m.number)
		}
		used[m.number] = textUse{markedText: m}
	}
	if n := len(shared.known[0][pod]); n != maxEqual {
		t.Errorf("%d equal texts are shared", n)
	}
	few := shared.marked([]byte(pod), false, 0, nil)
	if all := shared.marked([]byte(pod), false, maxMarks, nil); len(few.marks) >= len(all.marks) {
		t.Errorf("%d marks of %d", len(few.marks), len(all.marks))
	}
	large := "a: " + strings.Repeat("b", maxShared/10)
	for i := range 20 {
		shared.marked(fmt.Appendf(nil, "%s%d\n", large, i), false, maxMarks, nil)
	}
	if n := len(shared.known[0]); n < 2 || n > 5 || shared.size > maxShared {
		t.Errorf("%d texts of %d MiB are shared", n, shared.size>>20)
	}
	shared.marked([]byte("a: "+strings.Repeat("b", maxShared/4)+"\n"), true, maxMarks, nil)
	if n := len(shared.known[1]); n != 0 {
		t.Errorf("%d large texts are shared", n)
	}
}

// A number that is no mark's is only text.
func TestForeignMarks(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"0", "7", "-1", "1.0", "1.99", "99.0", "x", "1.-1", "..", ""} {
		r := build(inMemory("-- base/kustomization.yaml --\nresources: [a.yaml]\n-- base/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {a"+suffix+": '"+number+"'}}\nspec: {b"+suffix+": '"+number+"', b: c}\n"),
			Request{Root: "/r", Folder: "/r/base", Shown: "base"}, &sharedTexts{})
		if r.Reason != "" {
			t.Errorf("%q: %s", number, r.Reason)
		}
	}
}
