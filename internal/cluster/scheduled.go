package cluster

import "strings"

// scheduled is what the events of one output say about where its pods are. Of all messages, only the scheduler's names the namespace of a pod, which the
// output lacks if it was printed without -A, or if the description lost its first lines.
type scheduled struct {
	from       int               // the index of the first observation of the output
	namespaces map[string]string // by pod; "" if there are several
	namespace  string            // of all pods; "" if there are several
}

// begin begins an output: a table, a description, or lines of one that follow each other.
func (p *textReader) begin() {
	p.place()
	p.scheduled = scheduled{from: len(p.out.Observations)}
}

// addEvent adds an event if it is about an image, and notes where the scheduler says that a pod is.
func (p *textReader) addEvent(s Observation) {
	if s.Reason == "Scheduled" && s.Namespace == "" && p.namespace == "" {
		p.note(s)
	}
	if s, ok := ofEvent(s); ok {
		p.add(s)
	}
}

// note notes the namespace in "Successfully assigned shop/cart-0 to worker-1".
func (p *textReader) note(s Observation) {
	assigned, ok := strings.CutPrefix(s.Message, "Successfully assigned ")
	assigned, _, _ = strings.Cut(assigned, " ")
	namespace, pod, named := strings.Cut(assigned, "/") // before Kubernetes 1.12, without a namespace
	if !ok || !named || plain(namespace, "") == "" || plain(pod, "") == "" || s.Name != "" && s.Name != pod || len(p.namespaces) >= maxObservations {
		return
	}
	if p.scheduled.namespaces == nil {
		p.scheduled.namespaces, p.scheduled.namespace = map[string]string{}, namespace
	}
	if p.scheduled.namespace != namespace {
		p.scheduled.namespace = ""
	}
	for _, in := range []map[string]string{p.scheduled.namespaces, p.namespaces} {
		if before, ok := in[pod]; ok && before != namespace {
			in[pod] = ""
		} else {
			in[pod] = namespace
		}
	}
}

// place completes the observations of an output. A table without namespaces is about one, and a description is about one pod.
func (p *textReader) place() {
	at := &p.scheduled
	for i := at.from; i < len(p.out.Observations) && len(at.namespaces) > 0; i++ {
		s := &p.out.Observations[i]
		switch {
		case s.Namespace != "":
		case s.From == "describe" && s.Name == "" && s.Kind == "" && len(at.namespaces) == 1:
			for pod, namespace := range at.namespaces {
				s.Name, s.Namespace = pod, namespace
			}
		case s.From == "events", s.From == "pods":
			s.Namespace = at.namespace
			fallthrough
		default:
			if namespace, ok := at.namespaces[s.Name]; ok && s.Kind == "" {
				s.Namespace = namespace
			}
		}
	}
}

// placeOthers does the same for pods that another output is about, too, such as a table of pods.
func (p *textReader) placeOthers() {
	for i := range p.out.Observations {
		if s := &p.out.Observations[i]; s.Namespace == "" && s.Kind == "" && s.From != "log" {
			s.Namespace = p.namespaces[s.Name]
		}
	}
}
