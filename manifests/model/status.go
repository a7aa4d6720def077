package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// ClusterStatus is the status of a container of a Pod, or an Event.
type ClusterStatus struct {
	// Object is the Pod, or the Event.
	Object *Object
	// Span is the position of the message, or else of the reason.
	Span source.Span
	// Event is true for an Event. InvolvedObject and Path are then its involvedObject and that object's fieldPath: "spec.containers{app}".
	Event          bool
	InvolvedObject ObjectReference
	Path           string

	Container, Image, ImageID, Node string
	// List is the field of the pod's spec that has the container: "initContainers". It is "" for an Event.
	List string
	// State is "waiting", "running" or "terminated"; "" for an Event. A Pod in the phase Running has a status without a container, too.
	State           string
	Reason, Message string
	// LastMessage is the message of the container's previous termination.
	LastMessage string
	Count       int
	// First and Last are times as written.
	First, Last string
}

// ObjectReference is the object that an Event is about.
type ObjectReference struct{ Kind, Namespace, Name string }
