package rules

import (
	"fmt"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// PullSecretShortLived reports a pull secret with a credential that expires within hours.
var PullSecretShortLived = lint.Rule{
	ID: "pull-secret-short-lived", Group: "pull-secret", Severity: lint.Warning, Levels: "warning, or error where it has expired",
	Check: checkPullSecretShortLived,
	Doc: lint.Doc{
		Title: `a pull secret holds a credential that lasts for hours`,
		Why:   `Tokens of ECR (12 hours), Google (1 hour) and Azure (3 hours) are meant to be used at once. In a Secret they stop working soon after they are stored. If the token contains its expiry time, and that has passed, it is an error; --now sets the time to compare with. For a token without one, the age of a Secret from a cluster tells, unless something manages the Secret and may have renewed it: that stays a warning.`,
		Bad:   `"123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"username": "AWS", "password": "not-a-real-token"}`,
		Good:  `"registry.gitlab.com": {"username": "gitlab+deploy-token-17", "password": "not-a-real-token"}`,
		Since: "0.1.0",
	},
}

func checkPullSecretShortLived(p *lint.Pass) {
	for _, s := range p.Plan.Secrets() {
		if s.Payload == nil || s.Payload.Err != nil || s.Context || p.Plan.ContentSource(s) != nil {
			continue
		}
		for _, c := range s.Payload.Config.Credentials(s.SecretName) {
			life := c.Lifetime()
			expired := !life.Expires.IsZero() && !p.Settings.Now.IsZero() && life.Expires.Before(p.Settings.Now)
			if !life.ShortLived && !expired {
				continue
			}
			f := lint.Finding{
				Object: s.Object, Span: s.Payload.Span, Severity: lint.Warning,
				Message: fmt.Sprintf("pull secret %s holds a short-lived credential for %s: %s", quote(s.SecretName), quote(c.Key), lifetimeText(life.Kind, life.Valid.Hours())),
				Help:    "let the nodes or an operator fetch credentials (a kubelet credential provider, an ExternalSecret with a generator), or use a long-lived token",
				Cluster: lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: rejected},
			}
			if end := p.Plan.ExpiredBy(s, c, p.Settings.Now); !end.IsZero() {
				f.Message += fmt.Sprintf("; it expired by %s unless the Secret was renewed", dateText(end))
			}
			if expired {
				f.Severity = lint.Error
				f.Message = fmt.Sprintf("pull secret %s holds a credential for %s that expired on %s: %s", quote(s.SecretName), quote(c.Key),
					dateText(life.Expires), lifetimeText(life.Kind, life.Valid.Hours()))
				f.Cluster.Message = rejected
			}
			p.Report(f)
		}
	}
}

func dateText(t time.Time) string { return t.Format("2006-01-02 15:04 UTC") }

// rejected is the error for expired credentials. There is no anonymous attempt after it.
const rejected = "unexpected status from HEAD request: 403 Forbidden, or 401 Unauthorized"

func lifetimeText(kind string, hours float64) string {
	if kind == "" {
		kind = "token"
	}
	switch {
	case hours <= 0:
		return kind
	case hours > 48:
		return fmt.Sprintf("%s, valid for %d days", kind, int(hours/24))
	case hours != float64(int(hours)):
		return fmt.Sprintf("%s, valid for %d min", kind, int(hours*60))
	}
	return fmt.Sprintf("%s, valid for %gh", kind, hours)
}
