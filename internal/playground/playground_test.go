//go:build !windows

// Texts in memory have the paths of a browser.

package playground

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// read parses an answer as the page does.
type read struct {
	Error  string
	Report struct {
		Summary struct {
			Objects int
			Skipped []struct{ File, Reason string }
		}
		Findings []struct {
			Rule, File, Message string
			Fix                 *struct {
				Title string
				Edits []struct{ Text string }
			}
		}
	}
	Places []Places
	Pulls  struct {
		Pulls []struct {
			Image   string
			Verdict struct{ Outcome string }
		}
	}
	Images []Image
	Names  []Name
	Notes  []string
}

// rules returns the rules with findings.
func (r *read) rules() []string {
	var out []string
	for i := range r.Report.Findings {
		out = append(out, r.Report.Findings[i].Rule)
	}
	return out
}

func ask(t *testing.T, p *Playground, files ...File) read {
	t.Helper()
	p.Now = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	req, err := json.Marshal(Request{files})
	if err != nil {
		t.Fatal(err)
	}
	var out read
	if err := json.Unmarshal(p.JSON(req), &out); err != nil {
		t.Fatal(err)
	}
	if out.Error != "" || len(out.Report.Findings) != len(out.Places) || len(out.Pulls.Pulls) != len(out.Images) {
		t.Fatalf("%+v", out)
	}
	return out
}

// cut returns the text of a place, as the page sees it.
func cut(t *testing.T, files []File, p Place) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f File) bool { return f.Name == p.File })
	if i < 0 {
		t.Fatalf("%+v is in no file", p)
	}
	return string(utf16.Decode(utf16.Encode([]rune(files[i].Text))[p.From:p.To]))
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"

// Places count as JavaScript does, in text after characters of one to four bytes.
func TestPlaces(t *testing.T) {
	t.Parallel()
	p := &Playground{}
	for _, comment := range []string{"", "# plain\n", "# ä€😀\n", "# " + strings.Repeat("😀é", 700) + "\n", strings.Repeat("# €\n", 500)} {
		files := []File{
			{"web.yaml", comment + pod + "  - {name: app, image: ghcr.io/acme/Web:1.2.3} # 😀\n"},
			{"kustomization.yaml", "images: [{name: a}]\n"},
		}
		got := ask(t, p, files...)
		i := slices.IndexFunc(got.Places, func(p Places) bool { return p.File == "web.yaml" })
		if i < 0 || got.Report.Findings[i].Rule != "image-uppercase" || got.Report.Findings[i].Fix == nil {
			t.Fatalf("%q: %+v", comment, got.Report.Findings)
		}
		at := got.Places[i]
		if text := cut(t, files, at.Place); text != "Web" {
			t.Errorf("%.20q: the finding is at %q", comment, text)
		}
		fixed := files[0].Text
		for k, e := range slices.Backward(at.Edits) {
			units := utf16.Encode([]rune(fixed))
			fixed = string(utf16.Decode(units[:e.From])) + got.Report.Findings[i].Fix.Edits[k].Text + string(utf16.Decode(units[e.To:]))
		}
		if want := strings.Replace(files[0].Text, "Web", "web", 1); fixed != want {
			t.Errorf("fixed, it is %q", fixed)
		}
		if text := cut(t, files, got.Images[0].Place); text != "ghcr.io/acme/Web:1.2.3" {
			t.Errorf("the image is at %q", text)
		}
	}
}

// A Secret in another file satisfies a pod, a kustomization is built, and its plan is at the image's source.
func TestFiles(t *testing.T) {
	t.Parallel()
	files := []File{
		{"base/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers:\n  - {name: app, image: web}\n"},
		{"base/kustomization.yaml", "resources: [pod.yaml]\n"},
		{"prod/kustomization.yaml", "resources: [../base, secret.yaml]\nimages: [{name: web, newName: ghcr.io/acme/web, newTag: 1.2.3}]\n"},
		{"prod/secret.yaml", "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {name: regcred, namespace: shop}\n" +
			"stringData: {.dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"username\":\"bob\",\"password\":\"hunter2\"}}}'}\n"},
	}
	p := &Playground{}
	got := ask(t, p, files...)
	if len(got.Pulls.Pulls) != 1 || got.Pulls.Pulls[0].Image != "ghcr.io/acme/web:1.2.3" || got.Pulls.Pulls[0].Verdict.Outcome != "credentials" {
		t.Fatalf("%+v", got.Pulls)
	}
	img := got.Images[0]
	if img.File != "base/pod.yaml" && img.File != "prod/kustomization.yaml" || !strings.Contains(img.Text, `user "bob"`) || strings.Contains(img.Text, "hunter2") || strings.Contains(img.Text, "pull fails") {
		t.Errorf("%+v", img)
	}
	files[3].Text = strings.Replace(files[3].Text, "name: regcred", "name: other", 1)
	got = ask(t, p, files...)
	if found := got.rules(); !slices.Contains(found, "pull-secret-missing") {
		t.Errorf("without its Secret: %q", found)
	}
}

