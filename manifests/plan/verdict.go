package plan

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Outcome is what a pull comes to.
type Outcome string

// The outcomes.
const (
	Credentials Outcome = "credentials" // tried in order, with no anonymous attempt behind them
	Anonymous   Outcome = "anonymous"   // no credentials match
	Fails       Outcome = "fails"       // the pull cannot succeed as supplied
	Never       Outcome = "never"       // no registry is asked
	Unknown     Outcome = "unknown"     // what decides is not in the input
)

// Verdict is the outcome of one image's pull, as far as the input tells.
type Verdict struct {
	Outcome Outcome
	// Reason is what kubectl shows, for Fails and Never.
	Reason  string
	Message string
	// Credentials are tried in this order.
	Credentials []pullsecret.Credential
}

// Policy is the pull policy of an image, and whether the manifest writes it or the API server fills it in.
func Policy(img *manifests.ImageRef) (value, from string) {
	if img.Policy != nil && img.Policy.State == manifests.Written && img.Policy.Value != "" {
		return img.Policy.Value, "manifest"
	}
	return imageref.DefaultPullPolicy(img.Raw), "default"
}

// Verdict says what becomes of an image's pull.
func (p *Planner) Verdict(img *manifests.ImageRef, pull *Pull) Verdict {
	if v, ok := refused(img); ok {
		return v
	}
	policy, _ := Policy(img)
	switch policy {
	case "Never":
		return Verdict{Outcome: Never, Reason: "ErrImageNeverPull", Message: "no registry is asked: the image must be on the node"}
	case "Always", "IfNotPresent":
	default:
		return Verdict{Outcome: Fails, Reason: "Invalid", Message: fmt.Sprintf("the API server refuses imagePullPolicy %q", policy)}
	}
	if u := pull.failed; u != nil {
		text := u.Problem
		var m *pullsecret.Malformed
		if errors.As(u.Secret.Payload.Err, &m) {
			text = m.ClusterText()
		}
		v := Verdict{Outcome: Fails, Reason: text, Message: fmt.Sprintf("pull secret %s is malformed, which fails every pull of the pod", SecretID(u.Namespace, u.Ref.Name))}
		if p.opts.Kubernetes > 0 && p.opts.Kubernetes < 33 {
			v.Reason = "ErrImagePull"
		}
		return v
	}
	for _, l := range pull.Lists {
		for _, d := range l.Defects {
			if d.Kind == manifests.DefectNotList || d.Kind == manifests.DefectString || d.Kind == manifests.DefectNotName {
				return Verdict{Outcome: Fails, Reason: "BadRequest", Message: "the API server cannot read " + l.Path}
			}
		}
	}
	name := img.Ref.Name()
	if creds := pull.keyring.Lookup(name); len(creds) > 0 {
		return Verdict{Outcome: Credentials, Credentials: creds, Message: triedText(len(creds))}
	}
	if !pull.Complete() {
		return Verdict{Outcome: Unknown, Message: "whether credentials match cannot be told: " + pull.missing()}
	}
	if len(pull.Secrets) == 0 {
		v := Verdict{Outcome: Anonymous, Message: "the pod brings no pull secret"}
		if pull.Account.Found == nil {
			v.Message += "; its service account is not in the given manifests, and may bring some"
		}
		return v
	}
	for i := range pull.Secrets {
		if u := &pull.Secrets[i]; !u.Found() {
			return Verdict{Outcome: Anonymous, Message: fmt.Sprintf("pull secret %s is not there, so the pull goes on without it", SecretID(u.Namespace, u.Ref.Name))}
		}
	}
	return Verdict{Outcome: Anonymous, Message: "no credentials of the pull secrets match " + name}
}

func triedText(n int) string {
	if n == 1 {
		return "one credential is tried, with no anonymous attempt behind it"
	}
	return fmt.Sprintf("%d credentials are tried in this order, with no anonymous attempt behind them", n)
}

// missing says what is not in the input.
func (p *Pull) missing() string {
	for i := range p.Secrets {
		u := &p.Secrets[i]
		if u.Secret == nil && u.Known || u.Secret != nil && u.Secret.Payload == nil && u.Problem == "" {
			return fmt.Sprintf("the content of pull secret %s is not in the input", SecretID(u.Namespace, u.Ref.Name))
		}
	}
	switch {
	case p.Account.Chosen:
		return "an operator makes the pod and may add pull secrets"
	case p.Account.Found == nil:
		return fmt.Sprintf("service account %s is not in the input and may bring pull secrets", SecretID(p.Account.Namespace, p.Account.Name))
	}
	return "a template's text stands for a pull secret, or something adds pull secrets while the cluster runs"
}

// refused is the verdict on what never gets as far as credentials.
func refused(img *manifests.ImageRef) (Verdict, bool) {
	switch {
	case img.State == manifests.Missing, img.State == manifests.Null, img.Err != nil && img.Err.Cause == imageref.Empty:
		return Verdict{Outcome: Fails, Reason: "Invalid", Message: "the API server refuses an empty image"}, true
	case img.State == manifests.NotString, img.State == manifests.Template:
		return Verdict{Outcome: Fails, Reason: "BadRequest", Message: "the API server cannot read the image"}, true
	case img.Err != nil:
		return Verdict{Outcome: Fails, Reason: "InvalidImageName", Message: img.Err.Detail}, true
	}
	return Verdict{}, false
}
