package plan

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Outcome is the result of a pull.
type Outcome string

// Values of Outcome.
const (
	Credentials Outcome = "credentials" // tried in order, without an anonymous attempt afterwards
	Anonymous   Outcome = "anonymous"   // no credentials match
	Fails       Outcome = "fails"       // the pull cannot succeed with this input
	Never       Outcome = "never"       // no registry is contacted
	Unknown     Outcome = "unknown"     // the input does not show it
)

// Verdict is the result of an image's pull, as far as the input shows.
type Verdict struct {
	Outcome Outcome
	// Reason is the reason that kubectl shows, for Fails and Never.
	Reason  string
	Message string
	// Credentials are tried in this order; Expired has the expiry time of each, zero if it is valid.
	Credentials []pullsecret.Credential
	Expired     []time.Time
	// ExpiredBy has the time by which each must have expired, by the age of its Secret; zero if it need not have. It is nil if
	// none has.
	ExpiredBy []time.Time
	// Expiry describes when all of them expired; "" if one is valid. Aged describes by when they did unless their Secrets were renewed, if none is valid
	// otherwise.
	Expiry, Aged string
}

// PullPolicy returns the pull policy of an image, and whether it is set or a default.
func PullPolicy(img *manifests.ImageRef) (value, from string) {
	if img.PullPolicy != nil && img.PullPolicy.State == manifests.StateString && img.PullPolicy.Value != "" {
		return img.PullPolicy.Value, "manifest"
	}
	return imageref.DefaultPullPolicy(img.Raw), "default"
}

// Verdict predicts the result of an image's pull.
func (p *Planner) Verdict(img *manifests.ImageRef, pull *Pull) Verdict {
	v := p.decide(img, pull)
	switch v.Outcome {
	case Credentials:
		return flawed(v)
	case Anonymous:
		v.Message = pull.why(img.Ref.Name())
		if r, _ := registries.Lookup(img.Ref.Registry); r.Ambient {
			v.Message += "; nodes may have credentials of their own for " + img.Ref.Registry
		}
	case Unknown:
		if v.Message != "" {
			break
		}
		v.Message = "cannot tell whether credentials match: " + pull.missing()
	}
	return v
}

// Outcome is Verdict without the message, which costs a scan of all keys.
func (p *Planner) Outcome(img *manifests.ImageRef, pull *Pull) Outcome {
	return p.decide(img, pull).Outcome
}

// decide is Verdict without messages that need a scan of all keys.
func (p *Planner) decide(img *manifests.ImageRef, pull *Pull) Verdict {
	if l := undecodable(pull); l != nil {
		if slices.Contains(pull.resource, l) {
			return Verdict{Outcome: Fails, Reason: "Invalid", Message: "the API server rejects " + l.Path}
		}
		return Verdict{Outcome: Fails, Reason: "BadRequest", Message: "the API server cannot read " + l.Path}
	}
	if v, ok := refused(img); ok {
		return v
	}
	policy, _ := PullPolicy(img)
	switch policy {
	case "Never":
		if pull.failed != nil && p.buildsKeyringFirst() {
			return p.failedVerdict(pull.failed)
		}
		return Verdict{Outcome: Never, Reason: "ErrImageNeverPull", Message: "no registry is asked: the image must be on the node"}
	case "Always", "IfNotPresent":
	default:
		return Verdict{Outcome: Fails, Reason: "Invalid", Message: fmt.Sprintf("the API server rejects imagePullPolicy %q", policy)}
	}
	if pull.failed != nil {
		return p.failedVerdict(pull.failed)
	}
	if len(pull.PullSecrets) > 0 {
		name := img.Ref.Name()
		if creds := pull.keyring.Lookup(name); len(creds) > 0 {
			return p.verdictWith(pull, creds)
		}
		if v, ok := filledIn(pull, name); ok {
			return v
		}
	}
	if !pull.Complete() {
		return Verdict{Outcome: Unknown}
	}
	if pull.unplaced != nil {
		return Verdict{Outcome: Unknown, Message: p.placeText(pull.unplaced)}
	}
	return Verdict{Outcome: Anonymous}
}

// undecodable returns a list of pull secrets that the API server cannot decode, or that the custom resource does not
// accept, or nil.
func undecodable(pull *Pull) *manifests.PullSecretList {
	for _, list := range [][]*manifests.PullSecretList{pull.Lists, pull.resource} {
		for _, l := range list {
			for i := range l.Defects {
				if l.Defects[i].IsRefused() && l.Confidence == manifests.Certain {
					return l
				}
			}
		}
	}
	return nil
}

// buildsKeyringFirst reports whether the kubelet reads the pull secrets before it checks whether it needs to pull, as
// 1.33 and 1.34 do.
func (p *Planner) buildsKeyringFirst() bool {
	return p.opts.Kubernetes == 33 || p.opts.Kubernetes == 34
}

