package manifests

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
)

// inputOf makes an Input of text that nobody named.
func inputOf(name string, open func() io.Reader) Input {
	return Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(open()), nil }}
}

func textInput(name, data string) Input {
	return inputOf(name, func() io.Reader { return strings.NewReader(data) })
}

// mustLoad loads one text.
func mustLoad(t testing.TB, o Options, data string) *Set {
	t.Helper()
	set, err := Load(context.Background(), []Input{textInput("x.yaml", data)}, o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const podHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n"

// TestHostile holds documents that are small and come to much if they are read without care. Each has to be read, or refused, in far
// less than the time that carelessness takes: the limit only tells seconds from hours.
func TestHostile(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	container := "  containers:\n  - name: app\n    image: nginx:1\n"
	tests := []struct {
		name    string
		data    func() string
		images  int
		broken  string // part of the message, "" where the document is sound
		skipped string
	}{
		{name: "aliases of aliases", broken: "aliases make it so large", data: func() string {
			return bomb(podHead + "  containers: &a0 [{name: a, image: nginx:1}]\n")
		}},
		{name: "aliases of aliases in a custom resource", broken: "aliases make it so large", data: func() string {
			return bomb("apiVersion: x.example/v1\nkind: X\nspec:\n  image: nginx:1\n  more: &a0 [{image: nginx:1}]\n")
		}},
		{name: "merges of merges", broken: "aliases make it so large", data: func() string {
			var b strings.Builder
			b.WriteString(podHead + "  m0: &m0 {a: 1}\n")
			for i := 1; i < 40; i++ {
				fmt.Fprintf(&b, "  m%d: &m%d {<<: [*m%d, *m%d, *m%d, *m%d]}\n", i, i, i-1, i-1, i-1, i-1)
			}
			return b.String() + "  containers: [{<<: *m39, name: a}]\n"
		}},
		{name: "a mapping that merges itself", broken: "an anchor holds an alias of itself", data: func() string {
			return podHead + "  containers:\n  - &c\n    name: a\n    <<: *c\n"
		}},
		{name: "a list that holds itself", broken: "an anchor holds an alias of itself", data: func() string {
			return podHead + "  containers: &l\n  - name: a\n    image: nginx:1\n  - *l\n"
		}},
		{name: "mappings that merge each other", broken: "an anchor holds an alias of itself", data: func() string {
			return podHead + "  a: &a\n    b: &b\n      <<: *a\n    <<: *b\n"
		}},
		{name: "a merge of a number", broken: `"<<" merges something that is not a mapping`, data: func() string {
			return podHead + "  containers:\n  - name: a\n    <<: 3\n"
		}},
		{name: "many aliases of one container", images: 3000, data: func() string {
			return podHead + "  containers:\n  - &c {name: a, image: nginx:1}\n" + strings.Repeat("  - *c\n", 2999)
		}},
		{name: "very many aliases of one container", broken: "aliases make it so large", data: func() string {
			return podHead + "  containers:\n  - &c {name: a, image: nginx:1}\n" + strings.Repeat("  - *c\n", 300_000)
		}},
		{name: "a chain of anchors", broken: "aliases make it so large", data: func() string {
			var b strings.Builder
			b.WriteString(podHead + "  a0: &a0 [x]\n")
			for i := 1; i < 100_000; i++ {
				fmt.Fprintf(&b, "  a%d: &a%d [*a%d]\n", i, i, i-1)
			}
			return b.String()
		}},
		{name: "deep brackets", broken: "nested deeper", data: func() string {
			return podHead + container + "  x: " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "\n"
		}},
		{name: "deep braces in JSON", broken: "nested deeper", data: func() string {
			return "{\"apiVersion\":\"v1\",\n\"kind\":\"Pod\",\"image\":" + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "}"
		}},
		{name: "deep braces that are not closed", broken: "nested deeper", data: func() string {
			return strings.Repeat(`{"apiVersion":{"kind":{"image":`, 50_000)
		}},
		{name: "deep lists", broken: "nested deeper", data: func() string {
			return podHead + container + "  x:\n    " + strings.Repeat("- ", 100_000) + "x\n"
		}},
		{name: "deep keys", broken: "nested deeper", data: func() string {
			return podHead + container + "  x:\n    " + strings.Repeat("? ", 100_000) + "x\n"
		}},
		{name: "long keys at each of many levels", images: 1, data: func() string {
			var b strings.Builder
			b.WriteString("apiVersion: x.example/v1\nkind: X\nimage: nginx:1\nspec: ")
			for range 5000 {
				b.WriteString(`{"` + strings.Repeat("k", 1000) + `": `)
			}
			return b.String() + `{"image": "nginx:2"}` + strings.Repeat("}", 5000) + "\n"
		}},
		{name: "one key of a megabyte", images: 1, data: func() string {
			return `{"apiVersion": "x.example/v1", "kind": "X", "spec": {"image": "nginx:1", "` + strings.Repeat("k", 1<<20) + `": [` +
				strings.Repeat(`{"image": "nginx:2"},`, 10_000) + `{}]}}`
		}},
		{name: "an image of a megabyte", images: 1, data: func() string {
			return podHead + "  containers:\n  - image: " + strings.Repeat("x", 1<<20) + "\n"
		}},
		{name: "lists in lists", images: 1, data: func() string {
			var b strings.Builder
			for range 4000 {
				b.WriteString(`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx:1"}]}},`)
			}
			return b.String() + "{}" + strings.Repeat("]}", 4000)
		}},
		{name: "NUL bytes", broken: "NUL", data: func() string { return podHead + container + "\x00" }},
		{name: "bytes that are no UTF-8", broken: "not UTF-8", data: func() string { return podHead + "  containers:\n  - image: ngin\xff:1\n" }},
		{name: "nothing but NUL bytes", skipped: SkipNotKubernetes, data: func() string { return strings.Repeat("\x00", 1<<20) }},
		{name: "a million empty documents", skipped: SkipEmpty, data: func() string { return strings.Repeat("---\n", 1_000_000) }},
		{name: "a million document ends", skipped: SkipEmpty, data: func() string { return strings.Repeat("...\n", 1_000_000) }},
		{name: "a million comments that speak to imagelint", images: 1, data: func() string {
			return podHead + container + strings.Repeat("# imagelint:x\n", 100_000)
		}},
		{name: "escapes without end", images: 1, data: func() string {
			return `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx:1","args":["` + strings.Repeat(`\u003c`, 300_000) + `"]}]}}`
		}},
		{name: "escapes and no quote", images: 1, data: func() string {
			return podHead + container + "    command:\n    - |\n" + strings.Repeat(`      \x`+"\n", 300_000)
		}},
		{name: "objects with no separator", images: 20_000, data: func() string {
			return strings.Repeat(podHead+container, 20_000)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := tt.data()
			set := mustLoad(t, Options{}, data)
			var broken []string
			for _, d := range set.Broken {
				broken = append(broken, d.Err.Error())
			}
			if got := strings.Join(broken, "; "); tt.broken == "" != (got == "") || !strings.Contains(got, tt.broken) {
				t.Errorf("broken: %q, want %q", got, tt.broken)
			}
			if tt.images > 0 && (set.Stats.Images < 1 || tt.images > 1 && set.Stats.Images != tt.images) || tt.images == 0 && set.Stats.Images > 0 {
				t.Errorf("%d images, want %d", set.Stats.Images, tt.images)
			}
			if tt.skipped != "" && (len(set.Skipped) != 1 || set.Skipped[0].Reason != tt.skipped) {
				t.Errorf("skipped %v, want %s", set.Skipped, tt.skipped)
			}
			for _, w := range set.Workloads {
				for _, img := range w.Images {
					if len(img.Path) > 2*tree.MaxPath {
						t.Errorf("a path of %d bytes", len(img.Path))
					}
				}
			}
		})
	}
}

// bomb appends lists of aliases, each nine times as long as the one before it.
func bomb(head string) string {
	var b strings.Builder
	b.WriteString(head)
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "  a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String() + "  containers: *a11\n"
}

// endless is a reader of n bytes, all the same.
type endless struct {
	n int64
	c byte
}

func (e *endless) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.n, 256<<10))
	e.n -= int64(n)
	for i := range n {
		p[i] = e.c
	}
	return n, nil
}

