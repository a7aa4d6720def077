package rules_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// answers is a fake for all registries: it holds results by reference, with the user in front if that matters ("bob@ghcr.io/acme/app:1").
// All other images are public.
type answers map[string]lint.ProbeResult

// Probe implements lint.Prober.
func (a answers) Probe(_ context.Context, questions []lint.Question) []lint.ProbeResult {
	out := make([]lint.ProbeResult, 0, len(questions))
	for _, q := range questions {
		f, ok := a[q.Ref.Canonical()]
		if len(q.Credentials) > 0 {
			if own, has := a[q.Credentials[0].Username+"@"+q.Ref.Canonical()]; has {
				f, ok = own, true
			}
		}
		if !ok {
			f = lint.ProbeResult{Pod: lint.Answer{Outcome: lint.Exists, Status: 200}}
		}
		if len(q.Credentials) > 0 && f.Pod.Outcome != lint.NotAsked {
			f.Pod.Secret = q.Credentials[0].Secret
		}
		if len(q.Platforms) == 0 {
			f.Platforms = nil
		}
		out = append(out, f)
	}
	return out
}

// fact returns a result that only has the answer to the pod.
func fact(o lint.Outcome, status int, why string) lint.ProbeResult {
	return lint.ProbeResult{Pod: lint.Answer{Outcome: o, Status: status, Detail: why}}
}

// registryAnswers are the answers for testdata/probe.yaml.
func registryAnswers() answers {
	missing := fact(lint.TagMissing, 404, "")
	missing.SimilarTags = []string{"1.4.2", "1.4.1"}
	latest := fact(lint.TagMissing, 404, "")
	latest.SimilarTags = []string{"0.2.1"}
	listed := fact(lint.TagMissing, 404, "")
	listed.TagListed = true
	private := fact(lint.Denied, 401, "")
	private.User = lint.Answer{Outcome: lint.Exists}
	neither := fact(lint.Denied, 401, "")
	neither.User, neither.SimilarTags = lint.Answer{Outcome: lint.TagMissing}, []string{"1.4.2"}
	rejected := fact(lint.Rejected, 401, "")
	rejected.User = lint.Answer{Outcome: lint.Exists}
	rejected.Pod.FromTokenService = true
	closed := fact(lint.Denied, 403, "")
	closed.Pod.FromTokenService = true
	arm := fact(lint.Exists, 200, "")
	arm.Platforms = []string{"linux/arm64", "linux/arm/v7"}
	both := fact(lint.Exists, 200, "")
	both.Platforms = []string{"linux/amd64", "windows/amd64"}
	old := fact(lint.Exists, 200, "")
	old.Pod.MediaType = "application/vnd.docker.distribution.manifest.v1+prettyjws"
	chart := fact(lint.Exists, 200, "")
	chart.NotImage = "a Helm chart"
	moved := fact(lint.Exists, 200, "")
	moved.TagDigest = "sha256:" + strings.Repeat("f", 64)
	gone := fact(lint.Exists, 200, "")
	gone.TagGone = true
	said := func(o lint.Outcome, status int, words string) lint.ProbeResult {
		f := fact(o, status, "")
		f.Pod.RegistryMessage = words
		return f
	}
	open, openRejected := private, rejected
	open.Public, openRejected.Public = true, true
	retired := fact(lint.TagMissing, 404, "")
	retired.SimilarTags = []string{"2.46.0.deprecated-py39-gpu"}
	return answers{
		"gcr.io/acme/deleted:1":                              said(lint.RepoMissing, 403, "Project acme has been deleted."),
		"gcr.io/acme/shut:1":                                 said(lint.RepoMissing, 412, "Container Registry is deprecated and shutting down"),
		"ghcr.io/acme/law:1":                                 said(lint.Denied, 451, "not served in your country"),
		"europe-docker.pkg.dev/acme/shop/app:1":              said(lint.Denied, 403, "Permission denied (or it may not exist)"),
		"bob@quay.io/acme/open:1":                            open,
		"bob@quay.io/acme/open-expired:1":                    openRejected,
		"docker.io/rayproject/ray-ml:2.46.0.0e19ea-py39-gpu": retired,
		"ghcr.io/acme/app:v1.4.2":                            missing,
		"docker.io/acme/untagged:latest":                     latest,
		"ghcr.io/acme/listed:1":                              listed,
		"ghcr.io/acme/app@" + digest:                         fact(lint.DigestMissing, 404, ""),
		"ghcr.io/acme/nothing:1":                             fact(lint.RepoMissing, 404, ""),
		"docker.io/acme/private:1":                           fact(lint.Denied, 401, ""),
		"docker.io/library/nginxy:1":                         fact(lint.Denied, 401, ""),
		"docker.io/library/my-app:1":                         fact(lint.Denied, 401, ""),
		"docker.io/acme/yours:1":                             private,
		"ghcr.io/acme/neither:1":                             neither,
		"docker.io/acme/neither:1":                           neither,
		"bob@quay.io/acme/neither:1":                         neither,
		"ghcr.io/acme/private:1":                             closed,
		"quay.io/acme/yours:1":                               private,
		"bob@quay.io/acme/refused:1":                         private,
		"bob@quay.io/acme/forbidden:1":                       fact(lint.Denied, 403, ""),
		"bob@quay.io/acme/expired:1":                         rejected,
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1": fact(lint.Denied, 401, ""),
		"ghcr.io/acme/arm:1":                                 arm,
		"ghcr.io/acme/both:1":                                both,
		"quay.io/acme/old:1":                                 old,
		"ghcr.io/acme/chart:1":                               chart,
		"ghcr.io/acme/moved:1@" + digest:                     moved,
		"ghcr.io/acme/gone:1@" + digest:                      gone,
		"10.1.2.3:5000/app:1":                                fact(lint.PlainHTTP, 0, "it answers with plain HTTP"),
		"registry.example.com/app:1":                         fact(lint.Untrusted, 0, "its certificate is signed by an authority that this machine does not trust"),
		"registy.example.com/app:1":                          fact(lint.Unreachable, 0, "its name does not resolve"),
		"registry.kube-system.svc.cluster.local:5000/app:1":  fact(lint.Unreachable, 0, "its name does not resolve"),
		"localhost:5000/app:1":                               fact(lint.Unreachable, 0, "the connection is refused"),
		"gcr.io/acme/app:1":                                  fact(lint.Unreachable, 0, "its name does not resolve"),
		"docker.io/acme/limited:1":                           fact(lint.Inconclusive, 429, "the registry limits requests (429)"),
		"docker.io/acme/limited:2":                           fact(lint.Inconclusive, 429, "the registry limits requests (429)"),
		"docker.io/acme/limited:3":                           fact(lint.Inconclusive, 429, "the registry limits requests (429)"),
		"docker.io/acme/cancelled:1":                         {},
	}
}

