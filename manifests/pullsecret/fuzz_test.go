package pullsecret

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
)

// FuzzParse compares Parse with encoding/json decoding into the kubelet's structs, and
// includes a password that no output may contain.
func FuzzParse(f *testing.F) {
	for _, v := range loadVectors(f) {
		for _, s := range v.Secrets {
			f.Add([]byte(s.Data))
		}
	}
	for _, seed := range []string{
		"", "null", "[]", "{\"auth\u017f\":{}}", `{"auths":{"a":{"auth":"dTpw","AUTH":1}}}`, `{"x":-1e400}`, b64(`{"auths":{}}`),
		`{"auths":{"a":{"x":"\ud800\u0000"}},"auths":null,"Auths":{"b":null}}`, "\xef\xbb\xbf{}", `{"HTTPHEADERS":{"a":1},"auths":{"a":1}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkParse)
}

func checkParse(t *testing.T, data []byte) {
	t.Helper()
	for _, kind := range []Kind{DockerConfigJSON, DockerCfg} {
		config, err := Parse(kind, data)
		want, wantErr := decodeMirror(kind, data)
		var bad *Malformed
		if errors.As(err, &bad) {
			if bad.Offset < -1 || bad.Offset > len(data) || bad.Text == "" || bad.Problem == 0 || bad.Stage == 0 {
				t.Errorf("%q: %+v", data, bad)
			}
		}
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: error %v, want %v", data, err, wantErr)
		}
		if err != nil {
			if text := mirrorText(wantErr); bad.Text != text && bad.Problem != NumberRange {
				t.Fatalf("%q: text %q, want %q", data, bad.Text, text)
			}
			continue
		}
		got := make(mirrorAuths)
		for _, e := range config.get().entries {
			got[e.written] = mirrorEntry{e.username, e.password}
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(mirrorEntry{})); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", data, diff)
		}
		if !config.HasNoAuths() && len(got) == 0 {
			t.Errorf("%q: shape %v without entries", data, config.Shape())
		}
		for _, k := range config.Keys() {
			if !k.Usable && k.Why == "" {
				t.Errorf("%q: no reason for %q", data, k.Written)
			}
		}
	}
	noPassword(t, data)
}

func decodeMirror(kind Kind, data []byte) (mirrorAuths, error) {
	if err := json.Unmarshal(data, new(map[string]any)); err != nil {
		return nil, err
	}
	m := mirror{}
	var err error
	if kind == DockerCfg {
		err = json.Unmarshal(data, &m.Auths)
	} else {
		err = json.Unmarshal(data, &m)
	}
	if m.Auths == nil {
		m.Auths = make(mirrorAuths)
	}
	return m.Auths, err
}

// noPassword puts the fuzzed bytes next to a known password, as a key and as other
// fields, and searches for the password in everything printable.
func noPassword(t *testing.T, data []byte) {
	t.Helper()
	text, err := json.Marshal(string(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, payload := range []string{
		`{"auths":{` + string(text) + `:{"username":"u","password":"` + plantedPassword + `"}}}`,
		`{"auths":{"x.io":{"auth":"` + b64("u:"+plantedPassword) + `"}},` + string(data) + `}`,
		string(data) + `{"auths":{"x.io":{"password":"` + plantedPassword + `"}}}`,
		`{"auths":{"x.io":{"password":"` + plantedPassword + `","auth":` + string(text) + `}}}`,
	} {
		config, err := Parse(DockerConfigJSON, []byte(payload))
		ring := NewKeyring([]NamedConfig{{"s", config}})
		out := fmt.Sprintf("%v %+v %#v %+v %+v %+v %+v", err, config, ring, config.Keys(),
			ring.Lookup("x.io/a"), ring.NearMiss("x.io:1/a"), ring.NearMiss("docker.io/library/nginx"))
		if strings.Contains(out, plantedPassword) && !strings.Contains(string(data), plantedPassword) {
			t.Fatalf("%q: the password is shown: %s", payload, out)
		}
	}
}

// legalName is the grammar of lookup names: a registry that differs from a path segment,
// and a repository.
var legalName = regexp.MustCompile(
	`^(?:(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?)` +
		`(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)+$`)

func isLegal(name string) bool {
	host, _, _ := strings.Cut(name, "/")
	return legalName.MatchString(name) && host != hubIndex &&
		(strings.ContainsAny(host, ".:") || host == "localhost" || strings.ToLower(host) != host)
}

// FuzzMatch compares the indexes with checking each key in turn.
func FuzzMatch(f *testing.F) {
	for _, v := range loadVectors(f) {
		if v.Key != nil {
			f.Add(*v.Key, "*.io", v.Lookup)
		}
	}
	f.Add("a.**b*.c.io", "a.*b.c.io/x/", "a.xxb.c.io/x/y")
	f.Add("a.io:", "a.io/%41", "a.io/a")
	f.Add("*000000000.docker.io", "*00", "doCker.io")
	f.Add("\xe5", "*.io", "\xe5")
	f.Fuzz(checkMatch)
}

func checkMatch(t *testing.T, key, other, name string) {
	t.Helper()
	if !utf8.ValidString(key) || !utf8.ValidString(other) {
		return // JSON cannot contain such a key: the decoder replaces it with U+FFFD, but Match gets the original here
	}
	single := ringOfKeys(t, key)
	if got, want := len(single.Lookup(name)) > 0, Match(key, name); got != want {
		t.Fatalf("key %q, name %q: Lookup %v, Match %v", key, name, got, want)
	}
	if usable, why := judge(key); !usable && isLegal(name) && Match(key, name) {
		t.Fatalf("key %q matches %q, but is reported as unusable: %s", key, name, why)
	}
	ring := ringOfKeys(t, key, other, "ghcr.io", "*.io", "index.docker.io")
	var got []string
	for _, c := range ring.Lookup(name) {
		got = append(got, c.Secret)
	}
	if want := inTurn(ring, name); !slices.Equal(got, want) {
		t.Fatalf("keys %q, %q, name %q: %q, want %q", key, other, name, got, want)
	}
	for _, m := range ring.NearMiss(name) {
		if m.Want != "" && !Match(m.Want, name) {
			t.Fatalf("keys %q, %q, name %q: %+v does not match", key, other, name, m)
		}
	}
}

// ringOfKeys is ringOf with Secrets named by their index.
func ringOfKeys(t *testing.T, keys ...string) Keyring {
	t.Helper()
	var named []NamedConfig
	for i, key := range keys {
		config, err := Parse(DockerConfigJSON, payload(key, "u", "p"))
		if err != nil {
			t.Fatal(err)
		}
		named = append(named, NamedConfig{fmt.Sprint(i), config})
	}
	return NewKeyring(named)
}

// inTurn looks up a name without an index.
func inTurn(k Keyring, name string) []string {
	r := k.inner()
	var found []string
	target, ok := compile(name)
	for _, s := range r.slots {
		p, fine := compile(s.normal)
		if ok && fine && p.matches(target) {
			for _, h := range s.holders {
				found = append(found, h.secret)
			}
		}
	}
	if len(found) == 0 && isHub(name) && r.hub >= 0 {
		for _, h := range r.slots[r.hub].holders {
			found = append(found, h.secret)
		}
	}
	return found
}

// rounds is the number of texts that the tests below make.
const rounds = 10_000

// TestRandomPayloads does the same as FuzzParse with texts that are almost JSON and the
// same in every run.
func TestRandomPayloads(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	pieces := []string{
		`{`, `}`, `[`, `]`, `,`, `:`, ` `, `"auths"`, `"Auths"`, `"auth"`, `"username"`, `"Password"`, `"HttpHeaders"`, `"a.io"`,
		`"dTpw"`, `"!"`, `"\u0061uths"`, `"\\"`, `null`, `1e400`, `-0.5`, `true`, `{}`, `{"auths":`, `{"a.io":{"auth":"dTpw"}}`, "\xff",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		var b strings.Builder
		depth := 0
		for range random.IntN(4) {
			fmt.Fprintf(&b, `{%s:`, []string{`"auths"`, `"a.io"`, `"x"`, `"HttpHeaders"`}[random.IntN(4)])
			depth++
		}
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if depth > 0 && random.IntN(2) == 0 {
			fmt.Fprintf(&b, `{"auth":%s,"n":1}`, []string{`"dTpw"`, `"!"`, `null`, `1`, `""`}[random.IntN(5)])
		}
		b.WriteString(strings.Repeat("}", depth))
		checkParse(t, []byte(b.String()))
		if t.Failed() {
			return
		}
	}
}

// TestRandomKeys does the same as FuzzMatch with texts that are almost keys and names,
// and the same in every run.
func TestRandomKeys(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	pieces := []string{
		"a", "b", "io", "ghcr", "ghcr.io", "docker.io", "index.docker.io", ".", ".", ":", ":443", "/", "/", "/v1", "/v2/", "*", "*.", "**",
		"https://", "http://", "@", "?", "#", "%41", "%2e", "%25", "[::1]", "[", "localhost", "org", "X", "-", "_", " ", "library/",
	}
	random := rand.New(rand.NewPCG(3, 4))
	text := func(limit int) string {
		var b strings.Builder
		for range 1 + random.IntN(limit) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	names := []string{
		"docker.io/library/nginx", "docker.io/org/a", "ghcr.io/org/a", "ghcr.io:443/org/a", "a.b.io/org", "localhost/a", "localhost:443/b",
		"[::1]:443/a", "X/a", "a.io/v1/a", "a.io/v2", "b.io/a/b/a", "ghcr.b.io:443/library/a",
	}
	for range rounds {
		name := names[random.IntN(len(names))]
		if random.IntN(4) == 0 {
			name = text(5)
		}
		checkMatch(t, text(6), text(4), name)
		if t.Failed() {
			return
		}
	}
}
