package imageref

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		// A user name and a password before a registry.
		"bob:hunter2@ghcr.io/acme/app:1":          "bob:*******@ghcr.io/acme/app:1",
		"https://bob:hunter2@ghcr.io/acme/app:1":  "https://bob:*******@ghcr.io/acme/app:1",
		"bob:p@ghcr.io:443/app":                   "bob:*@ghcr.io:443/app",
		"BOB:HUNTER2@GHCR.io/APP:1":               "BOB:*******@GHCR.io/APP:1",
		"bob:hunter2@ghcr.io":                     "bob:*******@ghcr.io",
		"bob:hunter2@registry/app":                "bob:*******@registry/app",
		"bob:hunter2@registry":                    "bob:*******@registry",
		"bob:hunter2@${REGISTRY}/app":             "bob:*******@${REGISTRY}/app",
		"bob:hunter2@@ghcr.io/app":                "bob:********@ghcr.io/app",
		"bob:hunter2 @ghcr.io/app":                "bob:********@ghcr.io/app",
		" bob:hunter2@ghcr.io/app ":               " bob:*******@ghcr.io/app ",
		"bob%3Ahunter2%40ghcr.io/app":             "bob%3A*******%40ghcr.io/app",
		"bob:hunter2@ghcr.io/app@sha256:0123":     "bob:*******@ghcr.io/app@sha256:0123",
		"bob:hunter2@ghcr.io/app@sha256:" + hex64: "bob:*******@ghcr.io/app@sha256:" + hex64,
		"https://bob:hunter2@[::1]:5000/app":      "https://bob:*******@[::1]:5000/app",
		"\"bob:hunter2@ghcr.io/app:1\"":           "\"bob:*******@ghcr.io/app:1\"",
		// Passwords that contain separators of references.
		"bob:hun/ter2@ghcr.io/app":                                   "bob:********@ghcr.io/app",
		"AWS:eyJwYXk/QWJjZA==@1.dkr.ecr.eu-west-1.amazonaws.com/app": "AWS:****************@1.dkr.ecr.eu-west-1.amazonaws.com/app",
		"bob:h@nter2@ghcr.io/app":                                    "bob:*******@ghcr.io/app",
		"bob:hun ter2@ghcr.io/app":                                   "bob:********@ghcr.io/app",
		"bob:hun\nter2@ghcr.io/app":                                  "bob:********@ghcr.io/app",
		"bob:hun#ter2@ghcr.io/app":                                   "bob:********@ghcr.io/app",
		"bob:hun?ter2@ghcr.io/app":                                   "bob:********@ghcr.io/app",
		"bob:hünter€😀\xff@ghcr.io/app":                               "bob:*×****∗🟉*@ghcr.io/app",
		"bob:hunter2@ghcr.io/a@b/c:1":                                "bob:*****************@b/c:1",
		// Text before them.
		"//bob:hunter2@ghcr.io/app":          "//bob:*******@ghcr.io/app",
		"/bob:hunter2@ghcr.io/app":           "/bob:*******@ghcr.io/app",
		"https:/bob:hunter2@ghcr.io/app":     "https:/bob:*******@ghcr.io/app",
		"https:bob:hunter2@ghcr.io/app":      "https:bob:*******@ghcr.io/app",
		`http:\\bob:hunter2@ghcr.io/app`:     `http:\\bob:*******@ghcr.io/app`,
		"${REG}/bob:hunter2@ghcr.io/app":     "${REG}/bob:*******@ghcr.io/app",
		"{{ .Values.user }}:hunter2@reg/app": "{{ .Values.user }}:*******@reg/app",
		"ghcr.io/bob:hunter2@app:1":          "ghcr.io/bob:*******@app:1",
		// A token without a user name.
		"https://hunter2@ghcr.io/acme/app:1":          "https://*******@ghcr.io/acme/app:1",
		"hunter2@ghcr.io/acme/app:1":                  "*******@ghcr.io/acme/app:1",
		"hunter2@registry/app":                        "*******@registry/app",
		"ghp_hunter2hunter2@registry":                 "******************@registry",
		"glpat-hunter2hunter2:x-oauth-basic@reg.io/a": "**********************************@reg.io/a",
		"hunter2:x-oauth-basic@ghcr.io/app":           "*********************@ghcr.io/app",
		"eyJhdXRocyI6eyJyZWciOnsiYXV0aCI6InUifX19":    strings.Repeat("*", 40),
		// After the reference.
		"ghcr.io/acme/app:1@bob:hunter2":                        "ghcr.io/acme/app:1@bob:*******",
		"reg.io:443@bob:hunter2/app":                            "reg.io:***@bob:*******/app",
		"bob@reg.io:hunter2/app":                                "***@reg.io:*******/app",
		"reg.io/app?token=hunter2":                              "reg.io/app?token=*******",
		"https://reg.io/app?u=bob&p=hunter2":                    "https://reg.io/app?u=***&p=*******",
		"reg.io/app?hunter2":                                    "reg.io/app?*******",
		"https://reg.io/app?p=hun@ter2":                         "https://*********************",
		"reg.io/app#token=hunter2":                              "reg.io/app#token=*******",
		"reg.io/app&token=hunter2":                              "reg.io/app&token=*******",
		"docker login -u bob -p hunter2 reg.io/app:1":           "docker login -u bob -p ******* reg.io/app:1",
		"docker login --password=hunter2 reg.io/app:1":          "docker login --password=******* reg.io/app:1",
		"${IMAGE:-https://bob:hunter2@ghcr.io/app}":             "${IMAGE:********************@ghcr.io/app}",
		`{{ .Values.image | default "bob:hunter2@ghcr.io/a" }}`: `{{ .Values.image | default "bob:*******@ghcr.io/a" }}`,
	} {
		if got := Redact(raw); got != want {
			t.Errorf("Redact(%q) =\n\t%q, want\n\t%q", raw, got, want)
		}
		if got := Redact(raw); len(got) != len(raw) || utf8.RuneCountInString(got) != utf8.RuneCountInString(raw) {
			t.Errorf("Redact(%q) moves places", raw)
		}
	}
}

