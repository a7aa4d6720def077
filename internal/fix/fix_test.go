package fix

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
	"github.com/imagelint-dev/imagelint/rules"
)

// tree is a folder of manifests with a linter.
type tree struct {
	dir   string
	names []string
	// each is called whenever the input is linted.
	each func()
}

func newTree(tb testing.TB, files map[string]string) *tree {
	tb.Helper()
	tr := &tree{dir: tb.TempDir()}
	for name, text := range files {
		name = filepath.Join(tr.dir, name)
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			tb.Fatal(err)
		}
		tr.names = append(tr.names, name)
	}
	return tr
}

func (tr *tree) lint(ctx context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
	if tr.each != nil {
		tr.each()
	}
	var inputs []manifests.Input
	for _, name := range tr.names {
		in := manifests.Input{Name: name, Named: true}
		if data, ok := contents[name]; ok {
			in.Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		}
		inputs = append(inputs, in)
	}
	set, err := manifests.Load(ctx, inputs, manifests.Options{})
	if err != nil {
		return nil, lint.Result{}, err
	}
	result, err := (&lint.Linter{Rules: rules.All(), Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}).Run(ctx, set)
	return set, result, err
}

func (tr *tree) make(tb testing.TB, all bool) *Outcome {
	tb.Helper()
	set, result, err := tr.lint(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	o := Options{All: all, Lint: tr.lint, Roots: map[string]string{}}
	for _, name := range tr.names {
		o.Roots[name] = tr.dir
	}
	out, err := Apply(tb.Context(), o, set, result)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// fixed returns a manifest after all its fixes, and why other fixes were not applied.
func fixed(tb testing.TB, text string) (string, []string) {
	tb.Helper()
	out := newTree(tb, map[string]string{"a.yaml": text}).make(tb, true)
	var left []string
	for _, l := range out.Unfixed {
		left = append(left, l.Why)
	}
	if len(out.Files) == 0 {
		return text, left
	}
	return string(out.Files[0].Content()), left
}

const podHead = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n"

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ before, after string }{
		{"  - name: a\n    image: Nginx:1.27.3 # why\n", "  - name: a\n    image: nginx:1.27.3 # why\n"},
		{"  - {name: a, image: 'Nginx:1.27.3', tty: true}\n", "  - {name: a, image: 'nginx:1.27.3', tty: true}\n"},
		{"  - {name: a, image: \"\\x4eginx:1.27.3\"}\n", "  - {name: a, image: \"nginx:1.27.3\"}\n"},
		{"  - name: a\n    image: \"nginx:1.27.3\\\n      -alpine\\n\"\n    tty: true\n", "  - name: a\n    image: \"nginx:1.27.3-alpine\"\n    tty: true\n"},
		{"  - name: a\n    image: |+2 # block\n      nginx:1.27.3  \n\n    tty: true\n", "  - name: a\n    image: |2- # block\n      nginx:1.27.3\n\n    tty: true\n"},
		{"  - name: a\n    image: >\n      nginx:1.27.3\n    tty: true", "  - name: a\n    image: >-\n      nginx:1.27.3\n    tty: true"},
		{"  - name: a\n    image: ' nginx:1.27.3'\n", "  - name: a\n    image: 'nginx:1.27.3'\n"},
		{"  - name: a\n    image: !!str Nginx:1.27.3\n", "  - name: a\n    image: !!str nginx:1.27.3\n"},
		{"  - name: a\n    image: &i Nginx:1.27.3\n  - {name: b, image: *i}\n", "  - name: a\n    image: &i nginx:1.27.3\n  - {name: b, image: *i}\n"},
		{"  - &c\n    name: a\n    image: Nginx:1.27.3\n  - <<: *c\n    name: b\n", "  - &c\n    name: a\n    image: nginx:1.27.3\n  - <<: *c\n    name: b\n"},
		{"  - name: a\n    image: https://1.10:2/x\n", "  - name: a\n    image: 1.10:2/x\n"},
		{"  - name: a\n    image: ::1/x:2\n", "  - name: a\n    image: \"[::1]/x:2\"\n"},
	} {
		if got, left := fixed(t, podHead+c.before); got != podHead+c.after {
			t.Errorf("%s\nis mended to (-want +got, left %q):\n%s", c.before, left, cmp.Diff(podHead+c.after, got))
		}
	}
}

