package rules_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// largeInput returns a large input of Deployments and pull secrets, in files of ten objects, with names and folders from layout.
func largeInput(tb testing.TB, deployments, secrets int, layout func(i int) (namespace, folder, secret, image string)) *manifests.Set {
	tb.Helper()
	files := map[string]*bytes.Buffer{}
	var names []string
	write := func(folder string, i int, text string) {
		name := fmt.Sprintf("%s/f%d.yaml", folder, i/10)
		if files[name] == nil {
			files[name] = new(bytes.Buffer)
			names = append(names, name)
		}
		files[name].WriteString(text)
	}
	for i := range secrets {
		ns, folder, secret, image := layout(i * (deployments / secrets))
		_ = image
		write(folder, i, fmt.Sprintf("---\napiVersion: v1\nkind: Secret\nmetadata: {name: %q, namespace: %q}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n"+
			"  .dockerconfigjson: '{\"auths\":{\"registry%d.shop.internal:5000\":{\"username\":\"robot\",\"password\":\"not-a-real-one\"}}}'\n", secret, ns, i%50))
	}
	for i := range deployments {
		ns, folder, secret, image := layout(i)
		list := ""
		if secret != "" && i%4 != 3 {
			list = fmt.Sprintf(", imagePullSecrets: [{name: %q}]", secret)
		}
		write(folder, i, fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app-%d, namespace: %q}\nspec:\n  selector: {}\n"+
			"  template: {metadata: {labels: {}}, spec: {serviceAccountName: app-%d, containers: [{name: a, image: %q}]%s}}\n", i, ns, i, image, list))
	}
	var inputs []manifests.Input
	for _, name := range names {
		data := files[name].Bytes()
		inputs = append(inputs, manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }})
	}
	set, err := manifests.Load(tb.Context(), inputs, manifests.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// layouts are ways in which names repeat. Each would make a search among all Secrets for every pod slow.
var layouts = map[string]func(i int) (namespace, folder, secret, image string){
	"own": func(i int) (string, string, string, string) {
		return fmt.Sprintf("team-%d", i/10), fmt.Sprintf("k8s/team-%d", i/10), "regcred", fmt.Sprintf("registry%d.shop.internal:5000/app:1", i%50)
	},
	"bare": func(i int) (string, string, string, string) {
		return "", fmt.Sprintf("charts/app-%d", i/10), "regcred", fmt.Sprintf("registry%d.shop.internal/app:1", i%50)
	},
	"one-namespace": func(i int) (string, string, string, string) {
		return "shop", "k8s", fmt.Sprintf("regcred-%d", i), "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
	},
	"words": func(i int) (string, string, string, string) {
		word := []byte("regcred-aaaaaaaa")
		for n, at := i, len(word)-1; n > 0; n, at = n/26, at-1 {
			word[at] = byte('a' + n%26)
		}
		if i%10 != 0 {
			word[3] = 'k' // missing, with a name similar to many others
		}
		return "shop", "k8s", string(word), "registry.shop.internal/app:1"
	},
}

// pullSecretRules returns the rules of the group.
func pullSecretRules() []lint.Rule {
	var out []lint.Rule
	for _, r := range rules.All() {
		if r.Group == "pull-secret" {
			out = append(out, r)
		}
	}
	return out
}

func BenchmarkPullSecrets(b *testing.B) {
	for name, layout := range layouts {
		b.Run(name, func(b *testing.B) {
			set := largeInput(b, 20_000, 2_000, layout)
			l := lint.Linter{Rules: pullSecretRules(), Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.Run(b.Context(), set); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
