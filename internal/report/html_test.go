package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/report/html"
	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// htmlTags are the allowed elements; none loads, embeds or sends anything.
var htmlTags = regexp.MustCompile(`^(html|head|meta|title|style|body|header|main|footer|nav|section|div|h[1-3]|p|a|ul|ol|li|dl|dt|dd|span|b|code|pre|mark|kbd|` +
	`table|thead|tbody|tr|th|td|details|summary|form|label|input|select|option|fieldset|legend|button|svg|desc|g|rect|path|text|script)$`)

// htmlPage is a page as a browser parses it.
type htmlPage struct {
	policy, style, script string
	ids                   map[string]bool
	refs, links           []string
	text                  strings.Builder
	tags                  map[string]int
}

func readHTML(out []byte) (*htmlPage, error) {
	doc, err := xhtml.Parse(bytes.NewReader(out))
	if err != nil {
		return nil, err
	}
	p := &htmlPage{ids: map[string]bool{}, tags: map[string]int{}}
	for n := range doc.Descendants() {
		switch {
		case n.Type == xhtml.TextNode && n.Parent.Data == "style":
			p.style += n.Data
		case n.Type == xhtml.TextNode && n.Parent.Data == "script":
			p.script += n.Data
		case n.Type == xhtml.TextNode:
			p.text.WriteString(n.Data + "\n")
		case n.Type == xhtml.CommentNode:
			return nil, errors.New("a comment")
		case n.Type == xhtml.ElementNode:
			if err := p.element(n); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

func (p *htmlPage) element(n *xhtml.Node) error {
	if p.tags[n.Data]++; !htmlTags.MatchString(n.Data) {
		return fmt.Errorf("an element %q", n.Data)
	}
	for _, a := range n.Attr {
		switch key := a.Key; {
		case strings.HasPrefix(key, "on"), key == "style", key == "src", key == "srcset", key == "action", key == "formaction", a.Namespace == "xlink":
			return fmt.Errorf("an attribute %s=%q of %s", key, a.Val, n.Data)
		case key == "href":
			p.links = append(p.links, a.Val)
		case key == "id":
			if p.ids[a.Val] {
				return fmt.Errorf("the id %q is there twice", a.Val)
			}
			p.ids[a.Val] = true
		case key == "aria-labelledby":
			p.refs = append(p.refs, strings.Fields(a.Val)...)
		case key == "content" && strings.HasPrefix(a.Val, "default-src"):
			p.policy = a.Val
		}
	}
	return nil
}

// validHTML checks a page as a browser sees it: the policy allows exactly the style and script that exist, no
// element connects anywhere, no attribute is a handler, links lead only to the page itself or to rule pages,
// and labels refer to existing elements.
func validHTML(out []byte) error {
	p, err := readHTML(out)
	if err != nil {
		return err
	}
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	if want := "default-src 'none'; style-src " + hash(p.style) + "; script-src " + hash(p.script) + "; base-uri 'none'; form-action 'none'"; p.policy != want {
		return fmt.Errorf("the policy is %q, want %q", p.policy, want)
	}
	if p.tags["style"] != 1 || p.tags["script"] != 1 || p.tags["h1"] != 1 || p.tags["main"] != 1 || p.tags["title"] < 1 {
		return fmt.Errorf("elements %v", p.tags)
	}
	for _, link := range p.links {
		id, inPage := strings.CutPrefix(link, "#")
		if inPage && !p.ids[id] || !inPage && !strings.HasPrefix(link, rulesPage+"#") && link != policiesPage {
			return fmt.Errorf("a link to %q", link)
		}
	}
	for _, ref := range p.refs {
		if !p.ids[ref] {
			return fmt.Errorf("a label %q that is not there", ref)
		}
	}
	return nil
}

// withPulls is a report with pods, accounts, Secrets, images and cluster messages, with a text in each of
// their names.
func withPulls(t testing.TB, r Report, bad string) Report {
	t.Helper()
	set := manifests.Set{}
	if r.Set != nil {
		set = *r.Set
	}
	var pulls PullReport
	for i, raw := range []string{"ghcr.io/acme/web:1", "nginx:1.27", bad, "ghcr.io/acme/web:2"} {
		object := &manifests.Object{APIVersion: "v1", Kind: "Pod" + bad, Namespace: "shop", Name: strconv.Itoa(i) + bad}
		img := &manifests.ImageRef{Raw: raw, Container: bad, Span: at(t, "k8s/web.yaml", "image: "+raw+"x", "image")}
		ref, err := imageref.Parse(raw)
		if img.Ref = ref; err != nil {
			img.Err = &imageref.Error{}
		}
		w := &manifests.Workload{Object: object, Images: []*manifests.ImageRef{img}}
		set.Workloads = append(set.Workloads, w)
		p := Pull{Workload: w, Image: img, Plan: &plan.Pull{
			Namespace: "shop", ServiceAccount: plan.ServiceAccount{Namespace: "shop", Name: bad},
			PullSecrets: []plan.PullSecret{{Ref: &manifests.PullSecretName{Name: bad}, Namespace: "shop", Match: &plan.Match{Problem: bad + "not there"}}},
		}, Verdict: plan.Verdict{Outcome: plan.Anonymous, Message: bad}}
		switch i {
		case 1:
			p.Verdict = plan.Verdict{Outcome: plan.Fails, Reason: bad, Message: bad}
		case 2:
			p.Said = &cluster.Failure{Status: bad, Message: bad, Name: bad}
		}
		pulls.Pulls = append(pulls.Pulls, p)
	}
	pulls.Total = len(pulls.Pulls)
	pulls.Answers = []cluster.Answer{{Cause: bad, Message: bad, Do: bad, Check: bad, Failures: []*cluster.Failure{{Name: bad, Status: bad}}}}
	set.Stats.Images = len(pulls.Pulls)
	r.Pulls = func(each func(*Pull)) (PullReport, error) {
		for i := range pulls.Pulls {
			each(&pulls.Pulls[i])
		}
		return pulls, nil
	}
	r.Set, r.Known = &set, func(*manifests.ImageRef) string { return "published" }
	r.Probed = &Probed{Heads: 3, Cached: 1}
	return r
}

// TestHTMLHostile puts texts with a special meaning to browsers into every field that other formats lack.
func TestHTMLHostile(t *testing.T) {
	t.Parallel()
	for _, bad := range append([]string{`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, `javascript:alert(1)`, "</title></style><style>*{}", "<!--", "]]></svg>"}, nasty...) {
		out := printed(t, "html", withPulls(t, hostile(t, bad), bad), Options{Version: bad, NoFold: true})
		if err := validHTML(out); err != nil {
			t.Errorf("%q: %v", bad, err)
		}
		tame(t, "html", out, false)
	}
}

// TestHTMLSays: the page has the same wording as the terminal, and details for which a terminal has no room.
func TestHTMLSays(t *testing.T) {
	t.Parallel()
	r := withPulls(t, sample(t), "x")
	out := printed(t, "html", r, Options{Version: "v1.2.3"})
	if err := validHTML(out); err != nil {
		t.Fatal(err)
	}
	p, err := readHTML(out)
	if err != nil {
		t.Fatal(err)
	}
	got := p.text.String()
	for _, want := range []string{
		"Failed: 1 error, 2 warnings", `image "Nginx:1" has upper-case letters in its repository name`, `write "nginx:1"`, "k8s/web.yaml:19:16", "chart/templates/web.yaml",
		"k8s/secret.yaml:1:9: the Secret of that name", "InvalidImageName: couldn't parse image name", "--fix", "2 of 4 pulls cannot succeed",
		"docker.io/library/nginx:1.27", "Registries were asked with 3 requests; 1 image was answered from the cache.", "tpl/x.yaml:7: a template that was not rendered",
		"the demo shall move", "shop/x", "3 files", "v1.2.3",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	var notes strings.Builder
	for _, line := range strings.Split(string(printed(t, "text", sample(t), Options{})), "\n") {
		if _, note, ok := strings.Cut(line, " = "); ok {
			_, note, _ = strings.Cut(note, ": ")
			if notes.WriteString(note); !strings.Contains(got, note) {
				t.Errorf("text says %q, and the page does not", note)
			}
		}
	}
	if notes.Len() < 200 {
		t.Error("the text has almost no notes")
	}
	quiet, err := readHTML(printed(t, "html", r, Options{Quiet: true}))
	if err != nil || strings.Contains(quiet.text.String(), "the demo shall move") {
		t.Errorf("--quiet lists what is suppressed (%v)", err)
	}
}

// TestHTMLUnparsed: the inventory does not say of a reference that cannot be parsed that the catalog lacks it.
func TestHTMLUnparsed(t *testing.T) {
	t.Parallel()
	var r Report
	set, err := manifests.Load(t.Context(), []manifests.Input{{Name: "a.yaml", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'Nginx::1'}, {name: b, image: 'ghcr.io/acme/web:1'}]}\n")), nil
	}}}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Set, r.Known = set, func(*manifests.ImageRef) string { return "unknown" }
	p, err := readHTML(printed(t, "html", r, Options{}))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(p.text.String()), " ")
	if !strings.Contains(got, "1 not in the catalog") || !strings.Contains(got, "1 cannot be parsed") || strings.Contains(got, "2 not in the catalog") {
		t.Error(got)
	}
}

// TestHTMLMark: the marked text is what the terminal underlines, including wide characters.
func TestHTMLMark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, needle, before, marked, behind string }{
		{"- {name: é😀, image: Nginx}", "Nginx", "- {name: é😀, image: ", "Nginx", "}"},
		{"漢字: 日本語 x", "日本語", "漢字: ", "日本語", " x"},
		{"\ta: b", "b", "    a: ", "b", ""},
	} {
		f := lint.Finding{Span: at(t, "a.yaml", c.line+"\n", c.needle)}
		if e := htmlExcerpt(&f); e == nil || e.Before != c.before || e.Marked != c.marked || e.Behind != c.behind {
			t.Errorf("%q: %+v", c.line, e)
		}
	}
	if e := htmlExcerpt(&lint.Finding{}); e != nil {
		t.Errorf("a finding without a place has %+v", e)
	}
}

// TestHTMLBounds: neither many nor long findings make a page too large for a browser; the most severe ones
// are kept, and the rest is counted.
func TestHTMLBounds(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	var r Report
	long := strings.Repeat("é", 5_000)
	for i := range 20_000 {
		f := lint.Finding{Rule: "image-latest", Severity: lint.Info, Message: strconv.Itoa(i) + long, Help: long, Image: strconv.Itoa(i), Object: &manifests.Object{Kind: "Pod", Name: long}}
		if i == 19_999 {
			f.Severity = lint.Error
		}
		r.Result.Findings = append(r.Result.Findings, f)
	}
	out := printed(t, "html", r, Options{})
	if most := html.MaxBytes + 1<<20; len(out) > most {
		t.Errorf("%d bytes, want at most %d", len(out), most)
	}
	p, err := readHTML(out)
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Count(string(out), `<li class="f `)
	if got := p.text.String(); !strings.Contains(got, strconv.Itoa(20_000-listed)+" more findings are not in this file") || !strings.Contains(got, "19999é") {
		t.Errorf("%d findings are listed, and the page does not count the others or has left out the error", listed)
	}
}
