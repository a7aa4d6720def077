package cli

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/slow"
)

// plantedPassword is the secret in all test Secrets.
const plantedPassword = "HushHush0Planted0Password0Marker"

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// cores are parts of every base64 text around a secret, for each of its three possible offsets.
func cores(secret string) []string {
	var out []string
	for pad := range 3 {
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", pad) + secret))
		from, to := (pad*8+5)/6, (pad+len(secret))*8/6
		out = append(out, text[from:to])
	}
	return out
}

// forms are the recognizable forms of a secret: plain, hexadecimal, escaped, and base64 once and twice.
func forms(secret string) []string {
	out := append([]string{secret, hex.EncodeToString([]byte(secret)), url.QueryEscape("p:" + secret)}, cores(secret)...)
	for _, core := range cores(secret) {
		out = append(out, cores(core)...)
	}
	return out
}

// secretive are inputs with the secret in different forms, valid and broken. The names of those with findings
// are listed.
func secretive() map[string]string {
	config := `{"auths":{"https://index.docker.io/v1":{"username":"robot","password":"` + plantedPassword + `","auth":"` + b64("robot:"+plantedPassword) + `","identitytoken":"` + plantedPassword + `"},` +
		`"https://robot:` + plantedPassword + `@ghcr.io/acme?token=` + plantedPassword + `":{"auth":"` + b64(plantedPassword) + `"}}}`
	token := `{"auths":{"123456789012.dkr.ecr.eu-west-1.amazonaws.com":{"username":"AWS","password":"` + plantedPassword + `"},"quay.io":{"username":"` + plantedPassword + `","password":"` + plantedPassword + `"},"docker.io":{"identitytoken":"` + plantedPassword + `"}}}`
	secret := func(body string) string {
		return "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: web}\ntype: kubernetes.io/dockerconfigjson\n" + body + "\n"
	}
	const pod = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
      - {name: a, image: "acme/app:1"}
      - {name: b, image: "ghcr.io:443/acme/app:1"}
      - {name: c, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"}
      - {name: d, image: "quay.io/acme/app:1"}
`
	in := map[string]string{
		"data":               secret("data:\n  .dockerconfigjson: "+b64(config)) + pod,
		"bad-auth":           secret("stringData:\n  .dockerconfigjson: '"+strings.ReplaceAll(config, `"auth":"`, `"auth":"?`)+"'") + pod,
		"stringdata":         secret("stringData:\n  .dockerconfigjson: '"+token+"'") + pod,
		"block":              secret("stringData:\n  .dockerconfigjson: |\n    "+token+"\n  other: |\n    "+plantedPassword) + pod,
		"comment":            secret("data:\n  .dockerconfigjson: "+b64(token)+" # imagelint:ignore pull-secret-short-lived") + pod,
		"comment-reason":     secret("data:\n  .dockerconfigjson: "+b64(config)+" # imagelint:ignore pull-secret-malformed -- known\n  x: "+plantedPassword+" # imagelint:ignore no-rule -- x") + pod,
		"not-base64":         secret("data:\n  .dockerconfigjson: "+plantedPassword+"!") + pod,
		"raw-json":           secret("data:\n  .dockerconfigjson: '"+config+"'") + pod,
		"twice":              secret("data:\n  .dockerconfigjson: "+b64(b64(config))) + pod,
		"mapping":            secret("stringData:\n  .dockerconfigjson: {auths: {ghcr.io: {password: "+plantedPassword+"}}}") + pod,
		"list":               secret("data:\n  .dockerconfigjson: ["+plantedPassword+"]") + pod,
		"wrong-key":          secret("data: {config.json: "+b64(config)+"}") + pod,
		"no-auths":           secret(`stringData: {".dockerconfigjson": '{"ghcr.io":{"username":"u","password":"`+plantedPassword+`"}}'}`) + pod,
		"entry-no-object":    secret(`stringData: {".dockerconfigjson": '{"auths":{"ghcr.io":"`+plantedPassword+`"}}'}`) + pod,
		"broken-json":        secret(`stringData: {".dockerconfigjson": '{"auths":{"ghcr.io":{"password":"`+plantedPassword+`'}`) + pod,
		"duplicate":          secret("data:\n  .dockerconfigjson: "+b64(plantedPassword)+"\n  .dockerconfigjson: "+b64(config)) + pod,
		"duplicate-flow":     secret("stringData: {.dockerconfigjson: '"+token+"', .dockerconfigjson: '"+config+"'}") + pod,
		"duplicate-data":     secret("data: {.dockerconfigjson: "+b64(plantedPassword)+"}\ndata: {.dockerconfigjson: "+b64(config)+"}\ntype: Opaque") + pod,
		"opaque":             strings.Replace(secret("stringData: {password: "+plantedPassword+"}"), "kubernetes.io/dockerconfigjson", "Opaque", 1) + pod,
		"type-behind":        "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: web}\nstringData: {p: " + plantedPassword + "}, type: Opaque\n" + pod,
		"flow":               "{apiVersion: v1, kind: Secret, type: Opaque, stringData: {password: " + plantedPassword + "}, metadata: {namespace: web, name: regcred}}\n" + pod,
		"flow-lines":         "{apiVersion: v1, kind: Secret,\n stringData: {password: " + plantedPassword + "}, type: Opaque,\n metadata: {namespace: web, name: regcred}}\n" + pod,
		"flow-list":          "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {p: " + plantedPassword + "}}, {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: 'Nginx:1'}]}}, {apiVersion: v1, kind: Secret, metadata: {name: t}, stringData: {p: " + plantedPassword + "}}] # imagelint:ignore image-latest -- x\n",
		"flow-next":          "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}, stringData:\n   {p: " + plantedPassword + "}}\n- {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: 'Nginx:1'}]}}\n",
		"json":               `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"regcred","namespace":"web"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"` + b64(token) + `"}}` + "\n" + pod,
		"json-list":          `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"r"},"type":"Opaque","stringData":{"p":"` + plantedPassword + `"}},{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"imagePullSecrets":[{"name":"r"}],"containers":[{"name":"a","image":"Nginx:1"}]}}]}`,
		"json-nul":           `{"apiVersion":"v1","kind":"Secret","stringData":{"p":"` + plantedPassword + `"},"x":"` + "\x00" + `"}`,
		"nul":                "apiVersion: v1\nkind: Secret\nstringData:\n  p: " + plantedPassword + "\x00\n",
		"utf8":               "apiVersion: v1\nkind: Secret\nstringData:\n  p: " + plantedPassword + "\xff\n",
		"kustomization":      "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator: [{name: regcred, namespace: web, literals: ['p=" + plantedPassword + "'], type: Opaque}]\n" + pod,
		"kustomization-rows": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsecretGenerator:\n- {name: regcred, namespace: web, literals: ['p=" + plantedPassword + "']}\n" + pod,
		"glued":              "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: " + plantedPassword + "}\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: 'Nginx:1'}]}\n",
		"anchored":           "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  stringData: {p: &p " + plantedPassword + "}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: a, image: 'nginx:1', env: [{name: P, value: *p}]}]}\n",
		"annotation":         "apiVersion: v1\nkind: Secret\nmetadata:\n  name: regcred\n  namespace: web\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"stringData\":{\"p\":\"" + plantedPassword + "\"}}\n    imagelint.dev/ignore.pull-secret-malformed: ''\ntype: kubernetes.io/dockerconfigjson\n" + pod,
	}
	for name, line := range map[string]string{
		"colon":      "  p: " + plantedPassword + ": x",
		"quote":      `  p: "` + plantedPassword,
		"tab":        "\t" + plantedPassword,
		"indent":     "  p: |\n      x\n    " + plantedPassword,
		"bracket":    "  p: [" + plantedPassword,
		"alias":      "  p: *" + plantedPassword,
		"anchor":     "  p: &" + plantedPassword + " [",
		"tag":        "  p: !" + plantedPassword + "! x\n  q: [",
		"escape":     `  p: "` + plantedPassword + `\z"`,
		"at":         "  p: @" + plantedPassword,
		"item":       "  - " + plantedPassword,
		"key":        plantedPassword,
		"block":      "  p: |" + plantedPassword,
		"after":      "  p: '" + plantedPassword + "' " + plantedPassword,
		"json":       `  .dockerconfigjson: {"auths":{"x":{"auth":"` + b64(plantedPassword) + `}}}`,
		"two-values": "  p: " + plantedPassword + "\n q: " + plantedPassword,
		"control":    "  p: " + plantedPassword + "\x01",
		"directive":  "%" + plantedPassword + "\n---\n  p: [",
		"in-text":    "  .dockerconfigjson: |\n    x\n  " + plantedPassword + "\n   " + plantedPassword + ":\n  - ]",
	} {
		in["broken-"+name] = secret("stringData:\n"+line) + pod
	}
	return in
}

