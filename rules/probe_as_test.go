package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// TestProbeAs checks that findings say with which credentials a registry was asked. The credentials of pods and nodes only matter for
// requests as the pod.
func TestProbeAs(t *testing.T) {
	t.Parallel()
	const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
	yours, neither := fact(lint.Denied, 401, ""), fact(lint.Denied, 401, "")
	yours.User = lint.Answer{Outcome: lint.Exists}
	neither.User, neither.SimilarTags = lint.Answer{Outcome: lint.TagMissing}, []string{"1.4.2"}
	one := fact(lint.Exists, 200, "")
	one.Platforms = []string{"linux/amd64"}
	for _, c := range []struct {
		as    lint.Asker
		image string
		fact  lint.ProbeResult
		want  string // severity: message; help
		note  string
	}{
		{lint.AsPod, ecr, fact(lint.Denied, 401, ""), `warning: image "` + ecr + `" does not exist or is private: 123456789012.dkr.ecr.eu-west-1.amazonaws.com does not say which, and the pod has no credentials for it`, ""},
		{lint.AsAnonymous, ecr, fact(lint.Denied, 401, ""), `error: image "` + ecr + `" does not exist or is private: 123456789012.dkr.ecr.eu-west-1.amazonaws.com does not say which, and it refuses anonymous pulls; push it; make the repository public; where`, "asked anonymously for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsAnonymous, "ghcr.io/acme/app:1", yours, `error: image "ghcr.io/acme/app:1" exists for you, but ghcr.io refuses anonymous pulls; make the repository public; where it is to stay private, tell those who install this to bring a pull secret with the key "ghcr.io"`, "asked anonymously for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsAnonymous, "ghcr.io/acme/app:1", neither, `error: image "ghcr.io/acme/app:1": for you, ghcr.io has no tag "1" in this repository, and it refuses anonymous pulls; there is "1.4.2": write that or push what is missing, and make`, "asked anonymously for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsAnonymous, "acme/app:1", fact(lint.Denied, 401, ""), `error: image "acme/app:1" does not exist or is private: Docker Hub does not say which, and it refuses anonymous pulls; compare the name with the image's page on Docker Hub; for a private one, make the repository public`, "asked anonymously for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsMe, "ghcr.io/acme/app:1", fact(lint.Denied, 403, ""), `error: image "ghcr.io/acme/app:1" does not exist or is private: ghcr.io does not say which, and it refuses you; compare the name letter by letter; for a private image, log in to ghcr.io with an account that may pull it`, "asked with your own logins for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsMe, "ghcr.io/acme/app:1", fact(lint.Rejected, 401, ""), `error: image "ghcr.io/acme/app:1": ghcr.io does not take your own credentials; log in to ghcr.io again`, "asked with your own logins for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsPod, "ghcr.io/acme/app:1", one, `warning: image "ghcr.io/acme/app:1" is not built for linux/arm64 and linux/s390x, only for linux/amd64`, ""},
		{lint.AsAnonymous, "ghcr.io/acme/app:1", one, `error: image "ghcr.io/acme/app:1" is not built for linux/arm64 and linux/s390x, only for linux/amd64`, "asked anonymously for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsMe, "ghcr.io/acme/app:1", fact(lint.TagMissing, 404, ""), `error: image "ghcr.io/acme/app:1": ghcr.io has no tag "1" in this repository`, "asked with your own logins for linux/amd64, linux/arm64 and linux/s390x"},
		{lint.AsAnonymous, "ghcr.io/acme/app:1", fact(lint.Exists, 200, ""), "", ""},
	} {
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: \"" + c.image + "\"}]\n"
		found := asking(t, text, c.as, answers{canonical(c.image): c.fact})
		got := ""
		for _, f := range found {
			got += fmt.Sprintf("%s: %s; %s", f.Severity, f.Message, f.Help)
			var notes []string
			for _, r := range f.Related {
				notes = append(notes, r.Message)
			}
			if diff := cmp.Diff(c.note, strings.Join(notes, ", ")); diff != "" {
				t.Errorf("%s, note (-want +got):\n%s", c.image, diff)
			}
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" || len(found) > 1 {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestProbeAsPullSecret checks that a finding about the pod's credentials stays if only the user's logins gave access.
func TestProbeAsPullSecret(t *testing.T) {
	t.Parallel()
	const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: registry.redhat.io/ubi9/nodejs-20:9.5}]\n"
	suspected := func(as lint.Asker) (n int) {
		for _, f := range lintedAs(t, text, as, answers{}) {
			if f.Rule == "pull-secret-absent" {
				n++
			}
		}
		return n
	}
	for as, want := range map[lint.Asker]int{lint.AsPod: 0, lint.AsMe: 1, lint.AsAnonymous: 0} {
		if got := suspected(as); got != want {
			t.Errorf("asked as %d: %d suspicions, want %d", as, got, want)
		}
	}
}

// canonical returns a reference in the form that registries are asked for.
func canonical(image string) string {
	if strings.HasPrefix(image, "acme/") {
		return "docker.io/" + image
	}
	return image
}

func asking(t *testing.T, text string, as lint.Asker, a answers) []lint.Finding {
	t.Helper()
	return ofProbe(lintedAs(t, text, as, a))
}

// lintedAs lints a manifest with a prober that uses some credentials.
func lintedAs(t *testing.T, text string, as lint.Asker, a answers) []lint.Finding {
	t.Helper()
	set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", []byte(text))}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{
		Rules: rules.All(), Prober: a, Today: "2026-01-01",
		Settings: lint.Settings{Kubernetes: lint.NewestKubernetes, ProbeAs: as, Platforms: []string{"linux/amd64", "linux/arm64", "linux/s390x"}},
	}
	result, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}
