package cluster

import (
	"slices"
	"strings"
)

// Sighting is one thing that a cluster said of an image, wherever it was read.
type Sighting struct {
	// From says where it was read: "status", "event", "describe", "events", "log" or "message".
	From string
	File string
	Line int

	// Kind is that of the object it is about where that is no Pod; Name is the object's.
	Namespace, Kind, Name  string
	Container, Node, Image string
	// Reason is a status or the reason of an event; "" where there is none.
	Reason, Message string
	// Count is how often it was said, and Last when, as it was written: "2026-11-29T09:12:44Z" or "3m2s".
	Count int
	Last  string
	// Pulled says that it tells of an image that is on the node.
	Pulled bool
}

// failing are the statuses of containers that a pull is the cause of, or may be.
var failing = []string{
	"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ErrImageNotEnsured", "ImageInspectError", "RegistryUnavailable",
	"SignatureValidationFailed", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
}

// IsFailing reports whether a status is one of a container that waits for its image. What is no word is an error that the kubelet puts in the
// place of one.
func IsFailing(reason string) bool {
	return slices.Contains(failing, reason) || strings.ContainsRune(reason, ' ')
}

// told are the reasons of events that speak of images, of sandboxes, and of pods that are not made.
var told = []string{
	"Failed", "BackOff", "InspectFailed", "ErrImageNeverPull", "ErrImageNotEnsured", "FailedToRetrieveImagePullSecret", "FailedCreatePodSandBox",
	"FailedCreate", "ImageGCFailed", "FreeDiskSpaceFailed", "Pulled",
}

// ofEvent says what an event tells of an image; false where it tells nothing.
func ofEvent(s Sighting) (Sighting, bool) {
	if !slices.Contains(told, s.Reason) || strings.HasPrefix(s.Message, "Back-off restarting") {
		return s, false
	}
	s.Container, s.Message = containerOf(s.Container, s.Message)
	if s.Image == "" {
		s.Image = quotedAfter(s.Message, "image ")
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

// containerOf is the container of an event: that of its field path "spec.containers{app}", which kubectl writes in front of the message.
func containerOf(path, message string) (container, rest string) {
	if at, text, ok := strings.Cut(message, ": "); ok && path == "" && strings.HasPrefix(at, "spec.") && !strings.ContainsRune(at, ' ') {
		path, message = at, text
	}
	if _, after, ok := strings.Cut(path, "{"); ok {
		path = strings.TrimSuffix(after, "}")
	}
	if strings.HasPrefix(path, "spec.") {
		path = ""
	}
	return path, message
}

// wordAfter is the word that follows another without quotes, and ends in a colon: cart:2 of "Failed to pull image cart:2: reading manifest 2", as CRI-O
// writes it.
func wordAfter(text, word string) string {
	_, after, ok := strings.Cut(text, word)
	after, _, _ = strings.Cut(after, " ")
	image, colon := strings.CutSuffix(after, ":")
	if !ok || !colon || strings.ContainsAny(image, `"\'`) {
		return ""
	}
	return image
}

// quotedAfter is the text in double quotes that follows a word: registry.acme.test/cart:2 of `Failed to pull image "registry.acme.test/cart:2": ...`.
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
