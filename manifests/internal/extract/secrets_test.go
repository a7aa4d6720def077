package extract

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

func encoded(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

const (
	shopConfig = `{"auths":{"registry.shop.internal":{"username":"robot","password":"not-a-real-password"}}}`
	secretHead = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: kubernetes.io/dockerconfigjson\n"
)

// read summarizes what was read from the only Secret of a text.
func read(t *testing.T, text string) string {
	t.Helper()
	set := loadText(t, "x.yaml", text)
	switch {
	case len(set.Broken) > 0:
		return "broken"
	case len(set.Secrets) != 1:
		return fmt.Sprintf("%d Secrets", len(set.Secrets))
	}
	s := set.Secrets[0]
	var data *model.DataError
	var bad *pullsecret.Malformed
	switch {
	case s.Payload == nil && s.ContentUnknown:
		return "sealed"
	case s.Payload == nil && s.Placeholder:
		return "filled"
	case s.Payload == nil:
		return "no pull secret"
	case errors.As(s.Payload.Err, &data):
		if data.Undecodable {
			return "undecodable: " + data.Reason
		}
		return "invalid: " + data.Reason
	case errors.As(s.Payload.Err, &bad):
		return fmt.Sprintf("%v: %v", bad.Stage, bad.Problem)
	case s.Payload.Err != nil:
		return "error: " + s.Payload.Err.Error()
	}
	return s.Payload.Config.Shape().String()
}

func TestSecretContent(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"data: {.dockerconfigjson: " + encoded(shopConfig) + "}": "registry entries",
		"stringData: {.dockerconfigjson: '" + shopConfig + "'}":  "registry entries",
		"stringData: {.dockerconfigjson: '{\"auths\": {\"ghcr.io\": {\"auth\": \"ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]\"}}, \"sops\": {}}'}": "sealed",
		"data: {.dockerconfigjson: " + encoded("\x00GITCRYPT\x00ab") + "}":                                                                                 "sealed",
		"data: {.dockerconfigjson: " + encoded("$ANSIBLE_VAULT;1.1;AES256\n12") + "}":                                                                      "sealed",
		"data: {.dockerconfigjson: " + encoded("-----BEGIN PGP MESSAGE-----\n") + "}":                                                                      "sealed",
		"stringData:\n  .dockerconfigjson: |\n    " + shopConfig:                                                                                           "registry entries",
		"data:\n  .dockerconfigjson: |\n    " + encoded(shopConfig):                                                                                        "registry entries",
		"data:\n  .dockerconfigjson: |\n    " + broken(encoded(shopConfig), "\n    "):                                                                      "registry entries",
		"data:\n  .dockerconfigjson: >\n    " + broken(encoded(shopConfig), "\n    "):                                                                      "undecodable: is not base64", // folded into spaces
		"data:\n  .dockerconfigjson: >-\n    " + encoded(shopConfig):                                                                                       "registry entries",
		"data:\n  .dockerconfigjson: &x " + encoded(shopConfig) + "\n  copy: *x":                                                                           "registry entries",
		"data:\n  copy: &x " + encoded(shopConfig) + "\n  .dockerconfigjson: *x":                                                                           "registry entries",
		"data: !!map {.dockerconfigjson: !!str " + encoded(shopConfig) + "}":                                                                               "registry entries",
		`{"data": {".dockerconfigjson": "` + encoded(shopConfig) + `"}}`:                                                                                   "broken", // a mapping in flow style after one in block style
		"stringData: {.dockerconfigjson: " + shopConfig + "}":                                                                                              "undecodable: holds a mapping, not a string",
		"stringData: {.dockerconfigjson: [x]}":                                                                                                             "undecodable: holds a list, not a string",
		"stringData: {.dockerconfigjson: 1234}":                                                                                                            "undecodable: holds a number, not a string",
		"stringData: {.dockerconfigjson: true}":                                                                                                            "undecodable: holds a boolean, not a string",
		"data: {.dockerconfigjson: 1234}":                                                                                                                  "undecodable: holds a number, not a string",
		"data: {.dockerconfigjson: '1234'}":                                                                                                                "API server: is not JSON",
		"data: {.dockerconfigjson: '" + shopConfig + "'}":                                                                                                  "undecodable: is JSON, but data must be base64",
		"data: {.dockerconfigjson: '" + encoded(shopConfig)[:20] + "*'}":                                                                                   "undecodable: is not base64",
		"data: {.dockerconfigjson: " + strings.TrimRight(encoded(shopConfig+" "), "=") + "A}":                                                              "undecodable: is not base64",
		"data: {.dockerconfigjson: " + base64.URLEncoding.EncodeToString([]byte("\xff\xfe?>")):                                                             "broken",
		"data: {.dockerconfigjson: '" + base64.URLEncoding.EncodeToString([]byte("\xff\xff\xfe?>")) + "'}":                                                 "undecodable: is not base64",
		"data: {.dockerconfigjson: " + encoded(encoded(shopConfig)) + "}":                                                                                  "API server: is base64 twice over",
		"data: {.dockerconfigjson: " + encoded(encoded(encoded(shopConfig))) + "}":                                                                         "API server: is base64 twice over",
		"stringData: {.dockerconfigjson: " + encoded(shopConfig) + "}":                                                                                     "API server: is base64 twice over",
		"data: {.dockerconfigjson: " + encoded("\xef\xbb\xbf"+shopConfig) + "}":                                                                            "API server: begins with a byte order mark",
		"data: {.dockerconfigjson: " + encoded("{\"auths\":{\"\xff\xfe\":{}}}") + "}":                                                                      "registry entries", // encoding/json accepts invalid UTF-8
		"data: {.dockerconfigjson: " + encoded("\xff\xfe\x00\x01") + "}":                                                                                   "API server: begins with a byte order mark",
		"data: {.dockerconfigjson: " + encoded("\x80\x81") + "}":                                                                                           "API server: is not JSON",
		"data: {.dockerconfigjson: ''}":                                                                                                                    "API server: is empty",
		"data: {.dockerconfigjson: }":                                                                                                                      "API server: is empty",
		"data: {.dockerconfigjson: ~}":                                                                                                                     "API server: is empty",
		"data: {.dockerconfigjson: e30=}":                                                                                                                  "an empty object",
		"data: {.dockerconfigjson: bnVsbA==}":                                                                                                              "null",
		"data: {dockerconfigjson: e30=}":                                                                                                                   `invalid: has no key ".dockerconfigjson"`,
		"data: {}":                                                                                                                                         `invalid: has no key ".dockerconfigjson"`,
		"data:":                                                                                                                                            `invalid: has no key ".dockerconfigjson"`,
		"data: []":                                                                                                                                         `invalid: has no key ".dockerconfigjson"`,
		"data: x":                                                                                                                                          `invalid: has no key ".dockerconfigjson"`,
		"":                                                                                                                                                 `invalid: has no key ".dockerconfigjson"`,
		"immutable: true":                                                                                                                                  `invalid: has no key ".dockerconfigjson"`,
		"type: Opaque":                                                                                                                                     "no pull secret", // the last of two keys wins
		"type: kubernetes.io/dockercfg\ndata: {.dockercfg: e30=}":                                                                                          "an empty object",
		"data: {.dockerconfigjson: !!binary " + encoded(shopConfig) + "}":                                                                                  "registry entries",

		// Duplicate keys: the last one wins.
		"data: {.dockerconfigjson: x, .dockerconfigjson: " + encoded(shopConfig) + "}":                  "registry entries",
		"data: {.dockerconfigjson: " + encoded(shopConfig) + ", .dockerconfigjson: e30=}":               "an empty object",
		"data: {.dockerconfigjson: x}\ndata: {.dockerconfigjson: e30=}":                                 "an empty object",
		"stringData: {.dockerconfigjson: '" + `{"auths":{"a.io":{"auth":"!"},"a.io":{}}}` + "'}":        `kubelet: has an entry whose "auth" is not base64`,
		"stringData: {.dockerconfigjson: '" + `{"auths":"x","auths":{"a.io":{}}}` + "'}":                `kubelet: has "auths" that is not an object`,
		"stringData: {.dockerconfigjson: '" + `{"auths":{"a.io":{"password":1,"password":"x"}}}` + "'}": "kubelet: has an entry with a field that is not a string",

		// Unreadable Secrets.
		"data: {.dockerconfigjson: {{ .Values.config }}}":                         "sealed",
		"data: {.dockerconfigjson: '{{ .Values.config | b64enc }}'}":              "sealed",
		"data: {.dockerconfigjson: ${CONFIG}}":                                    "broken",
		"data: {.dockerconfigjson: '${CONFIG}'}":                                  "sealed",
		"data: {.dockerconfigjson: $CONFIG}":                                      "sealed",
		"data: {.dockerconfigjson: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3}": "sealed",
		"sops: {version: 3}":                                                      "sealed",
		"stringData: {.dockerconfigjson: 'ref+vault://kv/registry#/config'}":      "sealed",
	} {
		if got := read(t, secretHead+body+"\n"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
}

// broken splits a text into lines.
func broken(s, by string) string {
	var parts []string
	for ; len(s) > 16; s = s[16:] {
		parts = append(parts, s[:16])
	}
	return strings.Join(append(parts, s), by)
}

// Huge or deeply nested input is rejected, or read in linear time. Otherwise this test would not
// finish.
func TestHugeSecrets(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	many := func(n int, entry string) string {
		var b strings.Builder
		b.WriteString(`{"auths":{`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, entry, i)
		}
		return b.String() + "}}"
	}
	const entry = `"r%d.internal":{"auth":"dTpw"}`
	for name, c := range map[string]struct{ data, want string }{
		"10 MB":              {many(300_000, entry), "invalid: is larger than 1 MiB"},
		"10 MB of blanks":    {strings.Repeat(" ", 10<<20), "invalid: is larger than 1 MiB"},
		"just below 1 MiB":   {many(30_000, entry), "registry entries"},
		"one key many times": {many(20_000, `"same":{"auth":"dTpw","x":%d}`), "registry entries"},
		"deep":               {strings.Repeat(`{"auths":`, 100_000) + "1" + strings.Repeat("}", 100_000), "API server: is not JSON"},
		"deep lists":         {`{"auths":{"a":` + strings.Repeat("[", 200_000) + strings.Repeat("]", 200_000) + "}}", "API server: is not JSON"},
		"as deep as allowed": {`{"x":` + strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000) + "}", "an object without \"auths\""},
		"not closed":         {strings.Repeat(`{"auths":`, 100_000), "API server: is not JSON"},
		"a long string":      {`{"auths":{"a.io":{"password":"` + strings.Repeat(`\u0041`, 150_000) + `"}}}`, "registry entries"},
	} {
		for _, field := range []string{"stringData: {.dockerconfigjson: '" + c.data + "'}", "data: {.dockerconfigjson: " + encoded(c.data) + "}"} {
			if got := read(t, secretHead+field+"\n"); got != c.want {
				t.Errorf("%s: got %s, want %s", name, got, c.want)
			}
		}
	}
}

