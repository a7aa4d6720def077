package rules

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// ImageNotString reports an image that is a number, boolean, list or mapping.
var ImageNotString = lint.Rule{
	ID: "image-not-string", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageNotString,
	Doc: lint.Doc{
		Title: `image is a number, boolean, list or mapping`,
		Why:   `YAML reads an unquoted 1.25 as a number and unquoted braces as a mapping; the API server expects a string and rejects both. In a custom resource whose image has several fields, a number such as 1.10 is a warning: its schema may allow numbers, but 1.10 then becomes 1.1.`,
		Bad:   `image: 1.25`,
		Good:  `image: app:1.25`,
		Since: "0.1.0",
	},
}

func checkImageNotString(p *lint.Pass) {
	for w, img := range p.Images() {
		switch {
		case img.State == manifests.StateNotString && img.Field == manifests.FieldSplit:
			p.ReportImage(w, img, notStringPart(w, img, img.Path, img.ValueType))
			continue
		case img.State == manifests.StateString && img.Err == nil:
			reportParts(p, w, img)
			continue
		case img.State != manifests.StateNotString:
			continue
		}
		f := lint.Finding{
			Severity: byConfidence(img),
			Message:  fmt.Sprintf("image is a %s, not a string", img.ValueType),
			Help:     "write the whole reference as one string: registry/repository:tag",
			Cluster:  undecodable(w, img, img.Path, img.ValueType, "string"),
		}
		switch img.ValueType {
		case "number":
			f.Message = fmt.Sprintf("image %s is a number in YAML, not a string", quote(img.Raw))
			f.Help = fmt.Sprintf("write the whole reference, such as %s", quote("app:"+img.Raw))
		case "boolean":
			f.Message = fmt.Sprintf("image %s is a boolean in YAML, not a string", quote(img.Raw))
			f.Help = fmt.Sprintf("write the whole reference, and quote a name that YAML reads as a boolean: %s", quote(img.Raw))
		}
		p.ReportImage(w, img, f)
	}
}

// reportParts reports the parts of an image in a known resource that YAML does not read as strings.
func reportParts(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) {
	if img.Confidence != manifests.Certain {
		return
	}
	for i := range img.Parts() {
		part := &img.Parts()[i]
		if part.ValueType == "" {
			continue
		}
		f := notStringPart(w, img, img.Path+"."+part.Name, part.ValueType)
		f.Message = fmt.Sprintf("%s %s of image %s is a %s in YAML, not a string", part.Name, part.Value, quote(img.Raw), part.ValueType)
		f.Help = fmt.Sprintf("quote it: %q", part.Value)
		f.Span, f.Path = part.Span, img.Path+"."+part.Name
		if part.Span.Exact() {
			f.Fix = &lint.Fix{Title: fmt.Sprintf("write %q in quotes", part.Value), Safe: true, Edits: []lint.Edit{{Span: part.Span, New: strconv.Quote(part.Value)}}}
		}
		p.ReportImage(w, img, f)
	}
}

// notStringPart returns a finding about a part of an image. It is a warning, since not every resource has a schema that says the type.
func notStringPart(w *manifests.Workload, img *manifests.ImageRef, path, is string) lint.Finding {
	return lint.Finding{
		Severity: min(lint.Warning, byConfidence(img)),
		Message:  fmt.Sprintf("%s of an image is a %s, not a string", path[strings.LastIndexByte(path, '.')+1:], is),
		Help:     "write it as one string",
		Cluster:  undecodable(w, img, path, is, "string"),
	}
}
