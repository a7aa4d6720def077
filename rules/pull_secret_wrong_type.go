package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretWrongType reports: a Secret that is named as pull secret has another type.
var PullSecretWrongType = lint.Rule{
	ID: "pull-secret-wrong-type", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretWrongType,
	Doc: lint.Doc{
		Title: `a Secret that is named as pull secret has another type`,
		Why:   `The kubelet reads Secrets of the types kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg, and ignores all others without a word, whatever they hold.`,
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
		done[s] = true
		f := lint.Finding{
			Object: s.Object, Span: s.TypeSpan, Path: "type", Severity: lint.Error,
			Message: fmt.Sprintf("Secret %s is used as a pull secret and has the type %s, which the kubelet ignores", quote(s.Name), quote(s.Type)),
			Help:    "write type: kubernetes.io/dockerconfigjson, with the docker config under the key .dockerconfigjson",
			Cluster: lint.Cluster{Stage: lint.StageKubelet, Reason: "ErrImagePull", Message: "the image is pulled without credentials"},
			Related: []lint.Related{{Span: u.Ref.Span, Message: "named as pull secret here"}},
		}
		if f.Span.IsZero() {
			f.Span = s.Span
			f.Message = fmt.Sprintf("Secret %s is used as a pull secret and has no type, so it is Opaque, which the kubelet ignores", quote(s.Name))
		}
		if s.Provider != "Secret" {
			f.Path = ""
			f.Severity = lint.Warning
			f.Message = fmt.Sprintf("Secret %s is used as a pull secret, and %s %s makes it of type %s, which the kubelet ignores", quote(s.Name), s.Provider, s.Object.Name, s.Type)
		}
		if !isFirm(s, u.object) {
			f.Severity = lint.Warning
		}
		if s.Context {
			f.Object, f.Span, f.Path = u.object, u.Ref.Span, u.Ref.Path
			f.Related = []lint.Related{related(s, "the Secret")}
		}
		p.Report(f)
	}
}