// lists shows the names and defects of a Pod's list of pull secrets.
func listed(t *testing.T, value string) string {
	t.Helper()
	set := loadText(t, "x.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: a, image: \"a:1\"}]\n  imagePullSecrets: "+value+"\n")
	if len(set.Workloads) != 1 || len(set.Workloads[0].Pods) != 1 {
		return "no pod"
	}
	l := set.Workloads[0].Pods[0].ImagePullSecrets
	if l == nil {
		return "none"
	}
	kinds := map[model.PullSecretDefectKind]string{model.DefectNotList: "no list", model.DefectString: "string", model.DefectNotName: "no name", model.DefectExtraKey: "extra", model.DefectEmpty: "empty", model.DefectDuplicate: "twice"}
	out := []string{fmt.Sprint(l.Entries)}
	for _, n := range l.Names {
		out = append(out, n.Name)
	}
	for _, d := range l.Defects {
		out = append(out, strings.TrimSpace(fmt.Sprintf("(%s %s %s at %s)", kinds[d.Kind], d.Text, d.ValueType, strings.TrimPrefix(d.Path, "spec.imagePullSecrets"))))
	}
	if l.Unknown {
		out = append(out, "and others")
	}
	return strings.Join(strings.Fields(strings.Join(out, " ")), " ")
}