// allocated is how many bytes f allocates in all, which is more than it ever holds at once.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestTooLarge reads documents beyond the limit. It is not parallel: it counts what is allocated.
func TestTooLarge(t *testing.T) {
	slow.Skip(t)
	head := "apiVersion: v1\nkind: Pod\nspec:\n  x: "
	tail := "\n---\n" + podHead + "  containers:\n  - image: nginx:1\n"
	const size = 300 << 20
	for _, tt := range []struct {
		name, head string
		wantErr    bool
		skipped    string
	}{
		{"an object", head, true, ""},
		{"something else", "x: ", false, SkipTooLarge},
	} {
		var set *Set
		var err error
		got := allocated(func() {
			set, err = Load(context.Background(), []Input{inputOf("x.yaml", func() io.Reader {
				return io.MultiReader(strings.NewReader(tt.head), &endless{size, 'x'}, strings.NewReader(tail))
			})}, Options{})
		})
		if (err != nil) != tt.wantErr {
			t.Errorf("%s: error %v", tt.name, err)
		}
		if tt.skipped != "" && (len(set.Skipped) != 1 || set.Skipped[0] != Skip{File: "x.yaml", Line: 1, Reason: tt.skipped}) {
			t.Errorf("%s: skipped %v", tt.name, set.Skipped)
		}
		if set.Stats.Images != 1 || len(set.Workloads) != 1 || set.Workloads[0].Images[0].Span.Start().Line != strings.Count(tt.head+tail, "\n") {
			t.Errorf("%s: the next document was not read: %+v", tt.name, set.Stats)
		}
		if limit := uint64(4 * stream.MaxDocument); got > limit {
			t.Errorf("%s: %d MB allocated for a document of %d MB, want at most %d", tt.name, got>>20, size>>20, limit>>20)
		}
	}
}

