package plan

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/facts"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// MutationKind tells whether something replaces a text before a node reads it.
type MutationKind uint8

// Values of MutationKind.
const (
	AsWritten   MutationKind = iota // nodes read the text as written
	MayChange                       // something may replace it
	Placeholder                     // the same, and the text is a customary placeholder
	Replaced                        // something replaces it
)

// Mutation is what happens to a text before nodes read it. It is the only answer to the question whether an image will
// be pulled as written: rules, the probe and the commands that list images all use it.
type Mutation struct {
	Kind MutationKind
	// By is what replaces the text, such as "Tekton"; "" for AsWritten.
	By string
	// Redirects is true if a node may pull from another registry even if nothing replaces the text with the image that is meant, so that the cluster's
	// answer is not the one about the text.
	Redirects bool
}

// Mutation returns the mutation of an image.
func (p *Planner) Mutation(w *manifests.Workload, img *manifests.ImageRef) Mutation {
	if w.Doc != nil && w.Doc.Unrendered && img.State == manifests.StateString && img.Err == nil && !w.ValuesFile {
		return Mutation{Kind: MayChange, By: "the engine of this template"} // the text has no markers of its own
	}
	if img.PostRendered {
		return Mutation{Kind: Replaced, By: "Flux"}
	}
	empty := img.State == manifests.StateMissing || img.State == manifests.StateNull
	f := written(w.Object, img.Raw, img, empty)
	if f.Kind == Replaced || w.ValuesFile {
		return f
	}
	c, s := p.overlays.Image(w.Object, img.Raw, imageref.KustomizeName(img.Raw), empty || isBlank(img.Raw)), p.streamed(w, img)
	switch {
	case c.By != "" && c.Certain:
		return Mutation{Kind: Replaced, By: c.By}
	case s.Kind == Replaced:
		return s
	case c.By != "" && f.Kind == AsWritten:
		return Mutation{MayChange, c.By, s.Redirects}
	case f.Kind == AsWritten:
		return s
	}
	f.Redirects = s.Redirects
	return f
}

// Replacement returns the image that nodes read instead of the one of a container, if Flux alone replaces it and the new one is known; else nil. Its
// position is that of the image as written.
func (p *Planner) Replacement(w *manifests.Workload, img *manifests.ImageRef) *manifests.ImageRef {
	if !img.InPodSpec() || img.State != manifests.StateString || img.Redacted || w.Live || w.Object == nil {
		return nil
	}
	text, ok := p.overlays.Replacement(w.Object, img.Raw)
	if !ok || p.AlsoAsWritten(w, img) || written(w.Object, img.Raw, img, false).Kind != AsWritten || p.streamed(w, img).Kind != AsWritten {
		return nil
	}
	ref, err := imageref.Parse(text)
	if err != nil {
		return nil // said of the entry
	}
	made := *img
	made.Raw, made.Ref, made.Err, made.Assembly = text, ref, nil, nil
	return &made
}

// AlsoAsWritten reports whether an image that some kustomizations replace is also applied as written, and another tag in the text changes nothing for them.
func (p *Planner) AlsoAsWritten(w *manifests.Workload, img *manifests.ImageRef) bool {
	return written(w.Object, img.Raw, img, false).Kind == AsWritten && p.streamed(w, img).Kind == AsWritten && p.overlays.AlsoAsWritten(w.Object, img.Raw, imageref.KustomizeName(img.Raw))
}

// IsKustomized reports whether a kustomization applies an object's file, as a resource or as a patch.
func (p *Planner) IsKustomized(o *manifests.Object) bool { return p.overlays.Applies(o) }

// MutationOf returns the mutation of any other text of an object, such as a pull policy.
func MutationOf(o *manifests.Object, text string) Mutation { return written(o, text, nil, false) }

// written finds what replaces a field of an object, which is that of an image or nil, or of the objects around it. Certain replacements take precedence.
func written(o *manifests.Object, text string, img *manifests.ImageRef, empty bool) Mutation {
	if o.Doc != nil && o.Doc.Unrendered {
		return Mutation{Kind: Replaced, By: "the engine of this template"}
	}
	best, doc := Mutation{}, o.Doc
	processed := manifests.ProcessedUnknown
	if img != nil {
		processed = img.Processed()
	}
	if processed == manifests.ProcessedDefault {
		best = Mutation{Kind: MayChange, By: "another value for a parameter of the OpenShift Template"}
	}
	for ; o != nil; o = o.Outer {
		if processed != manifests.ProcessedUnknown && o.Kind == "Template" {
			continue // what it makes of the image is known
		}
		w := facts.WriterOf(facts.Subject{
			Group: o.Group(), Kind: o.Kind, Annotated: func(key string) bool { return o.Annotations[key] != "" }, Text: text, Empty: empty,
			Pod: img != nil && img.InPodSpec(), Triggered: img != nil && img.Triggered,
		})
		switch {
		case w == nil:
		case w.Effect == facts.Replaces, empty || isBlank(text): // a field that is only sometimes filled in must be filled in if it is empty
			return Mutation{Kind: Replaced, By: w.By}
		case best.Kind == AsWritten:
			best = Mutation{Kind: Placeholder, By: w.By}
		}
		if outer := o.Outer; outer != nil && best.Kind == AsWritten {
			if _, known := resources.Lookup(outer.APIVersion, outer.Kind); !known { // it may have its own template language
				best = Mutation{Kind: MayChange, By: "what reads the " + outer.Kind + " around it"}
			}
		}
	}
	if processed == manifests.ProcessedUnknown && strings.Contains(text, "${") && isNamedTemplate(doc) {
		return Mutation{Kind: Replaced, By: "what fills in this template"}
	}
	return best
}

// isNamedTemplate reports whether the name of a document's file says that it is a template: "install-template.yaml". Many files with such a name, such as
// one with a pod template, are complete, so only a variable in a text shows that something fills it in.
func isNamedTemplate(doc *manifests.Document) bool {
	if doc == nil || doc.File == nil {
		return false
	}
	name := strings.ToLower(doc.File.Name)
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return slices.Contains(strings.FieldsFunc(name, func(c rune) bool { return c == '-' || c == '.' || c == '_' }), "template")
}

func isBlank(text string) bool {
	for _, c := range text {
		if c != ' ' && c != '\t' && c != '\n' {
			return false
		}
	}
	return true
}
