package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// PullSecretMissing reports a Secret in imagePullSecrets that is not defined.
var PullSecretMissing = lint.Rule{
	ID: "pull-secret-missing", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretMissing,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret that does not exist`,
		Why:   `The kubelet pulls without it: a public image still runs, a private one does not. It is an error if these manifests define other pull secrets nearby, if a defined or known name is one typo away in the pod's namespace, if no Secret can have the name, or if the configuration lists the known Secrets; otherwise a warning, since many Secrets are created outside of manifests, and if something in the manifests may create it, or every image of the pods that name it is known not to need it. A namespace counts whether it is written or set with --namespace; without one, a similar name counts in the same folder or chart. A name in chart values is a warning if a defined or known name is one typo away, since the chart may create the Secret. Name Secrets that exist in the cluster with pull-secrets.known or --known-secret.`,
		Bad:   `- name: regcred-prod`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretMissing(p *lint.Pass) {
	blind := withoutSecrets(p)
	failing, spared, renamed := newFailingPulls(p), newSpared(p), newRenamedSecrets(p)
	aliases := sync.OnceValue(func() secretAliases { return secretAliasesOf(p) })
	peers := sync.OnceValue(func() *secretPeers { return secretPeersOf(p) })
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) > 0 {
			continue
		}
		if blind != 0 && isUnchecked(p, &u) {
			if blind > 0 {
				f := lint.Finding{
					Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Info,
					Message: fmt.Sprintf("this cluster dump contains no Secrets, so the pull secrets that its pods name (%d) are not checked", blind),
					Help:    "add them: kubectl get secrets,serviceaccounts -A -o yaml",
				}
				if len(p.Set.Secrets) > 0 {
					f.Message = fmt.Sprintf("the input has no Secrets of the cluster, so the pull secrets of its pods that are undefined (%d) are not checked", blind)
				}
				p.Report(f)
			}
			blind = -1 // said once
			continue
		}
		near, as := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name)
		known, certain := "", false
		if near == nil && p.Plan.WithHashSuffix(u.Namespace, u.Ref.Name, u.object) == nil {
			known, certain = p.Plan.SimilarKnown(u.Namespace, u.Ref.Name, u.object)
		}
		if u.given && !certain && (near == nil || !p.Plan.ShareNamespace(near, u.object)) {
			continue
		}
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Warning, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("%s names %s, but no %s of that name is defined%s in these manifests", fieldOf(u.Ref.Path), quote(u.Ref.Name), kindOfMissing(p, &u), ofNamespace(u.Namespace)),
			Help:    fmt.Sprintf("add the Secret to the manifests, or declare that it exists: --known-secret %s", plan.SecretID(u.Namespace, u.Ref.Name)),
		}
		if isSecretName(u.Ref.Name) {
			judgeMissing(p, &u, &f)
		} else {
			f.Severity = lint.Error
			f.Message = fmt.Sprintf("%s names %s, which is not a valid name for a Secret", fieldOf(u.Ref.Path), quote(u.Ref.Name))
			f.Help = `write the Secret's name: lower-case letters, digits, "-" and "."`
		}
		switch {
		case near != nil:
			f.Help = fmt.Sprintf("did you mean %s?", quote(as))
			f.Related = []lint.Related{related(near, "the Secret with the similar name")}
			if as == near.SecretName || as == near.WrittenName { // otherwise only kustomize knows the hash
				f.Fix = renaming(u.Ref.Span, as)
			}
		case known != "":
			f.Help = fmt.Sprintf("did you mean %s, one of the known Secrets?", quote(known))
			f.Fix = renaming(u.Ref.Span, known)
		}
		if other, as := p.Plan.SimilarOther(u.Namespace, u.Ref.Name); near == nil && known == "" && other != nil && len(f.Related) == 0 {
			f.Help = fmt.Sprintf("%s has a similar name, but the kubelet does not use its type: create %s with type %s from it", quote(as), quote(u.Ref.Name), pullsecret.DockerConfigJSON.Type())
			f.Related = []lint.Related{related(other, "the Secret with the similar name, of type "+other.Type)}
		}
		if alias, ok := aliases().of(u.Namespace, u.Ref.Name); ok && strings.HasPrefix(f.Help, "add the Secret") {
			f.Help = fmt.Sprintf("did you mean %s? otherwise %s", quote(alias.name), f.Help)
			if alias.secret != nil {
				f.Related = []lint.Related{related(alias.secret, "the Secret with the similar name")}
			}
		}
		if strings.HasPrefix(f.Help, "add the Secret") {
			if as, n := peers().of(&u); as != "" {
				f.Help = fmt.Sprintf("did you mean %s, which %d other workloads name?", quote(as), n)
				f.Fix = renaming(u.Ref.Span, as)
			}
		}
		if strings.HasPrefix(f.Help, "add the Secret") {
			renamed.offer(&u, &f)
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		f.Unproven = p.Settings.ForComparison && f.Severity == lint.Warning && spared.isNeeded(u.Ref) && !p.Plan.MayCreate(&u.PullSecret, u.object)
		spared.lower(&f, u.Ref)
		if f.Severity == lint.Error {
			working, _ := renamed.of(&u)
			f.Pulls = failing.named(u.Ref, near, working, f.Message)
		}
		p.Report(f)
	}
}

