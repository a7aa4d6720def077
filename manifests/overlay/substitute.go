package overlay

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Substitute substitutes the variables of images as Flux does after building a Kustomization: with the object's inline
// values, those of the ConfigMaps that it names, and the defaults in the text. An image is left unchanged if one of
// its variables is unknown: if a source of values is not in the set, a value is encrypted, or several Kustomizations
// disagree.
func Substitute(set *manifests.Set) {
	if !slices.ContainsFunc(set.Kustomizations, func(k *manifests.Kustomization) bool { return k.Substitutes }) {
		return
	}
	var x *Index
	set.Workloads = slices.Clone(set.Workloads)
	for at, w := range set.Workloads {
		if keepsVariables(w.Object) || !slices.ContainsFunc(w.Images, isVariable) {
			continue
		}
		if x == nil { // few sets have variables
			x = New(set)
		}
		over := slices.DeleteFunc(slices.Clone(x.over(w.Object).all), func(k *manifests.Kustomization) bool { return !k.Substitutes })
		if len(over) == 0 {
			continue
		}
		for i, img := range w.Images {
			if !isVariable(img) {
				continue
			}
			changed := *img
			if x.substitute(&changed, over); changed.Raw == img.Raw && !x.markUndefined(&changed, over) {
				continue
			}
			if w == set.Workloads[at] {
				own := *w
				own.Images = slices.Clone(w.Images)
				set.Workloads[at] = &own
			}
			set.Workloads[at].Images[i] = &changed
		}
	}
}

// keepsVariables reports whether an object tells Flux to leave its variables alone.
func keepsVariables(o *manifests.Object) bool {
	return o.Annotations["kustomize.toolkit.fluxcd.io/substitute"] == "disabled"
}

// isVariable reports whether the text of an image may have a variable.
func isVariable(img *manifests.ImageRef) bool {
	return img.State == manifests.StateString && img.Field != manifests.FieldSplit && strings.Contains(img.Raw, "${")
}

// substitute replaces the variables of an image with the values on which all its kustomizations agree.
func (x *Index) substitute(img *manifests.ImageRef, over []*manifests.Kustomization) {
	var raw string
	var pieces []manifests.Piece
	for i, k := range over {
		text, made, ok := x.expand(img, k)
		if !ok || i > 0 && text != raw {
			return
		}
		raw, pieces = text, made
	}
	if imageref.Redact(raw) != raw {
		return // text with a password is not kept
	}
	assembly := assemblyOf(img)
	assembly.Unsubstituted, assembly.Pieces, assembly.Processed, assembly.Undefined = img.Raw, pieces, manifests.ProcessedUnknown, nil
	img.Assembly, img.Raw, img.Style = &assembly, raw, nil
	img.Span = img.Span.WithExact(false) // it is the span of the text with the variables
	ref, err := imageref.Parse(raw)
	img.Ref, img.Err = ref, nil
	if err != nil {
		img.Err = imageref.AsError(err)
	}
}

// assemblyOf returns a copy of the assembly of an image, which other sets may share.
func assemblyOf(img *manifests.ImageRef) manifests.Assembly {
	if img.Assembly == nil {
		return manifests.Assembly{}
	}
	return *img.Assembly
}

// markUndefined records the first variable of an image without a default for which none of its kustomizations has a value. It returns false if there is none, or
// something outside of the set may define it: a source of values, or a patch of the kustomizations themselves.
func (x *Index) markUndefined(img *manifests.ImageRef, over []*manifests.Kustomization) bool {
	for at := 0; ; {
		begin := strings.Index(img.Raw[at:], "${")
		if begin < 0 {
			return false
		}
		from := at + begin + len("${")
		end := strings.IndexByte(img.Raw[from:], '}')
		if end < 0 || from > len("${") && img.Raw[from-len("$${")] == '$' { // escaped
			return false
		}
		at = from + end
		name, _, operator, ok := variable(img.Raw[from:at])
		if !ok || operator != plain {
			continue
		}
		if slices.ContainsFunc(over, func(k *manifests.Kustomization) bool {
			_, found, known := x.value(k, name)
			return found || !known || k.Object == nil || slices.ContainsFunc(x.over(k.Object).all, func(k *manifests.Kustomization) bool { return k.Rewrites || len(k.Patches) > 0 })
		}) {
			continue
		}
		assembly := assemblyOf(img)
		assembly.Undefined = &manifests.Undefined{Name: name, From: from, To: at, Defined: x.variables(over[0]), By: over[0].Object}
		img.Assembly = &assembly
		return true
	}
}

