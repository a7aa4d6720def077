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
		Why:   `The API server refuses a Secret of a docker type whose key is missing, or whose value is not base64 of a JSON object. What it does not check hurts later: one entry whose auth is no base64 of user:password fails every pull of the pod, public images too, and since 1.33 the bare error text stands where ErrImagePull is expected. Credentials outside of auths, in a credential store or in an identity token are never read. What no pod uses is a warning.`,
		Bad:   `config.json: eyJhdXRocyI6e319`,
		Good:  `.dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=`,
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
	told := toldKeys(p)
	for _, s := range p.Plan.Secrets() {
		u, isUsed := used[s]
		if s.Content() == nil || s.Context && !isUsed {
			continue
		}
		for _, f := range contentFindings(p, s, told) {
			f.Object, f.Span = s.Object, s.Content().Span
			if isUsed {
				f.Related = append(f.Related, lint.Related{Span: u.Ref.Span, Message: "named as pull secret here"})
			} else if f.Cluster.Stage != lint.StageValidation && f.Cluster.Stage != lint.StageDecode {
				f.Severity = lint.Warning // nothing here pulls with it
			}
			if s.Context {
				f.Object, f.Span, f.Path, f.Fix = u.object, u.Ref.Span, u.Ref.Path, nil
				f.Related = []lint.Related{related(s, "the Secret")}
			}
			p.Report(f)
		}
	}
}

// contentFindings says what is wrong with a pull secret's content; isTold reports whether a key needs no word.
func contentFindings(p *lint.Pass, s *manifests.Secret, isTold func(secretKey) bool) []lint.Finding {
	var data *manifests.DataError
	var bad *pullsecret.Malformed
	switch {
	case errors.As(s.Content().Err, &data):
		f := lint.Finding{
			Severity: lint.Error, Message: fmt.Sprintf("pull secret %s %s", quote(s.SecretName), data.Reason), Help: data.Help,
			Cluster: lint.ClusterError{Stage: lint.StageValidation, Reason: "Invalid", Message: data.Text},
		}
		if data.Undecodable {
			f.Cluster.Stage, f.Cluster.Reason = lint.StageDecode, "BadRequest"
		}
		if data.WantKey != "" && s.Content().Span.Exact {
			f.Fix = &lint.Fix{Title: "write " + data.WantKey, Edits: []lint.Edit{{Span: s.Content().Span, New: data.WantKey}}}
		}
		return []lint.Finding{f}
	case errors.As(s.Content().Err, &bad) && (bad.Stage == pullsecret.APIServer || p.Plan.ContentSource(s) == nil):
		return []lint.Finding{malformedFinding(p, s, bad)}
	case s.Content().Err != nil || p.Plan.ContentSource(s) != nil:
		return nil // an operator writes the content
	}
	if f, ok := unreadCredentials(s); ok {
		return []lint.Finding{f}
	}
	return keyFindings(s, isTold)
}

func malformedFinding(p *lint.Pass, s *manifests.Secret, bad *pullsecret.Malformed) lint.Finding {
	f := lint.Finding{
		Severity: lint.Error, Help: malformedHelp(bad.Problem),
		Message: fmt.Sprintf("pull secret %s: its %s %v", quote(s.SecretName), bad.Kind.DataKey(), bad.Problem),
		Cluster: lint.ClusterError{Stage: lint.StageValidation, Reason: "Invalid", Message: bad.ClusterText()},
	}
	if s.Payload == nil {
		f.Help = "correct the template, which is wrong whatever is filled in"
	}
	if bad.Key != "" {
		f.Message += fmt.Sprintf(", at the key %s", quote(bad.Key))
	}
	if bad.Stage == pullsecret.Kubelet {
		f.Cluster = lint.ClusterError{Stage: lint.StageKubelet, Reason: bad.ClusterText(), Message: "every pull of a pod that names the Secret fails, public images too"}
		if p.Settings.Kubernetes < 33 {
			f.Cluster.Reason, f.Cluster.Message = "ErrImagePull", bad.ClusterText()
		}
	}
	return f
}

func malformedHelp(problem pullsecret.Problem) string {
	switch problem {
	case pullsecret.DoubleBase64:
		return "encode the JSON once, or put it under stringData as it is"
	case pullsecret.DoubleJSON:
		return "write the JSON object itself, without quotes around it"
	case pullsecret.ByteOrderMark:
		return "save the JSON as UTF-8 without a byte order mark"
	case pullsecret.AuthBase64, pullsecret.AuthNoColon:
		return "auth is base64 of username:password; correct the entry, or leave auth out and write username and password"
	case pullsecret.AuthsNotObject, pullsecret.EntryNotObject:
		return `write {"auths": {"HOST": {"username": "...", "password": "..."}}}`
	case pullsecret.WrongFieldType:
		return "put the value in quotes"
	case pullsecret.HTTPHeaders:
		return "remove HttpHeaders, or make each of its values a string"
	default:
		return "make it with kubectl create secret docker-registry"
	}
}

// unreadCredentials says why a payload that parses holds no credentials.
func unreadCredentials(s *manifests.Secret) (lint.Finding, bool) {
	name := quote(s.SecretName)
	f := lint.Finding{Severity: lint.Error, Cluster: withoutCredentials()}
	switch s.Content().Config.Shape() {
	case pullsecret.ShapeBare:
		f.Message = fmt.Sprintf("pull secret %s has its registries at the top, not under \"auths\", so the kubelet reads none", name)
		f.Help = "wrap the JSON: {\"auths\": {...}}"
	case pullsecret.ShapeWrapped:
		f.Message = fmt.Sprintf("pull secret %s has \"auths\", which its type kubernetes.io/dockercfg takes for a registry's name", name)
		f.Help = "write type: kubernetes.io/dockerconfigjson, and the key .dockerconfigjson"
	case pullsecret.ShapeHelpers:
		f.Message = fmt.Sprintf("pull secret %s names credential helpers, which only docker on your machine has, and no credentials", name)
		f.Help = credentialHelp
	case pullsecret.ShapeEmpty, pullsecret.ShapeNull, pullsecret.ShapeAuthsEmpty, pullsecret.ShapeOther:
		f.Message = fmt.Sprintf("pull secret %s holds no registry credentials", name)
		f.Help = credentialHelp
		f.Severity = lint.Warning
	default:
		return f, false
	}
	return f, true
}

const credentialHelp = "make it with kubectl create secret docker-registry, which asks no credential store"
