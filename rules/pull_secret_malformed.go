package rules

import (
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecretMalformed reports a pull secret with unusable content.
var PullSecretMalformed = lint.Rule{
	ID: "pull-secret-malformed", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretMalformed,
	Doc: lint.Doc{
		Title: `a pull secret's content cannot be used`,
		Why:   `The API server rejects a Secret of a docker type whose key is missing, or whose value is not base64 of a JSON object. Other mistakes show up later: one entry whose auth is not base64 of user:password fails every pull of the pod, even of public images, and since 1.33 the status is the bare error text instead of ErrImagePull. Credentials outside of auths, in a credential store or in an identity token are never read, and neither are username and password beside auth: if they differ from it, as after half a rotation, that is a warning. A Secret that no pod uses is a warning.`,
		Bad:   `config.json: eyJhdXRocyI6e319`,
		Good:  `.dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=`,
		Since: "0.1.0",
	},
}

func checkPullSecretMalformed(p *lint.Pass) {
	used := map[*manifests.Secret]secretUse{}
	for u := range secretUsers(p) {
		if _, ok := used[u.Secret]; u.Secret != nil && !ok {
			used[u.Secret] = u
		}
	}
	reported, failing := reportedKeys(p), newFailingPulls(p)
	for _, s := range p.Plan.Secrets() {
		u, isUsed := used[s]
		if s.Content() == nil || s.Context && !isUsed {
			continue
		}
		for _, f := range contentFindings(p, s, reported) {
			f.Object = s.Object
			if f.Span.IsZero() {
				f.Span = s.Content().Span
			}
			if isUsed {
				f.Related = append(f.Related, lint.Related{Span: u.Ref.Span, Message: "named as a pull secret here"})
			} else if f.Cluster.Stage != lint.StageValidation && f.Cluster.Stage != lint.StageDecode {
				f.Severity = lint.Warning // nothing in the input pulls with it
			}
			if s.Context {
				f.Home = atHome(f)
				f.Object, f.Span, f.Path, f.Fix = u.object, u.Ref.Span, u.Ref.Path, nil
				f.Related = []lint.Related{atFault(s, "the Secret")}
			}
			if f.Severity == lint.Error {
				f.Pulls = failing.holding(s, f.Message)
			}
			p.Report(f)
		}
	}
}

// contentFindings returns the findings about a pull secret's content. isReported reports whether a key needs no finding.
func contentFindings(p *lint.Pass, s *manifests.Secret, isReported func(secretKey) bool) []lint.Finding {
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
		if data.WantKey != "" && s.Content().Span.Exact() {
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
	return keyFindings(s, isReported)
}

func malformedFinding(p *lint.Pass, s *manifests.Secret, bad *pullsecret.Malformed) lint.Finding {
	f := lint.Finding{
		Severity: lint.Error, Help: malformedHelp(bad.Problem),
		Message: fmt.Sprintf("pull secret %s: its %s %v", quote(s.SecretName), bad.Kind.DataKey(), bad.Problem),
		Cluster: lint.ClusterError{Stage: lint.StageValidation, Reason: "Invalid", Message: bad.ClusterText()},
	}
	if s.Payload == nil {
		f.Help = "correct the template, which is wrong for any value"
	}
	if bad.Key != "" {
		f.Message += fmt.Sprintf(", at the key %s", quote(bad.Key))
	}
	if bad.Stage == pullsecret.Kubelet {
		f.Cluster = lint.ClusterError{Stage: lint.StageKubelet, Reason: bad.ClusterText()}
		f.Message += ", so every pull of a pod that names it fails"
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
		return "auth is base64 of username:password; correct the entry, or replace auth with username and password"
	case pullsecret.AuthsNotObject, pullsecret.EntryNotObject:
		return `write {"auths": {"HOST": {"username": "...", "password": "..."}}}`
	case pullsecret.WrongFieldType:
		return "put the value in quotes"
	case pullsecret.HTTPHeaders:
		return "remove HttpHeaders, or make each of its values a string"
	default:
		return "create it with kubectl create secret docker-registry"
	}
}

// unreadCredentials returns the finding for content that can be parsed but has no credentials.
func unreadCredentials(s *manifests.Secret) (lint.Finding, bool) {
	name := quote(s.SecretName)
	f := lint.Finding{Severity: lint.Error, Cluster: withoutCredentials()}
	switch s.Content().Config.Shape() {
	case pullsecret.ShapeBare:
		f.Message = fmt.Sprintf("pull secret %s has its registries at the top level, not under \"auths\", so the kubelet reads none", name)
		f.Help = "wrap the JSON: {\"auths\": {...}}"
	case pullsecret.ShapeWrapped:
		f.Message = fmt.Sprintf("pull secret %s has \"auths\", but its type kubernetes.io/dockercfg has registries at the top level", name)
		f.Help = "write type: kubernetes.io/dockerconfigjson, and the key .dockerconfigjson"
	case pullsecret.ShapeHelpers:
		f.Message = fmt.Sprintf("pull secret %s has no credentials, only credential helpers, which exist only on your machine", name)
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

const credentialHelp = "create it with kubectl create secret docker-registry, which uses no credential store"
