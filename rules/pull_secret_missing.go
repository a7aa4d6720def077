package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// PullSecretMissing reports: imagePullSecrets names a Secret that is not there.
var PullSecretMissing = lint.Rule{
	ID: "pull-secret-missing", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretMissing,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret that is not there`,
		Why:   `The kubelet pulls without it: a public image still runs, a private one does not. It is an error where the manifests beside it supply pull secrets, where a name is a slip away, or where the configuration lists the Secrets that are known; else a warning, since many are made out of band. Name those with pull-secrets.known or --known-secret.`,
		Bad:   `- name: regcred-prod`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretMissing(p *lint.Pass) {
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) > 0 {
			continue
		}
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Warning, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("imagePullSecrets names %s, but the given manifests hold no Secret of that name%s", quote(u.Ref.Name), ofNamespace(u.Namespace)),
			Help:    fmt.Sprintf("add the Secret to the manifests, or say that it exists: --known-secret %s", u.Ref.Name),
		}
		near := nearSecret(p, &u)
		supplied := p.Plan.Supplied(p.Set, u.object)
		switch {
		case p.Plan.Hidden(u.object) || p.Plan.Patcher() != nil:
		case near != nil:
			if f.Severity = lint.Error; !isFirm(near, u.object) {
				f.Severity = lint.Warning
			}
			f.Help = fmt.Sprintf("did you mean %s?", quote(near.Name))
			f.Related = append(f.Related, related(near, "the Secret of the near name"))
			if u.Ref.Span.Exact {
				f.Fix = &lint.Fix{Title: "write " + quote(near.Name), Edits: []lint.Edit{{Span: u.Ref.Span, New: near.Name}}}
			}
		case p.Settings.KnownSecrets != nil:
			f.Severity = lint.Error
			f.Help = "add the Secret to the manifests, or to pull-secrets.known in the configuration"
		case supplied != nil:
			f.Severity = lint.Error
			f.Related = append(f.Related, related(supplied, "a pull secret that is there"))
		}
		f.Severity = atMost(f.Severity, u.tier)
		p.Report(f)
	}
}
