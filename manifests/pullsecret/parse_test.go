package pullsecret

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestKind(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{DockerConfigJSON, DockerCfg} {
		if got, ok := KindOf(k.Type()); !ok || got != k {
			t.Errorf("KindOf(%q) = %v, %v", k.Type(), got, ok)
		}
	}
	for _, other := range []string{"", "Opaque", "kubernetes.io/dockerconfig", "kubernetes.io/DockerConfigJson"} {
		if got, ok := KindOf(other); ok {
			t.Errorf("KindOf(%q) = %v", other, got)
		}
	}
	if got := Kind(0).Type() + Kind(0).DataKey(); got != "" {
		t.Errorf("the zero Kind has type and key %q", got)
	}
	if _, err := Parse(0, []byte("{}")); err == nil || errors.As(err, new(*Malformed)) {
		t.Errorf("Parse without a kind: %v", err)
	}
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	const (
		entryType = "credentialprovider.dockerConfigEntryWithAuth"
		noColon   = "unable to parse auth field, must be formatted as base64(username:password)"
		notMap    = " into Go value of type map[string]interface {}"
		good      = `{"auths":{"ghcr.io":{"auth":"dTpw"}}}`
	)
	cases := []struct {
		name, data string
		kind       Kind
		want       Malformed
	}{
		{"empty", "", 0, Malformed{Stage: APIServer, Problem: Empty, Text: "unexpected end of JSON input", Offset: 0}},
		{"blank", " \n", 0, Malformed{Stage: APIServer, Problem: Empty, Text: "unexpected end of JSON input", Offset: 2}},
		{"words", "hello", 0, Malformed{Stage: APIServer, Problem: NotJSON, Text: "invalid character 'h' looking for beginning of value", Offset: 0}},
		{"cut off", `{"auths":{`, 0, Malformed{Stage: APIServer, Problem: NotJSON, Text: "unexpected end of JSON input", Offset: 10}},
		{"comma", `{"auths":{},}`, 0, Malformed{Stage: APIServer, Problem: NotJSON, Text: "invalid character '}' looking for beginning of object key string", Offset: 12}},
		{"base64", b64(good), 0, Malformed{Stage: APIServer, Problem: DoubleBase64, Text: "invalid character 'e' looking for beginning of value", Offset: 0}},
		{"base64, line ends", b64(good)[:8] + "\n" + b64(good)[8:] + "\n", 0, Malformed{Stage: APIServer, Problem: DoubleBase64, Text: "invalid character 'e' looking for beginning of value", Offset: 0}},
		{"base64 twice", b64(b64(good)), 0, Malformed{Stage: APIServer, Problem: DoubleBase64, Text: "invalid character 'Z' looking for beginning of value", Offset: 0}},
		{"byte order mark", "\xef\xbb\xbf" + good, 0, Malformed{Stage: APIServer, Problem: ByteOrderMark, Text: "invalid character 'ï' looking for beginning of value", Offset: 0}},
		{"UTF-16", "\xff\xfe{\x00", 0, Malformed{Stage: APIServer, Problem: ByteOrderMark, Text: "invalid character 'ÿ' looking for beginning of value", Offset: 0}},
		{"array", ` [1]`, 0, Malformed{Stage: APIServer, Problem: NotObject, Text: "json: cannot unmarshal array" + notMap, Offset: 1}},
		{"number", `12`, 0, Malformed{Stage: APIServer, Problem: NotObject, Text: "json: cannot unmarshal number" + notMap, Offset: 0}},
		{"bool", `true`, 0, Malformed{Stage: APIServer, Problem: NotObject, Text: "json: cannot unmarshal bool" + notMap, Offset: 0}},
		{"string", `"x"`, 0, Malformed{Stage: APIServer, Problem: NotObject, Text: "json: cannot unmarshal string" + notMap, Offset: 0}},
		{"JSON in a string", `"{\"auths\":{}}"`, 0, Malformed{Stage: APIServer, Problem: DoubleJSON, Text: "json: cannot unmarshal string" + notMap, Offset: 0}},
		{"huge number", `{"x":[1, 1e999]}`, 0, Malformed{Stage: APIServer, Problem: NumberRange, Text: "json: cannot unmarshal number into Go value of type float64", Offset: 9}},
		{"auths", `{"auths":[]}`, 0, Malformed{Stage: Kubelet, Problem: AuthsNotObject, Text: "json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig", Offset: 9}},
		{"entry", `{"auths":{"a.io":"u:p"}}`, 0, Malformed{Stage: Kubelet, Problem: EntryNotObject, Key: "a.io", Text: "json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type " + entryType, Offset: 17}},
		{"entry, old layout", `{"a.io":1}`, DockerCfg, Malformed{Stage: Kubelet, Problem: EntryNotObject, Key: "a.io", Text: "json: cannot unmarshal number into Go value of type " + entryType, Offset: 8}},
		{"field", `{"auths":{"a.io":{"Password":[1]}}}`, 0, Malformed{Stage: Kubelet, Problem: WrongFieldType, Key: "a.io", Text: "json: cannot unmarshal array into Go struct field DockerConfigJSON.auths.password of type string", Offset: 29}},
		{"field, old layout", `{"a.io":{"email":false}}`, DockerCfg, Malformed{Stage: Kubelet, Problem: WrongFieldType, Key: "a.io", Text: "json: cannot unmarshal bool into Go struct field dockerConfigEntryWithAuth.email of type string", Offset: 17}},
		{"base64 of auth", `{"auths":{"a.io":{"auth":"dTr__vvv"}}}`, 0, Malformed{Stage: Kubelet, Problem: AuthBase64, Key: "a.io", Text: "illegal base64 data at input byte 3", Offset: 25}},
		{"no colon", `{"auths":{"a.io":{"auth":"bm9jb2xvbg=="}}}`, 0, Malformed{Stage: Kubelet, Problem: AuthNoColon, Key: "a.io", Text: noColon, Offset: 25}},
		{"overridden, still bad", `{"auths":{"a.io":{"auth":"!"},"a.io":{}}}`, 0, Malformed{Stage: Kubelet, Problem: AuthBase64, Key: "a.io", Text: "illegal base64 data at input byte 0", Offset: 25}},
		{"key with userinfo", `{"auths":{"https://u:hush@a.io":{"auth":"!"}}}`, 0, Malformed{Stage: Kubelet, Problem: AuthBase64, Key: "https://***@a.io", Text: "illegal base64 data at input byte 0", Offset: 40}},
		{"headers", `{"HttpHeaders":"x"}`, 0, Malformed{Stage: Kubelet, Problem: HTTPHeaders, Text: "json: cannot unmarshal string into Go struct field DockerConfigJSON.HttpHeaders of type map[string]string", Offset: 15}},
		{"header", `{"HttpHeaders":{"X":1}}`, 0, Malformed{Stage: Kubelet, Problem: HTTPHeaders, Text: "json: cannot unmarshal number into Go struct field DockerConfigJSON.HttpHeaders of type string", Offset: 20}},
		{"the first of two", `{"auths":[],"HttpHeaders":1}`, 0, Malformed{Stage: Kubelet, Problem: AuthsNotObject, Text: "json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig", Offset: 9}},
		{"an entry ends it at once", `{"HttpHeaders":1,"auths":{"a.io":0}}`, 0, Malformed{Stage: Kubelet, Problem: EntryNotObject, Key: "a.io", Text: "json: cannot unmarshal number into Go struct field DockerConfigJSON.auths of type " + entryType, Offset: 33}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			kind := c.kind
			if kind == 0 {
				kind = DockerConfigJSON
			}
			c.want.Kind = kind
			_, err := Parse(kind, []byte(c.data))
			var got *Malformed
			if !errors.As(err, &got) {
				t.Fatalf("error %v, want *Malformed", err)
			}
			if diff := cmp.Diff(c.want, *got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(got.ClusterText(), got.Text) || !strings.Contains(got.Error(), kind.DataKey()) {
				t.Errorf("texts %q, %q", got.ClusterText(), got.Error())
			}
		})
	}
}

