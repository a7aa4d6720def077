package cluster

import (
	"strings"
	"testing"
)

// A download from another host than the registry's is one from its storage, unless the address is that of a registry or a mirror.
func TestIsStorage(t *testing.T) {
	t.Parallel()
	const copying = `failed to pull and unpack image "acme.azurecr.io/cart:2": failed to copy: httpReadSeeker: failed open: failed to do request: Get "`
	for address, want := range map[string]bool{
		"https://weumanaged46.blob.core.windows.net/5d6f--abc/docker/registry/v2/blobs/sha256/aa/data?se=2026": true,
		"https://acme.westeurope.data.azurecr.io/5d6f/docker/registry/v2/blobs/sha256/aa/data":                 true,
		"https://pkg-containers.githubusercontent.com/ghcr1/blobs/sha256:aa":                                   true,
		"http://minio.acme.test:9000/bucket/docker/registry/v2/blobs/sha256/aa/data":                           true,
		"https://acme.azurecr.io/v2/cart/blobs/sha256:aa":                                                      false,
		"https://acme.azurecr.io/layers/aa":                                                                    false,
		"https://mirror.acme.test/v2/cart/blobs/sha256:aa":                                                     false,
		"https://mirror.acme.test/artifactory/api/docker/hub/v2/cart/blobs/sha256:aa":                          false,
		"https://mirror.acme.test/artifactory/api/docker/hub/v2/cart/manifests/sha256:aa":                      false,
		"https://europe-docker.pkg.dev/artifacts-downloads/namespaces/acme/repositories/web/downloads/aa":      false,
		"ftp://weumanaged46.blob.core.windows.net/5d6f":                                                        false,
		"": false,
	} {
		if got := isStorage(strings.ToLower(copying + address + `": dial tcp 10.1.2.3:443: i/o timeout`)); got != want {
			t.Errorf("isStorage of %q is %t, want %t", address, got, want)
		}
	}
	for _, text := range []string{
		`failed to resolve reference "acme.azurecr.io/cart:2": failed to do request: head "https://weumanaged46.blob.core.windows.net/5d6f": i/o timeout`,
		`failed to copy: httpreadseeker: failed open: failed to authorize: failed to fetch anonymous token: get "https://auth.acme.test/token?scope=a": i/o timeout`,
		`failed to copy: httpreadseeker: failed open: denied, see https://docs.acme.test/limits`,
	} {
		if isStorage(text) {
			t.Errorf("isStorage of %q is true", text)
		}
	}
}

// The answer about storage names its host, and does not blame the registry or the credentials.
func TestStorage(t *testing.T) {
	t.Parallel()
	answer := func(host, end string) Answer {
		message := `Failed to pull image "acme.azurecr.io/cart:2": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://` + host + `/5d6f/docker/registry/v2/blobs/sha256/aa/data": ` + end
		return Diagnose([]Observation{{From: "event", Namespace: "shop", Name: "cart-0", Image: "acme.azurecr.io/cart:2", Reason: "Failed", Message: message, Count: 1}}, Options{
			Planned: func(*Failure) *Planned { return &Planned{Anonymous: true, Nameless: true} },
			Known:   func(string) Known { return Known{Flaws: []Flaw{{Text: "mistyped", Of: PartRegistry}}} },
		})[0]
	}
	a := answer("weumanaged46.blob.core.windows.net", "dial tcp 10.1.2.3:443: i/o timeout")
	if a.Kind != KindConnect || a.Who != Network || !strings.Contains(a.Do, "allow HTTPS from the nodes to weumanaged46.blob.core.windows.net ") || !strings.HasPrefix(a.Check, "curl -sSI https://weumanaged46.blob.core.windows.net/ ") {
		t.Errorf("the answer is %+v", a)
	}
	notes := strings.Join(a.Notes, "\n")
	if !strings.Contains(notes, "dedicated data endpoints") || strings.Contains(notes, "pull secrets") || strings.Contains(notes, "mistyped") {
		t.Errorf("the notes are %q", a.Notes)
	}
	for host, want := range map[string]string{
		"acme.westeurope.data.azurecr.io":                                 "privatelink.azurecr.io must have both",
		"prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com": "gateway endpoint of S3",
	} {
		if notes := strings.Join(answer(host, "dial tcp 10.1.2.3:443: i/o timeout").Notes, "\n"); !strings.Contains(notes, want) {
			t.Errorf("the notes about %s are %q, want %q", host, notes, want)
		}
	}
	if notes := strings.Join(answer("weumanaged46.blob.core.windows.net", "unexpected status: 404 Not Found").Notes, "\n"); strings.Contains(notes, "data endpoints") {
		t.Errorf("the storage answered, but the notes are %q", notes)
	}
	ask := func(message string) Answer {
		return Diagnose(Ask(message), Options{Known: func(string) Known { return Known{Flaws: []Flaw{{Text: "mistyped", Of: PartRegistry}}} }})[0]
	}
	for _, end := range []string{"dial tcp 10.1.2.3:443: i/o timeout", "dial tcp: lookup minio.acme.test: no such host"} {
		if a := ask(`failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://minio.acme.test/bucket/aa": ` + end); strings.Contains(a.Cause, "mistyped") || a.Who != Network {
			t.Errorf("the host of layers is taken for a registry: %+v", a)
		}
	}
}
