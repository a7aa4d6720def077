package cluster

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Notes mention facts about the kind of cluster, the node and the manifests.
func TestNotes(t *testing.T) {
	t.Parallel()
	const denied = "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
	const noAuth = "authorization failed: no basic auth credentials"
	seen := func(node, image, message string) []Observation {
		return []Observation{{From: "status", Namespace: "shop", Name: "cart-0", Container: "app", Node: node, Image: image, Reason: "ErrImagePull", Message: message, Count: 1}}
	}
	ecr := "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cart:2"
	tests := []struct {
		name         string
		observations []Observation
		options      Options
		want, not    string
	}{
		{"minikube", seen("minikube", "cart", denied), Options{}, "minikube image load", "kind load"},
		{"kind", seen("dev-control-plane", "cart", denied), Options{}, "kind load docker-image", "minikube"},
		{"k3d", seen("k3d-dev-server-0", "cart", denied), Options{}, "k3d image import", "minikube"},
		{"Docker Desktop", seen("docker-desktop", "cart:dev", denied), Options{}, "Docker Desktop shares", "is Always"},
		{"no tag", seen("minikube", "cart", denied), Options{}, "the pull policy is Always unless it is written", ""},
		{"somebody's own registry on a server", seen("worker-1", "registry.acme.test/cart", denied), Options{}, "", "only built on a machine"},
		{"ECR from a laptop", seen("docker-desktop", ecr, noAuth), Options{}, "is not in AWS", ""},
		{"ECR from AWS", seen("ip-10-0-0-5.ec2.internal", ecr, noAuth), Options{}, "", "is not in AWS"},
		{"OpenShift", seen("worker-1", "registry.acme.test/cart:2", noAuth), Options{OpenShift: true}, "global pull secret", ""},
		{"no OpenShift", seen("worker-1", "registry.acme.test/cart:2", noAuth), Options{}, "", "global pull secret"},
		{"policy Always", seen("worker-1", "registry.acme.test/cart:2", "no such host"), Options{Planned: func(*Failure) *Planned { return &Planned{Policy: "Always"} }}, "IfNotPresent uses what was loaded", ""},
		{"credentials that came late", seen("worker-1", "registry.acme.test/cart:2", noAuth), Options{Planned: func(*Failure) *Planned { return &Planned{Credentials: []string{"shop/regcred"}} }}, "yet the kubelet asked without any", ""},
		{"credentials of somebody else", seen("worker-1", "docker.io/acme/cart:2", "incorrect username or password"), Options{Planned: func(*Failure) *Planned { return &Planned{Anonymous: true} }}, "but some were rejected", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answers := Diagnose(tt.observations, tt.options)
			if len(answers) != 1 {
				t.Fatalf("%d causes", len(answers))
			}
			notes := strings.Join(answers[0].Notes, "\n")
			if !strings.Contains(notes, tt.want) || tt.not != "" && strings.Contains(notes, tt.not) {
				t.Errorf("want %q and not %q in the notes:\n%s", tt.want, tt.not, notes)
			}
		})
	}
}

// The next attempt is 10 seconds after the first failure, and the delay doubles up to five minutes.
func TestNextTry(t *testing.T) {
	t.Parallel()
	last := time.Date(2026, 11, 29, 9, 12, 44, 0, time.UTC)
	for tries, want := range map[int]time.Duration{1: 10 * time.Second, 2: 20 * time.Second, 5: 160 * time.Second, 6: 300 * time.Second, 90: 300 * time.Second} {
		f := &Failure{Namespace: "shop", Name: "cart-0", Status: "ImagePullBackOff", Tries: tries, Last: last.Format(time.RFC3339)}
		if next := (&group{failures: []*Failure{f}}).next(f, last); !strings.Contains(next, "at about "+last.Add(want).Format(time.RFC3339)) {
			t.Errorf("after %d tries: %s", tries, next)
		}
	}
	f := &Failure{Namespace: "shop", Name: "cart-0", Status: "ImagePullBackOff", Tries: 1, Last: last.Format(time.RFC3339)}
	if next := (&group{failures: []*Failure{f}}).next(f, last.Add(time.Hour)); strings.Contains(next, "at about") {
		t.Errorf("a time in the past: %s", next)
	}
}

// Expired credentials are the cause unless the message names another one.
func TestExpired(t *testing.T) {
	t.Parallel()
	expired := Options{Planned: func(*Failure) *Planned {
		return &Planned{Credentials: []string{"shop/regcred"}, Expired: "expired on Monday"}
	}}
	for message, want := range map[string]bool{
		"https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/: authorization token has expired": true, `Back-off pulling image "registry.acme.test/web:2"`: true,
		"401 Unauthorized": true, "403 Forbidden": true, "failed to fetch oauth token: 401 Unauthorized": true,
		"incorrect username or password": false, "429 Too Many Requests": false, "manifest unknown": false,
	} {
		answers := Diagnose([]Observation{{Namespace: "shop", Name: "web-0", Image: "registry.acme.test/web:2", Message: message, Count: 1}}, expired)
		if got := len(answers) == 1 && strings.Contains(answers[0].Cause, "expired on Monday"); got != want || want && answers[0].Who != Credentials {
			t.Errorf("%q: expired is the cause: %t, want %t", message, got, want)
		}
	}
	unsent := Diagnose([]Observation{{Namespace: "shop", Name: "web-0", Image: "registry.acme.test/web:2", Message: "no basic auth credentials", Count: 1}}, expired)[0]
	if !strings.Contains(unsent.Cause, "the node had none for it; expired on Monday in the input, but the kubelet did not send it") || unsent.Confidence != Certain || strings.Contains(unsent.Do, "renew") {
		t.Errorf("credentials that were not sent did not fail the pull: %s (%s), do: %s", unsent.Cause, unsent.Confidence, unsent.Do)
	}
}

// Pods whose pull secrets have different defects are separate failures, even if the registry's
// message is the same.
func TestFaults(t *testing.T) {
	t.Parallel()
	planned := map[string]*Planned{
		"expired": {Credentials: []string{"shop/old"}, Expired: "the credential expired"},
		"opaque":  {Anonymous: true, Evident: true, Defect: "pull secret is Opaque", DefectKind: "type"},
		"opaque2": {Anonymous: true, Evident: true, Defect: "pull secret too is Opaque", DefectKind: "type"},
		"key":     {Anonymous: true, Evident: true, Defect: "no key matches", DefectKind: "key"},
		"valid":   {Credentials: []string{"shop/valid"}},
		"none":    nil,
	}
	diagnose := func(message string, public bool, pods ...string) []Answer {
		var seen []Observation
		for _, pod := range pods {
			seen = append(seen, Observation{Namespace: "shop", Name: pod, Container: "web", Image: "registry.acme.test/web:2", Reason: "ImagePullBackOff", Message: message, Count: 1})
		}
		return Diagnose(seen, Options{Planned: func(f *Failure) *Planned {
			if planned[f.Name] == nil {
				return nil
			}
			p := *planned[f.Name]
			p.Public = public
			return &p
		}})
	}
	const denied, backOff = "401 Unauthorized", `Back-off pulling image "registry.acme.test/web:2"`
	for _, tt := range []struct {
		name, message string
		public        bool
		pods          []string
		want          []string // "sure cause pods"
	}{
		{"one defect each", denied, false, []string{"expired", "key", "opaque"}, []string{"likely the credential expired 1", "likely no key matches 1", "likely pull secret is Opaque 1"}},
		{"one defect of two", denied, false, []string{"opaque", "opaque2"}, []string{"likely pull secret is Opaque 2"}},
		{"a pod that is not in the input", denied, false, []string{"none", "opaque"}, []string{"possible the registry requires 1", "likely pull secret is Opaque 1"}},
		{"valid credentials fail as well", denied, false, []string{"opaque", "valid"}, []string{"possible pull secret is Opaque 1", "possible the registry requires 1"}},
		{"no message", backOff, false, []string{"expired", "none", "opaque"}, []string{"likely in the input the credential expired 1", "likely in the input pull secret is Opaque 1", "unknown a pull has failed 1"}},
		{"no message, of a registry for everybody", backOff, true, []string{"expired", "opaque"}, []string{"likely in the input the credential expired 1", "possible in the input pull secret is Opaque 1"}},
		{"no message, and valid credentials", backOff, false, []string{"opaque", "valid"}, []string{"possible in the input pull secret is Opaque 1", "unknown a pull has failed 1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			answers := diagnose(tt.message, tt.public, tt.pods...)
			if len(answers) != len(tt.want) {
				t.Fatalf("%d causes, want %d", len(answers), len(tt.want))
			}
			for i, want := range tt.want {
				a := answers[i]
				confidence, rest, _ := strings.Cut(want, " ")
				cause, pods := rest[:len(rest)-2], rest[len(rest)-1:]
				if string(a.Confidence) != confidence || !strings.Contains(a.Cause, cause) || strconv.Itoa(len(a.Failures)) != pods {
					t.Errorf("want %q, got %s %q of %d pods", want, a.Confidence, a.Cause, len(a.Failures))
				}
			}
		})
	}
	many := diagnose(denied, false, "opaque", "opaque2")
	if notes := strings.Join(many[0].Notes, "\n"); !strings.Contains(notes, "pod shop/opaque2: pull secret too is Opaque") {
		t.Errorf("the second defect is not noted:\n%s", notes)
	}
}

// The answer says where the input has a Secret that the kubelet misses. A missing Secret is not
// blamed if credentials were sent.
func TestMissing(t *testing.T) {
	t.Parallel()
	lookups := map[string]SecretLookup{
		"here": {Here: true}, "live": {Here: true, Live: true}, "new": {Here: true, Live: true, Created: "2026-11-30T03:00:00Z"}, "early": {Here: true, Live: true, Created: "2026-11-01T10:00:00Z"}, "old": {Here: true, Problem: "expired on Monday"}, "other": {Elsewhere: "build"}, "loose": {Unplaced: true}, "regcerd": {Similar: "regcred"},
	}
	const anonymous, rejected = "failed to fetch anonymous token: 401 Unauthorized", "failed to fetch oauth token: 401 Unauthorized"
	for _, tt := range []struct{ secrets, message, cause, note, do string }{
		{"gone", anonymous, `namespace "shop" has no Secret "gone", so registry.acme.test is asked without it`, "", "create the Secret"},
		{"gone", "", `namespace "shop" has no Secret "gone", so the pull continues without it`, "", "create the Secret"},
		{"here", anonymous, `had no Secret "here", so registry.acme.test is asked without it: .*; the input has Secret "here", so the cluster differs`, "", "apply the Secret"},
		{"here", "", `had no Secret "here", .*; the input has Secret "here"`, "", "apply the Secret"},
		{"live", anonymous, `; the input has Secret "live"`, "", "wait for the next try if the Secret was created after the pull"},
		{"new", anonymous, `; the input has Secret "new"`, "", "the Secret was created after the pod, at 2026-11-30T03:00:00Z"},
		{"early", anonymous, `; the input has Secret "early"`, "", "it was there before the pod, since 2026-11-01T10:00:00Z, so waiting does not help"},
		{"old", anonymous, `; the input has Secret "old"`, "", `make Secret "old" again, which would not help as it is in the input: it expired on Monday`},
		{"gone, here", anonymous, `had no Secrets "gone", "here"`, "", "apply the Secret"},
		{"other", anonymous, `has no Secret "other"`, `in namespace "build": a pod cannot use`, ""},
		{"loose", anonymous, `has no Secret "loose"`, "without a namespace: it was applied to another one, or not at all", ""},
		{"regcerd", anonymous, `has no Secret "regcerd"`, `the input has Secret "regcred" in that namespace`, ""},
		{"gone", `Back-off pulling image "registry.acme.test/web:2"`, `namespace "shop" has no Secret "gone", so the pull continues without it`, "the message of the last pull is not in the input, and may have another cause: kubectl get events -n shop", "create the Secret"},
		{"gone", rejected, "is not pulled: the registry rejects the credentials", `pull secret "gone" is missing as well`, ""},
		{"gone", "1.dkr.ecr.eu-west-1.amazonaws.com: 403 Forbidden", "is not pulled: ECR rejects the credentials", `pull secret "gone" is missing as well`, "renew the token"},
		{"gone", "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/: is not authorized to perform: ecr:BatchGetImage", "is not pulled: the AWS identity may not pull", `pull secret "gone" is missing as well`, "allow ecr:BatchGetImage"},
		{"gone", "https://public.ecr.aws/v2/: 403 Forbidden", "is not pulled: public.ecr.aws rejects credentials", `pull secret "gone" is missing as well`, "remove the pull secret"},
		{"gone", "acme.azurecr.io: failed to fetch oauth token: 401 Unauthorized", "is not pulled: Azure's registry rejects", `pull secret "gone" is missing as well`, "renew the password"},
		{"gone", "HTTP Basic: Access denied", "is not pulled: GitLab's registry rejects", `pull secret "gone" is missing as well`, "use a deploy token"},
		{"gone", "403 Forbidden", `so registry.acme.test is asked without it, and denies the pull$`, "if the Secret is not why: the registry, or a proxy before it, forbids the request; check the credentials", "create the Secret"},
		{"gone", "registry.acme.test/web:2: not found", "is not pulled: the registry has no such image", `pull secret "gone" is missing as well: if the registry hides private repositories, that may be why`, "correct the tag"},
		{"gone", "manifest unknown", "is not pulled: the repository has no such tag", `pull secret "gone" is missing as well, which is not why this pull fails`, "correct the tag"},
		{"gone", "dial tcp: lookup registry.acme.test: no such host", "is not pulled: the registry's name does not exist", `pull secret "gone" is missing as well, which is not why this pull fails`, ""},
	} {
		seen := []Observation{{Namespace: "shop", Name: "web-0", Reason: "FailedToRetrieveImagePullSecret", Message: "Unable to retrieve some image pull secrets (" + tt.secrets + "); attempting to pull the image may not succeed.", Count: 1}}
		if tt.message != "" {
			seen = append(seen, Observation{Namespace: "shop", Name: "web-0", Container: "web", Image: "registry.acme.test/web:2", Message: tt.message, Count: 1, Started: "Mon, 30 Nov 2026 02:58:11 +0000"})
		}
		a := Diagnose(seen, Options{LookUp: func(_ *Failure, name string) SecretLookup { return lookups[name] }})[0]
		notes := strings.Join(a.Notes, "\n")
		if !regexp.MustCompile(tt.cause).MatchString(a.Cause) || !strings.Contains(notes, tt.note) || !strings.Contains(a.Do, tt.do) || a.Confidence == Certain && strings.Contains(a.Cause, "Secret") {
			t.Errorf("%s: %s (%s), do: %s\n%s", tt.secrets, a.Cause, a.Confidence, a.Do, notes)
		}
	}
}