// variables returns the names of the variables for which a kustomization has values, sorted.
func (x *Index) variables(k *manifests.Kustomization) []string {
	out := slices.Collect(maps.Keys(k.Values))
	for _, from := range k.ValuesFrom {
		if settings := x.settingsOf(k, from); settings != nil {
			out = slices.AppendSeq(out, maps.Keys(settings.Data))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// settingsOf returns the ConfigMap that a kustomization takes values from, if the set has it; nil for a Secret.
func (x *Index) settingsOf(k *manifests.Kustomization, from string) *manifests.ConfigMap {
	kind, name, _ := strings.Cut(from, "/")
	if kind != "ConfigMap" {
		return nil
	}
	return cmp.Or(x.settings()[k.ValuesNamespace+"/"+name], x.settings()["/"+name])
}

// maxText is the maximum length of an image after substitution; no registry accepts a longer one.
const maxText = 4096

// expand returns the text of an image with the values of one kustomization, and its pieces with their sources. ok is
// false if a value is unknown.
func (x *Index) expand(img *manifests.ImageRef, k *manifests.Kustomization) (text string, pieces []manifests.Piece, ok bool) {
	rest, at := img.Raw, 0
	add := func(s string, piece manifests.Piece) {
		piece.From, piece.To = len(text), len(text)+len(s)
		text += s
		if s != "" {
			pieces = append(pieces, piece)
		}
	}
	for len(text) <= maxText {
		i := strings.Index(rest, "${")
		if i < 0 {
			add(rest, manifests.Piece{Span: img.Span.Sub(at, at+len(rest))})
			return text, pieces, true
		}
		end := strings.IndexByte(rest[i:], '}')
		if end < 0 || i > 0 && rest[i-1] == '$' { // "$${" is an escaped "${"
			return "", nil, false
		}
		add(rest[:i], manifests.Piece{Span: img.Span.Sub(at, at+i)})
		v, def, operator, ok := variable(rest[i+2 : i+end])
		if !ok {
			return "", nil, false
		}
		value, found, known := x.value(k, v)
		found = found && (value.Value != "" || operator[0] != ':') // with a colon, the default also replaces an empty value
		whole := img.Span.Sub(at+i, at+i+end+1)
		switch {
		case found:
			add(value.Value, manifests.Piece{Span: value.Span, Variable: whole})
		case !known || operator == plain:
			return "", nil, false
		default:
			from := at + i + end - len(def)
			add(def, manifests.Piece{Span: img.Span.Sub(from, from+len(def))})
		}
		rest, at = rest[i+end+1:], at+i+end+1
	}
	return "", nil, false
}

// plain is the operator of a variable without a default.
const plain = "}"

// variable parses the text between the braces: a name, an operator, and a default. It returns false for other
// functions of envsubst.
func variable(text string) (name, def, operator string, ok bool) {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r != '_' && (r < '0' || '9' < r) && (r < 'a' || 'z' < r) && (r < 'A' || 'Z' < r)
	})
	if end < 0 {
		return text, "", plain, text != ""
	}
	name = text[:end]
	for _, operator := range []string{":=", ":-", "=", "-"} {
		if def, cut := strings.CutPrefix(text[end:], operator); cut {
			return name, def, operator, name != "" && !strings.Contains(def, "$")
		}
	}
	return "", "", "", false
}

// value returns the value of a variable in a kustomization. If there is none, known tells that no source outside of
// the set can define it.
func (x *Index) value(k *manifests.Kustomization, name string) (s manifests.Substitute, found, known bool) {
	if s, found = k.Values[name]; found {
		return s, !isSecret(s.Value), true
	}
	known = true
	for _, from := range slices.Backward(k.ValuesFrom) {
		configMap := x.settingsOf(k, from)
		if configMap == nil {
			known = false
			continue
		}
		if s, found = configMap.Data[name]; found {
			return s, known && !isSecret(s.Value), known
		}
	}
	return s, false, known
}

// isSecret reports whether a value is encrypted, or filled in by another tool.
func isSecret(value string) bool {
	return strings.HasPrefix(value, "ENC[") || strings.Contains(value, "${")
}
