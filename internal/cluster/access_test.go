package cluster

import (
	"slices"
	"strings"
	"testing"
)

// Advice about a denial agrees with what the manifests and the message show of the credentials: a pod that has some is not to be given any, and one that has
// none is not to renew them.
func TestAdviceOnCredentials(t *testing.T) {
	t.Parallel()
	states := map[string]*Planned{
		"tried":  {Credentials: []string{"shop/reg"}, Users: []string{"acme"}, Named: []SecretName{{"shop", "reg"}}, Used: SecretName{"shop", "reg"}, Public: true},
		"none":   {Anonymous: true, Nameless: true, Public: true},
		"no key": {Anonymous: true, Public: true, Ambient: true, Defect: "shop/reg has no such key", DefectKind: kindRegistry, Help: "add the key to shop/reg"},
		"absent": {Absent: &SecretName{"shop", "reg"}},
	}
	denials := 0
	for _, e := range examples(t) {
		found, _ := Match(e.reason, e.message)
		if found == nil || found.Kind != KindAccess || found.Relayed || e.reason != "Failed" {
			continue
		}
		denials++
		diagnose := func(p *Planned) Answer {
			seen := Observation{Namespace: "shop", Name: "cart-0", Container: "app", Image: quotedAfter(e.message, "image "), Reason: "Failed", Message: e.message, Count: 1}
			return Diagnose([]Observation{seen}, Options{Planned: func(*Failure) *Planned { return p }})[0]
		}
		without := func(state string, a *Answer, parts ...string) {
			t.Helper()
			for _, part := range append(parts, "{", ",,", "  ") {
				if strings.Contains(a.Do+"\n"+a.Cause, part) {
					t.Errorf("line %d, %s: %q in cause: %s\ndo: %s", e.line, state, part, a.Cause, a.Do)
				}
			}
		}
		sent, unsent := slices.Contains(refused, found.ID) || strings.Contains(e.message, oauthToken), slices.Contains(anonymous, found.ID)
		text := diagnose(nil)
		without("text", &text)
		if sent {
			without("text", &text, "give the pod", "or got none", "no such repository")
		}
		if sent && text.Check == Fill(checkSecrets, text.Failures[0]) {
			t.Errorf("line %d: a list of Secrets does not confirm that credentials are rejected", e.line)
		}
		if unsent {
			without("text", &text, "renew the")
			continue // see compare
		}
		if isOfficial(text.Failures[0].Image) {
			a := diagnose(states["tried"])
			without("tried", &a, "give the pod", "may read")
			continue
		}
		for _, state := range []string{"tried", "absent"} {
			a := diagnose(states[state])
			without(state, &a, "give the pod", "make the repository public, or", "of the Secret", "some key")
			if !slices.Contains(permissions, found.ID) && found.ID != layerDenied && (!strings.Contains(a.Check, "kubectl get pod/cart-0 secret/reg -n shop -o yaml | imagelint - --probe") || !strings.Contains(a.Do, "shop/reg")) {
				t.Errorf("line %d, %s: who: %s, do: %s\ncheck: %s", e.line, state, a.Who, a.Do, a.Check)
			}
			// Who made the Secret renews what the registry rejects; a denial with another possible cause is for the author, who knows the name.
			rejects := found.ID != "ecr-public" && (sent || state == "tried" && (strings.HasSuffix(found.Cause, orNone) || a.Failures[0].isRejected()))
			want := map[bool]Who{true: Credentials, false: Author}[rejects]
			if found.ID == layerDenied {
				want = Platform
			}
			if !slices.Contains(permissions, found.ID) && a.Who != want {
				t.Errorf("line %d, %s: %s: who: %s, want %s", e.line, state, a.Cause, a.Who, want)
			}
			if state == "tried" {
				without(state, &a, "of the pull secret", "or got none")
			}
		}
		bare := diagnose(states["none"])
		without("none", &bare, "of the pull secret", "of the Secret", "the pod's pull secret", "renew the", "renew what", "remove the Secret", `user "`)
		if sent && !slices.Contains(permissions, found.ID) {
			without("none", &bare, "give the pod", "or got none")
		}
		if sent && (text.Who == Author != (found.ID == "ecr-public") || bare.Who == Author) {
			t.Errorf("line %d: %s: who: %s, %s", e.line, text.Cause, text.Who, bare.Who)
		}
		if other := diagnose(states["no key"]); strings.Contains(bare.Do, giveSecret) != strings.Contains(other.Do, "add the key to shop/reg") || strings.Contains(other.Do, giveSecret) {
			t.Errorf("line %d, no key: do: %s", e.line, other.Do)
		}
	}
	if denials < 40 {
		t.Errorf("%d denials", denials)
	}
}