// TestLongLine reads one line of 100 MB, cut by nothing, that is not Kubernetes; then many images on one line, in both forms of it.
func TestLongLine(t *testing.T) {
	slow.SkipWithRace(t)
	if testing.Short() {
		t.Skip("it reads 100 MB")
	}
	got := allocated(func() {
		set, err := Load(context.Background(), []Input{inputOf("x.yaml", func() io.Reader { return &endless{100 << 20, 'x'} })}, Options{})
		if err != nil || len(set.Skipped) != 1 || set.Skipped[0].Reason != SkipTooLarge {
			t.Errorf("%v, skipped %v", err, set.Skipped)
		}
	})
	if limit := uint64(4 * stream.MaxDocument); got > limit {
		t.Errorf("%d MB allocated, want at most %d", got>>20, limit>>20)
	}
}

// TestLinear loads inputs of shapes that took minutes at a time when the work for them was quadratic. How the cost grows is measured by
// .ci/scale.
func TestLinear(t *testing.T) {
	slow.Skip(t)
	pod := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{"containers":[{"image":"registry.example/team/app:1.27.3","name":"app",` +
		`"imagePullPolicy":"Always","args":["` + strings.Repeat("é", 170) + `"]}],"imagePullSecrets":[{"name":"regcred"}]}}`
	cases := []struct {
		name string
		make func(n int) string
		want int // images for each n
	}{
		{"minified JSON", func(n int) string {
			return `{"apiVersion":"v1","kind":"List","items":[` + strings.TrimSuffix(strings.Repeat(pod+",", n), ",") + "]}"
		}, 1},
		{"JSON objects on one line", func(n int) string { return strings.Repeat(pod, n) }, 1},
		{"flow YAML on one line", func(n int) string {
			return "--- {apiVersion: v1, kind: List, items: [" + strings.Repeat(pod+",", n) + "]}"
		}, 1},
		{"block YAML in one document", func(n int) string {
			return "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat("- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n    - {name: a, image: nginx:1}\n", n)
		}, 1},
		{"documents", func(n int) string {
			return strings.Repeat("---\n"+podHead+"  containers:\n  - {name: a, image: nginx:1}\n", n)
		}, 1},
		{"documents with CR", func(n int) string {
			return strings.ReplaceAll(strings.Repeat("---\n"+podHead+"  containers:\n  - {name: a, image: nginx:1}\n", n), "\n", "\r")
		}, 1},
		{"document ends behind a large document", func(n int) string {
			return "x: |\n" + strings.Repeat("  text\n", 200*n) + strings.Repeat("...\nx: 1\n", 20*n) + "...\n" + podHead + "  containers: [{image: nginx:1}]\n"
		}, 0},
		{"suppressed containers", func(n int) string {
			return podHead + "  containers:\n" + strings.Repeat("  # imagelint:ignore x -- y\n  - name: a\n    image: nginx:1\n", n)
		}, 1},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			const n = 5_000
			set := mustLoad(t, Options{}, tt.make(n))
			if want := max(1, tt.want*n); set.Stats.Images != want {
				t.Fatalf("%d images, want %d; broken %v", set.Stats.Images, want, set.Broken)
			}
		})
	}
}

// TestRepeatedKeys compares a container with few keys with one that is looked through in another way, since it has many: each repetition is
// recorded once, with the key that stands before it.
func TestRepeatedKeys(t *testing.T) {
	t.Parallel()
	for _, other := range []int{0, 100} {
		var keys strings.Builder
		for i := range other {
			fmt.Fprintf(&keys, "    k%d: x\n", i)
		}
		set := mustLoad(t, Options{}, "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: b:1\n"+keys.String()+"    image: b:2\n    tty: true\n    tty: true\n    image: b:3\n")
		var got []string
		for _, d := range set.Duplicates {
			got = append(got, fmt.Sprintf("%s %d %d", d.Path, d.First.Start().Line, d.Span.Start().Line))
		}
		slices.Sort(got)
		want := []string{
			fmt.Sprintf("spec.containers[0].image 6 %d", other+7), fmt.Sprintf("spec.containers[0].image %d %d", other+7, other+10),
			fmt.Sprintf("spec.containers[0].tty %d %d", other+8, other+9),
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with %d other keys (-want +got):\n%s", other, diff)
		}
	}
}

// TestCancel stops a run in the middle of a stream that never ends.
func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	doc := []byte("---\n" + podHead + "  containers: [{image: nginx:1}]\n")
	n := 0
	in := inputOf("x.yaml", func() io.Reader {
		return readFunc(func(p []byte) (int, error) {
			if n++; n == 20 {
				cancel()
			}
			return copy(p, bytes.Repeat(doc, 1+len(p)/len(doc))[:len(p)/len(doc)*len(doc)]), nil
		})
	})
	if _, err := Load(ctx, []Input{in}, Options{}); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }
