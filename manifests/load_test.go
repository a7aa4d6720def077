package manifests

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// findable says in lines all of a set that a finding may rest on.
func findable(set *Set) string {
	var b strings.Builder
	all := describe(set)
	lines := strings.SplitAfter(strings.TrimSuffix(all, "\n"), "\n")
	for _, line := range lines[:len(lines)-1] { // the last one counts what was parsed
		if !strings.HasPrefix(line, "skipped ") {
			b.WriteString(line)
		}
	}
	for _, w := range set.Workloads {
		for _, l := range w.PullSecrets {
			fmt.Fprintf(&b, "%s names %s\n", title(w.Object), secretNames(l))
		}
		for _, m := range w.Misplaced {
			fmt.Fprintf(&b, "%s misplaces %s at %s\n", title(w.Object), m.Key, place(m.Span))
		}
		for _, p := range w.Pods {
			fmt.Fprintf(&b, "%s runs as %s\n", title(w.Object), p.ServiceAccount.Name)
			if p.ImagePullSecrets != nil {
				fmt.Fprintf(&b, "%s pulls with %s\n", title(w.Object), secretNames(p.ImagePullSecrets))
			}
		}
	}
	for _, s := range set.Secrets {
		fmt.Fprintf(&b, "secret %s of %s: %s %s\n", s.SecretName, title(s.Object), s.SourceKind, s.Type)
	}
	for _, a := range set.ServiceAccounts {
		fmt.Fprintf(&b, "account %s\n", title(a.Object))
	}
	for _, s := range slices.Sorted(set.Services.All()) {
		fmt.Fprintf(&b, "service %s\n", s)
	}
	for _, m := range set.Mirrors {
		fmt.Fprintf(&b, "mirrors of %s at %s: tags %t, digests %t\n", m.Source, place(m.Span), m.Tags, m.Digests)
	}
	for _, r := range set.NodeRegistries {
		fmt.Fprintf(&b, "nodes of %s use %q\n", title(r.Object), r.Host)
	}
	return b.String()
}

func secretNames(l *PullSecretList) string {
	var b strings.Builder
	b.WriteString(l.Path)
	for _, n := range l.Names {
		b.WriteString(" " + n.Namespace + "/" + n.Name + " at " + place(n.Span))
	}
	for _, d := range l.Defects {
		fmt.Fprintf(&b, " defect %d %q at %s", d.Kind, d.Text, place(d.Span))
	}
	return b.String()
}

// TestLookAhead proves that nothing that matters is lost in what is skipped unparsed.
func TestLookAhead(t *testing.T) {
	t.Parallel()
	passedOver := 0
	for _, name := range fixtures(t) {
		quick, slow := loadFile(t, name, Options{}), loadFile(t, name, Options{NoLookAhead: true})
		if diff := cmp.Diff(findable(slow), findable(quick)); diff != "" {
			t.Errorf("%s (-parsed +looked at):\n%s", name, diff)
		}
		passedOver += quick.Stats.Unparsed
		if slow.Stats.Unparsed != 0 || slow.Stats.Documents != quick.Stats.Documents {
			t.Errorf("%s: without the look-ahead %+v, with it %+v", name, slow.Stats, quick.Stats)
		}
		guess, slowGuess := loadFile(t, name, Options{Guess: true}), loadFile(t, name, Options{Guess: true, NoLookAhead: true})
		if diff := cmp.Diff(findable(slowGuess), findable(guess)); diff != "" {
			t.Errorf("%s, guessing (-parsed +looked at):\n%s", name, diff)
		}
	}
	if passedOver < 5 {
		t.Errorf("%d objects passed over: the fixtures do not try the look-ahead", passedOver)
	}
}

