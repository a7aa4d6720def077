package cluster

import (
	"cmp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Failure is one image that a pod cannot pull, or one object whose pods are not created.
type Failure struct {
	// Kind is the kind of the object, or "" for a Pod.
	Namespace, Kind, Name, Container, Node, Image string
	// List is the field of the pod's spec that has the container, or "" if unknown.
	List List
	// Registry is the registry of the image. Host is the one in the message, if any.
	Registry, Host string
	// Status is the last status. Reason and Message are the most informative ones.
	Status, Reason, Message string
	Entry, Inner            *Message
	// Tries is the known number of failed pulls. Last is the time of the last known one.
	Tries int
	Last  string
	// Started is the pod's start time as printed in its description, or "" if unknown.
	Started string
	// Owner is the controller of the pod as KIND/NAME, noOwner if it has none, or "" if unknown.
	Owner string
	// Lacking is the event message that lists missing pull secrets.
	Lacking string
	File    string
	Line    int
	// Superseded is the message of an earlier pod of that name that no longer applies, or "".
	Superseded string
	// BackedOff is true if there is a back-off event.
	BackedOff bool
	// backOff holds the times of the events about it.
	backOff backOff
	// Planned is what the manifests say about the pull, or nil.
	Planned *Planned
}

// IsPulled reports whether the node has the image: the container fails for another reason than its pull.
func (f *Failure) IsPulled() bool { return f.Entry != nil && f.Entry.Pulled }

// Key identifies the container of a pod.
type Key struct{ Namespace, Name, Container string }

// FromSet returns the observations in the statuses and events that were loaded with the manifests.
func FromSet(set *manifests.Set) []Observation {
	out := make([]Observation, 0, len(set.ClusterStatuses))
	for i := range set.ClusterStatuses {
		if s, ok := ofStatus(&set.ClusterStatuses[i]); ok {
			out = append(out, s)
		}
	}
	// Events in a List are not sorted by time.
	slices.SortStableFunc(out, func(a, b Observation) int {
		if a.From != "event" || b.From != "event" {
			return cmp.Compare(a.From, b.From)
		}
		return strings.Compare(a.Last, b.Last)
	})
	return out
}

// Failing returns the pulls that fail according to the statuses of a set's containers. It is much cheaper than Diagnose.
func Failing(set *manifests.Set) []*Failure {
	statuses := FromSet(set)
	statuses = slices.DeleteFunc(statuses, func(s Observation) bool { return s.From != "status" || s.Pulled })
	if len(statuses) == 0 {
		return nil
	}
	return slices.DeleteFunc(gather(statuses).failures, (*Failure).IsPulled)
}

func ofStatus(said *manifests.ClusterStatus) (Observation, bool) {
	s := Observation{
		From: "status", Namespace: said.Object.Namespace, Name: said.Object.Name, Container: said.Container, List: listOf(said.List), Node: said.Node, Image: said.Image,
		Reason: said.Reason, Message: said.Message, Count: said.Count, First: said.First, Last: said.Last, Line: said.Span.Start().Line,
	}
	if said.Span.File() != nil {
		s.File = said.Span.File().Name
	}
	if s.Owner = said.Object.Controller; s.Owner == "" && said.Object.Live && !said.Event {
		s.Owner = noOwner
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

// see adds an observation to the failure. The message with the highest weight wins; among equals, the
// newest.
func (f *Failure) see(s *Observation, found, inner *Message) {
	f.Node, f.Namespace, f.Started, f.Owner, f.List = cmp.Or(f.Node, s.Node), cmp.Or(f.Namespace, s.Namespace), cmp.Or(f.Started, s.Started), cmp.Or(f.Owner, s.Owner), cmp.Or(f.List, s.List)
	if IsFailing(s.Reason) && s.From != "event" && s.From != "events" {
		f.Status = s.Reason
	}
	if strings.HasPrefix(s.Message, "Failed to pull image") {
		f.Tries, f.Last = max(f.Tries, s.Count), s.Last
	}
	f.backOff.see(s)
	if f.isReplaced(s, found) {
		return
	}
	if weight(found, s.Message) < weight(f.Entry, f.Message) {
		return
	}
	if f.Entry != nil && found == nil && s.From != "status" || f.isBetter(s, found) {
		return
	}
	f.Entry, f.Inner, f.Reason, f.Message, f.File, f.Line = found, inner, s.Reason, s.Message, s.File, s.Line
}

// isBetter reports whether an observation only names a status for which the failure has a message. An event such as "Error: InvalidImageName" always
// comes with another one that says why; a status may be newer than the message, so it must be of the same kind.
func (f *Failure) isBetter(s *Observation, found *Message) bool {
	isEvent := s.From == "event" || s.From == "events" || s.From == "describe" && s.Message != ""
	return f.Entry != nil && !isBare(f.Entry, f.Message) && found != nil && isBare(found, s.Message) && (isEvent || found.Kind == f.Entry.Kind)
}

// isBare reports whether the text of an entry only names a status: "Error: InvalidImageName".
func isBare(m *Message, text string) bool {
	status := strings.TrimPrefix(strings.TrimSpace(text), "Error: ")
	return status == "" || strings.Contains(text, waitingToStart) || slices.ContainsFunc(m.Reasons, func(r string) bool { return strings.EqualFold(r, status) })
}

// isReplaced reports whether a message about the pull policy Never comes from an earlier pod of that name. A back-off
// event shows that the current pod did try to pull, so the earlier message is dropped.
func (f *Failure) isReplaced(s *Observation, found *Message) bool {
	never := found != nil && found.Kind == KindNeverPull
	f.BackedOff = f.BackedOff || strings.HasPrefix(s.Message, "Back-off pulling image")
	switch {
	case !f.BackedOff || f.Status == "ErrImageNeverPull":
		return false
	case never:
		f.Superseded = s.Message
		return true
	case f.Entry != nil && f.Entry.Kind == KindNeverPull:
		f.Superseded = f.Message
		f.Entry, f.Message = nil, ""
	}
	return false
}

// weight ranks messages by how informative they are about the cause.
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
	if m := cmp.Or(f.Inner, f.Entry); m != nil && m.Hosts != nil && !m.isOf(answering(strings.ToLower(f.Message), f.Registry)) { // the message does not name the image
		f.Entry, f.Inner = matchOf(f.Reason, f.Message, f.Registry)
	}
}

// isRelayed reports whether the message is an answer that a cache got, so that the credentials of the pod are not what it is about.
func (f *Failure) isRelayed() bool {
	m := cmp.Or(f.Inner, f.Entry)
	return m != nil && m.Relayed
}

// hostIn returns the host in a message: the one after "lookup" or "pulling from host", or that of the first address that is not a link to documentation or to
// a website.
func hostIn(message string) string {
	for _, before := range []string{"lookup ", "pulling from host ", "https://", "http://"} {
		for text := message; ; {
			start, after, ok := strings.Cut(text, before)
			if !ok {
				break
			}
			text = after
			if isLink(start) || strings.HasPrefix(after, "www.") {
				continue
			}
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

// isLink reports whether the text before an address introduces a link for the reader: "visit https://aka.ms/acr/authorization".
func isLink(before string) bool {
	return slices.ContainsFunc([]string{"visit ", "see ", "See ", "refer ", "Refer ", "refer to ", "Refer to ", " at ", "limit: ", "upgrading: "}, func(end string) bool { return strings.HasSuffix(before, end) })
}

// mayHide reports whether some registries give this answer for a private image, too.
func (f *Failure) mayHide() bool {
	return f.kind() == KindNotFound && f.Entry.Confidence != Certain && !isOfficial(f.Image)
}
