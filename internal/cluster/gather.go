package cluster

import (
	"cmp"
	"slices"
)

// gatherer merges observations into failures.
type gatherer struct {
	failures []*Failure
	// at maps the containers and images of pods to failures, and nodes and images to failures without a known pod.
	at map[place]*Failure
	// images maps containers to images, and nodes maps pods to nodes.
	images map[Key]string
	nodes  map[Key]string
	// lacking holds the events about missing pull secrets. pulled records, by image, where the
	// image was pulled.
	lacking map[Key]string
	pulled  map[string][]Observation
	// valid holds, by message and image, a failure that occurred despite matching credentials.
	valid map[pullKey]*Failure
	// denied holds the pull secrets with which a registry denies a pull.
	denied map[deniedKey]bool
}

// place is a lookup key for failures: the object, and its container or image.
type place struct{ kind, namespace, name, container, image string }

// places returns the keys under which an observation looks up its failure, or stores it for later observations.
// The kubelet and the runtime write an image differently, so its full name counts.
func places(s *Observation, image string) []place {
	image = canonical(image)
	switch {
	case s.Name == "" && image == "": // nothing identifies it
		return nil
	case s.Name == "":
		return []place{{kind: "node", name: s.Node, image: image}}
	}
	var out []place
	if s.Container != "" {
		out = append(out, place{s.Kind, s.Namespace, s.Name, s.Container, ""})
	}
	if image != "" || s.Container == "" {
		out = append(out, place{s.Kind, s.Namespace, s.Name, "", image})
	}
	return out
}

// maxPulled limits the observations kept for each pulled image.
const maxPulled = 8

func gather(all []Observation) *gatherer {
	all = placed(all)
	g := &gatherer{at: map[place]*Failure{}, images: map[Key]string{}, nodes: map[Key]string{}, lacking: map[Key]string{}, pulled: map[string][]Observation{}}
	for i := range all {
		s := &all[i]
		pod := Key{Namespace: s.Namespace, Name: s.Name}
		if s.Container != "" && s.Image != "" {
			g.images[Key{s.Namespace, s.Name, s.Container}] = s.Image
		}
		if s.Node != "" && g.nodes[pod] == "" {
			g.nodes[pod] = s.Node
		}
	}
	for _, now := range []bool{false, true} { // current container states override older events
		for i := range all {
			if s := &all[i]; now == (s.Pulled && (s.From == "status" || s.From == "describe" && s.Reason == "")) {
				g.take(s)
			}
		}
	}
	for _, f := range g.failures {
		pod := Key{Namespace: f.Namespace, Name: f.Name}
		f.Node, f.Lacking = cmp.Or(f.Node, g.nodes[pod]), g.lacking[pod]
		f.finish()
	}
	shown, told, alike := g.shown(), g.told(), g.alike()
	g.failures = slices.DeleteFunc(g.failures, func(f *Failure) bool {
		return f.Entry == nil && f.Message == "" && f.Status == "" || f.repeats(shown) ||
			f.isPartOf(alike[failedPod{f.Kind, f.Namespace, f.Name, f.Entry}]) || f.isTold(told)
	})
	return g
}

// placed fills in the namespaces of pods that another observation has. kubectl get pods -n NAMESPACE prints none, kubectl describe
// does. A name that is in several namespaces stays without one.
func placed(all []Observation) []Observation {
	type object struct{ kind, name string }
	const several = "*"
	of := map[object]string{}
	lacking := false
	for i := range all {
		s := &all[i]
		at := object{s.Kind, s.Name}
		switch {
		case s.Name == "":
		case s.Namespace == "":
			lacking = true
		case of[at] == "":
			of[at] = s.Namespace
		case of[at] != s.Namespace:
			of[at] = several
		}
	}
	if !lacking || len(of) == 0 {
		return all
	}
	all = slices.Clone(all)
	for i := range all {
		if s := &all[i]; s.Namespace == "" && s.Name != "" && of[object{s.Kind, s.Name}] != several {
			s.Namespace = of[object{s.Kind, s.Name}]
		}
	}
	return all
}

// shown returns the pods with a failure that names its image. The zero key stands for all failures that say more than that
// something failed.
func (g *gatherer) shown() map[Key]bool {
	out := map[Key]bool{}
	for _, f := range g.failures {
		if f.Image != "" {
			out[Key{Namespace: f.Namespace, Name: f.Name}] = true
		}
		if f.Image != "" || f.Entry != nil && f.Entry.Kind != KindBackOff {
			out[Key{}] = true
		}
	}
	return out
}

