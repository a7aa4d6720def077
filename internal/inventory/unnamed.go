package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// maxUnnamed is the maximum number of unused Secrets to list for an image.
const maxUnnamed = 3

// addUnnamed adds the Secrets that the pod of a pull could use if it has no credentials for the image, and those that are meant for it.
func (p *Plans) addUnnamed(pull *report.Pull) {
	if len(pull.Verdict.Credentials) > 0 || pull.Verdict.Outcome == plan.Never || pull.Image.Err != nil || pull.Image.State != manifests.StateString {
		return
	}
	ref := pull.Image.Ref
	for s := range p.secrets.Unnamed(pull.Plan, ref.Registry) {
		switch id := s.ID(); {
		case s.Works(ref):
			if len(pull.Unnamed) < maxUnnamed {
				pull.Unnamed = append(pull.Unnamed, id)
			}
		case len(pull.Near) < maxUnnamed && !pull.Plan.ReplacesAccount(id):
			if near := s.NearMiss(ref); near != "" {
				pull.Near = append(pull.Near, id+" "+near)
			}
		}
	}
}
