package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// placedImage is an image with a registry, and the workload that has it.
type placedImage struct {
	w   *manifests.Workload
	img *manifests.ImageRef
}

// maxSameRepository bounds the images of one repository that are compared, one for each registry.
const maxSameRepository = 8

// placedImages returns the images with registries other than Docker Hub's by repository, one for each registry.
func placedImages(p *lint.Pass) map[string][]placedImage {
	out := map[string][]placedImage{}
	for w, img := range everyImage(p) {
		if img.State != manifests.StateString || img.Err != nil || img.Confidence == manifests.Guess || img.Ref.Registry == "docker.io" || p.IsLocal(img) {
			continue
		}
		same := out[img.Ref.Repository]
		if len(same) < maxSameRepository && !hasRegistry(same, img.Ref.Registry) {
			out[img.Ref.Repository] = append(same, placedImage{w, img})
		}
	}
	return out
}

func hasRegistry(images []placedImage, registry string) bool {
	for _, x := range images {
		if x.img.Ref.Registry == registry {
			return true
		}
	}
	return false
}

// forgotten returns the mismatch for an image whose registry was probably forgotten, so that it is read as one of Docker Hub, or nil: another object has its
// repository in the registry that a pull secret of its pod is for, and the pod has no image that its pull secrets match.
func (m *mismatcher) forgotten(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) *mismatch {
	if img.Ref.Registry != "docker.io" || imageref.Locate(img.Raw).Registry.End > 0 || isPublic(img) || !isPulledByPod(m.p, w, img) || m.p.Plan.Mutation(w, img).Kind != plan.AsWritten {
		return nil
	}
	ring := pull.Keyring()
	for _, x := range m.placed()[img.Ref.Repository] {
		creds := ring.Lookup(x.img.Ref.Name())
		if len(creds) == 0 || m.servedPods()[img.Pod] || m.openPlaces()[ownerOf(img)] {
			continue
		}
		use := useOf(pull, creds[0].Secret)
		out := newMismatch(w, img, pull, use)
		f := out.finding
		f.Object, f.Container, f.Path, f.Span = w.Object, img.Container, img.Path, img.Span
		f.FingerprintKey += " " + img.Ref.Repository
		f.Severity = capByConfidence(lint.Warning, img.Confidence)
		f.Cluster = lint.ClusterError{} // the image may be public
		f.Message = fmt.Sprintf("image %s has no registry, so it is pulled from Docker Hub, while pull secret %s of the pod is for %s, where %s %s has the same repository",
			quote(img.Raw), quote(writtenName(use)), quote(x.img.Ref.Registry), x.w.Kind, x.w.Name)
		f.Help = fmt.Sprintf("write %s", quote(x.img.Ref.Registry+"/"+img.Raw))
		f.Related = []lint.Related{{Span: x.img.Span, Message: "the image with the registry"}, {Span: use.Ref.Span, Message: "the reference to the Secret"}}
		return out
	}
	return nil
}

// servedPods returns the pods with an image that their pull secrets match, or that cannot be read and may be one.
func servedPods(p *lint.Pass) map[*manifests.Pod]bool {
	out := map[*manifests.Pod]bool{}
	for w, img := range everyImage(p) {
		if img.Pod != nil && !out[img.Pod] && (img.State != manifests.StateString || img.Err != nil || len(p.Plan.Image(w, img).Keyring().Lookup(img.Ref.Name())) > 0) {
			out[img.Pod] = true
		}
	}
	return out
}