// TestWorkers reads all fixtures, and a stream large enough to be shared out, with one worker and with four.
func TestWorkers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes a second of processor time")
	}
	var inputs []Input
	for _, name := range fixtures(t) {
		inputs = append(inputs, Input{Name: name, Named: true})
	}
	var big strings.Builder
	reason := strings.Repeat("known ", 80) // enough that the documents of the stream are parsed concurrently
	for i := range 2500 {
		fmt.Fprintf(&big, "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d, namespace: n}\nspec: {containers: [{name: app, image: 'nginx:%d'}]} # imagelint:ignore x -- %s%d\n", i, i, reason, i)
	}
	inputs = append(inputs, textInput("big.yaml", big.String()), textInput("again.yaml", big.String()))
	load := func(workers int) string {
		set, err := Load(context.Background(), inputs, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return findable(set) + fmt.Sprint(set.Stats)
	}
	one, four := load(1), load(4)
	if one != four {
		t.Error("four workers give other findings than one")
	}
	if !strings.Contains(one, "nginx:2499") || strings.Count(one, "directive ") < 5_000 {
		t.Error("the large stream was not read")
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.yaml")
	if err := os.WriteFile(good, []byte(podHead+"  containers: [{image: nginx:1}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bad := errors.New("disk on fire")
	broken := inputOf("met.yaml", func() io.Reader { return io.MultiReader(strings.NewReader("a: 1\n"), iotest.ErrReader(bad)) })
	named := broken
	named.Name, named.Named = "named.yaml", true
	set, err := Load(context.Background(), []Input{{Name: filepath.Join(dir, "gone.yaml"), Named: true}, {Name: good}, {Name: dir}, broken, named}, Options{})
	var read *ReadError
	if !errors.As(err, &read) || !errors.Is(err, bad) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want both causes behind a ReadError", err)
	}
	if set.Stats.Images != 1 {
		t.Errorf("%d images: the other inputs were to be read", set.Stats.Images)
	}
	want := []Skip{{File: dir, Reason: SkipUnreadable, Detail: "is a directory"}, {File: "met.yaml", Reason: SkipUnreadable, Detail: "disk on fire"}}
	if diff := cmp.Diff(want, set.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

// TestUnreadableFile is about permissions, which do not bind root.
func TestUnreadableFile(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("permissions keep neither root nor Windows from reading")
	}
	name := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(name, nil, 0); err != nil {
		t.Fatal(err)
	}
	set, err := Load(context.Background(), []Input{{Name: name}}, Options{})
	if err != nil || len(set.Skipped) != 1 || set.Skipped[0].Reason != SkipUnreadable {
		t.Errorf("%v, skipped %v", err, set.Skipped)
	}
	if _, err := Load(context.Background(), []Input{{Name: name, Named: true}}, Options{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v, want %v", err, os.ErrPermission)
	}
}

// TestLargeLists reads Lists that are large enough to be read item by item, as a cluster's dump is, and compares every place with
// that of the image's text.
func TestLargeLists(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	const n = 12_000
	padding := strings.Repeat("x", 300)
	yamlItem := func(i int, indent string) string {
		item := fmt.Sprintf("- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: é%d\n    annotations:\n      note: |\n        - %s\n\n        # no comment\n  # imagelint:ignore x -- y\n  spec:\n    containers:\n    - image: registry.example/app:%d\n      name: app\n  status:\n    containerStatuses: [{image: no}]\n", i, padding, i)
		return indent + strings.ReplaceAll(strings.TrimSuffix(item, "\n"), "\n", "\n"+indent) + "\n"
	}
	yamlList := func(head, indent, tail string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			b.WriteString(yamlItem(i, indent))
		}
		return b.String() + tail
	}
	jsonList := func(between string) string {
		var b strings.Builder
		b.WriteString(`{"apiVersion": "v1",` + between + `"items": [`)
		for i := range n {
			if i > 0 {
				b.WriteString("," + between)
			}
			fmt.Fprintf(&b, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "é%d", "note": "]}%s{[\"\\"},%s"spec": {"containers": [{"image": "registry.example/app:%d"}]}}`, i, padding, between, i)
		}
		return b.String() + between + `],"kind": "List"}` + "\n"
	}
	other := "---\n" + podHead + "  containers: [{image: registry.example/behind:1}]\n"
	head := "apiVersion: v1\nitems:\n"
	tail := "kind: List\nmetadata: {resourceVersion: \"\"}\n"
	tests := []struct {
		name, data string
		objects    int
	}{
		{"as kubectl prints it", yamlList(head, "", tail), n},
		{"indented", yamlList("---\nkind: List\n"+head, "  ", ""), n},
		{"CR LF", strings.ReplaceAll(yamlList(head, "", tail), "\n", "\r\n"), n},
		{"with documents around it", other + "---\n" + yamlList(head, "", tail) + other, n + 2},
		{"with comments between items", strings.ReplaceAll(yamlList(head, "", tail), "\n- api", "\n# c\n\n- api"), n},
		{"of a kind", strings.ReplaceAll(yamlList("kind: PodList\n"+head, "", ""), "- apiVersion: v1\n  kind: Pod\n", "- x: y\n"), n},
		{"JSON on one line", jsonList(""), n},
		{"JSON on many lines", jsonList("\n    "), n},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if len(tt.data) < 4<<20 {
				t.Fatalf("%d bytes are too few", len(tt.data))
			}
			set := mustLoad(t, Options{}, tt.data)
			for _, d := range set.Broken {
				t.Fatalf("broken at %s: %v", place(d.Err.(*SyntaxError).Span), d.Err)
			}
			if set.Stats.Objects != tt.objects {
				t.Errorf("%d objects, want %d", set.Stats.Objects, tt.objects)
			}
			at := 0
			images := 0
			for _, w := range set.Workloads {
				for _, img := range w.Images {
					images++
					at += strings.Index(tt.data[at:], img.Raw)
					if img.Span.Start().Offset != at || !img.Span.Exact() {
						t.Fatalf("%s is at %d, not at %s (%d)", img.Raw, at, place(img.Span), img.Span.Start().Offset)
					}
				}
			}
			if images != tt.objects {
				t.Errorf("%d images, want %d", images, tt.objects)
			}
			checkPlaces(t, set, []byte(tt.data))
		})
	}
}

// maxFuzz is how much of an input the slow comparisons of FuzzLoad bear, in bytes.
const maxFuzz = 1 << 16

// addFixtures begins a corpus with the fixtures.
func addFixtures(f *testing.F) {
	f.Helper()
	for _, name := range fixtures(f) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
}

func FuzzLoad(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, data string) {
		if len(data) > maxFuzz {
			return
		}
		set := mustLoad(t, Options{Workers: 1}, data)
		checkPlaces(t, set, []byte(data))
		if diff := cmp.Diff(findable(mustLoad(t, Options{Workers: 1, NoLookAhead: true}, data)), findable(set)); diff != "" {
			t.Fatalf("the result differs with the look-ahead (-parsed +looked at):\n%s", diff)
		}
		if again := mustLoad(t, Options{Workers: 4}, data); describe(again) != describe(set) {
			t.Fatalf("a second run finds something else:\n%s\nthan the first:\n%s", describe(again), describe(set))
		}
		if set.Stats.Images > len(data) {
			t.Fatalf("%d images in %d bytes", set.Stats.Images, len(data))
		}
	})
}

// FuzzTruth puts values into a sound document and expects each image exactly where it was put.
func FuzzTruth(f *testing.F) {
	f.Add("nginx:1", "a", 0)
	f.Add("it's \"quoted\"", "größe\t😀", 3)
	f.Add("\\x41", "#", 5)
	f.Fuzz(func(t *testing.T, image, name string, style int) {
		if strings.ContainsFunc(image+" "+name, func(r rune) bool {
			return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\uFEFF' || r > 0xfffd && r < 0x10000 || r == '\uFFFD'
		}) {
			return
		}
		quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
		var doc string
		switch style % 4 {
		case 0:
			doc = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: " + quote(name) + "\n    image: " + quote(image) + "\n"
		case 1:
			doc = "--- {apiVersion: v1, kind: Pod, spec: {containers: [{name: " + quote(name) + ", image: " + quote(image) + "}]}}"
		case 2:
			doc = "# " + name + "\r\napiVersion: v1\r\nkind: Pod\r\nspec:\r\n  containers:\r\n  - name: " + quote(name) + " # " + name + "\r\n    image: " + quote(image) + "\r\n"
		default:
			doc = "apiVersion: v1\nkind: Pod\nspec: {initContainers: [{name: " + quote(name) + "}], containers: [{image: " + quote(image) + "}]}\n"
		}
		if len(image) > 1000 || len(name) > 1000 || strings.Contains(doc, "imagelint") {
			return
		}
		set := mustLoad(t, Options{}, doc)
		if set.Stats.Images != 1 {
			t.Fatalf("%d images in %q, broken %v", set.Stats.Images, doc, set.Broken)
		}
		img := set.Workloads[0].Images[0]
		if img.Redacted || strings.Contains(image, "@") {
			return // credentials are not shown
		}
		at := strings.LastIndex(doc, quote(image))
		if img.Span.Exact() {
			at++ // else the span is that of the quotes, too
		}
		if img.Raw != image || img.Span.Start().Offset != at || !img.Span.Exact() && !strings.Contains(image, "'") {
			t.Fatalf("%q is at %d, exact %t; want %q at %d in %q", img.Raw, img.Span.Start().Offset, img.Span.Exact(), image, at, doc)
		}
		if slices.Contains([]int{0, 2}, style%4) && set.Workloads[0].Images[0].Container != name {
			t.Fatalf("container %q, want %q", img.Container, name)
		}
	})
}

// A dump of a cluster is one List of hundreds of megabytes: it is read item by item, each at its place, and what follows it is read too.
func TestLargeList(t *testing.T) {
	t.Parallel()
	const n = 6_000
	pad := strings.Repeat("x", 900)
	var y, j strings.Builder
	y.WriteString("apiVersion: v1\nitems:\n")
	j.WriteString("{\n  \"kind\": \"PodList\", \"apiVersion\": \"v1\",\n  \"items\": [\n")
	for i := range n {
		fmt.Fprintf(&y, "- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p%d\n    annotations: {a: %s}\n  spec:\n    containers:\n    - name: c\n      image: app:%d\n", i, pad, i)
		sep := ","
		if i == n-1 {
			sep = ""
		}
		fmt.Fprintf(&j, "    {\"metadata\": {\"name\": \"p%d\", \"x\": \"%s]}\\\"\"}, \"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"app:%d\"}]}}%s\n", i, pad, i, sep)
	}
	y.WriteString("kind: List\nmetadata:\n  resourceVersion: \"\"\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: last}\nspec: {containers: [{name: c, image: last:1}]}\n")
	j.WriteString("  ]\n}\n")
	for name, c := range map[string]struct {
		data        string
		images      int
		line, first int // of the item 5,000, and of the first
	}{
		"yaml": {y.String(), n + 1, 2 + 9*5000 + 9, 11},
		"json": {j.String(), n, 3 + 5000 + 1, 4},
	} {
		if len(c.data) < stream.BigList {
			t.Fatalf("%s: %d bytes are not a large list", name, len(c.data))
		}
		set := mustLoad(t, Options{}, c.data)
		if set.Stats.Images != c.images || len(set.Broken) > 0 {
			t.Fatalf("%s: %d images, want %d; broken %v", name, set.Stats.Images, c.images, set.Broken)
		}
		img := set.Workloads[5000].Images[0]
		if img.Raw != "app:5000" || img.Span.Start().Line != c.line || set.Workloads[0].Images[0].Span.Start().Line != c.first {
			t.Errorf("%s: %s on line %d, want app:5000 on line %d; the first on line %d, want %d", name, img.Raw, img.Span.Start().Line, c.line,
				set.Workloads[0].Images[0].Span.Start().Line, c.first)
		}
		at := img.Span.Start().Offset
		if got := c.data[at : at+len(img.Raw)]; got != img.Raw {
			t.Errorf("%s: the text at the span is %q", name, got)
		}
	}
}

// TestListAlias proves that an item of a large List whose anchor is in another item is named as not read, and not called broken.
func TestListAlias(t *testing.T) {
	t.Parallel()
	item := func(image string) string {
		return "- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: c, image: " + image + "}]}\n"
	}
	filler := strings.Repeat(item("app:1")+"  note: "+strings.Repeat("x", 1000)+"\n", stream.BigList/1000)
	set := mustLoad(t, Options{}, "apiVersion: v1\nkind: List\nitems:\n"+item("&app app:2")+filler+item("*app"))
	if len(set.Broken) > 0 || len(set.Skipped) != 1 || set.Skipped[0].Reason != SkipListAlias || set.Stats.Images != stream.BigList/1000+1 {
		t.Errorf("broken %v, skipped %v, %d images", set.Broken, set.Skipped, set.Stats.Images)
	}
	set = mustLoad(t, Options{}, "apiVersion: v1\nkind: List\nitems:\n"+item("&app app:2")+item("*app")+item("*none"))
	if len(set.Broken) != 1 {
		t.Errorf("a list that is read whole: broken %v", set.Broken)
	}
}

// Registries on the local machine, for clusters that are set up to use them.
func TestLoadNodeRegistries(t *testing.T) {
	tests := []struct {
		name, input string
		want        []string
	}{
		{"kind, a mirror", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\ncontainerdConfigPatches:\n- |-\n  [plugins.registry.mirrors.\"localhost:5001\"]\n    endpoint = [\"http://kind-registry:5000\"]\n", []string{"localhost:5001"}},
		{"kind, a folder", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\ncontainerdConfigPatches:\n- |-\n  [plugins.registry]\n    config_path = \"/etc/containerd/certs.d\"\n", []string{""}},
		{"kind, mounts", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes:\n- extraMounts:\n  - {containerPath: /etc/containerd/certs.d/}\n  - {containerPath: '/etc/containerd/certs.d/localhost:5002'}\n  - {containerPath: /data}\n", []string{"", "localhost:5002"}},
		{"kind, without a registry", "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes:\n- role: worker\n  image: kindest/node:v1.34.0\n", nil},
		{"k3d, created", "apiVersion: k3d.io/v1alpha5\nkind: Simple\nregistries:\n  create: {name: registry.localhost, hostPort: '5000'}\n", []string{""}},
		{"k3d, used", "apiVersion: k3d.io/v1alpha5\nkind: Simple\nregistries:\n  use: ['k3d-registry.localhost:5000']\n", []string{""}},
		{"k3d, mirrors", "apiVersion: k3d.io/v1alpha5\nkind: Simple\nregistries:\n  config: |\n    mirrors:\n      \"localhost:5004\":\n        endpoint: [http://k3d-registry:5000]\n", []string{"localhost:5004"}},
		{"k3d, without a registry", "apiVersion: k3d.io/v1alpha5\nkind: Simple\nservers: 1\n", nil},
		{"ctlptl", "apiVersion: ctlptl.dev/v1alpha1\nkind: Cluster\nproduct: kind\nregistry: ctlptl-registry\n", []string{""}},
		{"ctlptl, without a registry", "apiVersion: ctlptl.dev/v1alpha1\nkind: Cluster\nproduct: kind\n", nil},
		{"announced", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: local-registry-hosting}\ndata:\n  localRegistryHosting.v1: |\n    host: \"localhost:5003\"\n    help: https://example.com\n", []string{"localhost:5003"}},
		{"another ConfigMap", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: about-local-registry-hosting}\ndata:\n  localRegistryHosting.v1: |\n    host: \"localhost:5003\"\n", nil},
	}
	for _, tt := range tests {
		for _, context := range []bool{false, true} {
			for _, indent := range []bool{false, true} { // as an item of a List
				input := tt.input
				if indent {
					input = "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSuffix(input, "\n"), "\n", "\n  ") + "\n"
				}
				set, err := Load(t.Context(), []Input{{Name: "a.yaml", Context: context, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(input)), nil }}}, Options{Needs: func(*Set) ContextNeeds { return ContextNeeds{} }})
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, r := range set.NodeRegistries {
					got = append(got, r.Host)
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("%s, context %t, in a List %t: got %q, want %q", tt.name, context, indent, got, tt.want)
				}
			}
		}
	}
}
