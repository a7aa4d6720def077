package redact

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// x stands for a secret in the lines below.
const x = "Hunter2-x"

var secretLines = []string{
	// Keys.
	"password: " + x, "  db_password: '" + x + "'", `  "password": "` + x + `",`, "- token: " + x, "apiKey: " + x, "API_KEY: " + x, "clientSecret: " + x, "auth: " + x,
	"basicAuth: " + x, "credentials: " + x, "pwd: " + x, "DB_PASS: " + x, "REDIS_PW: " + x, "privateKey: " + x, "awsSecretAccessKey: " + x, "secretKey: " + x,
	"secret_id: " + x, ".dockerconfigjson: " + x, "Authorization: Bearer " + x, "password: !!str " + x, "password: '" + x, "password: {{ .x }}" + x,
	// On a line with others.
	`  values: {image: {repository: nginx, tag: "", password: "` + x + `"}, imagePullSecrets: [{name: x}]}`, `{"a":1,"token":"` + x + `","image":"nginx"}`,
	"image: nginx # password: " + x, "# old token = " + x, "  # the password: " + x, "image: {credentials: {user: u, db: " + x + "}, repository: nginx}",
	"secrets: [a, " + x + "]", `password: "!` + x + `"`, "password: $" + x, "password: '*" + x + "'", "password: " + x + ", image: nginx}", `"password":"` + x + `","image":"nginx"`, "auth: {image: {repository: nginx, tag: latest}, db: " + x + "}",
	// The environment.
	`  - {name: a, image: nginx, env: [{name: PW, value: "` + x + `"}]}`, "- {value: " + x + ", name: DB_PASSWORD}", `{"name":"TOKEN","value":"` + x + `"}`,
	// Arguments and texts.
	`args: ["--token=` + x + `"]`, `args: ["--password", "` + x + `", "--v"]`, "command: login --password " + x + " --v", "- --api-key=" + x, "env: TOKEN=" + x + " run",
	`note: '{"stringData":{"password":"` + x + `"}}'`, `note: "{\"auth\":\"` + x + `\"}"`, `values: "image: nginx\npassword: ` + x + `"`,
	// Addresses.
	"url: https://u:" + x + "@example.com/x", "see https://" + x + "@example.com", "- u:" + x + "@ghcr.io/app", `image: "u:` + x + ` y@ghcr.io/app"`, "image: ghcr.io/a?x=" + x,
	"registry: " + x + "@ghcr.io", "# was u:" + x + "@ghcr.io/app", "note: ghp_" + x,
}

func TestLineHidesSecrets(t *testing.T) {
	t.Parallel()
	for _, line := range secretLines {
		got := Line(line)
		if strings.Contains(got, x) {
			t.Errorf("Line shows the secret of %q", line)
		}
		if len(got) != len(line) || utf8.RuneCountInString(got) != utf8.RuneCountInString(line) {
			t.Errorf("Line(%q) = %q: the length changed", line, got)
		}
		if hidden := Lines([]byte("a: b\n" + line + "\nc: d\n")); hidden[0] || !hidden[1] || hidden[2] {
			t.Errorf("Lines around %q = %v", line, hidden)
		}
	}
	for line, want := range map[string]string{
		`  values: {repository: nginx, password: "abc", tag: x}`: `  values: {repository: nginx, password: "***", tag: x}`,
		"image: nginx:1 # password: a b":                         "image: nginx:1 # password: ***",
		"password: äb":                                           "password: \u00d7*",
		"args: [--password, abc, --tag, x]":                      "args: [--password, ***, --tag, x]",
	} {
		if got := Line(line); got != want {
			t.Errorf("Line(%q) = %q, want %q", line, got, want)
		}
	}
}

// Text that findings point at is shown, and so is text that only mentions a secret.
func TestLineLeavesNames(t *testing.T) {
	t.Parallel()
	lines := []string{
		"imagePullSecrets: [{name: regcred}]", "imagePullSecrets: [regcred, other]", "imagePullSecrets:", "- name: regcred", "imagePullSecret: regcred", "pullSecrets: [a]",
		"secretName: regcred", "secretKeyRef: {name: db, key: password}", "valueFrom: {secretKeyRef: {name: db-secret, key: token}}", "existingSecret: regcred",
		"kind: Secret", "name: my-secret-token", "- {name: token, image: nginx}", "secrets: [{name: regcred}]", "secret: {secretName: x, optional: true}",
		"automountServiceAccountToken: false", "password: {{ .Values.password }}", "password: ${PASSWORD}", "password: \"\"", "tokenExpirationSeconds: 3600", "type: kubernetes.io/dockerconfigjson",
		"image: nginx:1.27@sha256:ab", "image: ghcr.io/acme/auth:1", "image: {repository: ghcr.io/acme/token, tag: latest}", "author: bob", "email: bob@example.com",
		"auth: {image: {repository: nginx, tag: latest}}", "- --image=nginx:1", "args: [--token-file, /var/run/token]", "passwordFile: /run/x", "# imagelint:ignore pull-secret-missing -- x",
		"url: https://example.com/?a=b", "- name: TOKEN", "env: [{name: PATH, value: /bin}]", "image: nginx # the password is elsewhere",
	}
	for _, line := range lines {
		if got := Line(line); got != line {
			t.Errorf("Line(%q) = %q", line, got)
		}
	}
	for i, hidden := range Lines([]byte(strings.Join(lines, "\n"))) {
		if hidden {
			t.Errorf("Lines hides %q", lines[i])
		}
	}
}

