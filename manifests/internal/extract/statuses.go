package extract

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// statusLists are the fields of a pod's status that contain container states, and those of its spec that contain the containers.
var statusLists = []struct{ status, spec string }{
	{"initContainerStatuses", "initContainers"}, {"containerStatuses", "containers"}, {"ephemeralContainerStatuses", "ephemeralContainers"},
}

// isEvent reports whether an object is an Event of either API group.
func isEvent(group, kind string) bool {
	return kind == "Event" && (group == "" || group == "events.k8s.io")
}

// statuses records the states of a Pod's containers: by default of those that wait, which are few. Of the others, it records that their images were pulled.
func (x scope) statuses(n *yaml.Node) {
	status := tree.Child(n, "status")
	node := tree.StrAt(n, "spec", "nodeName")
	if x.opts.Said && tree.StrAt(status, "phase") == "Running" {
		x.found.ClusterStatuses = append(x.found.ClusterStatuses, model.ClusterStatus{Object: x.obj, Node: node, State: "running"})
	}
	for _, list := range statusLists {
		v := tree.Child(status, list.status)
		if v == nil || v.Kind != yaml.SequenceNode {
			continue
		}
		var images map[string]string
		if x.obj.Live {
			images = imagesOf(tree.Descend(n, "spec", list.spec))
		}
		for _, item := range v.Content {
			item = tree.Resolve(item)
			x.status(item, list.spec, x.intern(node))
			x.pulled(images, item)
		}
	}
}

// imagesOf returns the images of a list of containers by their names.
func imagesOf(containers *yaml.Node) map[string]string {
	if containers == nil || containers.Kind != yaml.SequenceNode {
		return nil
	}
	out := make(map[string]string, len(containers.Content))
	for _, c := range containers.Content {
		c = tree.Resolve(c)
		out[tree.StrAt(c, "name")] = tree.StrAt(c, "image")
	}
	return out
}

// pulled records the image of a container that has run, as it is written for the container.
func (x scope) pulled(images map[string]string, status *yaml.Node) {
	image := images[tree.StrAt(status, "name")]
	id := tree.StrAt(status, "imageID")
	state := tree.Child(status, "state")
	hasRun := tree.Child(state, "running") != nil || tree.Child(state, "terminated") != nil || tree.StrAt(state, "waiting", "reason") == "CrashLoopBackOff"
	if image == "" || id == "" || !hasRun {
		return
	}
	if _, after, ok := strings.Cut(id, "://"); ok { // "docker-pullable://"
		id = after
	}
	host, _, named := strings.Cut(id, "/")
	if !named {
		host = "" // an image that was built or loaded there has no name
	}
	x.found.Pulled.Add(image + " " + host)
}

// status records the state of one container of a list.
func (x scope) status(n *yaml.Node, list, node string) {
	if !x.opts.Said && tree.Descend(n, "state", "waiting") == nil {
		return
	}
	s := model.ClusterStatus{Object: x.obj, Node: node, List: list, Container: x.intern(tree.LookAt(n, "name")), Image: x.intern(tree.LookAt(n, "image")), ImageID: x.intern(tree.LookAt(n, "imageID")), Count: 1}
	for _, state := range []string{"waiting", "running", "terminated"} {
		at := tree.Descend(n, "state", state)
		if at == nil || at.Kind != yaml.MappingNode {
			continue
		}
		s.State, s.Reason, s.Message = state, x.intern(tree.LookAt(at, "reason")), x.intern(tree.LookAt(at, "message"))
		s.Last = tree.TextAt(at, "startedAt")
		s.Span = x.messageAt(at)
	}
	s.LastMessage = tree.StrAt(n, "lastState", "terminated", "message")
	if s.State != "" {
		x.found.ClusterStatuses = append(x.found.ClusterStatuses, s)
	}
}

// messageAt returns the position of a message, or of the reason if there is no message.
func (x scope) messageAt(n *yaml.Node) (span source.Span) {
	for _, key := range []string{"reason", "message", "note"} {
		if v := tree.Child(n, key); v != nil {
			span = x.span(v)
		}
	}
	return span
}

// event records an Event.
func (x scope) event(n *yaml.Node) {
	about := tree.Child(n, "involvedObject")
	if about == nil {
		about = tree.Child(n, "regarding")
	}
	s := model.ClusterStatus{
		Object: x.obj, Event: true, Span: x.messageAt(n),
		InvolvedObject: model.ObjectReference{Kind: tree.StrAt(about, "kind"), Namespace: tree.StrAt(about, "namespace"), Name: tree.StrAt(about, "name")},
		Path:           x.intern(tree.LookAt(about, "fieldPath")), Reason: x.intern(tree.LookAt(n, "reason")),
		First: firstText(n, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime"), Last: firstText(n, "lastTimestamp", "deprecatedLastTimestamp", "eventTime"),
	}
	if s.Message = tree.StrAt(n, "message"); s.Message == "" {
		s.Message = tree.StrAt(n, "note")
	}
	if s.Node = tree.StrAt(n, "source", "host"); s.Node == "" && strings.HasPrefix(tree.StrAt(n, "reportingComponent")+tree.StrAt(n, "reportingController"), "kubelet") {
		s.Node = tree.StrAt(n, "reportingInstance")
	}
	if last := tree.TextAt(n, "series", "lastObservedTime"); last != "" {
		s.Last = last
	}
	for _, path := range [][]string{{"series", "count"}, {"count"}, {"deprecatedCount"}} {
		if count, err := strconv.Atoi(tree.TextAt(n, path...)); err == nil && count > 0 {
			s.Count = count
			break
		}
	}
	x.found.ClusterStatuses = append(x.found.ClusterStatuses, s)
}

// firstText returns the first of some fields that has a text.
func firstText(n *yaml.Node, names ...string) string {
	for _, name := range names {
		if text := tree.TextAt(n, name); text != "" && text != "null" {
			return text
		}
	}
	return ""
}