// Certain fixes are safe: a tag that the catalog has for the target, lower case for a repository, the spelling of a policy.
func TestCertain(t *testing.T) {
	t.Parallel()
	for text, certain := range map[string]bool{
		"image: k8s.gcr.io/ingress-nginx/controller:v1.1.1":                     true,
		"image: k8s.gcr.io/node-problem-detector/node-problem-detector:v0.8.11": false,
		"image: docker.io/bitnami/redis:6.2.7-debian-11-r3":                     false,
		"image: ghcr.io/acme/Web:1.0.0":                                         true,
		"image: ghcr.io/ORG/web:1.0.0":                                          false,
		"image: nginxy:1.27.3":                                                  false,
		"image: oci://ghcr.io/acme/web:1.0.0":                                   true,
		"image: ghcr.io/acme/web:1.0.0\n    imagePullPolicy: PullIfNotPresent":  true,
		"image: ghcr.io/acme/web:1.0.0\n    imagePullPolicy: if_not_present":    true,
		"image: ghcr.io/acme/web:1.0.0\n    imagePullPolicy: NotPresent":        false,
	} {
		tr := newTree(t, map[string]string{"a.yaml": podHead + "  - name: a\n    " + text + "\n"})
		if out := tr.make(t, false); certain != (len(out.Fixed) > 0) {
			t.Errorf("%s: %d fixes are made, %d left", text, len(out.Fixed), len(out.Unfixed))
		}
		if out := tr.make(t, true); len(out.Fixed) == 0 {
			t.Errorf("%s: no fix that needs a review: %+v", text, out.Unfixed)
		}
	}
}

// A fix of a warning that causes another warning is not applied, whatever else is fixed in the object; what the fix of an error reveals is accepted.
func TestTrades(t *testing.T) {
	t.Parallel()
	const trade = "  - {name: a, image: dokcer.io/acme/shop/web:1.0}\n"
	for _, c := range []struct{ before, after string }{
		{trade, trade},
		{trade + "  - {name: b, image: Nginx:1.27.3}\n", trade + "  - {name: b, image: nginx:1.27.3}\n"},
		{"  - {name: b, image: Nginx:1.27.3}\n" + trade, "  - {name: b, image: nginx:1.27.3}\n" + trade},
		{trade + "  - {name: b, image: ngnix:1.27.3}\n", trade + "  - {name: b, image: nginx:1.27.3}\n"},
		{trade + "  - {name: b, image: Nginx}\n", trade + "  - {name: b, image: nginx}\n"}, // the missing tag was hidden
		{
			trade + "  - {name: b, image: ghrc.io/acme/b:1.0}\n  - {name: c, image: ghcr.io/acme/c:1.0, imagePullPolicy: always}\n",
			trade + "  - {name: b, image: ghcr.io/acme/b:1.0}\n  - {name: c, image: ghcr.io/acme/c:1.0, imagePullPolicy: Always}\n",
		},
		{trade + "  - {name: d, image: 'https://dokcer.io/acme/shop/web:1.0'}\n", trade + "  - {name: d, image: 'dokcer.io/acme/shop/web:1.0'}\n"},
		{
			strings.Replace(trade, "name: a", "name: z", 1) + trade + "  - {name: b, image: Nginx:1.27.3}\n",
			strings.Replace(trade, "name: a", "name: z", 1) + trade + "  - {name: b, image: nginx:1.27.3}\n",
		},
	} {
		if got, left := fixed(t, podHead+c.before); got != podHead+c.after {
			t.Errorf("%s\nis fixed to (-want +got, left %q):\n%s", c.before, left, cmp.Diff(podHead+c.after, got))
		}
	}
}

