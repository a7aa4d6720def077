package plan

import (
	"github.com/imagelint-dev/imagelint/internal/facts"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Change says whether something else writes over a text before a node reads it.
type Change uint8

// The changes.
const (
	AsWritten   Change = iota // nodes read this very text
	MayChange                 // something may write over it, and the input does not tell
	Placeholder               // the same, and by custom the text is one that is not pulled
	Replaced                  // something writes another text in its place
)

// Fate is what becomes of a text on its way to the nodes. It is the one answer to the question whether an image will be pulled as it stands: rules,
// the probe and the commands that list images ask it, and nothing else decides it.
type Fate struct {
	Change Change
	// By names what writes over the text: "Tekton"; "" for AsWritten.
	By string
}

// Fate is that of an image.
func (p *Planner) Fate(w *manifests.Workload, img *manifests.ImageRef) Fate {
	if w.Doc != nil && w.Doc.Unrendered && img.State == manifests.StateString && img.Err == nil && !w.ValuesFile {
		return Fate{MayChange, "the engine of this template"} // the text has no marks of its own
	}
	empty := img.State == manifests.StateMissing || img.State == manifests.StateNull
	f := written(w.Object, img.Raw, empty, img.InPodSpec())
	if f.Change == Replaced || w.ValuesFile {
		return f
	}
	switch c := p.overlays.Image(w.Object, img.Raw, imageref.KustomizeName(img.Raw), empty || isBlank(img.Raw)); {
	case c.By == "":
	case c.Sure:
		return Fate{Replaced, c.By}
	case f.Change == AsWritten:
		return Fate{MayChange, c.By}
	}
	return f
}

// FateOf is that of any other text of an object, such as a pull policy.
func FateOf(o *manifests.Object, text string) Fate { return written(o, text, false, false) }

// written looks for who writes a field of an object, or of the objects around it. What is certain counts before what may be.
func written(o *manifests.Object, text string, empty, pod bool) Fate {
	if o.Doc != nil && o.Doc.Unrendered {
		return Fate{Replaced, "the engine of this template"}
	}
	best := Fate{}
	for ; o != nil; o = o.Outer {
		w := facts.WriterOf(facts.Subject{
			Group: o.Group(), Kind: o.Kind, Annotated: func(key string) bool { return o.Annotations[key] != "" }, Text: text, Empty: empty, Pod: pod,
		})
		switch {
		case w == nil:
		case w.Effect == facts.Replaces, empty || isBlank(text): // a field that is filled in only at times must be filled in when it is empty
			return Fate{Replaced, w.By}
		case best.Change == AsWritten:
			best = Fate{Placeholder, w.By}
		}
		if outer := o.Outer; outer != nil && best.Change == AsWritten {
			if _, known := resources.Lookup(outer.APIVersion, outer.Kind); !known { // it may have a template language of its own
				best = Fate{MayChange, "what reads the " + outer.Kind + " around it"}
			}
		}
	}
	return best
}

func isBlank(text string) bool {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\n' {
			return false
		}
	}
	return true
}
