package lint_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

func opener(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

// fakeProber is a registry that remembers what it was asked, and has an answer to each question.
type fakeProber struct {
	questions []lint.Question
	answer    func(lint.Question) lint.ProbeResult
	calls     int
}

func (h *fakeProber) Probe(_ context.Context, questions []lint.Question) []lint.ProbeResult {
	h.questions = append(h.questions, questions...)
	h.calls++
	var out []lint.ProbeResult
	for _, q := range questions {
		out = append(out, h.answer(q))
	}
	return out
}

func exists(lint.Question) lint.ProbeResult {
	return lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Exists}}
}

// ask runs the test rules and returns what a registry was asked, as "image [secrets] [platforms]".
func ask(t *testing.T, l lint.Linter, text string) []string {
	t.Helper()
	h := &fakeProber{answer: exists}
	l.Prober = h
	run(t, l, file{"a.yaml", text})
	var out []string
	for _, q := range h.questions {
		s := q.Ref.Canonical()
		for _, c := range q.Credentials {
			s += " " + c.Secret
		}
		for _, p := range q.Platforms {
			s += " " + p
		}
		out = append(out, s)
	}
	return out
}

// Registries are asked about what this cluster pulls from them as it is written, and about nothing else.
func TestWhatIsAsked(t *testing.T) {
	t.Parallel()
	const policy = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'app:1', imagePullPolicy: %s}]}\n"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"an image":               {pod("p", "app:1"), []string{"docker.io/library/app:1"}},
		"without a tag":          {pod("p", "app"), []string{"docker.io/library/app:latest"}},
		"one that is used twice": {pod("p", "app:1", "docker.io/library/app:1"), []string{"docker.io/library/app:1"}},
		"no image":               {pod("p", "''"), nil},
		"a broken one":           {pod("p", "App:1"), nil},
		"policy Always":          {fmt.Sprintf(policy, "Always"), []string{"docker.io/library/app:1"}},
		"policy Never":           {fmt.Sprintf(policy, "Never"), nil},
		"loaded onto the nodes":  {pod("p", "kind-loaded/app:1"), nil},
		"for another cluster":    {"apiVersion: run.cnrm.cloud.google.com/v1beta1\nkind: RunService\nmetadata: {name: p}\nspec: {template: {containers: [{image: 'app:1'}]}}\n", nil},
		"replaced":               {pod("p", "app:1") + "---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\nimages: [{name: app, newTag: '2'}]\n", nil},
		"may be replaced":        {pod("p", "app:1") + "---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\npatches: [{path: unknown.yaml}]\n", []string{"docker.io/library/app:1"}},
		"a placeholder":          {"apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\nmetadata: {name: p}\nspec: {triggers: [{type: ImageChange, imageChangeParams: {containerNames: [a]}}], template: {spec: {containers: [{name: a, image: 'app:1'}]}}}\n", nil},
		"a repository":           {"apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageRepository\nmetadata: {name: p}\nspec: {image: ghcr.io/acme/app}\n", nil},
	} {
		if diff := cmp.Diff(c.want, ask(t, lint.Linter{Settings: lint.Settings{LocalImages: []string{"kind-loaded/*"}}}, c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Two pods with the same image ask once, unless their credentials or their nodes differ.
func TestQuestions(t *testing.T) {
	t.Parallel()
	secret := func(name, password string) string {
		return "---\napiVersion: v1\nkind: Secret\nmetadata: {name: " + name + "}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"username\":\"u\",\"password\":\"" + password + "\"}}}'}\n"
	}
	with := func(pod, fields string) string {
		return "---\n" + strings.Replace(pod, "spec:\n", "spec:\n  "+fields+"\n", 1)
	}
	app := pod("p", "ghcr.io/acme/app:1")
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"no credentials": {app + "---\n" + app, []string{"ghcr.io/acme/app:1 linux/amd64 linux/arm64"}},
		"other credentials": {
			app + with(app, "imagePullSecrets: [{name: one}]") + with(app, "imagePullSecrets: [{name: two}]") + with(app, "imagePullSecrets: [{name: one}]") + secret("one", "1") + secret("two", "2"),
			[]string{"ghcr.io/acme/app:1 linux/amd64 linux/arm64", "ghcr.io/acme/app:1 one linux/amd64 linux/arm64", "ghcr.io/acme/app:1 two linux/amd64 linux/arm64"},
		},
		"other nodes": {app + with(app, "nodeSelector: {kubernetes.io/arch: arm64}"), []string{"ghcr.io/acme/app:1 linux/amd64 linux/arm64", "ghcr.io/acme/app:1 linux/arm64"}},
	} {
		if diff := cmp.Diff(c.want, ask(t, lint.Linter{Settings: lint.Settings{Platforms: []string{"linux/amd64", "linux/arm64"}}}, c.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// With the logins of others than the pod, pods with different credentials ask once. The result says who asked.
func TestAskedAs(t *testing.T) {
	t.Parallel()
	app := strings.Replace(pod("p", "ghcr.io/acme/app:1"), "spec:\n", "spec:\n  imagePullSecrets: [{name: one}]\n", 1)
	text := pod("q", "ghcr.io/acme/app:1") + "---\n" + app + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: one}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"username\":\"u\",\"password\":\"p\"}}}'}\n"
	for as, want := range map[lint.Asker]int{lint.AsPod: 2, lint.AsMe: 1, lint.AsAnonymous: 1} {
		h := &fakeProber{answer: exists}
		noted := 0
		rule := lint.Rule{ID: "r", Severity: lint.Warning, Check: func(p *lint.Pass) {
			for _, img := range p.Parsed() {
				if f, ok := p.ProbeResult(img); ok && f.As == as {
					noted++
				}
			}
		}}
		l := lint.Linter{Rules: []lint.Rule{rule}, Prober: h, Settings: lint.Settings{ProbeAs: as}, Today: "2026-01-01"}
		if _, err := l.Run(t.Context(), load(t, file{"a.yaml", text})); err != nil {
			t.Fatal(err)
		}
		if len(h.questions) != want || noted != 2 {
			t.Errorf("%d: %d questions, and %d facts say so", as, len(h.questions), noted)
		}
		for _, q := range h.questions {
			if q.As != as || as != lint.AsPod && len(q.Credentials) > 0 {
				t.Errorf("%d: %+v", as, q)
			}
		}
	}
}

// Sets that are linted one after the other are asked about at once, and only then.
func TestAsk(t *testing.T) {
	t.Parallel()
	h := &fakeProber{answer: exists}
	noted := 0
	rule := lint.Rule{ID: "r", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for _, img := range p.Parsed() {
			if f, ok := p.ProbeResult(img); ok && f.Pod.Outcome == lint.Exists {
				noted++
			}
		}
	}}
	l := lint.Linter{Rules: []lint.Rule{rule}, Prober: h, Today: "2026-01-01"}
	sets := []*manifests.Set{load(t, file{"a.yaml", pod("p", "app:1", "app:2")}), load(t, file{"a.yaml", pod("p", "app:2", "app:3")})}
	asked := l.Ask(t.Context(), sets)
	if h.calls != 1 || len(h.questions) != 3 {
		t.Errorf("%d calls with %d questions", h.calls, len(h.questions))
	}
	for _, set := range sets {
		res, err := asked.Run(t.Context(), set)
		if err != nil || res.Unprobed != 0 {
			t.Errorf("%v, %d unasked", err, res.Unprobed)
		}
	}
	if h.calls != 1 || noted != 4 {
		t.Errorf("%d calls in the end, and %d facts", h.calls, noted)
	}
}

// Lacking goes by what runtimes run.
func TestLacking(t *testing.T) {
	t.Parallel()
	q := lint.Question{Platforms: []string{"linux/amd64", "linux/arm64", "windows/amd64", "linux/*"}}
	for have, want := range map[string]string{
		"": "", "linux/amd64": "linux/arm64 windows/amd64", "linux/arm/v7": "linux/amd64 windows/amd64", "windows/amd64 linux/arm64/v8 linux/amd64": "",
	} {
		if got := strings.Join(q.Lacking(strings.Fields(have)), " "); got != want {
			t.Errorf("%q lacks %q, want %q", have, got, want)
		}
	}
}

// Rules get answers only for questions that were asked, and findings that an answer settles are not reported.
func TestAnswers(t *testing.T) {
	t.Parallel()
	h := &fakeProber{answer: func(q lint.Question) lint.ProbeResult {
		switch q.Ref.Tag {
		case "asked":
			return lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Exists}}
		case "missing":
			return lint.ProbeResult{Pod: lint.Answer{Outcome: lint.TagMissing}}
		}
		return lint.ProbeResult{}
	}}
	var facts []string
	rule := lint.Rule{ID: "r", Severity: lint.Warning, SettledByProbe: func(_ *manifests.ImageRef, f *lint.ProbeResult) bool { return f.Pod.Outcome == lint.Exists }, Check: func(p *lint.Pass) {
		for w, img := range p.Parsed() {
			f, ok := p.ProbeResult(img)
			if ok {
				facts = append(facts, img.Raw+" "+f.Pod.Outcome.String())
			}
			p.ReportImage(w, img, lint.Finding{Message: img.Raw})
		}
	}}
	res, err := (&lint.Linter{Rules: []lint.Rule{rule}, Prober: h}).Run(t.Context(), load(t, file{"a.yaml", pod("p", "app:asked", "app:missing", "app:cancelled")}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"app:asked exists", "app:missing tag missing"}, facts); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"warning r a.yaml:7", "warning r a.yaml:8"}, brief(res.Findings)); diff != "" || res.Unprobed != 1 || h.calls != 1 {
		t.Errorf("%d unasked, %d calls, findings (-want +got):\n%s", res.Unprobed, h.calls, diff)
	}
}

