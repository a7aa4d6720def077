package plan

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// stream is an image stream of OpenShift in its possible namespaces.
type stream struct {
	*manifests.ImageStream
	namespaces []string
	by         string // for messages
}

// streamsOf returns the image streams of a set by name. Few sets have any.
func (p *Planner) streamsOf(set *manifests.Set) map[string][]stream {
	if len(set.ImageStreams) == 0 {
		return nil
	}
	out := map[string][]stream{}
	for _, s := range inOrder(set.ImageStreams, func(s *manifests.ImageStream) *manifests.Object { return s.Object }) {
		if len(out[s.Name]) < maxStreams {
			out[s.Name] = append(out[s.Name], stream{s, p.namespaces(s.Namespace, s.Object), `OpenShift's ImageStream "` + s.Name + `"`})
		}
	}
	return out
}

// maxStreams is the maximum number of image streams of one name. Each is compared with each image that may be one of their tags.
const maxStreams = 100

// streamed returns what OpenShift's admission plugin image.openshift.io/ImagePolicy makes of an image: it replaces the name of a tag of an image stream
// in the same namespace with the image of that tag, in pods, in what creates them, and in builds
// (pkg/admission/imagepolicy in https://github.com/openshift/apiserver-library-go).
func (p *Planner) streamed(w *manifests.Workload, img *manifests.ImageRef) Mutation {
	best := Mutation{}
	if len(p.streams) == 0 || img.State != manifests.StateString || img.Err != nil || w.ValuesFile || !isAdmitted(w, img) {
		return best
	}
	forced := img.Pod != nil && img.Pod.ResolvesNames
	name, tag := streamTag(img.Raw, forced)
	if len(p.streams[name]) == 0 {
		return best
	}
	all := p.namespaces(w.Namespace, w.Object)
	for i := range p.streams[name] {
		s := &p.streams[name][i]
		if !forced && !s.Local {
			continue
		}
		shared, perhaps := shareNamespace(all, s.namespaces)
		has := s.AnyTag || s.Tags[tag]
		switch {
		case !shared && !perhaps:
		case shared && has:
			return Mutation{Kind: Replaced, By: s.by}
		case best.Kind == AsWritten:
			best = Mutation{MayChange, s.by, !has} // a build may push the tag; if none does, the pull goes to the cluster's registry, if it has one
		}
	}
	return best
}

// isAdmitted reports whether OpenShift's admission will read an image. It does not read those of volumes. What comes from a cluster was admitted when it was
// created, and is not read again: neither are images that an update leaves alone, nor objects that a controller owns, such as the Pods of a Deployment.
func isAdmitted(w *manifests.Workload, img *manifests.ImageRef) bool {
	switch {
	case w.Live && slices.Contains(admitted, w.Group()) && w.Kind != "BuildConfig":
		return false
	case img.InPodSpec():
		return img.Field != manifests.FieldVolume && !img.Remote
	case w.Kind == "Build" || w.Kind == "BuildConfig":
		return w.Group() == "build.openshift.io" || w.Group() == ""
	}
	return false
}

// admitted are the groups of the kinds that the admission reads unless it is configured otherwise. A BuildConfig is not among these: the builds from it are.
var admitted = []string{"", "apps", "apps.openshift.io", "batch", "build.openshift.io", "extensions"}

// streamTag returns the image stream and the tag that OpenShift looks for in place of an image, or "" if it leaves the image alone. Only a name alone can
// be one of its tags unless the object asks for more; then, registry and namespace do not count.
func streamTag(raw string, forced bool) (name, tag string) {
	l := imageref.Locate(raw)
	name = raw[l.Repository.Start:l.Repository.End]
	if l.Digest.End > 0 || l.Registry.End > 0 && !forced {
		return "", ""
	}
	if i := strings.IndexByte(name, '/'); i >= 0 && forced {
		name = name[i+1:]
	}
	if strings.Contains(name, "/") || l.Registry.End == 0 && !strings.Contains(raw, "/") && (strings.Contains(name, ".") || strings.HasPrefix(name, "localhost")) {
		return "", "" // without a path, OpenShift reads such a name as a registry
	}
	if tag = raw[l.Tag.Start:l.Tag.End]; tag == "" {
		tag = "latest"
	}
	return name, tag
}

// withoutAdmission are the namespaces for which OpenShift's documentation says that references to images are not resolved.
var withoutAdmission = []string{"default", "kube-public", "kube-system", "openshift", "openshift-infra", "openshift-node"}

// shareNamespace reports whether two objects are in the same namespace, or perhaps are because that of one of them is unknown.
func shareNamespace(a, b []string) (shared, perhaps bool) {
	for _, ns := range a {
		if slices.Contains(withoutAdmission, ns) {
			continue
		}
		shared = shared || slices.Contains(b, ns)
		perhaps = perhaps || ns == "" || slices.Contains(b, "")
	}
	return shared, perhaps
}