// A defect of the pull secrets is the cause of a denial, unless the message names another cause or
// some of the pods do not have the defect.
func TestDefect(t *testing.T) {
	t.Parallel()
	planned := func(defects map[string]*Planned) Options {
		return Options{Planned: func(f *Failure) *Planned { return defects[f.Name] }}
	}
	opaque := &Planned{Anonymous: true, Evident: true, Defect: "pull secret shop/regcred is Opaque", Help: "recreate it"}
	own := &Planned{Anonymous: true, Evident: true, Defect: "pull secret dev/regcred is empty", Help: "fill it"}
	other := &Planned{Anonymous: true, Defect: "no credentials in the pull secrets match it"}
	const token = "failed to fetch anonymous token: unexpected status: 403 Forbidden"
	const denied = "pull access denied, repository does not exist or may require authorization"
	tests := []struct {
		name, image, message string
		pods                 map[string]*Planned
		cause, note          string // content of the pull secrets
		is                   bool   // whether the defect is the cause
	}{
		{"no token", "ghcr.io/acme/web:2", token, map[string]*Planned{"a": opaque}, "web:2 is not pulled: pull secret shop/regcred is Opaque", "without that Secret", true},
		{"no credentials, which is certain", "registry.acme.test/web:2", "no basic auth credentials", map[string]*Planned{"a": opaque}, "", "", true},
		{"denied", "docker.io/acme/web:2", denied, map[string]*Planned{"a": opaque}, "", "", true},
		{"all pods", "ghcr.io/acme/web:2", token, map[string]*Planned{"a": opaque, "b": opaque}, "", "", true},
		{"pods with defects of their own", "ghcr.io/acme/web:2", token, map[string]*Planned{"a": opaque, "b": own, "c": own}, "shop/regcred is Opaque", "pod shop/b: pull secret dev/regcred is empty\nthe kubelet", true},
		{"keys of other registries", "ghcr.io/acme/web:2", token, map[string]*Planned{"a": other}, "does not allow anonymous pulls", "match it, so the pull was anonymous", false},
		{"an official image needs no credentials", "nginxx:2", denied, map[string]*Planned{"a": opaque}, "does not exist", "Opaque, so the pull was anonymous", false},
		{"rejected credentials", "registry.acme.test/web:2", "failed to fetch oauth token: 401 Unauthorized", map[string]*Planned{"a": opaque}, "rejects the credentials", "but some were rejected", false},
		{"another certain cause", "docker.io/acme/web:2", "incorrect username or password", map[string]*Planned{"a": opaque}, "", "", false},
		{"no denial", "registry.acme.test/web:2", "manifest unknown", map[string]*Planned{"a": opaque}, "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var seen []Observation
			for _, pod := range slices.Sorted(maps.Keys(tt.pods)) {
				seen = append(seen, Observation{Namespace: "shop", Name: pod, Container: "web", Image: tt.image, Reason: "ErrImagePull", Message: tt.message, Count: 1})
			}
			answers := Diagnose(seen, planned(tt.pods))
			if len(answers) != 1 {
				t.Fatalf("%d causes", len(answers))
			}
			a := answers[0]
			if is := strings.Contains(a.Cause, "Opaque"); is != tt.is || is != (a.Do == "recreate it") || is && (a.Confidence != Likely || a.Who != Author) {
				t.Errorf("the defect is the cause: want %t, got %q (%s), do: %s", tt.is, a.Cause, a.Confidence, a.Do)
			}
			if notes := strings.Join(a.Notes, "\n"); !strings.Contains(a.Cause, tt.cause) || !strings.Contains(notes, tt.note) {
				t.Errorf("want the cause %q and the note %q, got %q and:\n%s", tt.cause, tt.note, a.Cause, notes)
			}
		})
	}
}