// What is known to be a name is shown, and nothing else.
func TestNames(t *testing.T) {
	t.Parallel()
	const name = "reg-cred"
	for _, line := range []string{
		"registrySecret: " + name, "registrySecret: '" + name + "'", "secrets: [" + name + "]", `{"token": "` + name + `"}`, "  - " + name,
		"auth: {login: " + name + "}", "args: [--token, " + name + "]", "{name: TOKEN, value: " + name + "}", "tokenServer: ghcr.io/acme/" + name + ":1",
	} {
		at := strings.Index(line, name)
		of := imageref.Range{Start: at, End: at + len(name)}
		if got := Line(line, of); got != line {
			t.Errorf("Line(%q) = %q", line, got)
		}
		before := "secrets:\n"
		of.Start, of.End = of.Start+len(before), of.End+len(before)
		if hidden := Lines([]byte(before+line+"\n"), of); hidden[1] {
			t.Errorf("Lines hides %q", line)
		}
	}
	for line, want := range map[string]string{
		"secrets: [reg-cred, hunter2]":                 "secrets: [reg-cred, *******]",
		"{secret: reg-cred, password: hunter2}":        "{secret: reg-cred, password: *******}",
		"secret: reg-cred # password: hunter2":         "secret: reg-cred # password: *******",
		"secret: a reg-cred":                           "secret: **********",
		"password: hunter2,reg-cred":                   "password: ****************",
		"tokenServer: u:hunter2@ghcr.io/reg-cred":      "tokenServer: u:*******@ghcr.io/reg-cred",
		"tokenServer: ghcr.io/reg-cred?key=hunter2xyz": "tokenServer: *******************************",
	} {
		at := strings.Index(line, name)
		if got := Line(line, imageref.Range{Start: at, End: at + len(name)}); got != want {
			t.Errorf("Line(%q) = %q, want %q", line, got, want)
		}
	}
	text := "- name: TOKEN\n  value: reg-cred\n- name: TOKEN\n  value: hunter2\nsecret: reg-cred\n  hunter2\n"
	first, last := strings.Index(text, name), strings.LastIndex(text, name)
	got := Lines([]byte(text), imageref.Range{Start: first, End: first + len(name)}, imageref.Range{Start: last, End: last + len(name)})
	if want := []bool{false, false, false, true, false, true}; !slices.Equal(got, want) {
		t.Errorf("Lines = %v, want %v", got, want)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	const text = `open "https://bob:hunter2@ghcr.io/x": no such file; bob:hunter2@ghcr.io/app, password: hunter3`
	const want = `open "https://bob:*******@ghcr.io/x": no such file; bob:*******@ghcr.io/app, password: hunter3`
	if got := Addresses(text); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A value may continue on the lines after its key.
func TestLines(t *testing.T) {
	t.Parallel()
	const text = `. image: nginx
. password: |
#   x
. containers:
. - name: a
.   env:
.   - name: DB_PASSWORD
#     value: x
.   - name: PATH
.     value: /bin
#   - value: x
.     name: TOKEN
.   - name: SECRET
#     value: |
#       x
#       x: y
.   args:
.   - --password
#   - x
.   - --tag
.   - x
#   token: "a
#     b"
#   apiKey: a
#     b
.   image: nginx
. imagePullSecrets:
. - name: regcred
. credentials:
#   db: x
.   image: nginx
.   list:
#   - x
. secrets:
# - x
. - name: y
. auth: {
#   "x": "y",
.   "name": "y"
. }
. values: |
.   image: nginx
#   password: x
. "env": [
.   {
.     "name": "TOKEN",
#     "value": "x"
.   },
.   {
.     "name": "A",
.     "value": "x"
.   }
. ]`
	var lines []string
	var want []bool
	for line := range strings.Lines(text) {
		lines, want = append(lines, line[2:]), append(want, line[0] == '#')
	}
	for i, hidden := range Lines([]byte(strings.Join(lines, ""))) {
		if hidden != want[i] {
			t.Errorf("line %d %q: hidden = %v", i+1, lines[i], hidden)
		}
	}
}

// FuzzLine checks that lengths and lines are kept for any text, and that the value of a secret key
// is masked.
func FuzzLine(f *testing.F) {
	for _, line := range secretLines {
		f.Add(line, x)
	}
	f.Fuzz(func(t *testing.T, text, secret string) {
		got := Line(text)
		if len(got) != len(text) || utf8.RuneCountInString(got) != utf8.RuneCountInString(text) {
			t.Fatalf("Line(%q) = %q: the length changed", text, got)
		}
		if got, want := len(Lines([]byte(text))), strings.Count(text+"\n", "\n"); got != want && (got != want-1 || text != "" && !strings.HasSuffix(text, "\n")) {
			t.Fatalf("%d answers for the lines of %q", got, text)
		}
		if len(secret) < 8 || isHarmless(secret) || strings.ContainsAny(secret, "'\\\n") || strings.Contains(text, secret) || strings.Trim(secret, "*") == "" {
			return // a mask is not a secret
		}
		if line := "image: nginx:1 # {password: '" + secret + "'}"; strings.Contains(Line(line), secret) {
			t.Fatalf("Line(%q) = %q", line, Line(line))
		}
	})
}
