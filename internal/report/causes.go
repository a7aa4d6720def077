package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// CauseFormats returns the names of the formats of Causes, the default first.
func CauseFormats() []string { return []string{"text", "json"} }

// Causes prints why images are not pulled, according to the cluster.
func Causes(w io.Writer, format string, answers []cluster.Answer) error {
	out := bufio.NewWriter(w)
	switch format {
	case "text":
		writeCausesText(out, answers)
	case "json":
		writeAll(out, []byte(`{"version":1,`+"\n"))
		if err := writeList(out, newJSONEncoder(), "causes", len(answers), func(i int) any { return newJSONCause(&answers[i]) }); err != nil {
			return err
		}
	default:
		return unknownFormat(format, CauseFormats())
	}
	return out.Flush()
}

// Limits of one cause on a screen. JSON is complete.
const (
	maxShown    = 5
	longMessage = 1200
)

func writeCausesText(w *bufio.Writer, answers []cluster.Answer) {
	for i := range answers {
		writeCause(w, &answers[i])
	}
}

// writeCause prints one cause, which is named in its first line.
func writeCause(w *bufio.Writer, a *cluster.Answer) {
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "  %-16s %s\n", label, visible(redactedMessage(text)))
		}
	}
	fmt.Fprintf(w, "cause: %s\n", visible(redactedMessage(a.Cause)))
	line("confidence:", certaintyText(a))
	label := "seen at:"
	places := failurePlaces(a.Failures)
	for i, place := range places {
		if i == maxShown {
			line("", fmt.Sprintf("and %d more", len(places)-i))
			break
		}
		line(label, place)
		label = ""
	}
	line("message:", shortened(a.Message))
	line("do:", a.Do)
	line("check:", a.Check)
	line("often taken for:", a.Mistaken)
	for _, n := range a.Notes {
		line("note:", n)
	}
	fmt.Fprintln(w)
}

// certaintyText says how certain a cause is, and who can fix it.
func certaintyText(a *cluster.Answer) string {
	if a.Who == "" {
		return string(a.Confidence)
	}
	return string(a.Confidence) + "; for the " + responsibleText(a.Who) + " to fix"
}

// redactedMessage returns a quotation from a cluster without its secrets.
func redactedMessage(message string) string { return redact.Message(message) }

func shortened(text string) string {
	if len(text) <= longMessage {
		return text
	}
	return strings.ToValidUTF8(text[:longMessage], "") + " ..."
}

// responsibleText names who can fix a cause.
func responsibleText(w cluster.Who) string {
	switch w {
	case cluster.Author:
		return "author of the manifests"
	case cluster.Publisher:
		return "publisher of the image"
	case cluster.Credentials:
		return "owner of the registry's credentials"
	case cluster.Network:
		return "network's administrators"
	default:
		return "platform's administrators"
	}
}

// failurePlaces lists where failures were seen, each place once. An event about a pod adds nothing if another
// one names the pod's image or container.
func failurePlaces(all []*cluster.Failure) []string {
	var out []string
	listed := map[string]bool{} // every prefix of what was listed
	type place struct{ kind, namespace, name, image string }
	at := func(f *cluster.Failure) place { return place{f.Kind, f.Namespace, f.Name, f.Canonical()} }
	contained := map[place]bool{} // listed with their containers
	detailed := map[place]bool{}  // objects that are listed with an image or a container
	for _, f := range all {
		contained[at(f)] = contained[at(f)] || f.Name != "" && f.Container != ""
		if f.Name != "" && (f.Image != "" || f.Container != "") {
			detailed[place{kind: f.Kind, namespace: f.Namespace, name: f.Name}] = true
		}
	}
	for _, f := range all {
		text := failureText(f)
		if f.Name == "" && f.Image == "" || listed[text] || f.Container == "" && (contained[at(f)] || f.Image == "" && detailed[at(f)]) { // a message without a place, or without a part of it
			continue
		}
		out = append(out, text)
		for at := range text {
			if text[at] == ',' {
				listed[text[:at]] = true
			}
		}
		listed[text] = true
	}
	return out
}

