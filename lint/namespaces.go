package lint

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// effectiveNamespace returns the namespace of a finding's object: the one in its manifest, or else in the settings.
func (f *Finding) effectiveNamespace() string {
	if f.Object != nil && f.Object.Namespace != "" {
		return f.Object.Namespace
	}
	return f.Namespace
}

// WithoutNamespace returns the message without the object's namespace: a Secret that is missing in twelve
// namespaces is one mistake.
func (f *Finding) WithoutNamespace() string {
	ns := f.effectiveNamespace()
	if ns == "" || !strings.Contains(f.Message, "namespace ") {
		return f.Message
	}
	return strings.Replace(f.Message, "namespace "+strconv.Quote(ns), "namespace *", 1)
}

// Identity returns the namespace and the name of the finding's object, which must not be nil, as they were written.
func (f *Finding) Identity() ObjectName {
	if f.Written != nil {
		return *f.Written
	}
	return ObjectName{f.Object.AsWritten().Namespace, f.Object.Name}
}

// Build returns what tells a finding from others about the same text that is built differently: the namespace that its message names, such as one in which
// a Secret is missing, or its Variant. It is "" if all of them are one mistake.
func (f *Finding) Build() string {
	switch {
	case f.Written == nil:
		return ""
	case f.WithoutNamespace() != f.Message: // first, since a Variant comes and goes with what explains the finding, such as a Secret with a similar name
		return f.effectiveNamespace()
	}
	return f.Variant
}

// HelpAnywhere returns the help without the object's namespace.
func (f *Finding) HelpAnywhere() string {
	ns := f.effectiveNamespace()
	if ns == "" || !strings.Contains(f.Help, "namespace ") && !strings.Contains(f.Help, "--known-secret ") { // as most
		return f.Help
	}
	return strings.NewReplacer("namespace "+strconv.Quote(ns), "namespace *", "--known-secret "+ns+"/", "--known-secret */").Replace(f.Help)
}

// AddNamespaces adds the namespaces that a finding, and those joined with it, are about.
func (f *Finding) AddNamespaces(to map[string]bool) {
	to[f.effectiveNamespace()] = true
	for _, j := range f.Joined {
		if j.Object != nil {
			to[cmp.Or(j.Object.Namespace, f.Namespace)] = true
		}
	}
}

// WidenHelp makes the help apply to all namespaces.
func (f *Finding) WidenHelp() {
	before, name, ok := strings.Cut(f.Help, "--known-secret "+f.effectiveNamespace()+"/")
	if ok && !strings.Contains(name, " ") {
		f.Help = before + "--known-secret '*/" + name + "'"
	}
}

// MergeNamespaces merges findings of rendered text that differ only in the namespace that they name, or in their Variant, at one place of a source file: those of a base
// that overlays build for several namespaces. Callers compare the findings with others, such as those of a baseline, before: a Secret that is missing
// in one more namespace is new.
func MergeNamespaces(all []Finding) []Finding {
	type key struct {
		rule, message, help, file string
		severity                  Severity
		from, to                  source.Pos
	}
	at := map[key]int{}
	out := all[:0]
	for i := range all {
		f := all[i]
		file := f.Span.File()
		if len(f.Origins) == 0 || file == nil || f.Span.Start().Line == 0 || f.WithoutNamespace() == f.Message && f.Variant == "" {
			out = append(out, f)
			continue
		}
		k := key{f.Rule, f.WithoutNamespace(), f.HelpAnywhere(), filepath.Clean(file.Name), f.Severity, f.Span.Start(), f.Span.End()}
		n, ok := at[k]
		if !ok {
			at[k] = len(out)
			out = append(out, f)
			continue
		}
		out[n].join(&f)
		if f.effectiveNamespace() != out[n].effectiveNamespace() {
			out[n].WidenHelp()
		}
	}
	return out
}