func TestClusterText(t *testing.T) {
	t.Parallel()
	_, err := Parse(DockerConfigJSON, []byte("hello"))
	var bad *Malformed
	if !errors.As(err, &bad) {
		t.Fatal(err)
	}
	const want = `data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character 'h' looking for beginning of value`
	if got := bad.ClusterText(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestEntries has the results of encoding/json for odd payloads.
func TestEntries(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		data string
		want [][3]string // key, username, password
	}{
		"auth wins":               {`{"auths":{"a":{"auth":"dTpw","username":"x","password":"y"}}}`, [][3]string{{"a", "u", "p"}}},
		"padded":                  {`{"auths":{"a":{"auth":"dTpwcA=="}}}`, [][3]string{{"a", "u", "pp"}}},
		"unpadded":                {`{"auths":{"a":{"auth":"dTpwcA"}}}`, [][3]string{{"a", "u", "pp"}}},
		"line end":                {`{"auths":{"a":{"auth":"dTpw\ncA==\r\n"}}}`, [][3]string{{"a", "u", "pp"}}},
		"last duplicate":          {`{"auths":{"a":{"username":"1"},"b":{},"a":{"password":"2"}}}`, [][3]string{{"a", "", "2"}, {"b", "", ""}}},
		"second auths adds":       {`{"auths":{"a":{}},"AUTHS":{"b":{}}}`, [][3]string{{"a", "", ""}, {"b", "", ""}}},
		"null auths clears":       {`{"auths":{"a":{}},"auths":null}`, nil},
		"null field keeps":        {`{"auths":{"a":{"username":"u","username":null}}}`, [][3]string{{"a", "u", ""}}},
		"long s folds":            {"{\"auth\u017f\":{\"a\":{\"u\u017fername\":\"u\"}}}", [][3]string{{"a", "u", ""}}},
		"escapes":                 {`{"\u0061uths":{"gh\u0063r.io":{"user\u006eame":"\u00fc"}}}`, [][3]string{{"ghcr.io", "ü", ""}}},
		"no UTF-8":                {"{\"auths\":{\"a\xff\":{}}}", [][3]string{{"a\ufffd", "", ""}}},
		"brackets in strings":     {`{"x":"}{\"[","auths":{"a":{"email":"]}\\","username":"u"}}}`, [][3]string{{"a", "u", ""}}},
		"other members, any type": {`{"x":[{"auths":{"no":{}}},1.5e3,true,null],"auths":{"a":{"n":[{}]}}}`, [][3]string{{"a", "", ""}}},
		"white space":             {" {\n\t\"auths\" : { \"a\" : { \"username\" : \"u\" } , \"b\" : null } } \r\n", [][3]string{{"a", "u", ""}, {"b", "", ""}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := Parse(DockerConfigJSON, []byte(c.data))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, triples(config)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func triples(c Config) [][3]string {
	var got [][3]string
	for _, e := range c.get().entries {
		got = append(got, [3]string{e.written, e.username, e.password})
	}
	return got
}

func TestShape(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind    Kind
		data    string
		want    Shape
		ignored []string
	}{
		{DockerConfigJSON, `{"auths":{"ghcr.io":{}}}`, ShapeEntries, nil},
		{DockerConfigJSON, `null`, ShapeNull, nil},
		{DockerConfigJSON, `{}`, ShapeEmpty, nil},
		{DockerConfigJSON, `{"auths":{}}`, ShapeAuthsEmpty, nil},
		{DockerConfigJSON, `{"auths":null}`, ShapeAuthsEmpty, nil},
		{DockerConfigJSON, `{"ghcr.io":{"auth":"dTpw"}}`, ShapeBare, nil},
		{DockerConfigJSON, `{"registry":{"Username":"u"}}`, ShapeBare, nil},
		{DockerConfigJSON, `{"ghcr.io":{}}`, ShapeBare, nil},
		{DockerConfigJSON, `{"credsStore":"desktop"}`, ShapeHelpers, []string{"credsStore"}},
		{DockerConfigJSON, `{"auths":{},"credHelpers":{"ghcr.io":"x"}}`, ShapeHelpers, []string{"credHelpers"}},
		{DockerConfigJSON, `{"auths":{},"credsStore":"","credHelpers":{}}`, ShapeAuthsEmpty, nil},
		{DockerConfigJSON, `{"auths":{"ghcr.io":{}},"credsStore":"desktop"}`, ShapeEntries, []string{"credsStore"}},
		{DockerConfigJSON, `{"foo":"bar"}`, ShapeOther, nil},
		{DockerCfg, `{"ghcr.io":{"auth":"dTpw"}}`, ShapeEntries, nil},
		{DockerCfg, `{"auths":{"ghcr.io":{"auth":"dTpw"}}}`, ShapeWrapped, nil},
		{DockerCfg, `{"auths":{"auth":"dTpw"}}`, ShapeEntries, nil},
		{DockerCfg, `{}`, ShapeEmpty, nil},
		{DockerCfg, `null`, ShapeNull, nil},
	}
	for _, c := range cases {
		config, err := Parse(c.kind, []byte(c.data))
		if err != nil {
			t.Errorf("%s: %v", c.data, err)
			continue
		}
		if got := config.Shape(); got != c.want || config.HasNoAuths() != (c.want != ShapeEntries) {
			t.Errorf("%v %s: %v, want %v", c.kind, c.data, got, c.want)
		}
		if diff := cmp.Diff(c.ignored, config.Ignored()); diff != "" {
			t.Errorf("%s: ignored (-want +got):\n%s", c.data, diff)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	config, err := Parse(DockerConfigJSON, []byte(`{"credsStore":"x","auths":{
		"https://index.docker.io/v1/":{"auth":"dTpw"},
		"index.docker.io":{"username":"u"},
		"https://a:hush@ghcr.io/v2/org?t=hush":{"username":"ghp_hush","password":"hush","identitytoken":"hush"},
		" ghcr.io":{"password":"hush","registrytoken":"hush"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Key{
		{Written: "https://index.docker.io/v1/", Host: "index.docker.io", Usable: true, Username: "u", HasCredentials: true, Ignored: []string{"credsStore"}},
		{Written: "index.docker.io", Host: "index.docker.io", Usable: true, SameAs: "https://index.docker.io/v1/", Username: "u", Defect: PasswordInStore, Ignored: []string{"credsStore"}},
		{Written: "https://***@ghcr.io/v2/org?***", Host: "ghcr.io", Path: "/org", Usable: true, Username: "***", HasCredentials: true, Ignored: []string{"identitytoken", "credsStore"}},
		{Written: " ghcr.io", Why: "it contains white space, so the kubelet skips it", Defect: NoUser, Ignored: []string{"registrytoken", "credsStore"}},
	}
	if diff := cmp.Diff(want, config.Keys()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := (Config{}).Keys(); len(got) != 0 {
		t.Errorf("zero Config has keys %v", got)
	}
}

// TestHostile checks that the cost of large and deep payloads is linear in their length.
func TestHostile(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	repeat := strings.Repeat
	var many strings.Builder
	many.WriteString(`{"auths":{"a":{}`)
	for i := range 60_000 {
		many.WriteString(`,"`)
		many.WriteString(b64(string(rune('a' + i%26)))[:2])
		many.WriteString(strings.Repeat("x", i%7))
		many.WriteString(string(rune(0x4e00 + i%20000)))
		many.WriteString(`.io":{}`)
	}
	many.WriteString(`}}`)
	cases := map[string]struct {
		data string
		ok   bool
	}{
		"deep":                {repeat(`{"auths":`, 100_000) + "1" + repeat("}", 100_000), false},
		"deep arrays":         {repeat("[", 100_000), false},
		"nearly too deep":     {`{"x":` + repeat("[", 9_000) + repeat("]", 9_000) + `,"auths":{}}`, true},
		"10 MB string":        {`{"auths":{"a":{"password":"` + repeat("x", 10<<20) + `"}}}`, true},
		"10 MB key":           {`{"auths":{"` + repeat("*a", 5<<20) + `.io":{}}}`, true},
		"10 MB of base64":     {repeat("e30K", 10<<18), false},
		"escapes":             {`{"auths":{"` + repeat(`\u0061`, 1<<20) + `":{}}}`, true},
		"duplicates":          {`{"auths":{"a":{}` + repeat(`,"a":{}`, 200_000) + `}}`, true},
		"duplicate auths":     {`{"auths":{"a":{}}` + repeat(`,"auths":{"a":{}}`, 100_000) + `}`, true},
		"null and auths":      {`{"auths":{"a":{}}` + repeat(`,"auths":{"a":{}},"auths":null`, 50_000) + `}`, true},
		"many keys":           {many.String(), true},
		"many keys, nulls":    {strings.TrimSuffix(many.String(), "}") + repeat(`,"auths":null`, 200_000) + "}", true},
		"many fields":         {`{"auths":{"a":{"n":0` + repeat(`,"n":0`, 200_000) + `}}}`, true},
		"many numbers":        {`{"n":[0` + repeat(`,1e9`, 200_000) + `]}`, true},
		"one enormous number": {`{"n":` + repeat("9", 5<<20) + `}`, false},
	}
	for name, c := range cases {
		config, err := Parse(DockerConfigJSON, []byte(c.data))
		if (err == nil) != c.ok {
			t.Errorf("%s: error %v", name, err)
		}
		ring := NewKeyring([]NamedConfig{{"s", config}})
		ring.Lookup("docker.io/library/nginx")
		ring.NearMiss("docker.io/library/nginx")
		keys := len(config.Keys())
		t.Logf("%-20s %8d keys", name, keys) // anything quadratic in a million items runs into the test's time limit
		runtime.KeepAlive(config)
	}
}

// mirror decodes with encoding/json into structs like the kubelet's, as the reference for
// the fuzz test.
type mirror struct {
	Auths       mirrorAuths       `json:"auths"`
	HTTPHeaders map[string]string `json:"HttpHeaders"`
}

type mirrorAuths map[string]mirrorEntry

type mirrorEntry struct{ username, password string }

type mirrorFields struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Email    string `json:"email"`
	Auth     string `json:"auth"`
}

// mirrorText replaces type names in an error of encoding/json with the kubelet's.
func mirrorText(err error) string {
	var bad *Malformed // from splitAuth
	if errors.As(err, &bad) {
		return bad.Text
	}
	return strings.NewReplacer(
		"field mirror.", "field DockerConfigJSON.", "field mirrorFields.", "field dockerConfigEntryWithAuth.",
		"pullsecret.mirrorFields", "credentialprovider.dockerConfigEntryWithAuth",
		"pullsecret.mirrorAuths", "credentialprovider.DockerConfig",
	).Replace(err.Error())
}

func (m *mirrorEntry) UnmarshalJSON(data []byte) error {
	var fields mirrorFields
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	m.username, m.password = fields.Username, fields.Password
	if fields.Auth != "" {
		username, password, bad := splitAuth(fields.Auth)
		if bad != nil {
			return bad
		}
		m.username, m.password = username, password
	}
	return nil
}

// The kubelet uses auth; what differs beside it is described without passwords, even those in the wrong field.
func TestContradiction(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ username, password, auth, want, shown string }{
		{"u", "p", "u:p", "", "u"},
		{"u", "p", "", "", "u"},
		{"", "", "u:p", "", "u"},
		{"u", "", "u:p", "", "u"},
		{"", "p", "u:p", "", "u"},
		{"u", "p2", "u:p", "auth and password have different passwords", "u"},
		{"", "p2", "u:p", "auth and password have different passwords", "u"},
		{"u2", "p", "u:p", `auth has user "u", username "u2"`, "u"},
		{"u2", "p2", "u:p", `auth has user "u", username "u2"`, "u"},
		{"p", "u", "u:p", "auth and username have different users", "***"},
		{"u", "p", "p:u", "auth and username have different users", "***"},
		{"ghp_x", "p", "u:p", "auth and username have different users", "u"},
		{"u", "p", "ghp_x:p", "auth and username have different users", "***"},
		{"u", "p", ":p", "auth and username have different users", ""},
	} {
		auth := ""
		if tt.auth != "" {
			auth = b64(tt.auth)
		}
		c, err := Parse(DockerConfigJSON, fmt.Appendf(nil, `{"auths":{"ghcr.io":{"auth":%q,"username":%q,"password":%q}}}`, auth, tt.username, tt.password))
		if err != nil {
			t.Fatal(err)
		}
		if k := c.Keys()[0]; k.Contradiction != tt.want || k.Username != tt.shown || c.Credentials("s")[0].Contradiction != tt.want {
			t.Errorf("auth %q, username %q, password %q: %q of user %q, want %q of %q", tt.auth, tt.username, tt.password, k.Contradiction, k.Username, tt.want, tt.shown)
		}
	}
}
