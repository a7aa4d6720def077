package plan

import (
	"fmt"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// ended returns when a credential expired, by its own content; zero if it has not, or does not say.
func (p *Planner) ended(c pullsecret.Credential) time.Time {
	if end := c.Lifetime().Expires; !p.opts.Now.IsZero() && end.Before(p.opts.Now) {
		return end
	}
	return time.Time{}
}

// ExpiredBy returns by when a short-lived credential without a date of its own must have expired, by the age of the Secret
// that holds it; zero if it may still be valid, or if that is unknown.
func (p *Planner) ExpiredBy(s *manifests.Secret, c pullsecret.Credential, now time.Time) time.Time {
	if now.IsZero() || s.Written.IsZero() || p.ContentSource(s) != nil {
		return time.Time{}
	}
	if end := c.Lifetime().EndsBy(s.Written); end.Before(now) {
		return end
	}
	return time.Time{}
}

// expiredBy returns ExpiredBy for credentials of a pod.
func (p *Planner) expiredBy(pull *Pull, creds []pullsecret.Credential) []time.Time {
	var out []time.Time
	for i, c := range creds {
		u := pull.Named(c.Secret)
		if u == nil {
			continue
		}
		if end := p.ExpiredBy(u.Secret, c, p.opts.Now); !end.IsZero() {
			if out == nil {
				out = make([]time.Time, len(creds))
			}
			out[i] = end
		}
	}
	return out
}

// expiry returns when the last of several credentials expired; zero if one is still valid.
func (p *Planner) expiry(creds []pullsecret.Credential) time.Time {
	var last time.Time
	if p.opts.Now.IsZero() {
		return last
	}
	for _, c := range creds {
		end := p.ended(c)
		if end.IsZero() {
			return time.Time{}
		}
		if end.After(last) {
			last = end
		}
	}
	return last
}

func dateText(t time.Time) string { return t.Format("2006-01-02 15:04 UTC") }

// ExpiredAt returns when the credential with an index expired; zero if it has not.
func (v *Verdict) ExpiredAt(i int) time.Time {
	if i < len(v.Expired) {
		return v.Expired[i]
	}
	return time.Time{}
}

// ExpiredByAt returns by when the credential with an index must have expired, by the age of its Secret; zero if it need not
// have.
func (v *Verdict) ExpiredByAt(i int) time.Time {
	if i < len(v.ExpiredBy) {
		return v.ExpiredBy[i]
	}
	return time.Time{}
}

// verdictWith returns the verdict for an image with matching credentials.
func (p *Planner) verdictWith(pull *Pull, creds []pullsecret.Credential) Verdict {
	v := Verdict{Outcome: Credentials, Credentials: creds, Expired: make([]time.Time, len(creds)), ExpiredBy: p.expiredBy(pull, creds)}
	ended, aged := 0, 0
	for i, c := range creds {
		if v.Expired[i] = p.ended(c); !v.Expired[i].IsZero() {
			ended++
		} else if !v.ExpiredByAt(i).IsZero() {
			aged++
		}
	}
	switch {
	case aged == 0 || aged+ended < len(creds):
	case len(creds) == 1:
		v.Aged = fmt.Sprintf("the credential under %q of %s expired by %s unless the Secret was renewed", creds[0].Key, creds[0].Secret, dateText(v.ExpiredBy[0]))
	default:
		v.Aged = fmt.Sprintf("all %d credentials have expired unless their Secrets were renewed", len(creds))
	}
	switch {
	case ended == len(creds):
		v.Outcome, v.Reason = Fails, "ErrImagePull"
		v.Expiry = fmt.Sprintf("all %d credentials have expired, the last on %s", len(creds), dateText(p.expiry(creds)))
		if len(creds) == 1 {
			v.Expiry = fmt.Sprintf("the credential under %q of %s expired on %s", creds[0].Key, creds[0].Secret, dateText(v.Expired[0]))
		}
		v.Message = v.Expiry + "; there is no anonymous fallback"
	case len(creds) == 1:
		v.Message = "one credential is tried, with no anonymous fallback"
		if v.ExpiredBy != nil {
			v.Message += "; its Secret is older than such a token lasts"
		}
	default:
		v.Message = fmt.Sprintf("%d credentials are tried in this order, with no anonymous fallback", len(creds))
		if ended > 0 {
			v.Message += fmt.Sprintf("; %d of them already expired", ended)
		}
		if v.ExpiredBy != nil {
			v.Message += "; some are in Secrets that are older than such tokens last"
		}
	}
	return v
}
