package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// Said is what a cluster said of an image: the status of a container of a Pod, or an Event.
type Said struct {
	// Object is the Pod, or the Event.
	Object *Object
	// Span is that of the message, else of the reason.
	Span source.Span
	// Event says that it is an Event; About is then what it is about. Path is the field in that: "spec.containers{app}".
	Event bool
	About About
	Path  string

	Container, Image, ImageID, Node string
	// State is "waiting", "running" or "terminated"; "" for an Event.
	State           string
	Reason, Message string
	// LastMessage is how the container ended the time before.
	LastMessage string
	Count       int
	// First and Last are times as they are written.
	First, Last string
}

// About names an object that an Event is about.
type About struct{ Kind, Namespace, Name string }
