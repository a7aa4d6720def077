package cluster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// SecretName identifies a Secret.
type SecretName struct{ Namespace, Name string }

// defective sets the cause of a denied pull to a defect of the pull secrets that the pods name, if all of them have one: the registry saw a request
// without credentials, and does not know why.
func (gr *group) defective(a *Answer, f *Failure, o Options) {
	if o.Planned == nil || a.Kind != KindAccess || gr.scope != "image" || slices.Contains(refused, f.id()) || isOfficial(f.Image) {
		return
	}
	if a.Sure == Certain && !slices.Contains(anonymous, f.id()) {
		return
	}
	var first *Planned
	var others []string
	for _, f := range gr.failures {
		p := o.Planned(f)
		if p == nil || !p.Evident {
			return
		}
		if first == nil {
			first = p
		}
		told := p.Defect == first.Defect || slices.ContainsFunc(others, func(o string) bool { return strings.HasSuffix(o, ": "+p.Defect) })
		if !told && len(others) < mostOthers {
			others = append(others, subject(f)+": "+p.Defect)
		}
	}
	a.Cause, a.Sure, a.Who, a.Mistaken = f.Image+" is not pulled: "+first.Defect, Likely, Author, "a missing image"
	a.Do, a.Check = cmp.Or(first.Help, createSecret), Fill(checkSecrets, f)
	gr.defect, gr.others = true, others
}

// mostOthers is how many defects are noted beside the one that the headline names.
const mostOthers = 3

const createSecret = "create the Secret in the pods' own namespace, or correct its name"

// isOfficial reports whether an image is one of Docker Hub's official ones, which need no credentials: a denial means that there is none of that name.
func isOfficial(image string) bool {
	ref, err := imageref.Parse(image)
	return err == nil && ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "library/")
}

// absent notes the first pull secret that the failed pods name and that is not in the input.
func (gr *group) absent(o Options, say func(string, ...any)) {
	for _, f := range gr.failures {
		p := o.Planned(f)
		if p == nil || p.Absent == nil {
			continue
		}
		who, id, check := "the pod", p.Absent.Name, "kubectl get secret "+plain(p.Absent.Name, "NAME")
		if len(gr.failures) > 1 {
			who = subject(f)
		}
		if ns := p.Absent.Namespace; ns != "" {
			id, check = ns+"/"+id, check+" -n "+plain(ns, "NAMESPACE")
		}
		say("%s names pull secret %s, which is not in the input: %s -o yaml", who, id, check)
		return
	}
}
