package pullsecret

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vector is one answer of the kubelet's own keyring (Kubernetes 1.37.2).
type vector struct {
	ID, Image, Lookup string
	Key               *string // stands for one Secret "s" with u:p under this key
	Secrets           []struct{ Name, Type, DataKey, Data string }
	Want              [][3]string // secret, username, password
	Error             string
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	return vectors
}

func payload(key, username, password string) []byte {
	data, err := json.Marshal(map[string]any{
		"auths": map[string]any{key: map[string]string{"username": username, "password": password}},
	})
	if err != nil {
		panic(err)
	}
	return data
}

func TestVectors(t *testing.T) {
	t.Parallel()
	vectors := loadVectors(t)
	if len(vectors) != 152 {
		t.Fatalf("%d vectors, want 152", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			t.Parallel()
			var named []NamedConfig
			if v.Key != nil {
				config, err := Parse(DockerConfigJSON, payload(*v.Key, "u", "p"))
				if err != nil {
					t.Fatal(err)
				}
				named = append(named, NamedConfig{"s", config})
				if got := Match(*v.Key, v.Lookup); got != (len(v.Want) > 0) {
					t.Errorf("Match(%q, %q) = %v", *v.Key, v.Lookup, got)
				}
			}
			text := ""
			for _, s := range v.Secrets {
				kind, ok := KindOf(s.Type)
				if !ok || kind.DataKey() != s.DataKey {
					continue
				}
				config, err := Parse(kind, []byte(s.Data))
				var bad *Malformed
				if errors.As(err, &bad) {
					text = bad.Text
					if bad.Stage != Kubelet {
						t.Errorf("stage %v of %v", bad.Stage, bad)
					}
				}
				named = append(named, NamedConfig{s.Name, config})
			}
			if text != v.Error {
				t.Errorf("error %q, want %q", text, v.Error)
			}
			if text != "" {
				return
			}
			var got [][3]string
			for _, c := range NewKeyring(named).Lookup(v.Lookup) {
				username, password := c.Login()
				got = append(got, [3]string{c.Secret, username, password})
			}
			if diff := cmp.Diff(v.Want, got); diff != "" {
				t.Errorf("image %q (-want +got):\n%s", v.Image, diff)
			}
		})
	}
}
