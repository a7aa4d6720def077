package rules

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// replaceFix returns a fix that replaces the whole reference, or nil if it cannot be replaced byte for byte.
func replaceFix(img *manifests.ImageRef, text string, safe bool) *lint.Fix {
	if text == "" || img.Raw == text || img.State != manifests.StateString {
		return nil
	}
	if r := img.Rename(); r != nil && imageref.KustomizeName(text) != r.Name {
		return renameFix(img, r, text, safe)
	}
	fix := &lint.Fix{Title: "write " + quote(text), Safe: safe, NewValue: img.Before + text, Image: text, Sensitive: img.Redacted}
	var edit lint.Edit
	var ok bool
	switch {
	case img.Field == manifests.FieldSplit:
		var part manifests.Part
		if part, fix.NewValue, ok = img.ChangedPart(text); !ok {
			return nil
		}
		if dependsOnFront(img, part, fix.NewValue, text) {
			fix.Old, fix.Provable = part.Value, safe
			fix.Safe = safe && img.Assembly.Complete
		}
		fix.Title = "write " + quote(fix.NewValue)
		edit, ok = replace(part.Span, fix.NewValue)
	case img.Span.Exact():
		edit, ok = replace(img.Span, text)
	case img.Style != nil && img.Before == "":
		if fix.Edits = rewrite(img.Style, text); fix.Edits == nil {
			return nil
		}
		return fix
	}
	if !ok {
		return nil
	}
	fix.Edits = []lint.Edit{edit}
	return fix
}

// dependsOnFront reports whether the new value of a part is only right if the chart puts no registry in front of it, or if it puts one there that the
// value was cut off.
func dependsOnFront(img *manifests.ImageRef, part manifests.Part, value, text string) bool {
	if !img.MayBeFronted() || part.Name != img.Parts()[0].Name {
		return false
	}
	if front := img.Assembly.Front; front != nil && strings.HasPrefix(text, front.Value+"/") {
		return true
	}
	return imageref.HasHost(value) && (!imageref.HasHost(part.Value) || strings.Contains(part.Value, "://"))
}

// renameFix returns a fix that gives an entry of images a new name, or nil if the text differs in more than the name. The name in the entry stays: it
// selects the images to replace, and no other would.
func renameFix(img *manifests.ImageRef, r *manifests.Rename, text string, safe bool) *lint.Fix {
	name := imageref.KustomizeName(text)
	if r.At.IsZero() || !strings.HasPrefix(img.Raw, r.Name) || text[len(name):] != img.Raw[len(r.Name):] || !manifests.IsString(name) || strings.ContainsAny(name, ",[]{}#'\"\\ ") {
		return nil
	}
	return &lint.Fix{Title: "write " + quote(text), Safe: safe, Image: text, Sensitive: img.Redacted, Edits: []lint.Edit{{Span: r.At, New: r.Before + name + r.After}}}
}

// replacing returns a fix that replaces the value at an exact span, or nil for any other span.
func replacing(at source.Span, text string, safe bool) *lint.Fix {
	edit, ok := replace(at, text)
	if !ok {
		return nil
	}
	return &lint.Fix{Title: "write " + text, Safe: safe, NewValue: text, Edits: []lint.Edit{edit}}
}

// replace returns an edit that replaces a value. It adds quotes if YAML would not read the text as a string.
func replace(at source.Span, text string) (lint.Edit, bool) {
	if !at.Exact() {
		return lint.Edit{}, false
	}
	before := at.Start().Offset - at.Excerpt().Offset - 1
	around := ""
	if before >= 0 && before < len(at.Excerpt().Text) {
		around = at.Excerpt().Text[before : before+1]
	}
	switch {
	case manifests.IsString(text):
	case around == `"`, around == `'`:
		if !fits(text, around) {
			return lint.Edit{}, false
		}
	case around == "", !fits(text, `"`): // the surrounding characters are unknown
		return lint.Edit{}, false
	default:
		text = `"` + text + `"`
	}
	return lint.Edit{Span: at, New: text}, true
}

// fits reports whether a text needs no escapes between quotes.
func fits(text, quote string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return r < ' ' || r > '~' || strings.ContainsRune(quote, r) || quote == `"` && r == '\\'
	}) < 0
}

// rewrite returns the edits to replace a value that is not written byte for byte, or nil if the text does not fit there.
func rewrite(t *manifests.ScalarStyle, text string) []lint.Edit {
	if !fits(text, t.Quote) {
		return nil
	}
	var out []lint.Edit
	if !t.Header.IsZero() {
		out = append(out, lint.Edit{Span: t.Header, New: t.Strip})
	}
	return append(out, lint.Edit{Span: t.Span, New: t.Quote + text + t.Quote})
}

// isLowerCaseFix reports whether a reference becomes valid in lower case, and was certainly meant that way, since repository names cannot have
// capitals. A path segment in all capitals may be something else, such as the name of a variable.
func isLowerCaseFix(e *imageref.Error) bool {
	if e.Cause != imageref.Uppercase || !strings.EqualFold(e.Corrected, e.Raw) {
		return false
	}
	at := imageref.Locate(e.Corrected).Repository
	for part := range strings.SplitSeq(e.Raw[at.Start:at.End], "/") {
		if len(part) > 1 && strings.ToUpper(part) == part && strings.ToLower(part) != part {
			return false
		}
	}
	return true
}

// rekeyed returns a fix that corrects the key of a registry in a Secret with plain text content, or nil for any other Secret. The fix contains
// nothing of the content except the key.
func rekeyed(s *manifests.Secret, written, want string) *lint.Fix {
	if s == nil || s.Content() == nil || s.Context {
		return nil
	}
	at, ok := s.Content().Registries[written]
	if !ok || !fits(want, `"`) || strings.Contains(want, "'") {
		return nil
	}
	return &lint.Fix{
		Title: "write the key " + quote(want), Sensitive: true, Edits: []lint.Edit{{Span: at, New: want}},
		Safe: strings.Contains(strings.ToLower(written), want), // the correct host is in the key, with other text around it
	}
}

// moveFix returns a fix that moves a pull secrets field to the pod spec, or deletes it if the pod already has all its names.
func moveFix(w *manifests.Workload, m *manifests.MisplacedPullSecrets) *lint.Fix {
	if m.Move == nil || len(w.Pods) != 1 {
		return nil
	}
	away := lint.Edit{Span: m.Move.From}
	own := w.Pods[0].ImagePullSecrets
	if own == nil {
		return &lint.Fix{Title: "move it to " + m.WantPath, Safe: true, Edits: []lint.Edit{{Span: m.Move.At, New: m.Move.Text}, away}}
	}
	if !m.IsList || own.Unknown || len(own.Defects) > 0 {
		return nil
	}
	named := map[string]bool{}
	for _, n := range own.Names {
		named[n.Name] = true
	}
	for _, name := range m.Names {
		if !named[name] {
			return nil
		}
	}
	return &lint.Fix{Title: "remove it: " + m.WantPath + " names the same", Safe: true, Edits: []lint.Edit{away}}
}