// A fix that causes a finding on an object that only uses what is fixed is the only one that is not applied.
func TestBlame(t *testing.T) {
	t.Parallel()
	deployment := func(name, container string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", namespace: shop}\nspec:\n  template:\n    spec:\n" +
			"      imagePullSecrets: [{name: hub}]\n      containers:\n      - {name: c, " + container + "}\n"
	}
	for name, files := range map[string]map[string]string{
		"users in other files":            {"user.yaml": deployment("user", "image: registry.shop.internal:5000/acme/private:1.0"), "policy.yaml": deployment("policy", "image: nginx:1.27.3, imagePullPolicy: always")},
		"user in a file with another fix": {"user.yaml": deployment("user", "image: registry.shop.internal:5000/acme/private:1.0") + "---\n" + deployment("policy", "image: nginx:1.27.3, imagePullPolicy: always")},
	} {
		files["secret.yaml"] = "apiVersion: v1\nkind: Secret\nmetadata: {name: hub, namespace: shop}\ntype: Opaque\ndata:\n" +
			"  .dockerconfigjson: eyJhdXRocyI6eyJyZWdpc3RyeS5zaG9wLmludGVybmFsIjp7ImF1dGgiOiJZVHBpIn19fQ==\n" // {"auths":{"registry.shop.internal":{"auth":"YTpi"}}}, without the port
		out := newTree(t, files).make(t, true)
		var left []string
		for _, u := range out.Unfixed {
			left = append(left, u.Finding.Rule+": "+u.Why)
		}
		if len(left) != 1 || !strings.HasPrefix(left[0], "pull-secret-wrong-type: it would cause pull-secret-registry-mismatch at ") {
			t.Errorf("%s: not applied: %q", name, left)
		}
		if len(out.Fixed) != 1 || out.Fixed[0].Rule != "pull-policy-invalid" {
			t.Errorf("%s: fixed %+v", name, out.Fixed)
		}
	}
}

// What is seen only once the API server accepts an object, or the kubelet reads a Secret, is not caused by the fix that leads there.
func TestRevealed(t *testing.T) {
	t.Parallel()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets: [{name: hub}]\n  containers:\n" +
		"  - {name: a, image: acme/private:1.0, imagePullPolicy: always}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: hub, namespace: shop}\n" +
		"type: Opaque\nstringData:\n  .dockerconfigjson: '{\"auths\": {\"hub.docker.com\": {\"auth\": \"YTpi\"}}}'\n"
	const config = `'{"auths": {"hub.docker.com": {"auth": "YTpi"}}}'`
	encoded := strings.NewReplacer("Opaque", "kubernetes.io/dockerconfigjson", "stringData", "data", config,
		base64.StdEncoding.EncodeToString([]byte(strings.Trim(config, "'")))).Replace(pod)
	for _, c := range []struct{ before, after string }{
		{ // the key has a fix itself
			pod,
			strings.NewReplacer("always", "Always", "Opaque", "kubernetes.io/dockerconfigjson", "hub.docker.com", "https://index.docker.io/v1/").Replace(pod),
		},
		{
			strings.Replace(pod, "always", "Always", 1),
			strings.NewReplacer("always", "Always", "Opaque", "kubernetes.io/dockerconfigjson", "hub.docker.com", "https://index.docker.io/v1/").Replace(pod),
		},
		{ // this key has none, since it is in base64
			encoded,
			strings.Replace(encoded, "always", "Always", 1),
		},
	} {
		if got, left := fixed(t, c.before); got != c.after {
			t.Errorf("%s\nis fixed to (-want +got, left %q):\n%s", c.before, left, cmp.Diff(c.after, got))
		}
	}
}

// A value that is shared through an anchor is not changed.
func TestAnchorOfOthers(t *testing.T) {
	t.Parallel()
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {image: &i Nginx}}\nspec:\n  containers:\n  - {name: a, image: *i}\n"
	if got, left := fixed(t, text); got != text || len(left) != 1 || !strings.Contains(left[0], "anchor") {
		t.Errorf("left %q:\n%s", left, got)
	}
}

