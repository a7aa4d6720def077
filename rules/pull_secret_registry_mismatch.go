package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretRegistryMismatch reports: no pull secret of the pod matches the image's registry.
var PullSecretRegistryMismatch = lint.Rule{
	ID: "pull-secret-registry-mismatch", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretRegistryMismatch,
	Doc: lint.Doc{
		Title: `no pull secret of the pod matches the image's registry`,
		Why:   `The kubelet compares the keys under auths with registry and repository as text: host and port must be equal, a path must be a prefix, a * stands for one label. A key that does not match is not an error to it; the image is pulled without credentials. It is an error where a key is evidently meant for the image, a warning where the registry is private and other keys are all there is.`,
		Bad:   `  https://index.docker.io/v1`,
		Good:  `  https://index.docker.io/v1/`,
		Since: "0.1.0",
	},
}

func checkPullSecretRegistryMismatch(p *lint.Pass) {
	for _, w := range p.Set.Workloads {
		for _, img := range w.Images {
			if img.State != manifests.Written || img.Err != nil || img.Remote || img.Tier == manifests.Guess {
				continue
			}
			pull := p.Plan.Image(w, img)
			v := p.Plan.Verdict(img, pull)
			if v.Outcome != plan.Anonymous && v.Outcome != plan.Unknown || len(pull.Secrets) == 0 {
				continue
			}
			reportMismatch(p, w, img, pull, v)
		}
	}
}

func reportMismatch(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull, v plan.Verdict) {
	name := img.Ref.Name()
	use := &pull.Secrets[0]
	f := lint.Finding{
		Object: w.Object, Path: use.Ref.Path, Span: use.Ref.Span, Container: img.Container, Image: img.Raw,
		Cluster: lint.Cluster{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: "the image is pulled without credentials: " + denied},
		Related: []lint.Related{{Span: img.Span, Message: "the image that needs them"}},
	}
	misses := pull.Keyring().NearMiss(name)
	if len(misses) > 0 {
		m := misses[0]
		use = useOf(pull, m.Secret)
		f.Path, f.Span, f.Severity = use.Ref.Path, use.Ref.Span, lint.Error
		f.Message = fmt.Sprintf("pull secret %s has the key %s, which does not match image %s: %s", quote(use.Ref.Name), quote(m.Key), quote(img.Raw), m.Why)
		if f.Help = "correct the key"; m.Want != "" {
			f.Help = fmt.Sprintf("write the key %s (the docker-server of kubectl create secret docker-registry)", quote(m.Want))
		}
		if host, known := catalog.LookupHost(img.Ref.Registry); known && host.Anonymous == catalog.AnonymousYes {
			f.Severity = lint.Warning
		}
	} else {
		host, known := catalog.LookupHost(img.Ref.Registry)
		private := !known && img.Ref.Registry != "docker.io" || known && host.Anonymous == catalog.AnonymousNever
		if !private || !allFound(pull) || v.Outcome != plan.Anonymous || host.Ambient || use.Usable && isPublicLooking(p, img) {
			return
		}
		f.Severity = lint.Warning
		f.Message = fmt.Sprintf("no pull secret of the pod has a key that matches image %s", quote(img.Raw))
		f.Help = fmt.Sprintf("add credentials for %s", quote(pullsecret.RecommendedKey(img.Ref.Registry)))
	}
	if use.Secret != nil {
		f.Related = append(f.Related, related(use.Secret, "the Secret"))
	}
	if use.From == plan.FromAccount && pull.Account.Found != nil {
		f.Object = pull.Account.Found.Object
		if f.Object.Context {
			f.Object, f.Span, f.Path = w.Object, img.Span, img.Path
		}
	}
	f.Severity = atMost(f.Severity, img.Tier)
	p.Report(f)
}

// allFound reports whether every pull secret of a pod was found and read: what is not there may be the one.
func allFound(pull *plan.Pull) bool {
	for i := range pull.Secrets {
		if !pull.Secrets[i].Usable {
			return false
		}
	}
	return true
}

// useOf finds the pull secret that a keyring calls by its name.
func useOf(pull *plan.Pull, id string) *plan.Use {
	for i := range pull.Secrets {
		if u := &pull.Secrets[i]; u.Secret != nil && plan.SecretID(u.Namespace, u.Secret.Name) == id {
			return u
		}
	}
	return &pull.Secrets[0]
}

// isPublicLooking reports whether another pod of the input pulls from the same registry without any pull secret, so that it may well be public.
func isPublicLooking(p *lint.Pass, img *manifests.ImageRef) bool {
	for _, w := range p.Set.Workloads {
		for _, other := range w.Images {
			if other != img && other.Err == nil && other.Pod != nil && other.Ref.Registry == img.Ref.Registry && len(p.Plan.Pod(w, other.Pod).Secrets) == 0 {
				return true
			}
		}
	}
	return false
}
