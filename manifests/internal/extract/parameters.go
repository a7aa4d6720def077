package extract

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// isOpenShiftTemplate reports whether an object is OpenShift's Template, also under the version that it had before it had a group.
func isOpenShiftTemplate(o *model.Object) bool {
	return o.Kind == "Template" && (o.Group() == "template.openshift.io" || o.Group() == "")
}

// process records which images in a Template are invalid once its parameters are replaced: OpenShift replaces those that the Template has, and leaves any
// other text as it is (pkg/template/templateprocessing in https://github.com/openshift/library-go). What is around a Template may replace more.
func (x scope) process(n *yaml.Node, in []*model.Workload) {
	parameters, ok := parametersOf(n)
	if !ok || x.obj.Outer != nil {
		return
	}
	var names []string
	if len(parameters) <= maxCompared {
		names = slices.Sorted(maps.Keys(parameters))
	}
	for _, w := range in {
		if x.isInner(w.Object) {
			continue
		}
		for _, img := range w.Images {
			if isParametrized(img) {
				x.processImage(img, parameters, names)
			}
		}
	}
}

// maxCompared limits with how many names of parameters an unknown one is compared; maxProcessed is the maximum length of an image with parameters, and with
// their values. No registry accepts a longer one, and a long value may be in many images.
const (
	maxCompared  = 200
	maxProcessed = 512
)

// isParametrized reports whether an image is one text that may have parameters.
func isParametrized(img *model.ImageRef) bool {
	return img.State == model.StateString && img.Err != nil && !img.Redacted && img.Field != model.FieldSplit && img.Before == "" && len(img.Raw) <= maxProcessed && isParameter(img.Raw)
}

// isInner reports whether an object is in another Template inside the current one, or is not inside of it.
func (x scope) isInner(o *model.Object) bool {
	for o = o.Outer; o != nil; o = o.Outer {
		if isOpenShiftTemplate(o) {
			return o != x.obj
		}
	}
	return true
}

// parametersOf returns the parameters of a Template with the nodes of their default values, or nil for those without one. ok is false if they are not all
// known.
func parametersOf(n *yaml.Node) (all map[string]*yaml.Node, ok bool) {
	list := tree.Child(n, "parameters")
	all = map[string]*yaml.Node{}
	if tree.IsNull(list) {
		return all, true
	}
	if list.Kind != yaml.SequenceNode || len(list.Content) > maxParameters {
		return nil, false
	}
	for _, item := range list.Content {
		item = tree.Resolve(item)
		name := tree.StrAt(item, "name")
		if parameterName("${"+name+"}") != name || name == "" {
			return nil, false // something else fills it in
		}
		value := tree.Child(item, "value")
		if value != nil && (value.Kind != yaml.ScalarNode || tree.ScalarType(value) != "string" || value.Value == "") {
			value = nil
		}
		all[name] = value
	}
	return all, true
}

// parameterName returns the name of the parameter that a text begins with, such as "${NAME}", or "".
func parameterName(text string) string {
	rest, ok := strings.CutPrefix(text, "${")
	end := strings.IndexFunc(rest, func(r rune) bool {
		return r != '_' && (r < '0' || '9' < r) && (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r)
	})
	if !ok || end < 0 || rest[end] != '}' {
		return ""
	}
	return rest[:end]
}

// processImage records whether an image is invalid because of text that is not a parameter, or with all values of the parameters, or with their defaults.
func (x scope) processImage(img *model.ImageRef, parameters map[string]*yaml.Node, names []string) {
	holes, left := holesOf(img.Raw, parameters)
	assembly := model.Assembly{}
	if img.Assembly != nil {
		assembly = *img.Assembly
	}
	at, fits := imageref.Fits(img.Raw, holes)
	switch {
	case left.End > 0:
		assembly.Processed = model.ProcessedInvalid
		if len(holes) == 0 {
			assembly.Processed = model.ProcessedNothing
		}
		token := img.Raw[left.Start:left.End]
		detail := "is left as it is: in a Template, a parameter is written ${NAME}"
		if name := parameterName(token); name != "" {
			detail = "is left as it is: the Template has no such parameter"
			from := left.Start + len("${")
			assembly.Undefined = &model.Undefined{Name: name, From: from, To: from + len(name), Defined: names, By: x.obj}
		}
		img.Err = &imageref.Error{Raw: img.Raw, Cause: imageref.Unrendered, At: left, Detail: fmt.Sprintf("%s %s", strconv.Quote(token), detail)}
	case !fits:
		e := wrongAnyway(img.Raw, holes, at)
		if e == nil {
			return
		}
		assembly.Processed, img.Err = model.ProcessedInvalid, e
	default:
		text, pieces := x.withDefaults(img, holes, parameters)
		_, err := imageref.Parse(text)
		if err == nil || text == "" || imageref.Redact(text) != text { // text with a password is not kept
			return
		}
		e := imageref.AsError(err)
		if e.Cause == imageref.Unrendered { // a value that asks for another one
			return
		}
		assembly.Processed, assembly.Unsubstituted, assembly.Pieces = model.ProcessedDefault, img.Raw, pieces
		img.Raw, img.Err, img.Style = text, e, nil
		img.Span = img.Span.WithExact(false) // it is the span of the text with the parameters
	}
	img.Assembly = &assembly
}

