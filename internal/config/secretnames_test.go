package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSecretNames(t *testing.T) {
	t.Parallel()
	const docker = "kubernetes.io/dockerconfigjson"
	for name, tt := range map[string]struct {
		text string
		want []ListedSecret
	}{
		"nothing":                 {"# none\n\n", []ListedSecret{}},
		"names":                   {"regcred\nshop/regcred  # why\nsecret/other\n", []ListedSecret{{"regcred", ""}, {"shop/regcred", ""}, {"other", ""}}},
		"table":                   {"NAME TYPE DATA AGE\na " + docker + " 1 3d\nb Opaque 2 3d\n", []ListedSecret{{"a", docker}, {"b", "Opaque"}}},
		"table of all":            {"NAMESPACE NAME TYPE DATA AGE\nshop a Opaque 1 3d\n", []ListedSecret{{"shop/a", "Opaque"}}},
		"with resources":          {"NAMESPACE NAME TYPE DATA AGE\nshop secret/a Opaque 1 3d\n", []ListedSecret{{"shop/a", "Opaque"}}},
		"with labels":             {"NAME TYPE DATA AGE LABELS\na Opaque 1 3d app=web\n", []ListedSecret{{"a", "Opaque"}}},
		"no header":               {"a Opaque 1 3d\n", []ListedSecret{{"a", "Opaque"}}},
		"no header, all":          {"shop a Opaque 1 3d\n", []ListedSecret{{"shop/a", "Opaque"}}},
		"no header, with labels":  {"a Opaque 1 3d app=web\n", []ListedSecret{{"a", "Opaque"}}},
		"other columns":           {"NAME DATA TYPE\na 1 Opaque\n", []ListedSecret{{"a", ""}}},
		"no type":                 {"NAMESPACE NAME AGE\nshop a 3d\n", []ListedSecret{{"shop/a", ""}}},
		"empty type":              {"NAME TYPE\na <none>\nb\n", []ListedSecret{{"a", ""}, {"b", ""}}},
		"short row":               {"NAMESPACE NAME TYPE\na\n", []ListedSecret{{"a", ""}}},
		"another table follows":   {"NAME TYPE\na Opaque\nNAMESPACE NAME AGE\nshop b 3d\n", []ListedSecret{{"a", "Opaque"}, {"shop/b", ""}}},
		"a header without a name": {"NAMESPACE\nshop\n", []ListedSecret{{"shop", ""}}},
	} {
		if diff := cmp.Diff(tt.want, SecretNames(tt.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTypesOf(t *testing.T) {
	t.Parallel()
	listed := SecretNames("NAME TYPE\n" + strings.Join([]string{"a Opaque", "a Opaque", "b Opaque", "b kubernetes.io/tls", "b Opaque", "c", "c Opaque", "c", "d"}, "\n"))
	if diff := cmp.Diff(map[string]string{"a": "Opaque", "b": "", "c": "Opaque"}, TypesOf(listed)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
