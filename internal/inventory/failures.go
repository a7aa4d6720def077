package inventory

import (
	"slices"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// failureIndex holds the reported failures by container and by image of a pod, and by image of the owner of a pod.
type failureIndex map[failureKey]*reported

// reported are the failures of one key. found is true once the first one was returned for an image of the input.
type reported struct {
	failures []*cluster.Failure
	found    bool
}

// failureKey is a container or an image of an object. The object is "" for pods whose owner is not known.
type failureKey struct{ namespace, object, container, image string }

// newFailureIndex indexes the failures for the objects of a set.
func newFailureIndex(answers []cluster.Answer, set *manifests.Set, planner *plan.Planner) failureIndex {
	all := failureIndex{}
	if len(answers) == 0 {
		return all
	}
	owners := map[failureKey]bool{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Err == nil {
				owners[failureKey{namespace: planner.NamespaceOf(w), object: w.Name, image: img.Ref.Canonical()}] = true
			}
		}
	}
	for i := range answers {
		for _, f := range answers[i].Failures {
			if f.Kind == "" {
				all.add(f, owners)
			}
		}
	}
	return all
}

func (all failureIndex) add(f *cluster.Failure, owners map[failureKey]bool) {
	keys := make([]failureKey, 0, 3)
	if f.Name != "" && f.Container != "" {
		keys = append(keys, failureKey{namespace: f.Namespace, object: f.Name, container: f.Container})
	}
	if image := f.Canonical(); image != "" {
		if f.Name != "" {
			keys = append(keys, failureKey{namespace: f.Namespace, object: f.Name, image: image})
		}
		owner := failureKey{namespace: f.Namespace, image: image}
		for name := range plan.Owners(f.Name) {
			if at := (failureKey{namespace: f.Namespace, object: name, image: image}); owners[at] {
				owner = at
				break
			}
		}
		keys = append(keys, owner)
	}
	for _, key := range keys {
		if all[key] == nil {
			all[key] = &reported{}
		}
		all[key].failures = append(all[key].failures, f)
	}
}

// maxLacking limits how many missing Secrets of a namespace are compared with those that its pods name.
const maxLacking = 64

// lackingSecrets returns the names of the pull secrets that the cluster reported missing, by namespace.
func lackingSecrets(answers []cluster.Answer) map[string][]string {
	out := map[string][]string{}
	for i := range answers {
		for _, f := range answers[i].Failures {
			for _, name := range f.MissingSecrets() {
				if names := out[f.Namespace]; len(names) < maxLacking && !slices.Contains(names, name) {
					out[f.Namespace] = append(names, name)
				}
			}
		}
	}
	return out
}

// get returns the first failure of a key, or nil.
func (all failureIndex) get(key failureKey) *cluster.Failure {
	r := all[key]
	if r == nil {
		return nil
	}
	r.found = true
	return r.failures[0]
}

// addFound adds the failures of images of the input.
func (all failureIndex) addFound(to map[*cluster.Failure]bool) {
	for _, r := range all {
		if r.found {
			for _, f := range r.failures {
				to[f] = true
			}
		}
	}
}

// countUnlisted counts the images that are not pulled according to the cluster, and that no object of the input names: one for each namespace. A pod whose
// image is not known counts as one, unless the input has an object for it. found has failures of images of the input, and named its objects.
func countUnlisted(answers []cluster.Answer, found map[*cluster.Failure]bool, named map[failureKey]bool) int {
	images := map[failureKey]bool{}
	var unnamed []failureKey
	for i := range answers {
		for _, f := range answers[i].Failures {
			pod := failureKey{namespace: f.Namespace, object: f.Name}
			switch image := f.Canonical(); {
			case f.Kind != "" || f.IsPulled() || f.Entry != nil && f.Entry.ID == "secret-missing" && !cluster.IsFailing(f.Status): // the pull goes on without the Secret
			case image == "" && f.Name != "":
				unnamed = append(unnamed, pod)
			case image != "" && !found[f]:
				images[failureKey{namespace: f.Namespace, image: image}] = true
				fallthrough
			default:
				named[pod] = true
			}
		}
	}
	for _, pod := range unnamed {
		isNamed := false
		for owner := range plan.Owners(pod.object) {
			isNamed = isNamed || named[failureKey{namespace: pod.namespace, object: owner}]
		}
		if !isNamed {
			images[pod] = true
		}
	}
	return len(images)
}

// of returns the failure of an image. For a pod, that is the failure of its container. For other workloads, it is the
// failure of the image in one of their pods, or in a pod that no other workload owns.
func (all failureIndex) of(w *manifests.Workload, namespace string, img *manifests.ImageRef) *cluster.Failure {
	if w.Kind == "Pod" {
		if f := all.get(failureKey{namespace: namespace, object: w.Name, container: img.Container}); f != nil {
			return f
		}
	}
	if img.Err != nil {
		return nil
	}
	image := img.Ref.Canonical()
	if f := all.get(failureKey{namespace: namespace, object: w.Name, image: image}); f != nil || w.Kind == "Pod" {
		return f
	}
	return all.get(failureKey{namespace: namespace, image: image})
}
