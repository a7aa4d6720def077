package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// draft reads a docker config that is a template. It returns nil if the result cannot be predicted.
func (x scope) draft(kind pullsecret.Kind, key, val *yaml.Node) *model.Payload {
	v := tree.Resolve(val)
	if v == nil || v.Kind != yaml.ScalarNode || tree.ScalarType(v) != "string" || v.Value == "" || len(v.Value) > maxDraft || x.doc.Unrendered {
		return nil
	}
	c, partial, ok, err := pullsecret.ParseTemplate(kind, v.Value)
	if !ok {
		return nil
	}
	// The surrounding text may be a password in the template, so excerpts omit it.
	p := &model.Payload{Config: c, Err: err, Span: x.span(key).ShowOnly(), Partial: partial}
	if err == nil {
		p.Registries = x.registries(v, &p.Config)
		for key, at := range p.Registries {
			p.Registries[key] = at.ShowOnly()
		}
	}
	return p
}

// maxDraft limits the length in bytes of a template that is read. Real ones list a few registries.
const maxDraft = 64 << 10

// readDraft reads the template of a Secret that an object creates. contents is the path of the
// mapping that has the Secret's keys.
func (x scope) readDraft(s *model.Secret, m *yaml.Node, contents string) {
	kind, ok := pullsecret.KindOf(s.Type)
	if !ok || contents == "" || tree.Child(tree.Descend(m, "spec", "encryptedData"), kind.DataKey()) != nil {
		return // a SealedSecret also has the key under encryptedData, which only the controller can read
	}
	for _, f := range tree.Follow(m, pathOf(contents), "") {
		key, val := tree.Get(tree.Resolve(f.Val), kind.DataKey())
		if text := tree.Child(val, "text"); text != nil {
			val = text
		}
		if key != nil {
			s.Draft = x.draft(kind, key, val)
		}
	}
}
