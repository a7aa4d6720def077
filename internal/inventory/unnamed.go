package inventory

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// mostUnnamed is the maximum number of unused Secrets to list for an image.
const mostUnnamed = 3

// unnamed holds pull secrets by namespace and registry host without a port.
type unnamed map[[2]string][]string

func newUnnamed(set *manifests.Set, planner *plan.Planner) unnamed {
	out := unnamed{}
	for _, s := range set.Secrets {
		if s.Payload == nil {
			continue
		}
		ns := planner.Namespace(s.SecretNamespace, s.Object)
		for _, k := range s.Payload.Config.Keys() {
			at := [2]string{ns, hostOf(k.Host)}
			if id := plan.SecretID(ns, s.SecretName); k.HasCredentials && k.Host != "" && !slices.Contains(out[at], id) && len(out[at]) <= mostUnnamed {
				out[at] = append(out[at], id)
			}
		}
	}
	return out
}

// hostOf returns a registry host without its port, and the same host for all aliases of Docker Hub.
func hostOf(host string) string {
	host, _, _ = strings.Cut(host, ":")
	switch host {
	case "index.docker.io", "registry-1.docker.io":
		return "docker.io"
	}
	return host
}

// of returns the Secrets that the pod of a pull could use if it has no credentials for the image.
func (u unnamed) of(p *report.Pull) []string {
	if len(p.Verdict.Credentials) > 0 || p.Verdict.Outcome == plan.Never || p.Image.Err != nil || p.Image.State != manifests.StateString {
		return nil
	}
	var out []string
	for _, id := range u[[2]string{p.Plan.Namespace, hostOf(p.Image.Ref.Registry)}] {
		named := slices.ContainsFunc(p.Plan.PullSecrets, func(use plan.PullSecret) bool { return plan.SecretID(use.Namespace, use.Ref.Name) == id })
		if !named && len(out) < mostUnnamed {
			out = append(out, id)
		}
	}
	return out
}
