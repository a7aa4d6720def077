package extract

import (
	"bytes"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// imageAnnotations are pod annotations whose value is an image, from the projects that read them.
var imageAnnotations = []string{"sidecar.istio.io/proxyImage", "dapr.io/sidecar-image", "vault.hashicorp.com/agent-image", "containerImage"}

// imageFlag matches an argument that sets an image: --acme-http01-solver-image=quay.io/...
var imageFlag = lazy.Regexp(`^--?([A-Za-z0-9.-]+-)?image(=|$)`)

// guessContainer looks for images in the arguments and environment of a container, where operators
// are told what to run.
func (x scope) guessContainer(n *yaml.Node, path, container string) {
	for _, field := range []string{"command", "args"} {
		list := tree.Child(n, field)
		if list == nil || list.Kind != yaml.SequenceNode {
			continue
		}
		flag := false // the previous argument was --x-image
		for i, item := range list.Content {
			v := tree.Resolve(item)
			if v == nil || v.Kind != yaml.ScalarNode || tree.ScalarType(v) != "string" {
				flag = false
				continue
			}
			at := fmt.Sprintf("%s[%d]", tree.Join(path, field), i)
			name, value, set := strings.Cut(v.Value, "=")
			switch {
			case flag:
				x.guess(v, v.Value, at, container)
			case set && imageFlag().MatchString(name+"="):
				x.guess(v, value, at, container)
			}
			flag = !set && imageFlag().MatchString(v.Value)
		}
	}
	env := tree.Child(n, "env")
	if env == nil || env.Kind != yaml.SequenceNode {
		return
	}
	for i, item := range env.Content {
		name := tree.StrAt(item, "name")
		if v := tree.Child(item, "value"); v != nil && (strings.HasPrefix(name, "RELATED_IMAGE_") || strings.HasSuffix(name, "_IMAGE")) {
			x.guess(v, v.Value, fmt.Sprintf("%s[%d].value", tree.Join(path, "env"), i), container)
		}
	}
}

// guessAnnotations looks for images in the annotations of an object or a pod template.
func (x scope) guessAnnotations(meta *yaml.Node, path string) {
	annotations := tree.Child(meta, "annotations")
	for _, name := range imageAnnotations {
		if v := tree.Child(annotations, name); v != nil {
			x.guess(v, v.Value, tree.Join(tree.Join(path, "annotations"), name), "")
		}
	}
}

// guess records a value if it looks like an image and nothing else: it parses, and has a tag or a
// digest and either a slash or a host.
func (x scope) guess(n *yaml.Node, value, path, container string) {
	if n = tree.Resolve(n); n == nil || n.Kind != yaml.ScalarNode || !isImageText(value) || !x.mark(n) {
		return
	}
	img := &model.ImageRef{Raw: value, Path: path, Confidence: model.Guess, Field: model.FieldScalar, Container: container, Untagged: true, Span: x.span(n)}
	if s := img.Span; s.Exact() && len(value) < len(n.Value) {
		img.Span = s.Sub(len(n.Value)-len(value), len(n.Value))
	}
	parse(img)
	x.w.Images = append(x.w.Images, img)
}

// isImageText reports whether a text is almost certainly an image.
func isImageText(s string) bool {
	if len(s) > 512 || !strings.ContainsAny(s, "/:@") || strings.ContainsAny(s, " \t\n{}$()<>*?|,;") || strings.Contains(s, "://") {
		return false
	}
	ref, err := imageref.Parse(s)
	return err == nil && (ref.Registry != "docker.io" || ref.Tag != "" || ref.Digest != "")
}

// maxEmbedded limits how many bytes of a ConfigMap key are searched.
const maxEmbedded = 4 << 20

// imageLine matches a line of YAML or JSON in a text that sets an image.
var imageLine = lazy.Regexp(`^[\s-]*"?(?:[A-Za-z0-9_-]*[iI]mage)"?\s*:\s*"?([^"\s#,]+)"?\s*,?\s*(?:#.*)?$`)

// guessConfigMap looks for images in the texts of a ConfigMap, which often are manifests or values.
func (x scope) guessConfigMap(n *yaml.Node) {
	for k, v := range tree.Entries(tree.Child(n, "data")) {
		v = tree.Resolve(v)
		if v == nil || v.Kind != yaml.ScalarNode || len(v.Value) > maxEmbedded {
			continue
		}
		path := tree.Join("data", k.Value)
		if !strings.Contains(v.Value, "\n") {
			if strings.HasSuffix(strings.ToLower(k.Value), "image") {
				x.guess(v, v.Value, path, "")
			}
			continue
		}
		if v.Style&yaml.LiteralStyle == 0 {
			continue // the positions of its lines in the file are unknown
		}
		line := v.Line
		for text := range strings.Lines(v.Value) {
			line++
			m := imageLine().FindStringSubmatch(strings.TrimRight(text, "\r\n"))
			if m == nil || !isImageText(m[1]) {
				continue
			}
			img := &model.ImageRef{Raw: m[1], Path: path, Confidence: model.Guess, Field: model.FieldScalar, Untagged: true, Span: x.inLine(line, m[1])}
			parse(img)
			x.w.Images = append(x.w.Images, img)
		}
	}
}

// inLine returns the position of a text on a line of the document.
func (x scope) inLine(line int, text string) source.Span {
	a, b := x.text.Line(line)
	if i := bytes.Index(x.text.Data[a:b], []byte(text)); i >= 0 {
		return x.text.Span(a+i, a+i+len(text))
	}
	return x.text.Span(a, b)
}
