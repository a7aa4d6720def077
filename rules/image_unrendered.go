package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageUnrendered reports an image with template or placeholder text.
var ImageUnrendered = lint.Rule{
	ID: "image-unrendered", Group: "invalid-reference", Severity: lint.Error, Levels: "error or warning",
	Check: checkImageUnrendered,
	Doc: lint.Doc{
		Title: `template or placeholder text is left in the image`,
		Why:   `Text that a tool should have replaced is still in the manifest: {{ .Values.image }}, ${IMAGE}, <no value>, map[repository:...], PROJECT_ID. Placeholders that are legal in their place are not reported: $(params.x) in Tekton, {{inputs.parameters.x}} in Argo Workflows, ${NAME} in an OpenShift Template that has such a parameter. A variable for which Flux has no value is a warning if one that has a value is spelled nearly the same: Flux replaces it with nothing.`,
		Bad:   `image: "${REGISTRY}/app:1.4.2"`,
		Good:  `image: ghcr.io/acme/app:1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageUnrendered(p *lint.Pass) {
	checkCause(imageref.Unrendered)(p)
	for w, img := range p.Images() {
		if u := img.Undefined(); u != nil && img.Processed() == manifests.ProcessedUnknown {
			reportUndefined(p, w, img, u)
		}
	}
}

// reportUndefined reports a variable that Flux replaces with nothing, if its name resembles that of one with a value.
func reportUndefined(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, u *manifests.Undefined) {
	meant := meantBy(u)
	if meant == "" {
		return
	}
	text := img.Raw[:u.From] + meant + img.Raw[u.To:]
	p.ReportImageField(w, img, lint.Finding{
		Severity: lint.Warning, Span: img.At(u.From, u.To),
		Message: fmt.Sprintf("Flux replaces %s with nothing: Kustomization %s has no value for it", quote("${"+u.Name+"}"), quote(u.By.Name)),
		Help:    fmt.Sprintf("did you mean %s?", quote("${"+meant+"}")),
		Fix:     replaceFix(img, text, false),
	})
}

// meantBy returns the variable with a value whose name resembles that of an undefined one, or "".
func meantBy(u *manifests.Undefined) string {
	meant := near.Word(u.Name, u.Defined)
	if len(meant) > len(u.Name)+1 { // more than a slip
		return ""
	}
	return meant
}

// parameterHelp returns the help and the fix for text that the processing of an OpenShift Template leaves as it is.
func parameterHelp(img *manifests.ImageRef) (help string, fix *lint.Fix) {
	u := img.Undefined()
	if u == nil {
		return "name a parameter of the Template as ${NAME}, or as ${{NAME}} if that is all of the image", nil
	}
	meant := meantBy(u)
	for _, name := range u.Defined {
		if strings.EqualFold(name, u.Name) {
			meant = name
		}
	}
	if meant == "" {
		return fmt.Sprintf("add %s to the parameters of the Template, or name one of them", quote(u.Name)), nil
	}
	return fmt.Sprintf("did you mean %s?", quote("${"+meant+"}")), replaceFix(img, img.Raw[:u.From]+meant+img.Raw[u.To:], false)
}

// unrenderedHelp returns the help for unrendered text in a value: which tool should have replaced it.
func unrenderedHelp(p *lint.Pass, doc *manifests.Document, text string) string {
	switch {
	case strings.HasPrefix(text, "ko://"):
		return fmt.Sprintf("run \"ko resolve -f %s\", which builds the image and writes its name here", fileOf(doc))
	case strings.HasPrefix(text, "{{") && doc.Template != "":
		return "Helm rendered everything else: pass the value through tpl in the chart, or write it without a template"
	case strings.HasPrefix(text, "{{"), strings.HasPrefix(text, ".Values."), strings.HasPrefix(text, ".Chart."), strings.HasPrefix(text, ".Release."):
		return "render the manifests first (helm template), and lint the output"
	case strings.HasPrefix(text, "$("):
		return "write the image: Kubernetes replaces $(NAME) in command, args and env only"
	case strings.HasPrefix(text, "${{"), strings.HasPrefix(text, "{%"), strings.HasPrefix(text, "[["), strings.HasPrefix(text, "(("), strings.HasPrefix(text, "(@"), strings.HasPrefix(text, "#@"):
		return "render the manifests first with the tool they are written for, and lint the output"
	case strings.HasPrefix(text, "${") && hasFlux(p.Set):
		return "replace the variable first: in postBuild of a Flux Kustomization whose path holds this file, or with envsubst, and lint the output"
	case strings.HasPrefix(text, "${"):
		return "replace the variable first (envsubst, or the tool this file is written for), and lint the output; if Flux does, add the folder of its Kustomization: --reference FOLDER"
	case strings.HasPrefix(text, "$"):
		return "replace the variable first (envsubst, or the tool this file is written for), and lint the output"
	case strings.HasPrefix(text, "map["), strings.HasPrefix(text, "{") && strings.Contains(text, ":"):
		return "use the field that is meant (.repository, .tag) where this is rendered"
	case isUnset(text):
		return "find the value that was not set when this was rendered, and set it"
	case strings.HasPrefix(text, "%!"):
		return "find the value that was missing or had another type when this was rendered"
	}
	return "write the real name in place of " + quote(text)
}

// hasFlux reports whether the set has a Flux Kustomization.
func hasFlux(set *manifests.Set) bool {
	return slices.ContainsFunc(set.Kustomizations, func(k *manifests.Kustomization) bool { return k.Tool == "Flux" })
}

// isUnset reports whether a template engine prints text for a missing value.
func isUnset(text string) bool {
	switch strings.ToLower(strings.Trim(text, "<>")) {
	case "no value", "nil", "none", "null", "nan", "undefined", "invalid", "unknown":
		return true
	}
	return false
}

// fileOf returns the file of a document as a command argument.
func fileOf(doc *manifests.Document) string {
	if f := doc.File; f != nil && !f.InMemory {
		return f.Name
	}
	return "-"
}