func TestSecretList(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                               "none",
		"~":                              "none",
		"[]":                             "0",
		"[{name: a}, {name: b}]":         "2 a b",
		"[{name: a}, {name: a}]":         "2 a (twice a at [1].name)",
		"[{name: ''}]":                   "1 (empty at [0])",
		"[{}]":                           "1 (empty at [0])",
		"[~]":                            "1 (empty at [0])",
		"[{name: }]":                     "1 (empty at [0])",
		"[{nmae: a}]":                    "1 (extra nmae at [0].nmae) (empty at [0])",
		"[{name: a, namespace: b}]":      "1 a (extra namespace at [0].namespace)",
		"[a]":                            "1 (string a string at [0])",
		"[1]":                            "1 (no name 1 number at [0])",
		"[[a]]":                          "1 (no name list at [0])",
		"[{name: 1}]":                    "1 (no name 1 number at [0].name)",
		"[{name: [a]}]":                  "1 (no name list at [0].name)",
		"[{name: yes}]":                  "1 (no name yes boolean at [0].name)",
		"a":                              "0 (no list a string at )",
		"{name: a}":                      "0 (no list mapping at )",
		"1":                              "0 (no list 1 number at )",
		"[{name: '${A}'}]":               "1 and others",
		"[{name: '{{ a }}'}, {name: b}]": "2 b and others",
		"{{ .Values.secrets }}":          "1 and others",
		"[{{ .Values.secret }}]":         "1 and others",
		"'{{ .Values.secrets }}'":        "1 and others",
		"&x [{name: a}]":                 "1 a",
		"[{<<: {name: a}}]":              "1 a",
	} {
		if got := listed(t, value); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", value, got, want)
		}
	}
}