// encodings of a text, and the way back.
func encodings() map[string]func(string) string {
	wide := func(big bool) func(string) string {
		return func(s string) string {
			out := []byte("\xFF\xFE")
			if big {
				out = []byte("\xFE\xFF")
			}
			for _, u := range utf16.Encode([]rune(s)) {
				if big {
					out = append(out, byte(u>>8), byte(u))
				} else {
					out = append(out, byte(u), byte(u>>8))
				}
			}
			return string(out)
		}
	}
	return map[string]func(string) string{
		"CRLF":     func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"mark":     func(s string) string { return "\uFEFF" + s },
		"UTF-16LE": wide(false), "UTF-16BE": wide(true),
		"no break": func(s string) string { return strings.TrimSuffix(s, "\n") },
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	const before = "# ein Gruß 🐳\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      containers:\n      - name: a # ü\n        image: https://ghcr.io/acme/web:1.2.3 # ä\n        imagePullPolicy: always\n      - name: b\n        image: ghcr.io/acme/b:1.0.0\n        # 🔑\n        imagePullSecrets:\n        - name: regcred\n"
	const after = "# ein Gruß 🐳\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec:\n      # 🔑\n      imagePullSecrets:\n      - name: regcred\n      containers:\n      - name: a # ü\n        image: ghcr.io/acme/web:1.2.3 # ä\n        imagePullPolicy: Always\n      - name: b\n        image: ghcr.io/acme/b:1.0.0\n"
	if got, left := fixed(t, before); got != after {
		t.Fatalf("left %q (-want +got):\n%s", left, cmp.Diff(after, got))
	}
	for name, encode := range encodings() {
		if got, left := fixed(t, encode(before)); got != encode(after) {
			t.Errorf("%s, left %q (-want +got):\n%s", name, left, cmp.Diff(encode(after), got))
		}
	}
	broken := encodings()["UTF-16LE"](before) + "\x00\xD8"
	if got, _ := fixed(t, broken); got != broken {
		t.Error("an unpaired surrogate was replaced")
	}
}

// After the fixes of a rule's fixture, there is nothing left to fix and no new finding.
func TestFixturesOnce(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	files, err := filepath.Glob("../../fixtures/*/*.yaml")
	if err != nil || len(files) < 50 {
		t.Fatal(files, err)
	}
	changed := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, all := range []bool{false, true} {
			tr := newTree(t, map[string]string{"a.yaml": string(data)})
			_, before, err := tr.lint(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			out := tr.make(t, all)
			if len(out.Files) == 0 {
				continue
			}
			changed++
			if _, err := out.Files[0].Write(); err != nil {
				t.Fatal(err)
			}
			if again := tr.make(t, all); len(again.Files) > 0 || len(again.Fixed) > 0 {
				t.Errorf("%s, all %v: changes once more:\n%s", file, all, again.Files[0].Diff())
			}
			if n := len(out.Result.Findings); n > len(before.Findings) {
				t.Errorf("%s, all %v: %d findings, there were %d", file, all, n, len(before.Findings))
			}
		}
	}
	if changed < 20 {
		t.Errorf("%d fixtures are changed, which cannot be all", changed)
	}
}

// A file keeps its mode, and no other file is left.
func TestWrite(t *testing.T) {
	t.Parallel()
	tr := newTree(t, map[string]string{"a.yaml": podHead + "  - {name: a, image: Nginx:1.27.3}\n"})
	out := tr.make(t, false)
	if _, err := out.Files[0].Write(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(tr.dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v %v", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// A file that changes between reading and writing is not overwritten.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	tr := newTree(t, map[string]string{"a.yaml": podHead + "  - {name: a, image: Nginx:1.27.3}\n"})
	out := tr.make(t, false)
	const other = "# of another\n"
	if err := os.WriteFile(tr.names[0], []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Files[0].Write(); err == nil || !strings.Contains(err.Error(), "it has changed since it was read") {
		t.Errorf("%v", err)
	}
	if data, err := os.ReadFile(tr.names[0]); err != nil || string(data) != other {
		t.Errorf("%q %v", data, err)
	}
}

// A link that is changed after the file was read is not followed.
func TestLinkedMeanwhile(t *testing.T) {
	t.Parallel()
	tr := newTree(t, map[string]string{"a.yaml": podHead + "  - {name: a, image: Nginx:1.27.3}\n"})
	out := tr.make(t, false)
	text, err := os.ReadFile(tr.names[0])
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "x.yaml")
	if err := os.WriteFile(outside, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(tr.names[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, tr.names[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Files[0].Write(); err == nil {
		t.Error("a file was written through a link")
	}
	if data, err := os.ReadFile(outside); err != nil || !bytes.Equal(data, text) {
		t.Errorf("%q %v", data, err)
	}
}

// FuzzFixes checks that a fix changes exactly the value that it names, whatever the manifest.
func FuzzFixes(f *testing.F) {
	files, err := filepath.Glob("../../fixtures/*/bad.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"  - {name: a, image: |\n Nginx\n}", "  - name: a\n    image: >+1\n      Nginx\n\n", "  - name: a\n    image: \"\\\n    Nginx\"", "  - {\"image\":'Ngi''nx'}"} {
		f.Add([]byte(podHead + s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<14 {
			return
		}
		tr := &tree{names: []string{"a.yaml"}}
		set, result, err := tr.lint(t.Context(), map[string][]byte{"a.yaml": raw})
		if err != nil {
			return
		}
		data, encode, ok := decode(raw)
		if !ok || !bytes.Equal(encode(data), raw) {
			return
		}
		users := (&engine{set: set}).users()
		lost := slices.ContainsFunc(result.Findings, func(fd lint.Finding) bool { return fd.Rule == "duplicate-key" })
		for i := range result.Findings {
			fd := &result.Findings[i]
			if fd.Fix == nil {
				continue
			}
			checkEdits(t, fd.Fix, data)
			after := newText(data).with(fd.Fix.Edits).data
			if bytes.ContainsAny(data, "&*") || bytes.Contains(data, []byte("<<")) {
				continue // a shared anchor prevents the fix
			}
			if lost {
				continue // the linter judges an object that Kubernetes loses because a second one begins in it, and it is not fixed
			}
			if bytes.IndexByte(data, 0x7f) >= 0 {
				continue // the API server's parser rejects the character, and an invalid document is not fixed
			}
			marked := append([]byte("#\n"), bytes.ReplaceAll(data, []byte("\n---"), []byte("\n#\n---"))...)
			if values, err := changes(data, marked); err != nil || len(values) > 0 {
				continue // Kubernetes does not read it as it is
			}
			if why := misread([]candidate{{Finding: fd, file: &File{}}}, users, data, after); why != "" {
				t.Errorf("%s: %s\n%q\n%q", fd.Rule, why, data, after)
			}
		}
	})
}

// checkEdits checks that edits are in the text and do not overlap, and that the rest is unchanged.
func checkEdits(t *testing.T, fix *lint.Fix, data []byte) {
	t.Helper()
	for i := range fix.Edits {
		from, to := offsets(&fix.Edits[i])
		if from < 0 || to < from || to > len(data) {
			t.Fatalf("%q: an edit of %d bytes at [%d, %d)", fix.Title, len(data), from, to)
		}
		for j := range i {
			if overlap(&fix.Edits[i], &fix.Edits[j]) {
				t.Fatalf("%q: edits overlap", fix.Title)
			}
		}
	}
}

// What a fix is blamed for is the finding that is new, not another one with the same place that was there before.
func TestBlamedPlace(t *testing.T) {
	t.Parallel()
	config := &source.Text{File: &source.File{Name: "config"}, Data: []byte("one\ntwo\nthree\n"), Base: source.Pos{Line: 1, Col: 1}}
	unused := func(from int, message string) lint.Finding {
		return lint.Finding{Rule: lint.RuleIgnoreUnused, Severity: lint.Warning, Message: message, Span: config.Span(from, from+3)}
	}
	manifest := source.Whole(&source.File{Name: "pod.yaml"})
	for name, c := range map[string]struct {
		fixed lint.Finding
		want  string
	}{
		"as severe":             {lint.Finding{Rule: "moved", Severity: lint.Warning}, "it would cause ignore-unused at config:2"},
		"less severe":           {lint.Finding{Rule: "policy", Severity: lint.Error}, ""},
		"a slip of a reference": {lint.Finding{Rule: "typo", Group: "suspicious-reference", Severity: lint.Warning}, ""},
	} {
		c.fixed.Span, c.fixed.Fix = manifest, &lint.Fix{}
		e := &engine{result: lint.Result{Findings: []lint.Finding{unused(0, "first"), unused(8, "third"), c.fixed}}}
		after := lint.Result{Findings: []lint.Finding{unused(0, "first"), unused(4, "second"), unused(8, "third")}}
		if got := e.worse([]candidate{{Finding: &c.fixed, key: "fix"}}, after)["fix"].why; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
