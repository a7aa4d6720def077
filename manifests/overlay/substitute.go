package overlay

import (
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
	x := New(set)
	if !x.substitutes {
		return
	}
	set.Workloads = slices.Clone(set.Workloads)
	for at, w := range set.Workloads {
		if !slices.ContainsFunc(w.Images, isVariable) {
			continue
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
			if x.substitute(&changed, over); changed.Raw == img.Raw {
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
	var assembly manifests.Assembly
	if img.Assembly != nil {
		assembly = *img.Assembly
	}
	assembly.Unsubstituted, assembly.Pieces = img.Raw, pieces
	img.Assembly, img.Raw, img.Style = &assembly, raw, nil
	img.Span = img.Span.WithExact(false) // it is the span of the text with the variables
	ref, err := imageref.Parse(raw)
	img.Ref, img.Err = ref, nil
	if err != nil {
		img.Err = imageref.AsError(err)
	}
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
		kind, settings, _ := strings.Cut(from, "/")
		configMap := x.settings[k.ValuesNamespace+"/"+settings]
		if configMap == nil {
			configMap = x.settings["/"+settings]
		}
		if kind != "ConfigMap" || configMap == nil {
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