// A run that asks no registry needs the suppression of a finding that an answer settles.
func TestSettledSuppression(t *testing.T) {
	t.Parallel()
	rule := lint.Rule{ID: "r", Severity: lint.Warning, SettledByProbe: func(*manifests.ImageRef, *lint.ProbeResult) bool { return true }, Check: func(p *lint.Pass) {
		for w, img := range p.Parsed() {
			if img.Ref.Tag == "bad" {
				p.ReportImage(w, img, lint.Finding{Message: img.Raw})
			}
		}
	}}
	unused := lint.Rule{ID: lint.RuleIgnoreUnused, Group: "input", Severity: lint.Warning}
	for image, want := range map[string][]string{"app:bad": nil, "app:good": {"warning ignore-unused "}} {
		l := lint.Linter{Rules: []lint.Rule{rule, unused}, Prober: &fakeProber{answer: exists}, Ignores: []lint.Ignore{{Rules: []string{"r"}, Images: []string{image}, Reason: "internal"}}}
		res, err := l.Run(t.Context(), load(t, file{"a.yaml", pod("p", image)}))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range res.Findings {
			got = append(got, f.Severity.String()+" "+f.Rule+" ")
		}
		if diff := cmp.Diff(want, got); diff != "" || len(res.Suppressed) > 0 {
			t.Errorf("%s: (-want +got):\n%s", image, diff)
		}
	}
}