// If the pod's namespace is unknown, a Secret in some namespace may or may not be the missing one.
func TestMissingSomewhere(t *testing.T) {
	t.Parallel()
	seen := []Observation{{Name: "web-0", Reason: "FailedToRetrieveImagePullSecret", Message: "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.", Count: 1}}
	a := Diagnose(seen, Options{LookUp: func(*Failure, string) SecretLookup { return SecretLookup{Elsewhere: "shop"} }})[0]
	if notes := strings.Join(a.Notes, "\n"); !strings.HasPrefix(a.Cause, "the pod's namespace has no Secret") || !strings.Contains(notes, `in namespace "shop": check that the pod is there`) {
		t.Errorf("%s\n%s", a.Cause, notes)
	}
}

// The kubelet's log names a missing pull secret in a field or, in older versions, in the sentence.
// Such a line is not about a ConfigMap, nor about a successful pull.
func TestMissingInLogs(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`I1129 09:12:46.100000    1234 kubelet_pods.go:1094] "Unable to retrieve pull secret, the image pull may not succeed." pod="shop/web-0" secret="shop/regcred" err="secret \"regcred\" not found"`,
		`W1129 09:12:46.100000    1234 kubelet_pods.go:880] Unable to retrieve pull secret shop/regcred for shop/web-0 due to secret "regcred" not found.  The image pull may not succeed.`,
	} {
		text, err := ReadText("kubelet.log", strings.NewReader(line))
		if err != nil {
			t.Fatal(err)
		}
		answers := Diagnose(text.Observations, Options{})
		if len(answers) != 1 || !strings.Contains(answers[0].Cause, `has no Secret "regcred", so the pull continues without it`) {
			t.Errorf("%s: %+v", line, answers)
		}
	}
}

// A back-off event shows that a pull was tried, so an event about the pull policy Never comes from
// an earlier pod of that name.
func TestNeverBeforeBackOff(t *testing.T) {
	t.Parallel()
	event := func(reason, message string) Observation {
		return Observation{From: "events", Namespace: "shop", Name: "web-0", Image: "registry.acme.test/web:2", Reason: reason, Message: message, Count: 1}
	}
	never := event("ErrImageNeverPull", `Container image "registry.acme.test/web:2" is not present with pull policy of Never`)
	backOff := event("BackOff", `Back-off pulling image "registry.acme.test/web:2"`)
	for _, seen := range [][]Observation{{never, backOff}, {backOff, never}} {
		a := Diagnose(seen, Options{})
		if len(a) != 1 || a[0].Kind != KindBackOff || a[0].Confidence != Unknown || !strings.Contains(strings.Join(a[0].Notes, "\n"), "an earlier event says") {
			t.Errorf("%+v", a)
		}
	}
	status := never
	status.From, status.Container = "status", "web"
	if a := Diagnose([]Observation{status, backOff}, Options{}); len(a) != 1 || a[0].Kind != KindNeverPull {
		t.Errorf("the present status is Never: %+v", a)
	}
	planned := Options{Planned: func(*Failure) *Planned { return &Planned{Policy: "IfNotPresent"} }}
	if a := Diagnose([]Observation{status}, planned); !strings.Contains(strings.Join(a[0].Notes, "\n"), "another version") {
		t.Errorf("the manifests disagree: %+v", a[0].Notes)
	}
}