// failureText says where a failure was seen.
func failureText(f *cluster.Failure) string {
	name := f.Name
	if f.Namespace != "" && name != "" {
		name = f.Namespace + "/" + name
	}
	var parts []string
	add := func(format, value string) {
		if value != "" {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	kind := f.Kind
	if kind == "" {
		kind = "pod"
	}
	add(kind+" %s", name)
	switch f.List {
	case cluster.ListInit:
		add("init container %q", f.Container)
	default:
		add("container %q", f.Container)
	}
	add("image %s", f.Image)
	add("node %q", f.Node)
	if f.List == cluster.ListInit && f.Container == "" { // as kubectl prints it
		add("Init:%s", f.Status)
	} else {
		add("%s", f.Status)
	}
	switch {
	case f.Tries > 1 && f.MoreTries():
		parts = append(parts, fmt.Sprintf("at least %d tries", f.Tries))
	case f.Tries > 1:
		parts = append(parts, fmt.Sprintf("%d tries", f.Tries))
	}
	return strings.Join(parts, ", ")
}

type jsonCause struct {
	ID         string        `json:"id"`              // entry of the table of messages; "" for an unknown message
	Inner      string        `json:"inner,omitempty"` // entry of the message wrapped in it
	Kind       string        `json:"kind"`            // kind of the cause
	Cause      string        `json:"cause"`           // the cause in one sentence
	Sure       string        `json:"sure"`            // how certain the cause is
	Who        string        `json:"who"`             // who can fix it; "" if unknown
	Message    string        `json:"message"`         // the message as written by the cluster
	Do         string        `json:"do"`              // what to do
	Check      string        `json:"check"`           // a command that shows whether this is the cause
	TakenFor   string        `json:"takenFor"`        // what the message is often mistaken for
	Notes      []string      `json:"notes"`           // what else the input says about it
	Source     string        `json:"source"`          // where the message comes from
	Versions   string        `json:"versions"`        // versions that write the message this way; "" for all supported ones
	Containers []jsonFailure `json:"containers"`      // containers that wait for this reason
}

type jsonFailure struct {
	Namespace string `json:"namespace"`      // namespace of the object
	Kind      string `json:"kind"`           // kind of the object; "" for a message without one
	Name      string `json:"name"`           // name of the object
	Container string `json:"container"`      // name of the container
	Init      bool   `json:"init,omitempty"` // whether it is known to be an init container
	Node      string `json:"node"`           // name of the node
	Image     string `json:"image"`          // the image
	Registry  string `json:"registry"`       // registry of the image
	Status    string `json:"status"`         // the last status
	Reason    string `json:"reason"`         // reason of the event or the status
	Message   string `json:"message"`        // the message as written by the cluster
	Tries     int    `json:"tries"`          // how often the pull failed, according to the input
	Last      string `json:"last"`           // when it last failed, as written in the input
	File      string `json:"file"`           // file in which it was read
	Line      int    `json:"line"`           // line in the file; 0 if unknown
}

func newJSONCause(a *cluster.Answer) jsonCause {
	c := jsonCause{
		Kind: string(a.Kind), Cause: redactedMessage(a.Cause), Sure: string(a.Confidence), Who: string(a.Who), Message: redactedMessage(a.Message), Do: a.Do, Check: redactedMessage(a.Check),
		TakenFor: a.Mistaken, Notes: []string{}, Containers: []jsonFailure{},
	}
	if a.Entry != nil {
		c.ID, c.Source, c.Versions = a.Entry.ID, a.Entry.Source, a.Entry.Versions
	}
	if a.Inner != nil {
		c.Inner = a.Inner.ID
	}
	for _, n := range a.Notes {
		c.Notes = append(c.Notes, redactedMessage(n))
	}
	for _, f := range a.Failures {
		kind := f.Kind
		if kind == "" && f.Name != "" {
			kind = "Pod"
		}
		c.Containers = append(c.Containers, jsonFailure{
			Namespace: f.Namespace, Kind: kind, Name: f.Name, Container: f.Container, Init: f.List == cluster.ListInit, Node: f.Node, Image: redactedMessage(f.Image), Registry: f.Registry, Status: redactedMessage(f.Status),
			Reason: redactedMessage(f.Reason), Message: redactedMessage(f.Message), Tries: f.Tries, Last: f.Last, File: f.File, Line: f.Line,
		})
	}
	return c
}