// repeats reports whether a failure only says that some image of a pod cannot be pulled, such as "Error: ErrImagePull",
// while another failure identifies the image. Without a pod, it may be any failure.
func (f *Failure) repeats(shown map[Key]bool) bool {
	return f.Image == "" && f.Container == "" && f.Entry != nil && f.Entry.Kind == KindBackOff && shown[Key{Namespace: f.Namespace, Name: f.Name}]
}

// failedPod identifies failures of an object with the same cause.
type failedPod struct {
	kind, namespace, name string
	entry                 *Message
}

// alike returns the failures whose container or image is known.
func (g *gatherer) alike() map[failedPod][]*Failure {
	out := map[failedPod][]*Failure{}
	for _, f := range g.failures {
		if at := (failedPod{f.Kind, f.Namespace, f.Name, f.Entry}); f.Entry != nil && f.Name != "" && (f.Container != "" || f.Image != "") && len(out[at]) < 2 {
			out[at] = append(out[at], f)
		}
	}
	return out
}

// isPartOf reports whether a failure that names only its pod, such as one in the table of kubectl get pods or an event "Error: ...",
// is one of those whose container is known. That one takes its message. With several, a message stays apart.
func (f *Failure) isPartOf(alike []*Failure) bool {
	if f.Image != "" || f.Container != "" || len(alike) == 0 || len(alike) > 1 && f.Message != "" {
		return false
	}
	other := alike[0]
	if len(alike) == 1 {
		other.List = cmp.Or(other.List, f.List)
	}
	if len(alike) == 1 && other.Message == "" {
		other.Reason, other.Message, other.Inner = f.Reason, f.Message, f.Inner
		other.finish()
	}
	return true
}

func (g *gatherer) take(s *Observation) {
	pod := Key{Namespace: s.Namespace, Name: s.Name}
	image := cmp.Or(s.Image, g.images[Key{s.Namespace, s.Name, s.Container}])
	if s.Pulled {
		if at := canonical(image); len(g.pulled[at]) < maxPulled {
			g.pulled[at] = append(g.pulled[at], *s)
		}
		g.settle(s, image)
		return
	}
	found, inner := Match(s.Reason, s.Message)
	if found != nil && found.ID == "secret-missing" {
		if g.lacking[pod] == "" {
			g.lacking[pod] = s.Message
		}
		image = "" // about the whole pod
	}
	g.failure(s, image).see(s, found, inner)
}

// failure returns the failure that an observation belongs to. It creates one if necessary.
func (g *gatherer) failure(s *Observation, image string) *Failure {
	at := places(s, image)
	f := g.known(s, image, at)
	if f == nil {
		f = &Failure{Namespace: s.Namespace, Kind: s.Kind, Name: s.Name, Container: s.Container, Node: s.Node, Image: image, File: s.File, Line: s.Line}
		g.failures = append(g.failures, f)
	}
	for _, p := range at {
		if g.at[p] == nil {
			g.at[p] = f
		}
	}
	return f
}

// known returns the existing failure for an observation, or nil. It adds the observation's container, image and pod to it.
func (g *gatherer) known(s *Observation, image string, at []place) *Failure {
	if s.Name != "" && image != "" { // may repeat an earlier log line of a runtime, which has no pod
		for _, node := range []string{s.Node, ""} {
			nameless := place{kind: "node", name: node, image: canonical(image)}
			if f := g.at[nameless]; f != nil && f.Name == "" {
				f.Namespace, f.Kind, f.Name, f.Container = s.Namespace, s.Kind, s.Name, s.Container
				delete(g.at, nameless)
				return f
			}
		}
	}
	for _, p := range at {
		f := g.at[p]
		if f == nil || f.Container != "" && s.Container != "" && f.Container != s.Container {
			continue
		}
		f.Container, f.Image = cmp.Or(f.Container, s.Container), cmp.Or(f.Image, image)
		return f
	}
	return nil
}

// settle drops failures that ended with a successful pull.
func (g *gatherer) settle(s *Observation, image string) {
	if s.Name == "" {
		return
	}
	for _, p := range places(s, image) {
		f := g.at[p]
		if f != nil && f.IsPulled() && s.Reason == "Pulled" {
			continue // what failed came after the pull
		}
		if f != nil && (f.Image == "" || canonical(f.Image) == canonical(image)) && (s.Container == "" || f.Container == "" || f.Container == s.Container) {
			*f = Failure{}
			delete(g.at, p)
		}
	}
}
