package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// secretKey is a registry key in a Secret, as written.
type secretKey struct {
	secret *manifests.Secret
	key    string
}

// workingKeys returns the keys that match an image in the input. Those that are true are not mistakes, whatever else they do not match; those that are
// false match only images whose own host is wrong.
func workingKeys(p *lint.Pass) map[secretKey]bool {
	out := map[secretKey]bool{}
	for w, img := range everyImage(p) {
		if img.State != manifests.StateString || img.Err != nil {
			continue
		}
		pull := p.Plan.Image(w, img)
		if len(pull.PullSecrets) == 0 {
			continue
		}
		matching := append(pull.Keyring().Lookup(img.Ref.Name()), pull.Drafts().Lookup(img.Ref.Name())...)
		isRight := len(matching) > 0 && !hasWrongHost(p, img)
		for _, c := range matching {
			k := secretKey{useOf(pull, c.Secret).Secret, c.Key}
			out[k] = out[k] || isRight
		}
	}
	return out
}

// reportedKeys returns a function that reports whether a key matches an image, or pull-secret-registry-mismatch reports it. It must look at every
// image, so it does that on first use.
func reportedKeys(p *lint.Pass) func(secretKey) bool {
	var working map[secretKey]bool
	return func(k secretKey) bool {
		if working == nil {
			working = workingKeys(p)
			for _, m := range mismatches(p) {
				working[secretKey{m.use.Secret, m.key}] = true
			}
		}
		_, known := working[k]
		return known
	}
}

// keyFindings returns the findings for keys without credentials, for keys that cannot match any image, and for entries that contradict themselves.
func keyFindings(s *manifests.Secret, isReported func(secretKey) bool) []lint.Finding {
	var out []lint.Finding
	keys := s.Content().Config.Keys()
	bare := map[string][]string{} // keys without credentials, by reason
	for _, k := range keys {
		switch {
		case pullsecret.IsPlaceholder(k.Written):
		case k.Defect != "":
			bare[k.Defect] = append(bare[k.Defect], k.Written)
		case k.Why != "" && !isReported(secretKey{s, k.Written}):
			out = append(out, lint.Finding{
				Severity: lint.Warning, Cluster: withoutCredentials(), Help: keyHelp(k),
				Message: fmt.Sprintf("pull secret %s has the key %s, which matches no image: %s", quote(s.SecretName), quote(k.Written), k.Why),
			})
		case k.Contradiction != "" && s.Payload != nil: // the values of a template are not known
			out = append(out, contradiction(s, k))
		}
	}
	for _, why := range []string{pullsecret.PasswordInStore, pullsecret.OnlyToken, pullsecret.NoUser, pullsecret.NoPassword, pullsecret.NoUserOrPassword, pullsecret.HasLineBreak, pullsecret.GoogleKey, pullsecret.GoogleKeyBase64} {
		list := bare[why]
		if len(list) == 0 {
			continue
		}
		f := lint.Finding{
			Severity: lint.Warning, Cluster: withoutCredentials(), Help: credentialHelp,
			Message: fmt.Sprintf("pull secret %s has %s for %s", quote(s.SecretName), why, someOf(list)),
		}
		if len(list) == len(keys) && (why == pullsecret.PasswordInStore || why == pullsecret.OnlyToken) {
			f.Severity = lint.Error // the meant key is clear, and it is missing
		}
		switch why {
		case pullsecret.HasLineBreak:
			f.Help = "create it again from a password without the line break: printf instead of echo"
		case pullsecret.GoogleKey, pullsecret.GoogleKeyBase64:
			f.Help = "create it again with that user name, or write it into the docker config"
		case pullsecret.OnlyToken:
			f.Help = "replace it with a user name and a password or access token"
		}
		out = append(out, f)
	}
	return out
}

// contradiction returns the finding for an entry whose username and password differ from its auth.
func contradiction(s *manifests.Secret, k pullsecret.Key) lint.Finding {
	at, ok := s.Payload.Auths[k.Written]
	if !ok {
		at = s.Payload.Registries[k.Written]
	}
	return lint.Finding{
		Severity: lint.Warning, Span: at, FingerprintKey: k.Written,
		Message: fmt.Sprintf("pull secret %s contradicts itself for %s: %s, and the kubelet uses auth", quote(s.SecretName), quote(k.Written), k.Contradiction),
		Help:    "remove auth if it is the old one, or else username and password: the kubelet needs only one of the two",
	}
}

// someOf names the first keys and counts the others.
func someOf(keys []string) string {
	switch len(keys) {
	case 1:
		return quote(keys[0])
	case 2:
		return quote(keys[0]) + " and " + quote(keys[1])
	}
	return fmt.Sprintf("%s and %d other keys", quote(keys[0]), len(keys)-1)
}

// keyHelp returns the help for an invalid key.
func keyHelp(k pullsecret.Key) string {
	host := k.Host
	if host == "index.docker.io" || strings.Contains(k.Why, "Docker Hub") {
		host = "docker.io"
	}
	if want := pullsecret.RecommendedKey(host); host != "" && want != "" && want != k.Written {
		if ok := pullsecret.Match(want, host+"/a/b"); ok {
			return fmt.Sprintf("write the key %s", quote(want))
		}
	}
	return "use the registry's host as the key, with its port if the image has one"
}
