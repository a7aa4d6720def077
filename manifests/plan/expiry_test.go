package plan_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// token returns a pull secret with an ECR token that contains its expiry.
func token(id, registry string, end time.Time) string {
	token := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, `{"payload":"not-real","expiration":%d}`, end.Unix()))
	return strings.NewReplacer("robot", "AWS", password, token).Replace(secret(id, registry))
}

// An expired credential is useless, and no anonymous attempt follows it.
func TestExpiry(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	old, earlier, later := now.Add(-time.Minute), now.Add(-48*time.Hour), now.Add(time.Hour)
	for name, c := range map[string]struct {
		in         []string
		now        time.Time
		want, uses string
	}{
		"ended":         {[]string{token("s", key, old), pod("p", private, names("s"))}, now, `fails (ErrImagePull): the credential under "registry.shop.internal" of s expired on 2026-11-29 11:59 UTC; there is no anonymous fallback`, "expired on 2026-11-29 11:59 UTC"},
		"good":          {[]string{token("s", key, later), pod("p", private, names("s"))}, now, "credentials: one credential is tried, with no anonymous fallback", "usable"},
		"no clock":      {[]string{token("s", key, old), pod("p", private, names("s"))}, time.Time{}, "credentials: one credential is tried, with no anonymous fallback", "usable"},
		"no end":        {[]string{secret("s", key), pod("p", private, names("s"))}, now, "credentials: one credential is tried, with no anonymous fallback", "usable"},
		"both ended":    {[]string{token("s", key, earlier), token("t", key, old), pod("p", private, names("s", "t"))}, now, "fails (ErrImagePull): all 2 credentials have expired, the last on 2026-11-29 11:59 UTC; there is no anonymous fallback", "expired on 2026-11-27 12:00 UTC, expired on 2026-11-29 11:59 UTC"},
		"one of two":    {[]string{token("s", key, old), token("t", key, later), pod("p", private, names("s", "t"))}, now, "credentials: 2 credentials are tried in this order, with no anonymous fallback; 1 of them already expired", "expired on 2026-11-29 11:59 UTC, usable"},
		"of others":     {[]string{token("s", "other.internal", old), pod("p", private, names("s"))}, now, "anonymous: no credentials in the pull secrets match registry.shop.internal/app", "expired on 2026-11-29 11:59 UTC"},
		"never pulled":  {[]string{token("s", key, old), policy("p", "Never", names("s"))}, now, "never (ErrImageNeverPull): no registry is asked: the image must be on the node", "expired on 2026-11-29 11:59 UTC"},
		"of an account": {[]string{token("s", key, old), account("robot", "s"), pod("p", private, "serviceAccountName: robot")}, now, `fails (ErrImagePull): the credential under "registry.shop.internal" of s expired on 2026-11-29 11:59 UTC; there is no anonymous fallback`, "expired on 2026-11-29 11:59 UTC"},
	} {
		set := load(t, one(c.in...))
		p := plan.New(set, plan.Options{Now: c.now})
		pull := p.Image(set.Workloads[0], set.Workloads[0].Images[0])
		v := p.Verdict(set.Workloads[0].Images[0], pull)
		got := string(v.Outcome)
		if v.Reason != "" {
			got += " (" + v.Reason + ")"
		}
		if got += ": " + v.Message; got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
		}
		var uses []string
		for i := range pull.PullSecrets {
			u := &pull.PullSecrets[i]
			if u.Usable {
				uses = append(uses, "usable")
			} else {
				uses = append(uses, u.Problem)
			}
		}
		if text := strings.Join(uses, ", "); text != c.uses {
			t.Errorf("%s: %s, want %s", name, text, c.uses)
		}
		for i := range v.Credentials {
			if ended := !v.ExpiredAt(i).IsZero(); ended != strings.HasPrefix(uses[i], "expired") {
				t.Errorf("%s: credential %d ended: %t", name, i, ended)
			}
		}
	}
}
