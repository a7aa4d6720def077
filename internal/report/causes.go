package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// CauseFormats are the names of the formats of Causes, the default first.
func CauseFormats() []string { return []string{"text", "json"} }

// Causes prints why images are not pulled, as far as the cluster said.
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

// Bounds of what one cause takes on a screen. JSON has it all.
const (
	mostShown   = 5
	longMessage = 1200
)

func writeCausesText(w *bufio.Writer, answers []cluster.Answer) {
	for i := range answers {
		writeCause(w, &answers[i])
	}
}

// writeCause prints one cause; its first line says it.
func writeCause(w *bufio.Writer, a *cluster.Answer) {
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "  %-16s %s\n", label, visible(redactedMessage(text)))
		}
	}
	fmt.Fprintf(w, "cause: %s\n", visible(redactedMessage(a.Cause)))
	line("sure:", sureText(a))
	label := "seen at:"
	places := failurePlaces(a.Failures)
	for i, place := range places {
		if i == mostShown {
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

// sureText says how sure a cause is, and who can fix it.
func sureText(a *cluster.Answer) string {
	if a.Who == "" {
		return string(a.Sure)
	}
	return string(a.Sure) + "; for the " + responsibleText(a.Who) + " to fix"
}

// redactedMessage is a text that quotes a cluster without the secrets that it holds.
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
	case cluster.Network:
		return "network's administrators"
	default:
		return "platform's administrators"
	}
}

// failurePlaces says where failures were seen, each place once: an event about a pod says nothing more where another names the pod's image.
func failurePlaces(all []*cluster.Failure) []string {
	var out []string
	told := map[string]bool{} // with each of their beginnings
	for _, f := range all {
		text := failureText(f)
		if f.Name == "" && f.Image == "" || told[text] { // a message alone
			continue
		}
		out = append(out, text)
		for at := range text {
			if text[at] == ',' {
				told[text[:at]] = true
			}
		}
		told[text] = true
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
	add("container %q", f.Container)
	add("image %s", f.Image)
	add("node %q", f.Node)
	add("%s", f.Status)
	if f.Tries > 1 {
		parts = append(parts, fmt.Sprintf("%d tries", f.Tries))
	}
	return strings.Join(parts, ", ")
}

type jsonCause struct {
	ID         string        `json:"id"`              // entry of the table of messages; "" for an unknown message
	Inner      string        `json:"inner,omitempty"` // entry for the message that is wrapped in it
	Kind       string        `json:"kind"`            // kind of the cause
	Cause      string        `json:"cause"`           // the cause in one sentence
	Sure       string        `json:"sure"`            // how much the message tells
	Who        string        `json:"who"`             // who can fix it; "" if that is not known
	Message    string        `json:"message"`         // the message as the cluster wrote it
	Do         string        `json:"do"`              // what to do
	Check      string        `json:"check"`           // a command that shows whether this is the cause
	TakenFor   string        `json:"takenFor"`        // what the message is often taken for
	Notes      []string      `json:"notes"`           // what the input says of it besides
	Source     string        `json:"source"`          // where the message comes from
	Versions   string        `json:"versions"`        // versions that write the message so; "" for all that are supported
	Containers []jsonFailure `json:"containers"`      // the containers that wait for this cause
}

type jsonFailure struct {
	Namespace string `json:"namespace"` // namespace of the object
	Kind      string `json:"kind"`      // kind of the object; "" for a message alone
	Name      string `json:"name"`      // name of the object
	Container string `json:"container"` // name of the container
	Node      string `json:"node"`      // name of the node
	Image     string `json:"image"`     // the image
	Registry  string `json:"registry"`  // registry of the image
	Status    string `json:"status"`    // the last status
	Reason    string `json:"reason"`    // reason of the event or the status
	Message   string `json:"message"`   // the message as the cluster wrote it
	Tries     int    `json:"tries"`     // how often the pull failed, as far as the input says
	Last      string `json:"last"`      // when it last failed, as the input writes it
	File      string `json:"file"`      // file that it was read in
	Line      int    `json:"line"`      // line in the file; 0 if it is not known
}

func newJSONCause(a *cluster.Answer) jsonCause {
	c := jsonCause{
		Kind: string(a.Kind), Cause: redactedMessage(a.Cause), Sure: string(a.Sure), Who: string(a.Who), Message: redactedMessage(a.Message), Do: a.Do, Check: redactedMessage(a.Check),
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
			Namespace: f.Namespace, Kind: kind, Name: f.Name, Container: f.Container, Node: f.Node, Image: redactedMessage(f.Image), Registry: f.Registry, Status: redactedMessage(f.Status),
			Reason: redactedMessage(f.Reason), Message: redactedMessage(f.Message), Tries: f.Tries, Last: f.Last, File: f.File, Line: f.Line,
		})
	}
	return c
}
