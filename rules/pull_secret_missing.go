package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretMissing reports: imagePullSecrets names a Secret that is not there.
var PullSecretMissing = lint.Rule{
	ID: "pull-secret-missing", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretMissing,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret that is not there`,
		Why:   `The kubelet pulls without it: a public image still runs, a private one does not. It is an error where the manifests beside it supply pull secrets, where a name is a slip away, where no Secret can have the name, or where the configuration lists the Secrets that are known; else a warning, since many are made out of band. A name in the values of a chart is a warning where another one is a slip away, since the chart may make the Secret. Name those with pull-secrets.known or --known-secret.`,
		Bad:   `- name: regcred-prod`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretMissing(p *lint.Pass) {
	blind := withoutSecrets(p)
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) > 0 {
			continue
		}
		if blind > 0 {
			p.Report(lint.Finding{
				Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Info,
				Message: fmt.Sprintf("this dump of a cluster holds no Secrets, so the pull secrets that its pods name (%d) are not checked", blind),
				Help:    "dump them, too: kubectl get secrets,serviceaccounts -A -o yaml",
			})
			return
		}
		near, as := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name)
		if u.given && (near == nil || !isFirm(near, u.object)) {
			continue
		}
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Warning, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("%s names %s, but the given manifests hold no %s of that name%s", fieldOf(u.Ref.Path), quote(u.Ref.Name), kindOfMissing(p, &u), ofNamespace(u.Namespace)),
			Help:    fmt.Sprintf("add the Secret to the manifests, or say that it exists: --known-secret %s", plan.SecretID(u.Namespace, u.Ref.Name)),
		}
		if isSecretName(u.Ref.Name) {
			weighMissing(p, &u, &f)
		} else {
			f.Severity = lint.Error
			f.Message = fmt.Sprintf("%s names %s, which is no name that a Secret can have", fieldOf(u.Ref.Path), quote(u.Ref.Name))
			f.Help = `write the Secret's name: lower-case letters, digits, "-" and "."`
		}
		if near != nil {
			f.Help = fmt.Sprintf("did you mean %s?", quote(as))
			f.Related = []lint.Related{related(near, "the Secret of the near name")}
			if f.Fix = replacing(u.Ref.Span, near.SecretName, false); as != near.SecretName {
				f.Fix = nil // only kustomize knows the hash
			}
			if f.Fix != nil {
				f.Fix.Title = "write " + quote(near.SecretName)
			}
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		p.Report(f)
	}
}

// withoutSecrets is how many pull secrets are named in a set in which all that names some was read from a cluster, and no Secret was; 0 for any other.
func withoutSecrets(p *lint.Pass) int {
	if len(p.Set.Secrets) > 0 || p.Settings.KnownSecrets != nil {
		return 0
	}
	n := 0
	for u := range secretUses(p) {
		if u.object == nil || !u.object.Live {
			return 0
		}
		n++
	}
	return n
}

// weighMissing looks for evidence that a Secret which is not in the input exists nowhere, and for evidence that it may.
func weighMissing(p *lint.Pass, u *secretUse, f *lint.Finding) {
	if supplied := p.Plan.PullSecretNear(u.object); supplied != nil {
		f.Severity = lint.Error
		f.Related = append(f.Related, related(supplied, "a pull secret that is there"))
	}
	if p.Settings.KnownSecrets != nil {
		f.Severity = lint.Error
		f.Help = "add the Secret to the manifests, or to pull-secrets.known in the configuration"
	}
	if near, _ := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name); near != nil && isFirm(near, u.object) {
		f.Severity = lint.Error
	}
	if hashed := p.Plan.WithHashSuffix(u.Namespace, u.Ref.Name, u.object); hashed != nil {
		f.Help = "kustomize puts the hash only into fields that it knows: describe this one under nameReference, or set disableNameSuffixHash"
		f.Related = []lint.Related{related(hashed, "the Secret with a hash behind its name")}
	}
	switch merger := p.Plan.MergingSource(u.Namespace, u.Ref.Name, u.object); {
	case merger != nil:
		f.Severity = lint.Warning
		f.Help = fmt.Sprintf("have %s %s create it, or add the Secret", merger.SourceKind, merger.Name)
		f.Related = []lint.Related{related(merger, "this writes into the Secret, and does not create it")}
	case u.Hidden:
		f.Severity = lint.Warning
		f.Help = "Helm hid Secrets in this output: render it without --hide-secret, or say that this one exists: --known-secret " + plan.SecretID(u.Namespace, u.Ref.Name)
		f.Related = nil
	case p.Plan.PullSecretInjector() != nil || p.Plan.MutatingPolicy() != nil:
		f.Severity = lint.Warning
	}
}

// kindOfMissing is what is missing: a Secret, unless there is one of that name far away, which is not a pull secret.
func kindOfMissing(p *lint.Pass, u *secretUse) string {
	if p.Plan.HasOtherSecret(u.Ref.Name) {
		return "pull secret"
	}
	return "Secret"
}
