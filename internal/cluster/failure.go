package cluster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Failure is one image that one pod does not get, or one object for which no pod is made.
type Failure struct {
	// Kind is that of the object where it is no Pod.
	Namespace, Kind, Name, Container, Node, Image string
	// Registry is the image's; Host is the one that the message names, if any.
	Registry, Host string
	// Status is the last status, Reason and Message are those that tell most.
	Status, Reason, Message string
	Entry, Inner            *Message
	// Tries is how often the pull failed, as far as is told, and Last when.
	Tries int
	Last  string
	// Lacking is the event that says which pull secrets are missing.
	Lacking string
	File    string
	Line    int
}

// Key identifies the container of a pod.
type Key struct{ Namespace, Name, Container string }

// FromSet are the sightings in manifests that were loaded with what clusters said.
func FromSet(set *manifests.Set) []Sighting {
	out := make([]Sighting, 0, len(set.ClusterStatuses))
	for i := range set.ClusterStatuses {
		if s, ok := ofSaid(&set.ClusterStatuses[i]); ok {
			out = append(out, s)
		}
	}
	// Events of a List are in no order of time.
	slices.SortStableFunc(out, func(a, b Sighting) int {
		if a.From != "event" || b.From != "event" {
			return cmp.Compare(a.From, b.From)
		}
		return strings.Compare(a.Last, b.Last)
	})
	return out
}

func ofSaid(said *manifests.ClusterStatus) (Sighting, bool) {
	s := Sighting{
		From: "status", Namespace: said.Object.Namespace, Name: said.Object.Name, Container: said.Container, Node: said.Node, Image: said.Image,
		Reason: said.Reason, Message: said.Message, Count: said.Count, Last: said.Last, Line: said.Span.Start.Line,
	}
	if said.Span.File != nil {
		s.File = said.Span.File.Name
	}
	if said.Event {
		s.From, s.Kind, s.Namespace, s.Name, s.Container, s.Image = "event", objectKind(said.InvolvedObject.Kind), cmp.Or(said.InvolvedObject.Namespace, s.Namespace), said.InvolvedObject.Name, said.Path, ""
		if s.Kind == "Node" {
			s.Node = cmp.Or(s.Node, s.Name)
		}
		return ofEvent(s)
	}
	switch {
	case said.State == "waiting" && IsFailing(said.Reason):
		return s, true
	case strings.Contains(said.LastMessage, "exec format error"), strings.Contains(said.Message, "exec format error"):
		s.Message = cmp.Or(said.LastMessage, said.Message)
		return s, true
	case said.State == "running" && said.ImageID != "":
		s.Pulled = true
		return s, true
	}
	return s, false
}

// gatherer joins the sightings of one failure.
type gatherer struct {
	failures []*Failure
	// at finds the failures of a pod by the container and by the image, and those that no pod is known of by node and image.
	at map[place]*Failure
	// images are those of containers, and nodes those of pods.
	images map[Key]string
	nodes  map[Key]string
	// lacking are the events about missing pull secrets, and pulled the nodes that have an image and the pods that got it.
	lacking map[Key]string
	pulled  map[string][]Sighting
}

// place is where failures are looked for: the object, and its container or image.
type place struct{ kind, namespace, name, container, image string }