// A pull secret that is not in the input is noted once. No Secret name can inject anything into the
// command.
func TestAbsent(t *testing.T) {
	t.Parallel()
	diagnose := func(absent *SecretName, message string, pods ...string) string {
		var seen []Observation
		for _, pod := range pods {
			seen = append(seen, Observation{Namespace: "shop", Name: pod, Container: "web", Image: "registry.acme.test/web:2", Reason: "ErrImagePull", Message: message, Count: 1})
		}
		answers := Diagnose(seen, Options{Planned: func(*Failure) *Planned { return &Planned{Absent: absent} }})
		return strings.Join(answers[0].Notes, "\n") + "\n"
	}
	const denied = "401 Unauthorized"
	pull := &SecretName{Namespace: "shop", Name: "ecr-pull"}
	for _, tt := range []struct{ name, got, want string }{
		{"one pod", diagnose(pull, denied, "a"), "the pod names pull secret shop/ecr-pull, which is not in the input: kubectl get secret ecr-pull -n shop -o yaml\n"},
		{"two pods", diagnose(pull, denied, "a", "b"), "pod shop/a names pull secret shop/ecr-pull, which is not in the input: kubectl get secret ecr-pull -n shop -o yaml\n"},
		{"no namespace", diagnose(&SecretName{Name: "ecr-pull"}, denied, "a"), "names pull secret ecr-pull, which is not in the input: kubectl get secret ecr-pull -o yaml\n"},
		{"a name that is none", diagnose(&SecretName{Name: "--kubeconfig=x"}, denied, "a"), "kubectl get secret NAME -o yaml\n"},
	} {
		if strings.Count(tt.got, "not in the input") != 1 || !strings.Contains(tt.got, tt.want) {
			t.Errorf("%s: want %q once in\n%s", tt.name, tt.want, tt.got)
		}
	}
	if notes := diagnose(pull, "no such host", "a"); strings.Contains(notes, "ecr-pull") {
		t.Errorf("a Secret is mentioned although no registry was reached:\n%s", notes)
	}
}

// A limit of an account is named and checked as such, and each account is a cause of its own.
func TestAccountLimit(t *testing.T) {
	t.Parallel()
	seen := func(pod, account string) Observation {
		return Observation{Namespace: "shop", Name: pod, Container: "web", Image: "acme/web:2", Message: "toomanyrequests: You have reached your pull rate limit" + account + ": see the docs", Count: 1}
	}
	planned := func(user string) func(*Failure) *Planned {
		return func(*Failure) *Planned {
			return &Planned{Credentials: []string{"shop/hub"}, Users: []string{user}, Policy: "Always"}
		}
	}
	for _, tt := range []struct{ account, user, cause, check, note, not string }{
		{" as 'acmebot'", "acmebot", `account "acmebot" is used up`, "curl -su acmebot 'https://auth", `account "acmebot" is that of pull secret shop/hub`, ""},
		{` as "acmebot"`, "somebody", `account "acmebot" is used up`, "curl -su acmebot 'https://auth", `are not those of account "acmebot"`, ""},
		{" as 'acmebot'", "***", `account "acmebot" is used up`, "curl -su acmebot 'https://auth", "", "not those of"},
		{" as 'a;rm -r x'", "acmebot", "Docker Hub's pull limit is used up", "curl -s 'https://auth", "the limit is that of their account", "rm -r"},
		{" as 'a$x'", "acmebot", `account "a$x" is used up`, "curl -su ACCOUNT 'https://auth", "", ""},
		{"", "acmebot", "Docker Hub's pull limit is used up", "curl -s 'https://auth", "the limit is that of their account", ""},
	} {
		a := Diagnose([]Observation{seen("web-0", tt.account)}, Options{Planned: planned(tt.user)})[0]
		notes := strings.Join(a.Notes, "\n")
		if !strings.Contains(a.Cause, tt.cause) || !strings.Contains(a.Check, tt.check) || !strings.Contains(notes, tt.note) || tt.not != "" && strings.Contains(notes+a.Check, tt.not) {
			t.Errorf("%q, %q: %s\ncheck: %s\n%s", tt.account, tt.user, a.Cause, a.Check, notes)
		}
	}
	if n := len(Diagnose([]Observation{seen("web-0", " as 'a'"), seen("web-1", " as 'b'"), seen("web-2", " as 'a'")}, Options{})); n != 2 {
		t.Errorf("two accounts are %d causes", n)
	}
}