// renaming returns the fix that writes the name of an existing Secret.
func renaming(at source.Span, name string) *lint.Fix {
	fix := replacing(at, name, false)
	if fix != nil {
		fix.Title = "write " + quote(name)
	}
	return fix
}

// withoutSecrets returns the number of pull secrets that are not checked because the objects that name them were read from a cluster without its Secrets.
func withoutSecrets(p *lint.Pass) int {
	if p.Settings.KnownSecrets != nil || slices.ContainsFunc(p.Set.Secrets, func(s *manifests.Secret) bool { return s.Live }) {
		return 0
	}
	n := 0
	for u := range secretUses(p) {
		if isUnchecked(p, &u) {
			n++
		}
	}
	return n
}

// isUnchecked reports whether an object of a cluster names a Secret that the cluster may have. Secrets of other manifests do not show which others there
// are, but that one of them in the namespace has nearly the same name is a typing error in either case.
func isUnchecked(p *lint.Pass, u *secretUse) bool {
	if u.object == nil || !u.object.Live || u.Found() || len(u.Elsewhere) > 0 {
		return false
	}
	near, _ := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name)
	return near == nil
}

// judgeMissing looks for evidence that a missing Secret does or does not exist elsewhere.
func judgeMissing(p *lint.Pass, u *secretUse, f *lint.Finding) {
	if p.Plan.IsNowhere(&u.PullSecret, u.object) {
		f.Severity = lint.Error
	}
	if supplied := p.Plan.PullSecretNear(u.object); supplied != nil {
		f.Related = append(f.Related, related(supplied, "a pull secret that exists"))
	}
	if p.Settings.KnownSecrets != nil {
		f.Help = "add the Secret to the manifests, or to pull-secrets.known in the configuration"
	}
	if hashed := p.Plan.WithHashSuffix(u.Namespace, u.Ref.Name, u.object); hashed != nil {
		f.Help = "kustomize adds the hash only to fields that it knows: describe this one under nameReference, or set disableNameSuffixHash"
		f.Related = []lint.Related{related(hashed, "the Secret whose name has a hash suffix")}
		if base, ok := plan.WithoutHash(hashed.SecretName); !ok || base != u.Ref.Name {
			f.Help = "kustomize adds prefixes and suffixes only to names in fields that it knows: describe this one under nameReference"
			f.Related = []lint.Related{related(hashed, fmt.Sprintf("the Secret, whose name becomes %s", quote(hashed.SecretName)))}
		}
	}
	switch merger := p.Plan.MergingSource(u.Namespace, u.Ref.Name, u.object); {
	case merger != nil:
		f.Help = fmt.Sprintf("have %s %s create it, or add the Secret", merger.SourceKind, merger.Name)
		f.Related = []lint.Related{related(merger, "this writes to the Secret but does not create it")}
	case u.Hidden:
		f.Help = "Helm hid Secrets in this output: render it without --hide-secret, or declare that this one exists: --known-secret " + plan.SecretID(u.Namespace, u.Ref.Name)
		f.Related = nil
	}
}

// kindOfMissing returns what is missing: a Secret or, if a distant Secret has the same name but is not a pull secret, a pull secret.
func kindOfMissing(p *lint.Pass, u *secretUse) string {
	if p.Plan.HasOtherSecret(u.Ref.Name) {
		return "pull secret"
	}
	return "Secret"
}