// failedVerdict returns the verdict for pods with a pull secret whose content the kubelet cannot read. Up to 1.32 the
// kubelet wraps the error; later it is the reason itself.
func (p *Planner) failedVerdict(u *PullSecret) Verdict {
	text := u.Problem
	var m *pullsecret.Malformed
	if errors.As(u.Secret.Content().Err, &m) {
		text = m.ClusterText()
	}
	v := Verdict{Outcome: Fails, Reason: text, Message: fmt.Sprintf("pull secret %s is malformed, so every pull of the pod fails", SecretID(u.Namespace, u.Ref.Name))}
	if p.opts.Kubernetes < 33 {
		v.Reason = "ErrImagePull"
		v.Message += ": " + text
	}
	return v
}

// why returns why no credentials match, if all credentials of the pod are known.
func (p *Pull) why(name string) string {
	if u := p.lacking; u != nil {
		return u.problemText() + "; the pull continues anonymously"
	}
	switch {
	case len(p.PullSecrets) > 0:
		why := "no credentials in the pull secrets match " + name
		if miss, ok := p.Mismatch(name); ok {
			why += fmt.Sprintf("; the key %q of %s does not: %s", miss.Key, miss.Secret, miss.Why)
		}
		return why
	case p.late != nil:
		return "the pod has no pull secret; it was created before its service account got some"
	case p.ServiceAccount.Found == nil && !p.created:
		return "the pod has no pull secret; its service account is not defined in these manifests and may have some"
	}
	return "the pod has no pull secret"
}

// problemText describes a missing or unusable pull secret.
func (u *PullSecret) problemText() string {
	id := SecretID(u.Namespace, u.Ref.Name)
	if !u.Found() {
		return fmt.Sprintf("pull secret %s is not defined in these manifests", id)
	}
	return fmt.Sprintf("pull secret %s %s", id, u.Problem)
}

// Mismatch returns the key that is most evidently meant for an image without a matching key; ok is false if there is
// none.
func (p *Pull) Mismatch(name string) (miss pullsecret.KeyMismatch, ok bool) {
	misses := append(p.keyring.NearMiss(name), p.drafts.NearMiss(name)...)
	if len(misses) == 0 {
		misses = append(p.keyring.Misspelled(name), p.drafts.Misspelled(name)...)
	}
	if len(misses) == 0 {
		return miss, false
	}
	return misses[0], true
}

// Unmatched says why no key of a usable pull secret matches an image; "" if one does, or if the keys are not known.
func (u *PullSecret) Unmatched(ref imageref.Ref) string {
	if !u.Usable {
		return ""
	}
	own := u.offer()
	if len(own.pull.keyring.Lookup(ref.Name())) > 0 {
		return ""
	}
	if miss, ok := own.pull.Mismatch(ref.Name()); ok {
		return fmt.Sprintf("the key %q does not match: %s", miss.Key, miss.Why)
	}
	if own.names[hostOf(ref.Registry)] {
		return "no entry matches " + ref.Name()
	}
	return "no entry for " + ref.Registry
}

// missing describes what is not in the input.
func (p *Pull) missing() string {
	if u := p.unread; u != nil {
		id := SecretID(u.Namespace, u.Ref.Name)
		switch {
		case u.Hidden:
			return fmt.Sprintf("pull secret %s may be one of those that Helm hid", id)
		case u.Secret != nil && u.Secret.Condition != "":
			return fmt.Sprintf("the content of pull secret %s is not in the input until %s", id, u.Secret.Condition)
		default:
			return fmt.Sprintf("the content of pull secret %s is not in the input", id)
		}
	}
	switch {
	case p.ServiceAccount.ByOperator:
		return "an operator creates the pod and may add pull secrets"
	case p.ServiceAccount.Named && p.ServiceAccount.Found == nil:
		return fmt.Sprintf("service account %s is not in the input and may have pull secrets; without it, no pod is created", SecretID(p.ServiceAccount.Namespace, p.ServiceAccount.Name))
	}
	return "a pull secret's name is still a template, or something adds pull secrets in the cluster"
}

// refused returns the verdict for pulls that fail before credentials matter.
func refused(img *manifests.ImageRef) (Verdict, bool) {
	switch {
	case img.State == manifests.StateMissing, img.State == manifests.StateNull, img.Err != nil && img.Err.Cause == imageref.Empty:
		return Verdict{Outcome: Fails, Reason: "Invalid", Message: "the API server rejects an empty image"}, true
	case img.State == manifests.StateNotString, img.State == manifests.StateTemplate:
		return Verdict{Outcome: Fails, Reason: "BadRequest", Message: "the API server cannot read the image"}, true
	case img.Err != nil:
		return Verdict{Outcome: Fails, Reason: "InvalidImageName", Message: img.Err.Detail}, true
	}
	return Verdict{}, false
}