// Without a prober, no registry is asked; without an image, the prober is not called.
func TestNobodyIsAsked(t *testing.T) {
	t.Parallel()
	h := &fakeProber{answer: exists}
	res := run(t, lint.Linter{Prober: h}, file{"a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"})
	if h.calls > 0 || res.Unprobed > 0 {
		t.Errorf("%d calls, %d unasked", h.calls, res.Unprobed)
	}
	none := lint.Rule{ID: "r", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for _, img := range p.Parsed() {
			if f, ok := p.ProbeResult(img); ok {
				t.Errorf("a fact without a prober: %+v", f)
			}
		}
	}}
	if _, err := (&lint.Linter{Rules: []lint.Rule{none}}).Run(t.Context(), load(t, file{"a.yaml", pod("p", "app:1")})); err != nil {
		t.Fatal(err)
	}
}

// A pod may run on those of the nodes that it selects.
func TestPassPlatforms(t *testing.T) {
	t.Parallel()
	var got []string
	rule := lint.Rule{ID: "r", Severity: lint.Warning, Check: func(p *lint.Pass) {
		for _, img := range p.Parsed() {
			got = append(got, p.Platforms(img)...)
		}
	}}
	l := lint.Linter{Rules: []lint.Rule{rule}, Settings: lint.Settings{Platforms: []string{"linux/amd64", "linux/arm64"}}}
	set, err := manifests.Load(t.Context(), []manifests.Input{{Name: "a.yaml", Open: opener(strings.Replace(pod("p", "app:1"), "spec:\n", "spec:\n  nodeSelector: {kubernetes.io/arch: arm64}\n", 1))}}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Run(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"linux/arm64"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
