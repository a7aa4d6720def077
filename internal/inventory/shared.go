package inventory

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// maxOwners is more than the length of any chain of owners, and ends cycles.
const maxOwners = 8

// sharedPulls finds the pulls that several objects of one workload share: in a dump of a cluster, a Deployment, its ReplicaSets and its Pods have the
// same containers, and each container with its image is one pull of the workload.
type sharedPulls struct {
	owners *plan.OwnerIndex // nil if no object of the set has an owner
	groups [][]member
	at     map[pullKey]int
	each   func([]member)
	// nth counts the equal images of the current object.
	current *manifests.Workload
	nth     map[ownedImage]int
}

// member is an object's part in a pull. top is true for the object at the top of the chain of owners.
type member struct {
	w   *manifests.Workload
	img *manifests.ImageRef
	top bool
}

// ownerKey is an object as ownerReferences name it: "Kind/name".
type ownerKey struct{ namespace, object string }

type ownedImage struct{ container, image string }

// pullKey is a pull of a workload. The workload is the object at the top of the chain of owners, or the name of one that is not in the input; nth tells
// equal images of one object apart.
type pullKey struct {
	top   any
	image ownedImage
	nth   int
}

// newSharedPulls returns the pulls of a set. It calls each with the members of one pull, in the order of their first members.
func newSharedPulls(set *manifests.Set, each func([]member)) *sharedPulls {
	s := &sharedPulls{each: each}
	if !slices.ContainsFunc(set.Workloads, func(w *manifests.Workload) bool { return w.Controller != "" }) {
		return s // everything except dumps of clusters
	}
	s.owners, s.at = plan.NewOwnerIndex(set.Workloads), map[pullKey]int{}
	return s
}

// add adds an image that is pulled. Those of one object must follow each other.
func (s *sharedPulls) add(w *manifests.Workload, img *manifests.ImageRef) {
	if s.owners == nil {
		s.each([]member{{w, img, true}})
		return
	}
	if s.current != w {
		s.current, s.nth = w, map[ownedImage]int{}
	}
	image := ownedImage{img.Container, img.Raw}
	top := s.top(w, image)
	key := pullKey{top, image, s.nth[image]}
	s.nth[image]++
	n, ok := s.at[key]
	if !ok {
		n = len(s.groups)
		s.at[key] = n
		s.groups = append(s.groups, nil)
	}
	s.groups[n] = append(s.groups[n], member{w, img, top == w})
}

// flush reports the pulls that were only collected so far.
func (s *sharedPulls) flush() {
	for _, group := range s.groups {
		s.each(group)
	}
}

// top returns the object at the top of the chain of owners that an image of an object belongs to, or its name if it is not in the set. Pods,
// ReplicaSets and Jobs belong to their owners with all images, including those that a webhook added. Other objects may be one of several parts of
// what owns them, so only the images that the owner also has are the same.
func (s *sharedPulls) top(w *manifests.Workload, image ownedImage) any {
	for range maxOwners {
		if w.Controller == "" || strings.HasPrefix(w.Controller, "Node/") { // the static pods of a node are different workloads
			break
		}
		owner := s.owners.Sharing(w)
		switch {
		case isRun(w.Kind) && owner == nil:
			return ownerKey{w.Namespace, w.Controller}
		case isRun(w.Kind), owner != nil && s.owners.HasImage(owner, image.container, image.image):
			w = owner
		default:
			return w
		}
	}
	return w
}

// isPart reports whether an object or an owner of it matches want.
func (s *sharedPulls) isPart(w *manifests.Workload, want string) bool {
	for range maxOwners {
		if isWorkload(w, want) {
			return true
		}
		if w = s.owners.Of(w); w == nil {
			break
		}
	}
	return false
}

// isRun reports whether objects of a kind are runs or revisions of their owner.
func isRun(kind string) bool {
	switch kind {
	case "Pod", "ReplicaSet", "ReplicationController", "Job":
		return true
	}
	return false
}

// join returns one pull for all members: that of a Pod if there is one, since the kubelet pulls for Pods, and of one that fails if any does.
func join(members []member, of func(*manifests.Workload, *manifests.ImageRef) report.Pull) report.Pull {
	var out report.Pull
	best, failing := -1, make([]bool, len(members))
	for i, m := range members {
		p := of(m.w, m.img)
		failing[i] = p.Fails()
		if best < 0 || rank(m, &p) < rank(members[best], &out) {
			best, out = i, p
		}
	}
	for i, m := range members {
		switch {
		case i == best:
		case m.top:
			out.Also = slices.Insert(out.Also, 0, m.w.Object)
		case m.w.Kind == "Pod" && failing[best] && !failing[i]:
			out.NotFailing = append(out.NotFailing, m.w.Object)
		default:
			out.Also = append(out.Also, m.w.Object)
		}
	}
	return out
}

// rank sorts the members of a pull; the first represents it.
func rank(m member, p *report.Pull) int {
	isPod := m.w.Kind == "Pod"
	switch {
	case p.Fails() && isPod:
		return 0
	case p.Fails():
		return 1
	case p.Said != nil:
		return 2
	case isPod:
		return 3
	case m.top:
		return 4
	}
	return 5
}
