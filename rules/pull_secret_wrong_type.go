package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecretWrongType reports a Secret named as a pull secret that has another type.
var PullSecretWrongType = lint.Rule{
	ID: "pull-secret-wrong-type", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretWrongType,
	Doc: lint.Doc{
		Title: `a Secret named as a pull secret has another type`,
		Why:   `The kubelet reads Secrets of the types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg, and silently ignores all others. The types of Secrets that are not in the manifests are taken from the table of kubectl get secrets, given with --known-secret. An ExternalSecret or SealedSecret whose template sets no type creates a Secret of type Opaque. A type cannot be changed: the Secret must be deleted and created again. It is a warning if every image of the pods that name it is known not to need it.`,
		Bad:   `type: Opaque`,
		Good:  `type: kubernetes.io/dockerconfigjson`,
		Since: "0.1.0",
	},
}

func checkPullSecretWrongType(p *lint.Pass) {
	failing, spared := newFailingPulls(p), newSpared(p)
	done := map[*manifests.Secret]bool{}
	for u := range secretUsers(p) {
		s := u.Secret
		if u.KnownType != "" {
			p.Report(wrongKnownType(&u, failing))
		}
		if s == nil || s.Type == "" || isDockerType(s.Type) || done[s] {
			continue
		}
		f := wrongType(s)
		f.Related = []lint.Related{{Span: u.Ref.Span, Message: "named as a pull secret here"}}
		if !plan.InSameScope(s.Object, u.object) && (s.SecretNamespace == "" || u.object.Namespace == "") {
			if !holdsKey(s, kindByKeys(s).DataKey()) {
				continue // the same name by chance
			}
			if !p.Plan.ShareNamespace(s, u.object) {
				f.Severity = lint.Warning
			}
		}
		other := isForOther(s)
		if s.Context && !other {
			f.Home = atHome(f)
		}
		if s.Context || other {
			// The Secret is right, or is not reported on, so report each reference to it.
			f.Object, f.Span, f.Path, f.Fix = u.object, u.Ref.Span, u.Ref.Path, nil
			f.Related = []lint.Related{atFault(s, "the Secret")}
		} else {
			done[s] = true
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		if s.Context || other {
			spared.lower(&f, u.Ref)
		} else {
			spared.lowerSecret(&f, s)
		}
		switch {
		case f.Severity != lint.Error:
		case s.Context || other:
			f.Pulls = failing.named(u.Ref, s, nil, f.Message)
		default:
			f.Pulls = failing.holding(s, f.Message)
		}
		p.Report(f)
	}
}

// wrongKnownType reports a pull secret that is not in the input, and has another type by the list of those that exist.
func wrongKnownType(u *secretUse, failing *failingPulls) lint.Finding {
	f := lint.Finding{
		Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Error, Cluster: withoutCredentials(),
		Message: fmt.Sprintf("Secret %s is used as a pull secret but has the type %s in the list of known Secrets, so the kubelet ignores it", quote(u.Ref.Name), quote(u.KnownType)),
		Help:    nameAnother(),
	}
	if f.Severity = capByConfidence(f.Severity, u.tier); f.Severity == lint.Error {
		f.Pulls = failing.named(u.Ref, nil, nil, f.Message)
	}
	return f
}

// nameAnother is the help for a reference to a Secret that has another purpose.
func nameAnother() string {
	return fmt.Sprintf("name a Secret of type %s, such as kubectl create secret docker-registry creates", pullsecret.DockerConfigJSON.Type())
}

// isForOther reports whether a Secret has a purpose of its own by its type and keys, such as the certificate of an Ingress.
func isForOther(s *manifests.Secret) bool {
	return s.Type != "" && s.Type != "Opaque" && !s.TypeSpan.IsZero() && !holdsKey(s, kindByKeys(s).DataKey())
}

func wrongType(s *manifests.Secret) lint.Finding {
	f := lint.Finding{Object: s.Object, Span: s.TypeSpan, Path: "type", Severity: lint.Error, Cluster: withoutCredentials()}
	kind := kindByKeys(s)
	f.Help = fmt.Sprintf("write type: %s, with the docker config under the key %s", kind.Type(), kind.DataKey())
	switch {
	case s.SourceKind != manifests.SourceKindSecret:
		f.Path = ""
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret, but %s %s creates it with type %s, which the kubelet ignores", quote(s.SecretName), s.SourceKind, s.Name, s.Type)
		f.Help = fmt.Sprintf("create it with type %s and the docker config under the key %s", kind.Type(), kind.DataKey())
		return f
	case s.TypeSpan.IsZero():
		f.Span, f.Path = s.Span, "metadata.name"
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret but has no type, so it is Opaque, which the kubelet ignores", quote(s.SecretName))
	default:
		f.Message = fmt.Sprintf("Secret %s is used as a pull secret but has the type %s, which the kubelet ignores", quote(s.SecretName), quote(s.Type))
	}
	if isForOther(s) {
		f.Help = nameAnother()
		return f
	}
	if !holdsKey(s, kind.DataKey()) {
		f.Help = "create it with kubectl create secret docker-registry: it needs the type and another layout"
		return f
	}
	f.Help += "; delete the old Secret first, since a type cannot be changed"
	if f.Fix = replacing(s.TypeSpan, kind.Type(), false); f.Fix != nil {
		f.Fix.Sensitive = true // its line may hold more of the Secret
	}
	return f
}

// kindByKeys returns the kind of pull secret with the data key that a Secret has, or the usual kind.
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