func TestNothingPrintsSecrets(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	wanted := forms(plantedPassword)
	for name, text := range secretive() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			holds := false
			for _, form := range wanted {
				holds = holds || strings.Contains(text, form)
			}
			if !holds {
				t.Fatal("the input does not contain the secret in any known encoding")
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "secret.yaml")
			if strings.HasPrefix(name, "kustomization") {
				file = filepath.Join(dir, "kustomization.yaml")
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range commandLines(file) {
				out := runCommand(t, text, args)
				for _, form := range wanted {
					if strings.Contains(out, form) {
						t.Errorf("imagelint %s shows the secret as %q:\n%s", strings.Join(args, " "), form, out)
						break
					}
				}
			}
			for _, written := range written(t, dir, file) {
				for _, form := range wanted {
					if strings.Contains(written, form) {
						t.Errorf("a file that was written shows the secret as %q:\n%s", form, written)
						break
					}
				}
			}
		})
	}
}

// commandLines are the ways to print a file: every command and every format, with all verbose options.
func commandLines(file string) [][]string {
	const everything = "--fail-on=never --verbose --stats --allow-empty --guess --color=never --config="
	base := strings.Fields(everything)
	written := append([]string{file}, base...)
	out := [][]string{append([]string{"-", "--now", "2030-01-01"}, base...)}
	for _, format := range report.Names() {
		out = append(out, append([]string{file, "--format", format, "--now", "2030-01-01"}, base...))
		written = append(written, "--format", format, "--output", filepath.Join(filepath.Dir(file), "report."+format))
	}
	out = append(out, written, append([]string{file, "--reference", file, "--known-secret", "other", "--kubernetes-version", "1.30", "--enable", "image-tags-differ"}, base...))
	out = append(out, append([]string{file, "--write-baseline", "--baseline", filepath.Join(filepath.Dir(file), "baseline.json")}, base...))
	for _, format := range report.PullFormats() {
		out = append(out, []string{"pulls", file, "--format", format, "--allow-empty", "--config="}, []string{"pulls", file, "--format", format, "--kubernetes-version", "1.30", "--allow-empty", "--config="})
	}
	for _, format := range report.ImageFormats() {
		out = append(out, []string{"images", file, "--format", format, "--allow-empty", "--config="})
	}
	return out
}

// runCommand returns everything that a command line prints.
func runCommand(t *testing.T, stdin string, args []string) string {
	t.Helper()
	var out bytes.Buffer
	code := Command{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &out}.Main(t.Context(), append([]string{"imagelint"}, args...))
	if code == ExitUsage {
		t.Errorf("imagelint %s: %s", strings.Join(args, " "), out.String())
	}
	return fmt.Sprint(code, "\n", out.String())
}

// written returns the contents of the files in a folder, except one.
func written(t *testing.T, dir, but string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		if name == but {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(data))
	}
	return out
}
