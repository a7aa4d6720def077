package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// maxUnnamed is the maximum number of unused Secrets to list for an image.
const maxUnnamed = 3

// unnamed returns the Secrets that the pod of a pull could use if it has no credentials for the image.
func (p *Plans) unnamed(pull *report.Pull) []string {
	if len(pull.Verdict.Credentials) > 0 || pull.Verdict.Outcome == plan.Never || pull.Image.Err != nil || pull.Image.State != manifests.StateString {
		return nil
	}
	var out []string
	for _, s := range p.secrets.Of(pull.Plan.Namespace, pull.Image.Ref.Registry) {
		if !pull.Plan.Names(s.ID()) && s.Works(pull.Image.Ref) && s.Namespace == pull.Plan.Namespace && len(out) < maxUnnamed {
			out = append(out, s.ID())
		}
	}
	return out
}
