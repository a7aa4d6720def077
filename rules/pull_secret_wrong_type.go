package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecretWrongType reports: a Secret that is named as pull secret has another type.
var PullSecretWrongType = lint.Rule{
	ID: "pull-secret-wrong-type", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretWrongType,
	Doc: lint.Doc{
		Title: `a Secret that is named as pull secret has another type`,
		Why:   `The kubelet reads Secrets of the types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg, and ignores all others without a word, whatever they hold. An ExternalSecret or SealedSecret whose template names no type makes one of type Opaque. A type cannot be changed: the Secret has to be deleted and made anew.`,
		Bad:   `type: Opaque`,
		Good:  `type: kubernetes.io/dockerconfigjson`,
		Since: "0.1.0",
	},
}

func checkPullSecretWrongType(p *lint.Pass) {
	done := map[*manifests.Secret]bool{}
	for u := range secretUses(p) {
		s := u.Secret
		if s == nil || s.Type == "" || isDockerType(s.Type) || done[s] {
			continue
		}
		f := wrongType(s)
		f.Related = []lint.Related{{Span: u.Ref.Span, Message: "named as pull secret here"}}
		if !isFirm(s, u.object) {
			if !holdsKey(s, kindByKeys(s).DataKey()) {
				continue // of the same name by chance
			}
			f.Severity = lint.Warning
		}
		if s.Context {
			// The Secret is not reported on, so each of those that name it is.
			f.Object, f.Span, f.Path, f.Fix = u.object, u.Ref.Span, u.Ref.Path, nil
			f.Related = []lint.Related{related(s, "the Secret")}
		} else {
			done[s] = true
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		p.Report(f)
	}
}

func wrongType(s *manifests.Secret) lint.Finding {
	f := lint.Finding{Object: s.Object, Span: s.TypeSpan, Path: "type", Severity: lint.Error, Cluster: withoutCredentials()}
	kind := kindByKeys(s)
	f.Help = fmt.Sprintf("write type: %s, with the docker config under the key %s", kind.Type(), kind.DataKey())
	switch {
	case s.SourceKind != manifests.SourceKindSecret:
		f.Path = ""
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret, and %s %s makes it of type %s, which the kubelet ignores", quote(s.SecretName), s.SourceKind, s.Name, s.Type)
		f.Help = fmt.Sprintf("have it made of type %s, with the docker config under the key %s", kind.Type(), kind.DataKey())
		return f
	case s.TypeSpan.IsZero():
		f.Span, f.Path = s.Span, "metadata.name"
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret and has no type, so it is Opaque, which the kubelet ignores", quote(s.SecretName))
	default:
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret and has the type %s, which the kubelet ignores", quote(s.SecretName), quote(s.Type))
	}
	if !holdsKey(s, kind.DataKey()) {
		f.Help = "make it with kubectl create secret docker-registry: it needs the type and another layout"
		return f
	}
	f.Help += "; delete the old Secret first, a type cannot be changed"
	if f.Fix = replacing(s.TypeSpan, kind.Type(), false); f.Fix != nil {
		f.Fix.Sensitive = true // its line may hold more of the Secret
	}
	return f
}

// kindByKeys is the kind of pull secret whose data key a Secret holds; of those without any, the usual one.
func kindByKeys(s *manifests.Secret) pullsecret.Kind {
	if holdsKey(s, pullsecret.DockerCfg.DataKey()) && !holdsKey(s, pullsecret.DockerConfigJSON.DataKey()) {
		return pullsecret.DockerCfg
	}
	return pullsecret.DockerConfigJSON
}

func holdsKey(s *manifests.Secret, key string) bool {
	for _, k := range s.Keys {
		if k.Name == key {
			return true
		}
	}
	return false
}
