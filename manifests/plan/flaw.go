package plan

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// flawOf says why none of the credentials that match an image can work, although no other ones are tried. It returns ""
// if one may work. sent is true if the runtime sends one of them.
func flawOf(creds []pullsecret.Credential) (text string, first pullsecret.Credential, sent bool) {
	for _, c := range creds {
		if c.Defect == "" {
			return "", c, false
		}
		sent = sent || !c.Anonymous()
	}
	if len(creds) == 0 {
		return "", first, false
	}
	return fmt.Sprintf("the entry %q of %s has %s", creds[0].Key, creds[0].Secret, creds[0].Defect), creds[0], sent
}

// flawed completes the verdict on credentials that cannot work: without a user name, the runtime pulls anonymously.
func flawed(v Verdict) Verdict {
	text, _, sent := flawOf(v.Credentials)
	switch {
	case text == "":
	case sent:
		v.Message += "; " + text
	default:
		v.Outcome, v.Message = Anonymous, text+", so the pull is anonymous"
	}
	return v
}

// flawDefect returns the defect of credentials that match an image but cannot work.
func flawDefect(img imageref.Ref, pull *Pull) (Defect, bool) {
	text, c, sent := flawOf(pull.keyring.Lookup(img.Name()))
	if text == "" {
		return Defect{}, false
	}
	help := "make Secret " + c.Secret + " again with kubectl create secret docker-registry, which uses no credential store"
	switch c.Defect {
	case pullsecret.HasLineBreak:
		help = "make Secret " + c.Secret + " again from a password without the line break: printf instead of echo"
	case pullsecret.GoogleKey, pullsecret.GoogleKeyBase64:
		help = "make Secret " + c.Secret + " again with that user name"
	case pullsecret.OnlyToken:
		help = "make Secret " + c.Secret + " again with a user name and a password or access token"
	}
	return Defect{Text: text, Help: help, Secret: c.Secret, Kind: DefectContent, Evident: true, Sent: sent}, true
}

// Flaw says why the entries of a usable pull secret that match an image cannot work, or returns "".
func (u *PullSecret) Flaw(ref imageref.Ref) string {
	if !u.Usable {
		return ""
	}
	creds := u.offer().pull.keyring.Lookup(ref.Name())
	if text, c, _ := flawOf(creds); text != "" {
		return fmt.Sprintf("has %s under the key %q", c.Defect, c.Key)
	}
	return ""
}

// Works reports whether the Secret has a key that matches an image, with credentials that may work.
func (s HostSecret) Works(ref imageref.Ref) bool {
	if s.Problem != "" || s.bare {
		return false
	}
	creds := s.ring().Lookup(ref.Name())
	text, _, _ := flawOf(creds)
	return len(creds) > 0 && text == ""
}

// NearMiss says which key of the Secret is meant for an image and does not match it, and why; "" if there is none.
func (s HostSecret) NearMiss(ref imageref.Ref) string {
	if s.Problem != "" || s.bare {
		return ""
	}
	pull := Pull{keyring: s.ring()}
	miss, ok := pull.Mismatch(ref.Name())
	if !ok || len(pull.keyring.Lookup(ref.Name())) > 0 {
		return ""
	}
	return fmt.Sprintf("has the key %q, which does not match: %s", miss.Key, miss.Why)
}
