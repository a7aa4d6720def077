package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// Observation is one statement of a cluster about an image, from any source.
type Observation struct {
	// From is the source: "status", "event", "describe", "events", "log" or "message".
	From string
	File string
	Line int

	// Kind is the kind of the object, or "" for a Pod. Name is the object's name.
	Namespace, Kind, Name  string
	Container, Node, Image string
	// List is the field of the pod's spec that has the container, or "" if unknown.
	List List
	// Reason is a status or the reason of an event, or "".
	Reason, Message string
	// Count is the number of occurrences, or 0 if unknown. First and Last are the times of the first and the last one as
	// printed: "2026-11-29T09:12:44Z" or "3m2s"; First is "" if there is only one, or if it is unknown.
	Count       int
	First, Last string
	// Started is the pod's start time as printed in its description, or "" if unknown.
	Started string
	// Owner is the controller of the pod as KIND/NAME, noOwner if it has none, or "" if unknown.
	Owner string
	// Pulled is true if the image is on the node.
	Pulled bool
}

// List is a field of a pod's spec that has containers.
type List string

// Values of List.
const (
	ListContainers List = "containers"
	ListInit       List = "initContainers"
	ListEphemeral  List = "ephemeralContainers"
)

// listOf returns the list with a name, or "" if there is none.
func listOf(name string) List {
	switch list := List(name); list {
	case ListContainers, ListInit, ListEphemeral:
		return list
	}
	return ""
}

// initStatus returns a status as kubectl get pods prints it without the mark of an init container, and the list of the container.
func initStatus(status string) (string, List) {
	if status, ok := strings.CutPrefix(status, "Init:"); ok {
		return status, ListInit
	}
	return status, ListContainers // kubectl prints these statuses once all init containers have ended
}

// failing are the container statuses that a failed pull causes or may cause.
var failing = []string{
	"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ErrImageNotEnsured", "ImageInspectError", "RegistryUnavailable",
	"SignatureValidationFailed", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
}

// IsFailing reports whether reason is the status of a container that waits for its image. A reason with spaces is an
// error that the kubelet writes in place of a status.
func IsFailing(reason string) bool {
	return slices.Contains(failing, reason) || strings.ContainsRune(reason, ' ')
}

// Reasons returns the statuses and event reasons that Ask knows.
func Reasons() []string {
	var out []string
	for _, m := range Messages() {
		out = append(out, m.Reasons...)
	}
	return slices.DeleteFunc(out, func(r string) bool { return strings.Contains(r, ":") }) // some with a number
}

// eventReasons are the reasons of events about images, sandboxes, and pods that cannot be created.
var eventReasons = []string{
	"Failed", "BackOff", "InspectFailed", "ErrImageNeverPull", "ErrImageNotEnsured", "FailedToRetrieveImagePullSecret", "FailedCreatePodSandBox",
	"FailedCreate", "ImageGCFailed", "FreeDiskSpaceFailed", "Pulled",
}

// ofEvent completes an observation from its event. It returns false if the event is not about an image.
func ofEvent(s Observation) (Observation, bool) {
	if !slices.Contains(eventReasons, s.Reason) || strings.HasPrefix(s.Message, "Back-off restarting") {
		return s, false
	}
	list, container, message := containerOf(s.Container, s.Message)
	s.List, s.Container, s.Message = cmp.Or(list, s.List), container, message
	if s.Image == "" {
		s.Image = imageIn(s.Message)
	}
	if s.Reason == "Pulled" {
		s.Pulled = true
		return s, s.Image != ""
	}
	if s.Reason == "Failed" { // containers fail for many reasons
		if strings.Contains(s.Message, "pull image") {
			return s, true
		}
		found, _ := Match("", s.Message)
		return s, found != nil
	}
	return s, true
}

// containerOf returns the list and the container from the field path "spec.containers{app}", which kubectl writes before the message of an event.
func containerOf(path, message string) (list List, container, rest string) {
	if at, text, ok := strings.Cut(message, ": "); ok && path == "" && strings.HasPrefix(at, "spec.") && !strings.ContainsRune(at, ' ') {
		path, message = at, text
	}
	if field, after, ok := strings.Cut(path, "{"); ok {
		path, list = strings.TrimSuffix(after, "}"), listOf(strings.TrimPrefix(field, "spec."))
	}
	if strings.HasPrefix(path, "spec.") {
		path = ""
	}
	return list, path, message
}

// wordAfter returns the unquoted word after word, up to a colon. CRI-O omits the quotes: cart:2 in
// "Failed to pull image cart:2: reading manifest 2".
func wordAfter(text, word string) string {
	_, after, ok := strings.Cut(text, word)
	after, _, _ = strings.Cut(after, " ")
	image, colon := strings.CutSuffix(after, ":")
	if !ok || !colon || strings.ContainsAny(image, `"\'`) {
		return ""
	}
	return image
}

// imageIn returns the quoted image that a message names, or "". The kubelet writes image tag "..." and image name "..." about a reference that it cannot
// parse. containerd names it with the step that failed: failed to resolve reference "...". CRI-O writes docker://... without
// quotes.
func imageIn(message string) string {
	return first(quotedAfter(message, "image "), quotedAfter(message, "image tag "), quotedAfter(message, "image name "), quotedAfter(message, "image reference "), quotedAfter(message, "resolve reference "), wordAfter(message, "initializing source docker://"))
}

// quotedAfter returns the text in double quotes after word: registry.acme.test/cart:2 in `Failed to pull image "registry.acme.test/cart:2": ...`.
func quotedAfter(text, word string) string {
	_, after, ok := strings.Cut(text, word+`"`)
	if !ok {
		return ""
	}
	quoted, _, ok := strings.Cut(after, `"`)
	if !ok || strings.ContainsAny(quoted, " \t") {
		return ""
	}
	return strings.TrimSuffix(quoted, `\`)
}