// Pods with and without credentials have different answers, and the users are those of the credentials.
func TestUsers(t *testing.T) {
	t.Parallel()
	planned := map[string]*Planned{
		"a": {Credentials: []string{"shop/reg"}, Users: []string{"acme"}},
		"b": {Credentials: []string{"web/other"}, Users: []string{"bob"}},
		"c": {Anonymous: true, Nameless: true},
		"d": {Credentials: []string{"shop/reg"}, Users: []string{"***"}},
		"e": {Credentials: []string{"shop/reg"}, Users: []string{strings.Repeat("x", 200)}},
		"f": {Credentials: []string{"-x;y"}, Users: []string{"a\nb"}},
	}
	for pods, want := range map[string][]string{
		"a":  {`whether user "acme" of shop/reg may read`},
		"ab": {"whether the users of shop/reg, web/other may read"},
		"ac": {`whether user "acme" of shop/reg may read`, "then give the pod a pull secret"},
		"d":  {"whether the user of shop/reg may read"},
		"e":  {"whether the user of shop/reg may read"},
		"f":  {`whether user "a\nb" of -x;y may read`},
	} {
		var seen []Observation
		for _, pod := range strings.Split(pods, "") {
			seen = append(seen, Observation{Namespace: "shop", Name: pod, Container: "app", Image: "acme/cart:2", Reason: "Failed", Message: "insufficient_scope: authorization failed", Count: 1})
		}
		answers := Diagnose(seen, Options{Planned: func(f *Failure) *Planned { return planned[f.Name] }})
		if len(answers) != len(want) {
			t.Fatalf("%s: %d answers", pods, len(answers))
		}
		for i, a := range answers {
			if !strings.Contains(a.Do, want[i]) || strings.Contains(a.Check, ";y") {
				t.Errorf("%s: do: %s\ncheck: %s", pods, a.Do, a.Check)
			}
		}
	}
}

