package plan

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// hasDraft reports whether a Secret is a template that has all of its keys, and nothing else writes into it.
func (x *secretIndex) hasDraft(s *manifests.Secret) bool {
	return s.Draft != nil && s.Draft.Err == nil && !s.Draft.Partial && !x.status[s].filled
}

// badDraft returns what is wrong with the template of a Secret for any values, or nil.
func (x *secretIndex) badDraft(s *manifests.Secret) *pullsecret.Malformed {
	var bad *pullsecret.Malformed
	if s.Draft == nil || x.status[s].filled || !errors.As(s.Draft.Err, &bad) {
		return nil
	}
	return bad
}

// draft builds the keyring of keys whose credentials are filled in later.
func (p *Planner) draft(pull *Pull) {
	var named []pullsecret.NamedConfig
	for i := range pull.PullSecrets {
		if u := &pull.PullSecrets[i]; u.draft {
			named = append(named, pullsecret.NamedConfig{Secret: SecretID(u.Namespace, u.Secret.SecretName), Config: u.Secret.Draft.Config})
		}
	}
	pull.drafts = pullsecret.NewKeyring(named)
}

// filledIn returns the verdict for an image that matches a key whose credentials are filled in later; ok is false if
// none matches.
func filledIn(pull *Pull, name string) (v Verdict, ok bool) {
	if !pull.drafted {
		return v, false
	}
	keys := pull.drafts.Lookup(name)
	if len(keys) == 0 {
		return v, false
	}
	return Verdict{Outcome: Unknown, Message: fmt.Sprintf("the key %q of %s matches; its credentials are set later", keys[0].Key, keys[0].Secret)}, true
}
