package pullsecret

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

const recipes = "../../docs/pull-secrets.md"

// recipe is a row of the table of registries in the documentation.
type recipe struct{ registry, server, image, username string }

func readRecipes(t *testing.T) (rows []recipe, text string) {
	t.Helper()
	data, err := os.ReadFile(recipes)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.ReplaceAll(string(data), "\r\n", "\n")
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 8 || !strings.Contains(cells[3], "`") {
			continue
		}
		code := func(cell string) string {
			_, rest, _ := strings.Cut(cell, "`")
			value, _, _ := strings.Cut(rest, "`")
			return value
		}
		rows = append(rows, recipe{strings.TrimSpace(cells[1]), code(cells[2]), code(cells[3]), code(cells[4])})
	}
	return rows, text
}

// With the documented docker-server, the kubelet finds the credentials for that registry's images
// and for no other registry's.
func TestRecipes(t *testing.T) {
	t.Parallel()
	rows, text := readRecipes(t)
	if len(rows) < 8 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	names := make([]string, len(rows))
	for i, r := range rows {
		ref, err := imageref.Parse(r.image)
		if err != nil {
			t.Fatalf("%s: %v", r.registry, err)
		}
		names[i] = ref.Name()
		if want := RecommendedKey(ref.Registry); r.server != want {
			t.Errorf("%s: the table says %q, the findings say %q", r.registry, r.server, want)
		}
	}
	for i, r := range rows {
		config, err := Parse(DockerConfigJSON, []byte(`{"auths":{"`+r.server+`":{"username":"u","password":"p"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		ring := NewKeyring([]NamedConfig{{"s", config}})
		for j, name := range names {
			if got := len(ring.Lookup(name)); got != 1 && i == j || got != 0 && i != j {
				t.Errorf("the docker-server of %s finds %d credentials for %s", r.registry, got, name)
			}
		}
		command := "--docker-server=" + r.server + " "
		if !strings.Contains(r.registry, "your own") && !strings.Contains(text, command) {
			t.Errorf("%s: there is no command with %s", r.registry, command)
		}
		if strings.HasPrefix(r.username, "AWS") || strings.HasPrefix(r.username, "_json_key") {
			if !strings.Contains(text, command+"--docker-username="+r.username+" ") {
				t.Errorf("%s: the command and the table have different users", r.registry)
			}
		}
	}
	servers := map[string]bool{}
	for _, r := range rows {
		servers[r.server] = true
	}
	for word := range strings.FieldsSeq(text) {
		if server, ok := strings.CutPrefix(word, "--docker-server="); ok && !servers[server] {
			t.Errorf("a command has the docker-server %q, which is not in the table", server)
		}
	}
}

// The documentation and the findings agree about short-lived tokens.
func TestRecipesLifetime(t *testing.T) {
	t.Parallel()
	rows, text := readRecipes(t)
	for _, r := range rows {
		user := r.username
		if user == "" {
			continue
		}
		config, err := Parse(DockerConfigJSON, []byte(`{"auths":{"`+r.server+`":{"username":"`+user+`","password":"p"}}}`))
		if err != nil {
			t.Fatal(err)
		}
		if short := config.Credentials("s")[0].Lifetime().ShortLived; short != (user == "AWS") {
			t.Errorf("%s: %q is short-lived: %t", r.registry, user, short)
		}
	}
	for user, says := range map[string]string{"AWS": "(12 hours)", "oauth2accesstoken": "(1 hour)", "00000000-0000-0000-0000-000000000000": "(3 hours)"} {
		token, _ := registries.UserToken(user)
		if hours := token.Valid.Hours(); !strings.HasPrefix(says, fmt.Sprintf("(%g hour", hours)) || !strings.Contains(text, says) {
			t.Errorf("the page gives %s for a token that lasts %g hours", says, hours)
		}
	}
}

// What the page says does not work does not work.
func TestRecipesThatFail(t *testing.T) {
	t.Parallel()
	_, text := readRecipes(t)
	for key, name := range map[string]string{
		"registry-1.docker.io":       "docker.io/acme/web",
		"hub.docker.com":             "docker.io/acme/web",
		"https://index.docker.io/v1": "docker.io/acme/web",
		"*.example.com":              "a.b.example.com/web",
	} {
		if !strings.Contains(text, "`"+key+"`") {
			t.Errorf("the page does not mention %q", key)
		}
		if Match(key, name) {
			t.Errorf("%q serves %s", key, name)
		}
	}
}
