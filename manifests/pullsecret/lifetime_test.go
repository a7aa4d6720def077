package pullsecret

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func jwt(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"none"}`)) + "." + enc([]byte(claims)) + "." + enc([]byte("signature"))
}

func credential(username, password string) Credential {
	return Credential{login: func() (string, string) { return username, password }}
}

func TestLifetime(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	const now = 1_609_545_600
	cases := map[string]struct {
		username, password string
		want               Lifetime
	}{
		"ECR": {
			"AWS", b64(`{"payload":"x","version":"2","type":"DATA_KEY","expiration":1609545600}`),
			Lifetime{ShortLived: true, Kind: "ECR authorization token", Expires: at(now), Valid: 12 * time.Hour},
		},
		"ECR, unreadable":           {"AWS", "%%%", Lifetime{ShortLived: true, Kind: "ECR authorization token", Valid: 12 * time.Hour}},
		"ECR, absurd":               {"AWS", b64(`{"expiration":1e300}`), Lifetime{ShortLived: true, Kind: "ECR authorization token", Valid: 12 * time.Hour}},
		"ECR, negative":             {"AWS", b64(`{"expiration":-5}`), Lifetime{ShortLived: true, Kind: "ECR authorization token", Valid: 12 * time.Hour}},
		"ECR, wrong type":           {"AWS", b64(`{"expiration":[1]}`), Lifetime{ShortLived: true, Kind: "ECR authorization token", Valid: 12 * time.Hour}},
		"Google":                    {"oauth2accesstoken", "ya29.x", Lifetime{ShortLived: true, Kind: "Google OAuth access token", Valid: time.Hour}},
		"Google, other user":        {"x", "ya29.x", Lifetime{ShortLived: true, Kind: "Google OAuth access token", Valid: time.Hour}},
		"Google, key file":          {"_json_key", `{"type":"service_account"}`, Lifetime{}},
		"ACR":                       {"00000000-0000-0000-0000-000000000000", jwt(`{"iat":1609545600,"exp":1609556400.7}`), Lifetime{ShortLived: true, Kind: "ACR refresh token", Expires: at(now + 10800), Issued: at(now), Valid: 3 * time.Hour}},
		"ACR, without times":        {"00000000-0000-0000-0000-000000000000", jwt(`{}`), Lifetime{ShortLived: true, Kind: "ACR refresh token", Valid: 3 * time.Hour}},
		"ACR, opaque":               {"00000000-0000-0000-0000-000000000000", "x", Lifetime{ShortLived: true, Kind: "ACR refresh token", Valid: 3 * time.Hour}},
		"JWT of an hour":            {"u", jwt(`{"iat":"1609545600","exp":"1609549200"}`), Lifetime{ShortLived: true, Kind: "JSON Web Token", Expires: at(now + 3600), Issued: at(now), Valid: time.Hour}},
		"JWT of a year":             {"u", jwt(`{"iat":1609545600,"exp":1641081600}`), Lifetime{Kind: "JSON Web Token", Expires: at(1641081600), Issued: at(now), Valid: 8760 * time.Hour}},
		"JWT without iat":           {"u", jwt(`{"exp":1609545600}`), Lifetime{Kind: "JSON Web Token", Expires: at(now)}},
		"JWT that ends before":      {"u", jwt(`{"iat":1609545600,"exp":1}`), Lifetime{Kind: "JSON Web Token", Expires: at(1), Issued: at(now)}},
		"service account":           {"serviceaccount", jwt(`{"iss":"kubernetes/serviceaccount"}`), Lifetime{Kind: "Kubernetes service account token"}},
		"bound service account":     {"u", jwt(`{"kubernetes.io":{},"exp":1609549200,"iat":1609545600}`), Lifetime{ShortLived: true, Kind: "Kubernetes service account token", Expires: at(now + 3600), Issued: at(now), Valid: time.Hour}},
		"GitHub Actions":            {"bot", "ghs_x", Lifetime{ShortLived: true, Kind: "GitHub installation token"}},
		"GitHub, personal":          {"bot", "ghp_x", Lifetime{Kind: "GitHub personal access token"}},
		"GitHub, fine-grained":      {"bot", "github_pat_x", Lifetime{Kind: "GitHub personal access token"}},
		"GitLab job":                {"gitlab-ci-token", "x", Lifetime{ShortLived: true, Kind: "GitLab CI job token"}},
		"password":                  {"u", "hunter2", Lifetime{}},
		"looks like a JWT, is none": {"u", "eyJ.%%%.x", Lifetime{}},
		"two parts":                 {"u", "eyJ.eyJ", Lifetime{}},
		"payload is no object":      {"u", "eyJ." + base64.RawURLEncoding.EncodeToString([]byte("[]")) + ".x", Lifetime{}},
		"nothing":                   {"", "", Lifetime{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, credential(c.username, c.password).Lifetime()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := (Credential{}).Lifetime(); got != (Lifetime{}) {
		t.Errorf("the zero Credential has the lifetime %v", got)
	}
}

func TestAnonymous(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		username, password string
		want               bool
	}{{"", "", true}, {"", "p", true}, {"u", "", false}, {"u", "p", false}} {
		if got := credential(c.username, c.password).Anonymous(); got != c.want {
			t.Errorf("%q, %q: %v", c.username, c.password, got)
		}
	}
	if !(Credential{}).Anonymous() {
		t.Error("the zero Credential is not anonymous")
	}
}
