package cluster

import (
	"strings"
	"testing"
)

// An answer that a cache passes on is about the account of the cache: whatever credentials the manifests give the pod, none of them is blamed or to be made.
func TestRelayed(t *testing.T) {
	t.Parallel()
	states := map[string]*Planned{
		"unknown": nil,
		"tried":   {Credentials: []string{"shop/reg"}, Users: []string{"acme"}, Named: []SecretName{{"shop", "reg"}}, Used: SecretName{"shop", "reg"}},
		"expired": {Credentials: []string{"shop/reg"}, Expired: "the credential of shop/reg expired", Faulty: SecretName{"shop", "reg"}},
		"none":    {Anonymous: true, Nameless: true},
		"no key":  {Anonymous: true, Evident: true, Defect: "shop/reg has no such key", DefectKind: "key", Help: "add the key to shop/reg"},
		"absent":  {Absent: &SecretName{"shop", "reg"}, Anonymous: true},
	}
	seen := 0
	for _, e := range examples(t) {
		found, _ := Match(e.reason, e.message)
		if found == nil || !found.Relayed {
			continue
		}
		seen++
		for state, p := range states {
			image := quotedAfter(e.message, "image ")
			a := Diagnose([]Observation{{Namespace: "shop", Name: "cart-0", Image: image, Reason: e.reason, Message: e.message, Count: 1}}, Options{Planned: func(*Failure) *Planned { return p }})[0]
			text := a.Cause + "\n" + a.Do + "\n" + a.Check + "\n" + strings.Join(a.Notes, "\n")
			if a.Who != Platform || strings.Contains(text, "reg ") || strings.Contains(text, "shop/reg") || strings.Contains(text, "node's address") || strings.Contains(text, "these manifests") || strings.Contains(a.Do, "give the pod") {
				t.Errorf("line %d, %s: for %s: %s", e.line, state, a.Who, text)
			}
		}
	}
	if seen < 10 {
		t.Errorf("%d messages are passed on by a cache", seen)
	}
}

// What a registry says itself is told from what a cache passes on by the image, too, if the message does not name a host: in a status, or in a line of a log.
func TestAnsweringImage(t *testing.T) {
	t.Parallel()
	const said = "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
	for image, want := range map[string]string{
		"": "hub-limit-anonymous", "redis:8": "hub-limit-anonymous", "docker.io/acme/cart:2": "hub-limit-anonymous",
		"harbor.acme.test/hub/redis:8": "hub-limit-anonymous-relayed", "docker.io.acme.test/redis:8": "hub-limit-anonymous-relayed",
	} {
		a := Diagnose([]Observation{{Namespace: "shop", Name: "cart-0", Container: "app", Image: image, Reason: "ErrImagePull", Message: said, From: "status", Count: 1}}, Options{})[0]
		if a.Entry == nil || a.Entry.ID != want {
			t.Errorf("%q: %+v, want %s", image, a.Entry, want)
		}
	}
}

// The account whose limit is used up is that of the cache.
func TestRelayedAccount(t *testing.T) {
	t.Parallel()
	const said = `Failed to pull image "harbor.acme.test/hub/redis:8": toomanyrequests: You have reached your pull rate limit as 'acmebot': dckr_jti. You may increase the limit by upgrading`
	a := Diagnose([]Observation{{Message: said, Image: "harbor.acme.test/hub/redis:8", Count: 1}}, Options{})[0]
	if !strings.Contains(a.Cause, `the pull limit of Docker Hub's account "acmebot" is used up, which is that of the cache`) || !strings.HasPrefix(a.Do, "give harbor.acme.test a paid account") {
		t.Errorf("%s\n%s", a.Cause, a.Do)
	}
}