// The number of tries in an event determines the delay only while it is up to date: the API server drops events, so it may stay at that of the first
// minutes.
func TestBackOffTimes(t *testing.T) {
	t.Parallel()
	const image = `"registry.acme.test/cart:2"`
	event := func(reason, seen, message string) string {
		return "  Warning  " + reason + "  " + seen + "  kubelet  " + message + "\n"
	}
	failed := func(seen string) string {
		return event("Failed", seen, "Failed to pull image "+image+": no basic auth credentials")
	}
	backOff := func(seen string) string { return event("BackOff", seen, "Back-off pulling image "+image) }
	const wide = "LAST SEEN   TYPE      REASON   OBJECT       SUBOBJECT              SOURCE             MESSAGE                                                 FIRST SEEN   COUNT   NAME\n"
	for name, tt := range map[string]struct {
		text, want string
		atLeast    bool
	}{
		"up to date":                        {failed("30s (x4 over 2m)") + backOff("5s (x9 over 2m)"), "up to 80 seconds after 4 tries before", false},
		"once":                              {failed("8s"), "up to 10 seconds after one try before", false},
		"an old count":                      {failed("43m (x4 over 45m)") + backOff("30s (x186 over 45m)"), "up to 5 minutes before", true},
		"an old count without back-off":     {failed("12m (x4 over 14m)"), "up to 5 minutes before", true},
		"an old count of a young pod":       {failed("4m20s (x2 over 4m40s)"), "up to 5 minutes before", true},
		"a late try":                        {failed("100s (x4 over 3m)"), "up to 80 seconds after 4 tries before", false},
		"the longest delay":                 {failed("3m (x9 over 31m)"), "up to 5 minutes before", false},
		"shortly before the longest delay":  {failed("60s (x5 over 5m9s)"), "up to 160 seconds after 5 tries before", false},
		"from then on":                      {failed("60s (x5 over 5m10s)"), "up to 5 minutes before", false},
		"back-off since long ago":           {failed("20s (x3 over 70s)") + backOff("5s (x80 over 20m)"), "up to 5 minutes before", false},
		"an age that is not known":          {failed("<unknown>"), "up to 10 seconds after one try before", false},
		"a table":                           {wide + "30s         Warning   Failed   pod/cart-0   spec.containers{app}   kubelet, worker-1  Failed to pull image " + image + ": EOF  2m           4       cart-0.1\n", "up to 80 seconds after 4 tries before", false},
		"an old count in a table":           {wide + "43m         Warning   Failed   pod/cart-0   spec.containers{app}   kubelet, worker-1  Failed to pull image " + image + ": EOF  45m          4       cart-0.1\n", "up to 5 minutes before", true},
		"an age and a number in one column": {"LAST SEEN           TYPE      REASON   OBJECT       MESSAGE\n43m (x4 over 45m)   Warning   Failed   pod/cart-0   Failed to pull image " + image + ": EOF\n", "up to 5 minutes before", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := tt.text
			if !strings.HasPrefix(text, "LAST SEEN") {
				text = "Name:  cart-0\nNamespace:  shop\nEvents:\n" + text
			}
			read, err := ReadText("", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			answers := Diagnose(read.Observations, Options{})
			if len(answers) != 1 || len(answers[0].Failures) != 1 {
				t.Fatalf("want one failure: %+v", answers)
			}
			if notes := strings.Join(answers[0].Notes, "\n"); !strings.Contains(notes, tt.want) {
				t.Errorf("want %q in the notes:\n%s", tt.want, notes)
			}
			if got := answers[0].Failures[0].MoreTries(); got != tt.atLeast {
				t.Errorf("there were more tries: %t, want %t", got, tt.atLeast)
			}
		})
	}
}