func TestLongSecretList(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	var b strings.Builder
	const n = 100_000
	for i := range n {
		fmt.Fprintf(&b, "\n  - name: secret-%d", i/2)
	}
	set := loadText(t, "x.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: a, image: \"a:1\"}]\n  imagePullSecrets:"+b.String()+"\n")
	l := set.Workloads[0].Pods[0].ImagePullSecrets
	if len(l.Names) != n/2 || len(l.Defects) != n/2 {
		t.Errorf("%d names, %d defects", len(l.Names), len(l.Defects))
	}
}

func TestMisplacedSecrets(t *testing.T) {
	t.Parallel()
	set := loadText(t, "x.yaml", `apiVersion: batch/v1
kind: CronJob
metadata: {name: c, imagePullSecrets: a}
imagePullSecrets: [b]
spec:
  imagePullSecrets: [{name: c}]
  jobTemplate:
    imagePullSecrets: {name: d}
    spec:
      template:
        spec:
          ImagePullSecrets: [{name: e}]
          imagePullSecrets: [{name: f}]
          initContainers: [{name: i, image: "a:1", imagePullSecret: g}]
          containers: [{name: a, image: "a:1"}]
`)
	var got []string
	for _, m := range set.Workloads[0].Misplaced {
		got = append(got, fmt.Sprintf("%s in the %s: %v %t -> %s", m.Path, m.Level, m.Names, m.IsList, m.WantPath))
	}
	const want = "spec.jobTemplate.spec.template.spec.imagePullSecrets"
	if diff := cmp.Diff([]string{
		"spec.jobTemplate.spec.template.spec.ImagePullSecrets in the pod spec: [e] true -> " + want,
		"imagePullSecrets in the object: [b] false -> " + want,
		"metadata.imagePullSecrets in the metadata: [a] false -> " + want,
		"spec.imagePullSecrets in the workload spec: [c] true -> " + want,
		"spec.jobTemplate.imagePullSecrets in the pod template: [d] false -> " + want,
		"spec.jobTemplate.spec.template.spec.initContainers[0].imagePullSecret in the container: [g] false -> " + want,
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// For a misplaced list, the fix moves it to the current pod spec and to no other.
func TestMisplacedMoves(t *testing.T) {
	t.Parallel()
	set := loadText(t, "x.yaml", `apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  imagePullSecrets:
  - name: regcred
  template:
    spec:
      containers: [{name: a, image: "a:1"}]
`)
	m := set.Workloads[0].Misplaced
	if len(m) != 1 || m[0].Move == nil || m[0].Move.At.Start().Line != 9 || !strings.HasPrefix(m[0].Move.Text, "      imagePullSecrets:\n") {
		t.Fatalf("%+v", m)
	}
}

// Keys of a docker config are located in their own Secret's text, whatever the other Secrets in the
// file contain.
func TestRegistryPlaces(t *testing.T) {
	t.Parallel()
	secret := func(name, config string) string {
		return fmt.Sprintf(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":%q},"type":"kubernetes.io/dockerconfigjson","stringData":{".dockerconfigjson":%q}}`, name, config)
	}
	const block = "- apiVersion: v1\n  kind: Secret\n  metadata: {name: s}\n  type: kubernetes.io/dockerconfigjson\n  stringData:\n    .dockerconfigjson: |\n\n      " + shopConfig + "\n    a: '\"registry.shop.internal'\n"
	for name, text := range map[string]string{
		"JSON":  `{"apiVersion":"v1","kind":"List","items":[` + secret("a", shopConfig) + "," + secret("b", shopConfig) + "]}\n",
		"block": "apiVersion: v1\nkind: List\nitems:\n" + block + block,
	} {
		set, from := loadText(t, "x.yaml", text), 0
		if len(set.Secrets) != 2 {
			t.Fatalf("%s: %d Secrets", name, len(set.Secrets))
		}
		for _, s := range set.Secrets {
			at := s.Payload.Registries["registry.shop.internal"]
			want := from + strings.Index(text[from:], "registry.shop.internal")
			if from = want + 1; at.Start().Offset != want || !at.Exact() {
				t.Errorf("%s: %+v, want offset %d", name, at, want)
			}
			if name == "block" {
				from += strings.Index(text[from:], "registry.shop.internal") + 1
			}
		}
	}
}

// The keys of a docker config that the kubelet ignores still show which images it was meant for.
func TestIgnoredHosts(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
	for text, want := range map[string][]string{
		"data: {.dockerconfigjson: " + encoded(shopConfig) + "}":                                      {"registry.shop.internal"},
		"type: Opaque\nstringData: {.dockerconfigjson: '" + shopConfig + "'}":                         {"registry.shop.internal"},
		"type: acme/x\nstringData: {.dockercfg: '{\"https://a.test/v1/\": {}, \"b.test\": {}}'}":      {"a.test", "b.test"},
		"type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '" + shopConfig + "'}": nil,
		"data: {.dockerconfigjson: '*'}":                                                              nil,
		"stringData: {.dockerconfigjson: 'no JSON'}":                                                  nil,
		"stringData: {.dockerconfigjson: '{\"auths\": {\"REGISTRY_HOST\": {}, \"<host>\": {}}}'}":     nil,
		"stringData: {.dockerconfigjson: '{\"auths\": {\"{{ .Values.host }}\": {}}}'}":                nil,
		"stringData: {config.json: '" + shopConfig + "'}":                                             nil,
		"stringData: {.dockerconfigjson: '{\"auths\": {" + manyKeys(maxIgnored+1) + "}}'}":            nil,
	} {
		set := loadText(t, "x.yaml", head+text+"\n")
		if len(set.Secrets) != 1 {
			t.Fatalf("%s: %d Secrets", text, len(set.Secrets))
		}
		if diff := cmp.Diff(want, set.Secrets[0].IgnoredHosts); diff != "" {
			t.Errorf("%.80s: %s", text, diff)
		}
	}
}

func manyKeys(n int) string {
	var keys []string
	for i := range n {
		keys = append(keys, fmt.Sprintf(`"r%d.test": {}`, i))
	}
	return strings.Join(keys, ", ")
}
