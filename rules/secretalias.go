package rules

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// secretAliases finds Secrets whose names differ only in how their words are shortened, such as acr-prod and acr-prd. That is a hint, since both may
// exist.
type secretAliases map[string]secretAlias

// secretAlias is a Secret of the input, or a name that the configuration lists; then secret is nil.
type secretAlias struct {
	secret *manifests.Secret
	name   string
}

func secretAliasesOf(p *lint.Pass) secretAliases {
	out := secretAliases{}
	add := func(namespace string, a secretAlias) {
		key := plan.SecretID(namespace, skeleton(a.name))
		if _, ok := out[key]; !ok {
			out[key] = a
		}
	}
	for _, s := range p.Plan.Secrets() {
		if isDockerType(s.Type) && !s.AnyNamespace && s.Object != nil {
			ns := p.Plan.Namespace(s.SecretNamespace, s.Object)
			add(ns, secretAlias{s, s.SecretName})
			if base, ok := plan.WithoutHash(s.SecretName); ok {
				add(ns, secretAlias{s, base})
			}
		}
	}
	for _, known := range p.Settings.KnownSecrets {
		if strings.ContainsAny(known, "*?[{") {
			continue
		}
		namespace, name, ok := strings.Cut(known, "/")
		if !ok {
			namespace, name = "", known
		}
		add(namespace, secretAlias{nil, name})
	}
	return out
}

// of returns the Secret with a similar name in a namespace, or among the known names without one.
func (a secretAliases) of(namespace, name string) (secretAlias, bool) {
	skeletonName := skeleton(name)
	s, ok := a[plan.SecretID(namespace, skeletonName)]
	if !ok {
		s, ok = a[plan.SecretID("", skeletonName)]
		ok = ok && s.secret == nil
	}
	return s, ok && s.name != name
}

// shortWord is the length up to which the vowels of a word matter.
const shortWord = 3

// skeleton returns a name with its longer words shortened, by their vowels or to the usual abbreviation of an environment.
func skeleton(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '.' || r == '_' })
	for i, w := range words {
		switch w {
		case "production", "prod":
			words[i] = "prd"
			continue
		case "staging", "stage":
			words[i] = "stg"
			continue
		case "development":
			words[i] = "dev"
			continue
		}
		if len(w) > shortWord {
			words[i] = w[:1] + strings.Map(func(r rune) rune {
				if strings.ContainsRune("aeiou", r) {
					return -1
				}
				return r
			}, w[1:])
		}
	}
	return strings.Join(words, "-")
}
