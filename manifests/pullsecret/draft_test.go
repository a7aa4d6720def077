package pullsecret

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

func TestStandIns(t *testing.T) {
	t.Parallel()
	if got, err := base64.StdEncoding.DecodeString(standInAuth); err != nil || string(got) != "***:***" {
		t.Errorf("%q, %v", got, err)
	}
}

// A template is checked as far as its text is known. Anything that could be valid once filled in is
// accepted.
func TestDraft(t *testing.T) {
	t.Parallel()
	const entry = `{"username":"{{ .u }}","password":"{{ .p }}","auth":"{{ printf "%s:%s" .u .p | b64enc }}"}`
	for text, want := range map[string]string{
		`{"auths":{"ghcr.io":` + entry + `}}`:                                "ghcr.io",
		`{"auths":{"ghcr.io":{"auth":"${AUTH}"}}}`:                           "ghcr.io",
		`{"auths":{"ghcr.io":{"username":"$(USER)","password":"$(WORD)"}}}`:  "ghcr.io",
		`{"auths":{"ghcr.io":{"auth":"{{ .a }}{{ .b }}"}}}`:                  "ghcr.io",
		`{"auths":{"ghcr.io":{"auth":"cm9ib3Q6{{ .b }}"}}}`:                  "ghcr.io", // the rest of the base64
		`{"auths":{"ghcr.io":{"Auth":"{{ .a }}"}}}`:                          "ghcr.io",
		`{"auths":{"{{ .host }}":{"auth":"{{ .a }}"}}}`:                      "partial key-1.filled-in.invalid",
		`{"auths":{"{{ .host }}/team":{}, "ghcr.io": {"auth":"{{ .a }}"}}}`:  "partial key-1.filled-in.invalid ghcr.io",
		`{"auths":{"https://hub.docker.com":{"password":"a\"{{ .p }}"}}}`:    "https://hub.docker.com",
		`{"auths":{"ghcr.io":{"auth":"dTpw"}}}`:                              "ghcr.io",   // no placeholders
		`{"auths":{"ghcr.io":{"auth":"{{ .u }}:{{ .p }}"}}}`:                 "malformed", // base64 has no colon
		`{"auths":{"ghcr.io":{"auth":{{ .name }}:{{ .password }}"}}}`:        "malformed",
		`{"auths":{"ghcr.io":{"auth":"{{ .a }}"}}`:                           "malformed",
		`{"auths":{"ghcr.io":{"auth":"{{ .a }}",}}}`:                         "malformed",
		`{"auths":{"ghcr.io":{"auth":{{ .a }} {{ .b }} {{ .c }} {{ .d }}}}}`: "unknown",
		`{"auths":{"ghcr.io":{{ .entry }}}}`:                                 "unknown",
		`{"auths":{"ghcr.io":{"auth":{{ .a | quote }}}}}`:                    "unknown",
		`{"auths":{{ .auths | toJson }}}`:                                    "unknown",
		`{{ .config }}`:                                                      "unknown",
		`{"auths":{ {{ range .hosts }}"{{ .h }}":{"auth":"x"},{{ end }} }}`:  "unknown",
		`{{ $a := .b }}{"auths":{"ghcr.io":{"auth":"{{ $a }}"}}}`:            "unknown",
		`{"auths":{"ghcr.io":{"auth":"{{- if .a }}x{{ end }}"}}}`:            "unknown",
		`{"auths":{"ghcr.io":{"auth":"{{ .a "}}}`:                            "malformed",
		`{"auths":{"ghcr.io":{"auth":"{{ .a`:                                 "unknown",
	} {
		d, ok := newDraft(text)
		got := "unknown"
		if ok {
			c, partial, again, err := ParseTemplate(DockerConfigJSON, text)
			if partial != d.partial || !again {
				t.Errorf("%s: ParseDraft says %t, %t", text, partial, again)
			}
			var bad *Malformed
			switch {
			case errors.As(err, &bad):
				got = "malformed"
			case err != nil:
				t.Errorf("%s: %v", text, err)
			default:
				var keys []string
				for _, k := range c.Keys() {
					keys = append(keys, k.Written)
				}
				if got = strings.Join(keys, " "); d.partial {
					got = "partial " + got
				}
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s (%s)", text, got, want, d.text)
		}
	}
}

func FuzzDraft(f *testing.F) {
	f.Add(`{"auths":{"ghcr.io":{"auth":"{{ printf "%s" .u }}"}}}`)
	f.Add(`{"auths":{"a":{{ .x }}:${y}"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if d, ok := newDraft(text); ok && !strings.ContainsAny(text, "{$") && d.text != text {
			t.Errorf("%q became %q", text, d.text)
		}
	})
}