// Times are taken from Events, too.
func TestBackOffOfEvents(t *testing.T) {
	t.Parallel()
	at := func(minutes, seconds int) string {
		return time.Date(2026, 11, 29, 9, minutes, seconds, 0, time.UTC).Format(time.RFC3339)
	}
	event := func(message string, count int, first, last string) Observation {
		return Observation{From: "event", Namespace: "shop", Name: "cart-0", Image: "registry.acme.test/cart:2", Reason: "Failed", Message: message, Count: count, First: first, Last: last}
	}
	const failed, backOff = `Failed to pull image "registry.acme.test/cart:2": no basic auth credentials`, `Back-off pulling image "registry.acme.test/cart:2"`
	now := time.Date(2026, 11, 29, 9, 46, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		seen []Observation
		want string
	}{
		"up to date":          {[]Observation{event(failed, 4, at(44, 0), at(45, 30))}, "the next try is at about 2026-11-29T09:46:50Z;"},
		"an old count":        {[]Observation{event(failed, 4, at(0, 0), at(2, 0)), event(backOff, 186, at(0, 10), at(45, 30))}, "waits up to 5 minutes before"},
		"another input's age": {[]Observation{event(failed, 4, at(44, 0), at(45, 30)), event(backOff, 186, "45m", "30s")}, "the next try is at about 2026-11-29T09:46:50Z;"},
		"a wrong order":       {[]Observation{event(failed, 4, at(46, 0), at(45, 30))}, "the next try is at about 2026-11-29T09:46:50Z;"},
		"the longest delay":   {[]Observation{event(failed, 9, at(0, 0), at(45, 30)), event(backOff, 186, at(0, 10), at(45, 40))}, "the next try is at about 2026-11-29T09:50:30Z;"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := Diagnose(tt.seen, Options{Now: now})
			if len(answers) != 1 {
				t.Fatalf("%d causes", len(answers))
			}
			if notes := strings.Join(answers[0].Notes, "\n"); !strings.Contains(notes, tt.want) {
				t.Errorf("want %q in the notes:\n%s", tt.want, notes)
			}
		})
	}
}

// Ages have several units; anything else is no age.
func TestParseAge(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30s": 30 * time.Second, "3m2s": 182 * time.Second, "5h": 5 * time.Hour, "2d3h": 51 * time.Hour, "1y": 365 * 24 * time.Hour, "0s": 0,
		"99999999999999999999y": 100 * 365 * 24 * time.Hour,
	} {
		if got, ok := parseAge(text); got != want || !ok {
			t.Errorf("%s is %s (%t), want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "3", "m", "3mm", "-3m", "3 m", "<unknown>"} {
		if got, ok := parseAge(text); ok {
			t.Errorf("%q is %s, want no age", text, got)
		}
	}
}

// If the registry rejects credentials that contradict themselves, they are the first thing to correct.
func TestContradiction(t *testing.T) {
	t.Parallel()
	const first = "first correct Secret shop/regcred: auth and password have different passwords, and the kubelet uses auth; if that is not it, "
	of := func(p Planned) Options {
		p.Credentials, p.Contradiction, p.Contradicted = []string{"shop/regcred"}, "auth and password have different passwords", SecretName{"shop", "regcred"}
		return Options{Planned: func(*Failure) *Planned { return &p }}
	}
	for _, tt := range []struct {
		message string
		planned Planned
		want    bool
	}{
		{"401 Unauthorized", Planned{}, true},
		{"incorrect username or password", Planned{}, true},
		{"401 Unauthorized", Planned{Expired: "expired on Monday"}, true},
		{"401 Unauthorized", Planned{Sent: true, Evident: true, Defect: "no password", DefectKind: "content"}, false},
		{"no basic auth credentials", Planned{}, false},
		{"no such host", Planned{}, false},
		{"manifest unknown", Planned{}, false},
	} {
		answers := Diagnose([]Observation{{Namespace: "shop", Name: "web-0", Image: "registry.acme.test/web:2", Message: tt.message, Count: 1}}, of(tt.planned))
		if len(answers) != 1 || strings.HasPrefix(answers[0].Do, first) != tt.want || tt.want && (answers[0].Who != Author || strings.HasSuffix(answers[0].Do, "; ")) {
			t.Errorf("%q with %+v: want it first: %t, got %+v", tt.message, tt.planned, tt.want, answers)
		}
	}
}