// Findings do not depend on earlier requests.
func TestAgain(t *testing.T) {
	t.Parallel()
	p := &Playground{}
	for _, tag := range []string{"1.2.3", "latest", "V.V", "1.2.3", "1.2.v", "1.2.V", "latest"} {
		files := []File{{"a.yaml", pod + "  - {name: app, image: 'ghcr.io/acme/web:" + tag + "'}\n"}, {"b.yaml", pod + "  - {name: app, image: Nginx}\n"}}
		if diff := cmp.Diff(ask(t, &Playground{}, files...), ask(t, p, files...)); diff != "" {
			t.Errorf("%s (-new +kept):\n%s", tag, diff)
		}
	}
}

// The page's settings are its .imagelint.yaml, and errors in it are reported.
func TestSettings(t *testing.T) {
	t.Parallel()
	web := File{"web.yaml", pod + "  - {name: app, image: nginx}\n"}
	p := &Playground{}
	if got := ask(t, p, web); len(got.Report.Findings) != 1 || len(got.Notes) > 0 {
		t.Errorf("without: %+v", got)
	}
	if got := ask(t, p, web, File{configName, "rules: {image-tag-missing: off}\n"}); len(got.Report.Findings) > 0 || len(got.Notes) > 0 {
		t.Errorf("with: %+v", got)
	}
	if got := ask(t, p, web, File{configName, "rules: {image-nothing: off}\n"}); len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "image-nothing") {
		t.Errorf("with a mistake: %q", got.Notes)
	}
}

// No input crashes the page's engine, and every request gets an answer.
func TestOdd(t *testing.T) {
	t.Parallel()
	p := &Playground{}
	for _, text := range []string{"", "\ufeff", "[", "a: b\n---\n- [", "kind: Pod", "\x00", strings.Repeat("[", 10_000), "kind: Kustomization\nresources: [.]\n"} {
		for _, name := range []string{"a.yaml", "kustomization.yaml", "Chart.yaml", ".imagelint.yaml", "a", ".git"} {
			ask(t, p, File{name, text})
		}
	}
	if got := string(p.JSON([]byte("{"))); !strings.HasPrefix(got, `{"error":"read the request`) {
		t.Errorf("%s", got)
	}
	if got := ask(t, p); got.Report.Summary.Objects != 0 {
		t.Errorf("%+v", got)
	}
}

// The example of each rule triggers it.
func TestExamples(t *testing.T) {
	t.Parallel()
	examples, err := Examples(os.DirFS("../../fixtures"))
	if err != nil || len(examples) < 45 {
		t.Fatalf("%d, %v", len(examples), err)
	}
	for _, e := range examples {
		if got := ask(t, &Playground{}, e.Files...); !slices.Contains(got.rules(), e.Rule) || len(got.Notes) > 0 {
			t.Errorf("%s: %q, %q", e.Rule, got.rules(), got.Notes)
		}
	}
}

// Names of pull secrets and service accounts, and the objects themselves, have a text for hovers, without passwords.
func TestNames(t *testing.T) {
	t.Parallel()
	files := []File{
		{"pod.yaml", "# 🐋\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: web}\nspec:\n  serviceAccountName: cart\n  imagePullSecrets: [{name: regcred}, {name: gone}]\n  containers: [{name: a, image: \"ghcr.io/a/b:1\"}]\n"},
		{"secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: web}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"username\":\"bob\",\"password\":\"hunter2\"}}}'\n"},
	}
	got := ask(t, &Playground{}, files...)
	var places []string
	for _, n := range got.Names {
		places = append(places, n.File+" "+cut(t, files, n.Place)+": "+n.Text)
	}
	want := []string{
		"pod.yaml regcred: pull secret web/regcred: usable, with the keys \"ghcr.io\"\nused by: Pod web/p",
		"pod.yaml gone: pull secret web/gone: not defined in these manifests\nused by: Pod web/p",
		"pod.yaml cart: service account web/cart, not defined in these manifests\nused by: Pod web/p",
		"secret.yaml regcred: Secret web/regcred: usable, with the keys \"ghcr.io\"\nused by: Pod web/p",
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Error(diff)
	}
}