// maxToken is the maximum length of a text that is taken for a variable.
const maxToken = 64

// holesOf returns where the parameters of a Template are in an image, and the first text that looks like one but is not.
func holesOf(raw string, parameters map[string]*yaml.Node) (holes []imageref.Range, left imageref.Range) {
	if inner, ok := strings.CutPrefix(raw, "${{"); ok { // only as the whole value
		if inner, ok = strings.CutSuffix(inner, "}}"); ok {
			if _, ok = parameters[inner]; ok {
				return []imageref.Range{{End: len(raw)}}, left
			}
		}
	}
	for i := 0; i < len(raw); {
		begin := strings.Index(raw[i:], "${")
		if begin < 0 {
			break
		}
		i += begin
		name := parameterName(raw[i:])
		if _, ok := parameters[name]; ok {
			holes = append(holes, imageref.Range{Start: i, End: i + len("${}") + len(name)})
			i += len("${}") + len(name)
			continue
		}
		if left.End == 0 {
			end := strings.IndexByte(raw[i:], '}') + 1
			for end > 0 && i+end < len(raw) && raw[i+end] == '}' {
				end++
			}
			if end == 0 || end > maxToken {
				end = len("${")
			}
			left = imageref.Range{Start: i, End: i + end}
		}
		i += len("${")
	}
	return holes, left
}

// wrongAnyway returns what is wrong with a text at a byte outside of its holes. It returns nil if that cannot be said without a value for them.
func wrongAnyway(raw string, holes []imageref.Range, at int) *imageref.Error {
	filled := []byte(raw)
	for _, h := range holes {
		for i := h.Start; i < h.End; i++ {
			filled[i] = '0' // which is valid in all parts of a reference
		}
	}
	_, err := imageref.Parse(string(filled))
	if err == nil {
		return nil
	}
	e := imageref.AsError(err)
	overlaps := func(h imageref.Range) bool { return e.At.Start < h.End && h.Start < e.At.End }
	if at < e.At.Start || e.At.End < at || slices.ContainsFunc(holes, overlaps) || strings.Contains(e.Detail, "00") {
		return nil // it is about a parameter, or quotes what stands in for one
	}
	return &imageref.Error{Raw: raw, Cause: e.Cause, At: e.At, Detail: e.Detail, Corrected: refilled(e.Corrected, raw, holes)}
}

// refilled puts the parameters of raw back into a correction of it, or returns "" if it is not clear where.
func refilled(corrected, raw string, holes []imageref.Range) string {
	out, done := "", 0
	for _, h := range holes {
		before, rest, found := strings.Cut(corrected, strings.Repeat("0", h.End-h.Start))
		if !found || strings.Contains(raw[done:h.Start], "0") {
			return ""
		}
		out += before + raw[h.Start:h.End]
		corrected, done = rest, h.End
	}
	return out + corrected
}

// withDefaults returns the text of an image with the default values of its parameters, and its pieces, or "" if there is one without a default.
func (x scope) withDefaults(img *model.ImageRef, holes []imageref.Range, parameters map[string]*yaml.Node) (text string, pieces []model.Piece) {
	at := 0
	add := func(s string, piece model.Piece) {
		piece.From, piece.To = len(text), len(text)+len(s)
		if text += s; s != "" {
			pieces = append(pieces, piece)
		}
	}
	for _, h := range holes {
		value := parameters[strings.Trim(img.Raw[h.Start:h.End], "${}")]
		if value == nil || len(text)+len(value.Value) > maxProcessed {
			return "", nil
		}
		add(img.Raw[at:h.Start], model.Piece{Span: img.Span.Sub(at, h.Start)})
		add(value.Value, model.Piece{Span: x.span(value), Variable: img.Span.Sub(h.Start, h.End)})
		at = h.End
	}
	add(img.Raw[at:], model.Piece{Span: img.Span.Sub(at, len(img.Raw))})
	return text, pieces
}