// Text that was meant as a digest, a tag or a placeholder is shown, because the message would be
// useless without it.
func TestRedactLeavesReferences(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "nginx", "ghcr.io:443/acme/app:1", "ghcr.io/acme/app:1@sha256:" + hex64,
		"nginx:1.27@sha256:ab", "ghcr.io:443/acme/app@sha256:ab", "nginx:stable@sha256:", "nginx@sha256", "nginx@@sha256:ab", "nginx:1.27@", "nginx:1.27@@",
		"nginx@SHA256:ab", "nginx@sha-256:ab", "nginx@sha256-ab", "nginx@md5:e3b0c44298fc1c149afbf4c8996fb924", "nginx@shaa256:ab", "nginx:sha256@" + hex64,
		"nginx@" + hex64, "nginx@:" + hex64, "nginx@sha256:ab:1", "nginx@sha256:ab@sha256:ab", "nginx:web@sha256:{{ .Values.digest }}", "@sha256:" + hex64,
		"nginx@latest", "nginx:web@latest", "nginx:web@1.2.3", "nginx:1.27@stable", "image@digest", "owner/chart.yaml@versionStream", "owner/app@refs/heads/x",
		"actions/checkout@v4", "ghcr.io/@acme/app:1", "nginx:{{ .Values.tag }}@{{ .Values.digest }}", "${REG}/app:${TAG}@${DIGEST}", "nginx:web@${DIGEST}",
		"@REGISTRY@/app:@TAG@", "@registry@:@tag@", `{{ printf "%s:%s@%s" .a .b .c }}`, "${A}:${B}@ghcr.io/app", "{{ .user }}:{{ .password }}@ghcr.io/app",
		"<user@host>/app", "#@ data.values.image", "(@= data.values.image @)", "nginx:1.27 # a comment", "ghcr.io/acme/app:1#x", "nginx:1=2", "https://ghcr.io/acme/app:1",
		"localhost:5000/ghp_app:1", "FILLED IN BY THE OPERATOR", "$(REGISTRY)/$(IMAGE)@$(DIGEST)",
	} {
		if got := Redact(raw); got != raw {
			t.Errorf("Redact(%q) = %q", raw, got)
		}
	}
}