// places are where a sighting may find its failure, or leave it for the next one.
func places(s *Sighting, image string) []place {
	switch {
	case s.Name == "" && image == "": // nothing to tell it by
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

// mostPulled is how many sightings of an image that was pulled are kept.
const mostPulled = 8

func gather(all []Sighting) *gatherer {
	g := &gatherer{at: map[place]*Failure{}, images: map[Key]string{}, nodes: map[Key]string{}, lacking: map[Key]string{}, pulled: map[string][]Sighting{}}
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
	for _, now := range []bool{false, true} { // what a container is in now settles what events say of the past
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
	g.failures = slices.DeleteFunc(g.failures, func(f *Failure) bool { return f.Entry == nil && f.Message == "" && f.Status == "" || g.repeats(f) })
	return g
}

// repeats reports whether a failure says no more than that some image of a pod is not pulled, as "Error: ErrImagePull" does, where it is known which.
func (g *gatherer) repeats(f *Failure) bool {
	if f.Image != "" || f.Container != "" || f.Name == "" || f.Entry == nil || f.Entry.Kind != KindBackOff {
		return false
	}
	return slices.ContainsFunc(g.failures, func(other *Failure) bool {
		return other.Image != "" && other.Name == f.Name && other.Namespace == f.Namespace
	})
}

func (g *gatherer) take(s *Sighting) {
	pod := Key{Namespace: s.Namespace, Name: s.Name}
	image := cmp.Or(s.Image, g.images[Key{s.Namespace, s.Name, s.Container}])
	if s.Pulled {
		if len(g.pulled[image]) < mostPulled {
			g.pulled[image] = append(g.pulled[image], *s)
		}
		g.settle(s, image)
		return
	}
	found, inner := Match(s.Reason, s.Message)
	if found != nil && found.ID == "secret-missing" {
		if g.lacking[pod] == "" {
			g.lacking[pod] = s.Message
		}
		image = "" // it is about the pod
	}
	g.failure(s, image).see(s, found, inner)
}

// failure finds the failure that a sighting belongs to, or begins one.
func (g *gatherer) failure(s *Sighting, image string) *Failure {
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

// known is the failure that is known already; nil where there is none. What a sighting tells of the container, the image and the pod is added.
func (g *gatherer) known(s *Sighting, image string, at []place) *Failure {
	if s.Name != "" && image != "" { // a line without a pod, as runtimes log them, may have told of it
		for _, node := range []string{s.Node, ""} {
			nameless := place{kind: "node", name: node, image: image}
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

// settle forgets what failed before an image was pulled after all.
func (g *gatherer) settle(s *Sighting, image string) {
	if s.Name == "" {
		return
	}
	for _, p := range places(s, image) {
		f := g.at[p]
		if f != nil && (f.Image == image || f.Image == "") && (s.Container == "" || f.Container == "" || f.Container == s.Container) {
			*f = Failure{}
			delete(g.at, p)
		}
	}
}

// see takes what a sighting tells: the newest message that tells a cause, else any.
func (f *Failure) see(s *Sighting, found, inner *Message) {
	f.Node, f.Namespace = cmp.Or(f.Node, s.Node), cmp.Or(f.Namespace, s.Namespace)
	if IsFailing(s.Reason) && s.From != "event" && s.From != "events" {
		f.Status = s.Reason
	}
	if strings.HasPrefix(s.Message, "Failed to pull image") {
		f.Tries, f.Last = max(f.Tries, s.Count), s.Last
	}
	if weight(found, s.Message) < weight(f.Entry, f.Message) {
		return
	}
	if f.Entry != nil && found == nil && s.From != "status" {
		return
	}
	f.Entry, f.Inner, f.Reason, f.Message, f.File, f.Line = found, inner, s.Reason, s.Message, s.File, s.Line
}

// weight orders messages by how much they tell of the cause.
func weight(m *Message, text string) int {
	switch {
	case m == nil && text == "":
		return 0
	case m == nil:
		return 3
	case m.Kind == KindBackOff:
		return 1
	case m.ID == "secret-missing":
		return 2
	}
	return 4
}

func (f *Failure) finish() {
	if ref, err := imageref.Parse(f.Image); err == nil && f.Image != "" {
		f.Registry = ref.Registry
	}
	f.Host = hostIn(f.Message)
}

// hostIn is the host that a message was about: behind "lookup", or that of the first address in it.
func hostIn(message string) string {
	for _, before := range []string{"lookup ", "https://", "http://"} {
		if _, after, ok := strings.Cut(message, before); ok {
			end := strings.IndexAny(after, " /:\"?,")
			if before != "lookup " {
				end = strings.IndexAny(after, " /\"?,")
			}
			if end > 0 && end < 254 {
				return after[:end]
			}
		}
	}
	return ""
}