// probed lints testdata/probe.yaml with those answers.
func probed(t *testing.T, prober lint.Prober, change func(*lint.Linter)) []lint.Finding {
	t.Helper()
	set, err := manifests.Load(t.Context(), []manifests.Input{{Name: "testdata/probe.yaml"}}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{
		Rules: rules.All(), Settings: lint.Settings{Kubernetes: lint.NewestKubernetes, Platforms: []string{"linux/amd64", "linux/arm64"}}, Today: "2026-01-01",
		Prober: prober,
	}
	if change != nil {
		change(&l)
	}
	result, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

func ofProbe(all []lint.Finding) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Group != "registry-probe" })
}

// TestProbeFindings compares the findings about registries' answers with testdata/probe.txt.
func TestProbeFindings(t *testing.T) {
	t.Parallel()
	all := ofProbe(probed(t, registryAnswers(), nil))
	same(t, filepath.Join("testdata", "probe.txt"), printed(t, all))
	said := map[string]bool{}
	for _, f := range all {
		said[f.Rule] = true
	}
	for _, r := range rules.All() {
		if r.Group == "registry-probe" && !said[r.ID] {
			t.Errorf("%s says nothing", r.ID)
		}
	}
}

// There are no findings without a prober, or if all images exist.
func TestProbeSilence(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]lint.Prober{"offline": nil, "all there": answers{}} {
		if all := ofProbe(probed(t, p, nil)); len(all) > 0 {
			t.Errorf("%s:\n%s", name, printed(t, all))
		}
	}
}

// An undecided answer is never an error by default, and never means that something is missing.
func TestProbeInconclusive(t *testing.T) {
	t.Parallel()
	all := answers{}
	for name := range registryAnswers() {
		all[name] = fact(lint.Inconclusive, 503, "the registry fails (503)")
	}
	for _, strict := range []bool{false, true} {
		found := ofProbe(probed(t, all, func(l *lint.Linter) { l.Settings.ProbeStrict = strict }))
		if len(found) == 0 {
			t.Error("no message")
		}
		for _, f := range found {
			if f.Rule != "probe-inconclusive" || (f.Severity == lint.Error) != strict {
				t.Errorf("strict %v: %s", strict, printed(t, []lint.Finding{f}))
			}
		}
	}
}

// With --probe-strict, a registry that could not be asked is an error, also if the nodes may reach it.
func TestProbeStrict(t *testing.T) {
	t.Parallel()
	all := answers{}
	for name := range registryAnswers() {
		all[name] = fact(lint.Unreachable, 0, "its name does not resolve")
	}
	for _, strict := range []bool{false, true} {
		found := ofProbe(probed(t, all, func(l *lint.Linter) { l.Settings.ProbeStrict = strict }))
		warnings := slices.DeleteFunc(found, func(f lint.Finding) bool { return f.Severity != lint.Warning })
		if (len(warnings) == 0) != strict {
			t.Errorf("strict %v: %d warnings: %s", strict, len(warnings), printed(t, warnings))
		}
	}
}

// Answers of registries replace suspicions.
func TestProbeSettles(t *testing.T) {
	t.Parallel()
	suspected := func(p lint.Prober) (n int) {
		for _, f := range probed(t, p, nil) {
			switch f.Rule {
			case "image-unknown-official", "image-plain-http-suspect", "image-registry-typo":
				n++
			}
		}
		return n
	}
	if n := suspected(nil); n < 3 {
		t.Errorf("offline, %d suspicions", n)
	}
	if n := suspected(registryAnswers()); n > 0 {
		t.Errorf("with --probe, %d suspicions are left", n)
	}
}
