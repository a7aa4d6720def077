package rules

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// secretAliases finds Secrets whose names differ only in how their words are shortened, such as acr-prod and acr-prd, or in two letters of a short word,
// such as ecr-pull and erc-pull. That is a hint, since both may exist.
type secretAliases map[string]secretAlias

// secretAlias is a Secret of the input, or a name that the configuration lists; then secret is nil.
type secretAlias struct {
	secret *manifests.Secret
	name   string
}

func secretAliasesOf(p *lint.Pass) secretAliases {
	out := secretAliases{}
	for _, s := range p.Plan.Secrets() {
		if isDockerType(s.Type) && !s.AnyNamespace && s.Object != nil {
			ns := p.Plan.Namespace(s.SecretNamespace, s.Object)
			out.add(ns, secretAlias{s, s.SecretName})
			if base, ok := plan.WithoutHash(s.SecretName); ok {
				out.add(ns, secretAlias{s, base})
			}
			if s.WrittenName != "" {
				out.add(ns, secretAlias{s, s.WrittenName})
			}
		}
	}
	for _, known := range p.Settings.KnownSecrets {
		if t := p.Settings.KnownTypes[known]; strings.ContainsAny(known, "*?[{") || t != "" && !isDockerType(t) {
			continue
		}
		namespace, name, ok := strings.Cut(known, "/")
		if !ok {
			namespace, name = "", known
		}
		out.add(namespace, secretAlias{nil, name})
	}
	return out
}

// add adds a Secret, unless another one has an equal key.
func (a secretAliases) add(namespace string, s secretAlias) {
	for _, key := range []string{skeleton(s.name), exchanged + near.Letters(s.name)} {
		key = plan.SecretID(namespace, key)
		if _, ok := a[key]; !ok {
			a[key] = s
		}
	}
}

// of returns the Secret with a similar name in a namespace, or among the known names without one.
func (a secretAliases) of(namespace, name string) (secretAlias, bool) {
	skeletonName := skeleton(name)
	s, ok := a[plan.SecretID(namespace, skeletonName)]
	if !ok {
		s, ok = a[plan.SecretID("", skeletonName)]
		ok = ok && s.secret == nil
	}
	if !ok {
		s, ok = a[plan.SecretID(namespace, exchanged+near.Letters(name))]
		ok = ok && near.Distance(s.name, name, 1) == 1
	}
	return s, ok && s.name != name
}

// exchanged marks keys for names with exchanged letters.
const exchanged = "="

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
