package cluster

import (
	"strings"
	"testing"
	"time"
)

// Facts about the kind of cluster, the node or the manifests are noted with the cause.
func TestNotes(t *testing.T) {
	t.Parallel()
	const denied = "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
	const noAuth = "authorization failed: no basic auth credentials"
	seen := func(node, image, message string) []Sighting {
		return []Sighting{{From: "status", Namespace: "shop", Name: "cart-0", Container: "app", Node: node, Image: image, Reason: "ErrImagePull", Message: message, Count: 1}}
	}
	ecr := "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cart:2"
	tests := []struct {
		name      string
		sightings []Sighting
		options   Options
		want, not string
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
			answers := Diagnose(tt.sightings, tt.options)
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
		if next := f.next(last); !strings.Contains(next, "at about "+last.Add(want).Format(time.RFC3339)) {
			t.Errorf("after %d tries: %s", tries, next)
		}
	}
	f := &Failure{Namespace: "shop", Name: "cart-0", Status: "ImagePullBackOff", Tries: 1, Last: last.Format(time.RFC3339)}
	if next := f.next(last.Add(time.Hour)); strings.Contains(next, "at about") {
		t.Errorf("a time that is past: %s", next)
	}
}

// Credentials that have expired are the cause where the message leaves it open, and only there.
func TestExpired(t *testing.T) {
	t.Parallel()
	expired := Options{Planned: func(*Failure) *Planned {
		return &Planned{Credentials: []string{"shop/regcred"}, Expired: "expired on Monday"}
	}}
	for message, want := range map[string]bool{
		"401 Unauthorized": true, "403 Forbidden": true, "failed to fetch oauth token: 401 Unauthorized": true,
		"incorrect username or password": false, "no basic auth credentials": false, "429 Too Many Requests": false, "manifest unknown": false,
	} {
		answers := Diagnose([]Sighting{{Namespace: "shop", Name: "web-0", Image: "registry.acme.test/web:2", Message: message, Count: 1}}, expired)
		if got := len(answers) == 1 && strings.Contains(answers[0].Cause, "expired on Monday"); got != want {
			t.Errorf("%q: expired is the cause: %t, want %t", message, got, want)
		}
	}
}
