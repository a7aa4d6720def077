package extract

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// isTemplate reports whether a document that parses as YAML is a template anyway: the cluster gets the output of the
// template's tool, so the YAML alone is misleading. root is its node.
func isTemplate(file string, data []byte, root *yaml.Node) bool {
	if isYtt(data) || isTemplateFile(file) {
		return true
	}
	if !bytes.Contains(data, []byte("{{")) {
		return false
	}
	if tree.HoldsTemplateFlow(root) {
		return true
	}
	return isTemplateFolder(file) && slices.ContainsFunc(goTemplate, func(mark []byte) bool { return bytes.Contains(data, mark) })
}

// isYtt reports whether a document is a ytt template: it has a comment that begins with "#@", which computes the value
// before it or controls the lines up to the next one.
func isYtt(data []byte) bool {
	for at := 0; ; at++ {
		i := bytes.IndexByte(data[at:], '@') // which is rarer than "#"
		if i < 0 {
			return false
		}
		at += i
		before, isComment := bytes.CutSuffix(data[:at], []byte("#"))
		if !isComment || len(before) > 0 && !source.IsSpace(before[len(before)-1]) {
			continue
		}
		if behind := data[at+1:]; len(behind) > 0 && (behind[0] == ' ' || behind[0] == '!' || 'a' <= behind[0] && behind[0] <= 'z') {
			return true
		}
	}
}

// isTemplateFile reports whether a file is a template by its name: "web.tmpl.yaml", "web.yaml.j2".
func isTemplateFile(file string) bool {
	if strings.Count(baseName(file), ".") < 2 { // as most
		return false
	}
	parts := strings.Split(strings.ToLower(filepath.Base(file)), ".")
	return len(parts) > 2 && slices.ContainsFunc(parts[1:], func(p string) bool {
		return slices.Contains([]string{"tmpl", "tpl", "template", "gotmpl", "j2", "jinja", "jinja2", "erb", "mustache"}, p)
	})
}

// isTemplateFolder reports whether a file is in a folder of Helm templates. Not all such folders
// have a Chart.yaml.
func isTemplateFolder(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(filepath.ToSlash(file)), "/"), func(p string) bool { return p == "templates" || p == ".helm" })
}

// goTemplate are strings that occur in Go templates but not in other languages that use the same
// braces.
var goTemplate = [][]byte{[]byte("{{ ."), []byte("{{."), []byte("{{-"), []byte("{{ $"), []byte("{{$"), []byte("{{ include "), []byte("{{ template ")}
