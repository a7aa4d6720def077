package rules

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecretMalformed reports: a pull secret's content cannot be used.
var PullSecretMalformed = lint.Rule{
	ID: "pull-secret-malformed", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretMalformed,
	Doc: lint.Doc{
		Title: `a pull secret's content cannot be used`,
		Why:   `The API server refuses a Secret of a docker type whose key is missing, or whose value is not base64 of a JSON object. What it does not check hurts later: one entry whose auth is no base64 of user:password fails every pull of the pod, public images too, and since 1.33 the bare error text stands where ErrImagePull is expected. Credentials outside of auths are never read.`,
		Bad:   `  config.json: eyJhdXRocyI6e319`,
		Good:  `  .dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=`,
		Since: "0.1.0",
	},
}

func checkPullSecretMalformed(p *lint.Pass) {
	used := map[*manifests.Secret]secretUse{}
	for u := range secretUses(p) {
		if _, ok := used[u.Secret]; u.Secret != nil && !ok {
			used[u.Secret] = u
		}
	}
	for _, s := range p.Set.Secrets {
		if s.Payload == nil {
			continue
		}
		u, isUsed := used[s]
		if s.Context && !isUsed {
			continue
		}
		f, ok := malformedFinding(p, s)
		if !ok {
			continue
		}
		f.Object, f.Span = s.Object, s.Payload.Span
		if isUsed {
			f.Related = append(f.Related, lint.Related{Span: u.Ref.Span, Message: "named as pull secret here"})
		} else if f.Cluster.Stage == lint.StageKubelet {
			f.Severity = lint.Warning // nothing here pulls with it
		}
		if s.Context {
			f.Object, f.Span, f.Path, f.Related = u.object, u.Ref.Span, u.Ref.Path, []lint.Related{related(s, "the Secret")}
		}
		p.Report(f)
	}
}

// malformedFinding says what is wrong with a pull secret's content.
func malformedFinding(p *lint.Pass, s *manifests.Secret) (lint.Finding, bool) {
	name := quote(s.Name)
	f := lint.Finding{Severity: lint.Error, Help: "make it with kubectl create secret docker-registry, or see what docker login wrote"}
	var data *manifests.DataError
	var bad *pullsecret.Malformed
	switch {
	case errors.As(s.Payload.Err, &data):
		f.Message = fmt.Sprintf("pull secret %s %s", name, data.Reason)
		f.Help = data.Help
		f.Cluster = lint.Cluster{Stage: lint.StageValidation, Reason: "Invalid", Message: data.Text}
	case errors.As(s.Payload.Err, &bad):
		f.Message = fmt.Sprintf("pull secret %s: its %s %v", name, bad.Kind.DataKey(), bad.Problem)
		if bad.Key != "" {
			f.Message += fmt.Sprintf(", at the key %s", quote(bad.Key))
		}
		f.Cluster = lint.Cluster{Stage: lint.StageValidation, Reason: "Invalid", Message: bad.ClusterText()}
		if bad.Stage == pullsecret.Kubelet {
			f.Cluster = lint.Cluster{Stage: lint.StageKubelet, Reason: bad.ClusterText(), Message: "every pull of a pod that names the Secret fails, public images too"}
			if p.Settings.Kubernetes < 33 {
				f.Cluster.Reason, f.Cluster.Message = "ErrImagePull", bad.ClusterText()
			}
			f.Help = "auth is base64 of username:password; correct the entry, or remove it"
		}
		if bad.Problem == pullsecret.DoubleBase64 {
			f.Help = "it is encoded twice: encode it once, or put the JSON under stringData"
		}
	default:
		return unreadCredentials(s, f)
	}
	return f, true
}

// unreadCredentials says why a payload that parses holds no credentials.
func unreadCredentials(s *manifests.Secret, f lint.Finding) (lint.Finding, bool) {
	name := quote(s.Name)
	f.Cluster = lint.Cluster{Stage: lint.StageKubelet, Reason: "ErrImagePull", Message: "the image is pulled without credentials"}
	switch s.Payload.Config.Shape() {
	case pullsecret.ShapeBare:
		f.Message = fmt.Sprintf("pull secret %s has its registries at the top, not under \"auths\", so the kubelet reads none", name)
		f.Help = "wrap the JSON: {\"auths\": {...}}"
	case pullsecret.ShapeWrapped:
		f.Message = fmt.Sprintf("pull secret %s has \"auths\", which its type kubernetes.io/dockercfg takes for a registry's name", name)
		f.Help = "write type: kubernetes.io/dockerconfigjson, and the key .dockerconfigjson"
	case pullsecret.ShapeHelpers:
		f.Message = fmt.Sprintf("pull secret %s names credential helpers, which only docker on your machine has, and no credentials", name)
		f.Help = "log in without a credential store, or use kubectl create secret docker-registry"
	case pullsecret.ShapeEmpty, pullsecret.ShapeNull, pullsecret.ShapeAuthsEmpty, pullsecret.ShapeOther:
		f.Message = fmt.Sprintf("pull secret %s holds no registry credentials", name)
		f.Severity = lint.Warning
	default:
		return f, false
	}
	return f, true
}