// A token that is neither given nor refused says nothing about credentials, whichever registry it is of.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"ghcr.io", "quay.io", "acme.azurecr.io", "europe-docker.pkg.dev", "nvcr.io", "de.icr.io", "cgr.dev", "public.ecr.aws", "registry.gitlab.com", "registry.acme.test"} {
		for _, token := range []string{oauthToken, anonymousToken} {
			for _, fault := range []string{
				`Get "https://` + host + `/token": dial tcp 10.0.0.9:443: i/o timeout`, `Get "https://` + host + `/token": EOF`, `Get "https://` + host + `/token": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
				"unexpected status from GET request to https://" + host + "/token: 429 Too Many Requests", "unexpected status from GET request to https://" + host + "/token: 503 Service Unavailable",
			} {
				if m, _ := Match("Failed", `Failed to pull image "`+host+`/acme/cart:2": failed to authorize: `+token+": "+fault); m == nil || m.Kind == KindAccess || m.Kind == KindSecret {
					t.Errorf("%s: %s: %+v", token, fault, m)
				}
			}
		}
	}
}

// A 403 of Google's registries is of an identity that is valid, so that nothing is to be renewed; a 401 is of one that is not.
func TestForbiddenIdentity(t *testing.T) {
	t.Parallel()
	const host = "europe-docker.pkg.dev"
	token := "failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://" + host + "/v2/token?scope=repository%3Aacme-prod%2Fshop%2Fcart%3Apull&service=" + host + ": "
	key := &Planned{Credentials: []string{"shop/reg"}, Users: []string{"_json_key"}, Ambient: true}
	none := &Planned{Anonymous: true, Nameless: true, Ambient: true}
	for _, tt := range []struct {
		message string
		planned *Planned
		who     Who
		do      string
	}{
		{token + "403 Forbidden", nil, Platform, "the service account of the pull secret's key, or else of the nodes"},
		{token + "403 Forbidden", key, Platform, "the service account of the key in shop/reg"},
		{token + "403 Forbidden", none, Platform, "the nodes' service account; their node pool also needs the OAuth scope"},
		{"unexpected status from HEAD request to https://" + host + "/v2/acme-prod/shop/cart/manifests/1: 403 Forbidden", none, Platform, "the nodes' service account; their node pool also needs the OAuth scope"},
		{"pulling from host " + host + " failed with status code [manifests 1]: 403 Forbidden", none, Platform, "the nodes' service account; their node pool also needs the OAuth scope"},
		{token + "401 Unauthorized", nil, Credentials, "renew what is sent"},
		{token + "401 Unauthorized", key, Credentials, "renew the key or token of user"},
	} {
		seen := Observation{Namespace: "shop", Name: "cart-0", Container: "app", Image: host + "/acme-prod/shop/cart:1", Reason: "ErrImagePull", Message: tt.message, Count: 1}
		a := Diagnose([]Observation{seen}, Options{Planned: func(*Failure) *Planned { return tt.planned }})[0]
		if a.Who != tt.who || !strings.Contains(a.Do, tt.do) || strings.Contains(a.Do, "renew") != (a.Who == Credentials) || strings.Contains(strings.Join(a.Notes, "\n"), "rejected") {
			t.Errorf("%s: who: %s, do: %s, notes: %q", tt.message, a.Who, a.Do, a.Notes)
		}
		if want := "gcloud artifacts repositories get-iam-policy shop --location europe --project acme-prod"; tt.who == Platform && a.Check != want {
			t.Errorf("%s: check: %s, want %s", tt.message, a.Check, want)
		}
	}
}

// Without a pull secret, Azure rejects the identity of the nodes, which the platform attaches.
func TestIdentityOfNodes(t *testing.T) {
	t.Parallel()
	seen := Observation{Namespace: "shop", Name: "cart-0", Container: "app", Image: "acme.azurecr.io/cart:1", Reason: "ErrImagePull", Message: "failed to fetch oauth token: unexpected status from POST request to https://acme.azurecr.io/oauth2/token: 401 Unauthorized", Count: 1}
	a := Diagnose([]Observation{seen}, Options{Planned: func(*Failure) *Planned { return &Planned{Anonymous: true, Nameless: true, Ambient: true} }})[0]
	if a.Who != Platform || !strings.Contains(a.Do, "az aks update --attach-acr") {
		t.Errorf("who: %s, do: %s", a.Who, a.Do)
	}
}

// A repository that does not exist is denied like one that the identity may not read, so what is wrong with the name is the cause.
func TestForbiddenName(t *testing.T) {
	t.Parallel()
	const image = "us-docker.pkg.dev/acme/cart:1"
	seen := Observation{Namespace: "shop", Name: "cart-0", Container: "app", Image: image, Reason: "ErrImagePull", Message: "failed to fetch oauth token: unexpected status from GET request to https://us-docker.pkg.dev/v2/token: 403 Forbidden", Count: 1}
	flaw := Flaw{Text: `image "` + image + `" lacks the repository`, Help: "add the repository", Error: true, Of: PartImage}
	a := Diagnose([]Observation{seen}, Options{Known: func(string) Known { return Known{Flaws: []Flaw{flaw}} }})[0]
	if a.Who != Author || a.Do != flaw.Help {
		t.Errorf("who: %s, do: %s", a.Who, a.Do)
	}
}

// A message without its image often has the repository in an address.
func TestFillFromMessage(t *testing.T) {
	t.Parallel()
	const project = "gcloud artifacts repositories get-iam-policy shop --location europe --project acme-prod"
	for message, want := range map[string]string{
		"GET request to https://europe-docker.pkg.dev/v2/token?scope=repository%3Aacme-prod%2Fshop%2Fcart%3Apull&service=europe-docker.pkg.dev: 403 Forbidden": project,
		"HEAD request to https://europe-docker.pkg.dev/v2/acme-prod/shop/cart/manifests/1.9.2: 403 Forbidden":                                                  project,
		"GET request to https://europe-docker.pkg.dev/v2/acme-prod/shop/cart/blobs/sha256:11aa: 403 Forbidden":                                                 project,
		"pulling from host europe-docker.pkg.dev failed with status code [manifests 1.9.2]: 403 Forbidden":                                                     "gcloud artifacts repositories get-iam-policy REPOSITORY --location europe",
		"HEAD request to https://europe-docker.pkg.dev/v2/acme-prod/$(id)/cart/manifests/1.9.2: 403 Forbidden":                                                 "gcloud artifacts repositories get-iam-policy REPOSITORY --location europe --project acme-prod",
		"HEAD request to https://eu.gcr.io/v2/acme-prod/cart/manifests/1.9.2: 403 Forbidden":                                                                   "gcloud artifacts repositories get-iam-policy REPOSITORY --location LOCATION",
		"HEAD request to https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/cart/manifests/1.9.2: 403 Forbidden":                                     "aws ecr get-repository-policy --repository-name shop/cart",
	} {
		a := Diagnose([]Observation{{Message: message, Count: 1}}, Options{})[0]
		if a.Check != want {
			t.Errorf("%s: check: %s, want %s", message, a.Check, want)
		}
	}
}

// A link to documentation is not the host that answered.
func TestHostIn(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]string{
		"unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information.":                                                      "",
		"denied: client with IP '203.0.113.9' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.":                                           "",
		"You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit":                                                   "",
		"Get https://registry.acme.test:5000/v2/: unauthorized: see https://docs.acme.test/login":                                                                  "registry.acme.test:5000",
		"unauthorized, see https://docs.acme.test/login: unexpected status from GET request to https://registry.acme.test/token: 401":                              "registry.acme.test",
		"pulling from host registry.acme.test:5000 failed with status code [manifests 2]: 403 Forbidden":                                                           "registry.acme.test:5000",
		`Head "https://registry.acme.test/v2/": dial tcp: lookup mirror.acme.test: no such host`:                                                                   "mirror.acme.test",
		"unexpected status from HEAD request to https://registry.acme.test/v2/cart/manifests/2?ns=docker.io: 403 Forbidden - Server message: visit https://x.test": "registry.acme.test",
	} {
		if got := hostIn(message); got != want {
			t.Errorf("%s: %q, want %q", message, got, want)
		}
	}
}

// The advice about the image of a volume is that of the message within.
func TestWrappedDenial(t *testing.T) {
	t.Parallel()
	seen := Observation{Namespace: "shop", Name: "cart-0", Container: "app", Image: "acme/cart:2", Reason: "ErrImagePull", Message: "ImageVolumeMountFailed: pull access denied, insufficient_scope: authorization failed", Count: 1}
	for want, p := range map[string]*Planned{
		"check the name first; then give the pod a pull secret":                              {Anonymous: true, Nameless: true},
		`check the name first; then whether user "acme" of shop/reg may read the repository`: {Credentials: []string{"shop/reg"}, Users: []string{"acme"}},
	} {
		a := Diagnose([]Observation{seen}, Options{Planned: func(*Failure) *Planned { return p }})[0]
		if a.Inner == nil || a.Kind != KindAccess || a.Do != want {
			t.Errorf("%+v: do: %s, want %s", a.Inner, a.Do, want)
		}
	}
}

// With credentials in the manifests, a bare 401 to the request for the manifest is a rejection of them, unless another host gives it, or it says more.
func TestRejected(t *testing.T) {
	t.Parallel()
	const head = `Failed to pull image "nexus.acme.test:5000/shop/cart:2": failed to resolve reference "nexus.acme.test:5000/shop/cart:2": unexpected status from HEAD request to https://nexus.acme.test:5000/v2/shop/cart/manifests/2: `
	const fetch = `Failed to pull image "nexus.acme.test:5000/shop/cart:2": failed to copy: httpReadSeeker: failed open: unexpected status code https://nexus.acme.test:5000/v2/shop/cart/`
	tried, none := &Planned{Credentials: []string{"shop/reg"}, Users: []string{"kube"}}, &Planned{Anonymous: true, Nameless: true}
	for _, test := range []struct {
		message string
		planned *Planned
		want    bool
	}{
		{head + "401 Unauthorized", tried, true},
		{`Failed to pull image "nexus.acme.test:5000/shop/cart:2": pulling from host nexus.acme.test:5000 failed with status code [manifests 2]: 401 Unauthorized`, tried, true},
		{fetch + "manifests/sha256:aa: 401 Unauthorized", tried, true},
		{head + "401 Unauthorized", none, false},
		{head + "401 Unauthorized", &Planned{Absent: &SecretName{"shop", "reg"}}, false},
		{head + "401 Unauthorized", nil, false},
		{head + "401 UNAUTHORIZED", tried, false},
		{head + "401 Unauthorized: unauthorized: authentication required", tried, false},
		{strings.Replace(head, "https://nexus", "https://mirror", 1) + "401 Unauthorized", tried, false},
		{strings.Replace(head, "test:5000/v2", "test/v2", 1) + "401 Unauthorized", tried, false},
	} {
		a := Diagnose([]Observation{{Namespace: "shop", Name: "cart-0", Image: "nexus.acme.test:5000/shop/cart:2", Reason: "Failed", Message: test.message, Count: 1}}, Options{Planned: func(*Failure) *Planned { return test.planned }})[0]
		got := strings.Contains(a.Cause, "the registry rejects the credentials of shop/reg") && strings.HasPrefix(a.Do, `check that user "kube" of shop/reg has a valid password or token; `)
		if got != test.want || test.want != (a.Confidence == Likely && a.Who == Credentials) {
			t.Errorf("%s: cause: %s (%s, %s)\ndo: %s", test.message, a.Cause, a.Confidence, a.Who, a.Do)
		}
	}
}

// A registry that denies a layer has given the manifest: the name is not in doubt, whatever the credentials and whatever is known about the tag.
func TestLayerDenied(t *testing.T) {
	t.Parallel()
	const fetch = `Failed to pull image "registry.acme.test/shop/cart:2": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry.acme.test/v2/shop/cart/`
	known := func(string) Known {
		return Known{Flaws: []Flaw{{Text: "there is no such tag", Help: "did you mean 1?", Error: true, Of: PartImage}}}
	}
	for state, planned := range map[string]*Planned{
		"tried": {Credentials: []string{"shop/reg"}, Users: []string{"kube"}}, "none": {Anonymous: true, Nameless: true}, "absent": {Absent: &SecretName{"shop", "reg"}}, "unknown": nil,
	} {
		for _, status := range []string{"401 Unauthorized", "403 Forbidden"} {
			about := func(path string) Answer {
				return Diagnose([]Observation{{Namespace: "shop", Name: "cart-0", Image: "registry.acme.test/shop/cart:2", Reason: "Failed", Message: fetch + path + ": " + status, Count: 1}},
					Options{Planned: func(*Failure) *Planned { return planned }, Known: known})[0]
			}
			a := about("blobs/sha256:11aa")
			if !strings.Contains(a.Cause, "gave the manifest, but denies a layer") || a.Who != Platform || a.Check != "crictl pull registry.acme.test/shop/cart:2    # on the node" || !strings.Contains(a.Do, "layers") || strings.Contains(a.Do+strings.Join(a.Notes, ""), "name;") || strings.Contains(strings.Join(a.Notes, "")+a.Do, "did you mean") || strings.Contains(strings.Join(a.Notes, ""), "no such tag") {
				t.Errorf("%s, %s: %s (%s)\ndo: %s\nnotes: %s", state, status, a.Cause, a.Who, a.Do, a.Notes)
			}
			if a := about("manifests/sha256:11aa"); strings.Contains(a.Cause, "layer") {
				t.Errorf("%s, %s: a manifest: %s", state, status, a.Cause)
			}
		}
	}
}