// An error describes the mistake, and contains nothing that must not be shown.
func TestCredentialsAreNotQuoted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw    string
		cause  Cause
		at     string // as shown
		detail string
		mended string
	}{
		{"bob:hunter2@ghcr.io/app:1", IllegalChar, "bob:*******@", leakUser, "ghcr.io/app:1"},
		{"bob:hunter2@ghcr.io", IllegalChar, "bob:*******@", leakUser, ""},
		{"bob:HUN/TER2@ghcr.io/app:1", IllegalChar, "bob:********@", leakUser, "ghcr.io/app:1"},
		{"/bob:HUNTER2@ghcr.io/app:1", IllegalChar, "bob:*******@", leakUser, "ghcr.io/app:1"},
		{"https://bob:hunter2@ghcr.io/app:1", Scheme, "https://", `"https://" and credentials are not part of a reference`, "ghcr.io/app:1"},
		{"https://bob:hunter2@ghcr.io/App:1", Scheme, "https://", `"https://" and credentials are not part of a reference`, "ghcr.io/app:1"},
		{"ghcr.io/app:1?token=hunter2", IllegalChar, "?token=*******", leakQuery, "ghcr.io/app:1"},
		{"https://ghcr.io/app:1?token=hunter2", Scheme, "https://", `"https://" and a query are not part of a reference`, "ghcr.io/app:1"},
		{"ghcr.io/app:1@bob:hunter2", IllegalChar, "*******", leakAfter, ""},
		{"reg.io:443@bob:hunter2/app", IllegalChar, "reg.io:***@", leakUser, ""},
		{"${REG}/bob:hunter2@ghcr.io/app", IllegalChar, "bob:*******@", leakUser, ""},
	} {
		_, err := Parse(tt.raw)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("Parse(%q): %v", tt.raw, err)
			continue
		}
		if e.Cause != tt.cause || e.At.of(e.Raw) != tt.at || e.Detail != tt.detail || e.Corrected != tt.mended || e.Safe {
			t.Errorf("Parse(%q) = %v at %q: %s; mended %q, safe %v", tt.raw, e.Cause, e.At.of(e.Raw), e.Detail, e.Corrected, e.Safe)
		}
		if all := strings.ToLower(e.Raw + e.Detail + e.Corrected + e.Kubelet() + e.Error()); strings.Contains(all, "hunter2") || strings.Contains(all, "ter2") {
			t.Errorf("Parse(%q) shows the password: %+v", tt.raw, e)
		}
	}
}

// FuzzRedactHides inserts arbitrary passwords into texts. Neither Redact nor an error may show
// them.
func FuzzRedactHides(f *testing.F) {
	f.Add("", "user", "password")
	f.Add("https://", "user", "pass/word")
	f.Add("//", "u", "p@ss@word")
	f.Add("${REG}/", "AWS", "eyJ/x+y==")
	f.Add("", "u", "://x:yabcd")
	f.Add("", "0?", "=/a-//")
	f.Fuzz(func(t *testing.T, before, user, password string) {
		if len(password) < 6 || strings.ContainsAny(user, "@:/") || strings.Contains(before, "@") || isVariables(password) {
			return
		}
		if strings.Contains(before+user+" @ghcr.io/acme/app:1", password) {
			return // it also occurs elsewhere
		}
		if strings.Trim(password, "*") == "" {
			return // a mask is not a password
		}
		raw := before + user + ":" + password + "@ghcr.io/acme/app:1"
		if withoutPlaceholders(raw)[len(before)+len(user)] != ':' {
			return // the colon is part of a placeholder such as $(a:b), so nothing separates user and password
		}
		shown := Redact(raw)
		if strings.Contains(shown, password) {
			t.Fatalf("Redact(%q) = %q shows %q", raw, shown, password)
		}
		if len(shown) != len(raw) || utf8.RuneCountInString(shown) != utf8.RuneCountInString(raw) {
			t.Fatalf("Redact(%q) = %q: the length changed", raw, shown)
		}
		if Redact(shown) != shown {
			t.Fatalf("Redact(%q) = %q, and again %q", raw, shown, Redact(shown))
		}
		_, err := Parse(raw)
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("Parse(%q): %v", raw, err)
		}
		if strings.Contains(e.Raw+"\n"+e.Detail+"\n"+e.Kubelet(), password) || strings.Contains(e.Corrected, password) {
			t.Fatalf("Parse(%q) shows %q: %+v", raw, password, e)
		}
	})
}
