package imageref

import "testing"

func TestRedact(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"bob:hunter2@ghcr.io/acme/app:1":         "bob:*******@ghcr.io/acme/app:1",
		"https://bob:hunter2@ghcr.io/acme/app:1": "https://bob:*******@ghcr.io/acme/app:1",
		"bob:p@ghcr.io:443/app":                  "bob:*@ghcr.io:443/app",
		"nginx:1.27@sha256:" + "ab":              "nginx:1.27@sha256:ab",
		"bob@ghcr.io/acme/app":                   "bob@ghcr.io/acme/app",
		"ghcr.io:443/acme/app@sha256:ab":         "ghcr.io:443/acme/app@sha256:ab",
		"":                                       "",
	} {
		if got := Redact(raw); got != want {
			t.Errorf("Redact(%q) = %q, want %q", raw, got, want)
		}
		if len(Redact(raw)) != len(raw) {
			t.Errorf("Redact(%q) moves places", raw)
		}
	}
}
