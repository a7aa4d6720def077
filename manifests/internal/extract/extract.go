// Package extract converts the nodes of one document to the data that a run keeps: objects, pods, images, Secrets and
// imagelint directives. It knows the objects of Kubernetes, of charts and of controllers. It reads no files and does
// not judge.
package extract

import (
	"bytes"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// Read parses one document, for which Look returned g, and extracts what matters from it into found, whose earlier
// content is lost.
func (o *Options) Read(c *stream.Doc, g Glance, found *Found) {
	found.Reset()
	doc := document(c)
	err := tree.Parse(&c.Text, func(root *yaml.Node) {
		names := internPool.Get().(*internTable) //nolint:forcetypeassert // the pool contains only this type
		r := &reader{internTable: names, text: &c.Text, doc: doc, opts: o, found: found, trace: mayDirectIn(c)}
		if isTemplate(c.File.Name, c.Data, root) {
			found.Template = c.Base.Line
		}
		x := r.scope()
		if c.Item {
			x.object(tree.Resolve(root), c.APIVersion, c.Kind)
		} else if !x.root(root) {
			if found.Installs = x.installer(root); !found.Installs && g.Values {
				x.fileOfValues(root)
			}
		}
		if (len(found.Objects) > 0 || g.Values || found.Installs) && r.trace {
			found.Directives = directives(c, doc, root, r.ranges)
		}
		internPool.Put(names)
	})
	if err != nil {
		o.unread(found, c, doc, g, err)
	}
	found.Stats.Objects = len(found.Objects)
}

// unread records a document that could not be parsed. It is an error if it was meant for
// Kubernetes, and is skipped otherwise.
func (o *Options) unread(f *Found, c *stream.Doc, doc *model.Document, g Glance, err error) {
	switch {
	case !g.Needed && !o.AllBroken:
	case bytes.Contains(c.Data, []byte("{{")) || bytes.Contains(c.Data, []byte("{%")):
		f.Template = c.Base.Line
	case c.Item && tree.IsUnknownAnchor(err):
		f.skip(c.File.Name, c.Base.Line, model.SkipListAlias) // the anchor may be in another item
	case (g.Values || isInstaller(c.File.Name)) && !g.Object && !o.AllBroken:
		f.skip(c.File.Name, c.Base.Line, model.SkipValues)
	case o.AllBroken, g.Object && looksKubernetes(c.Data):
		doc.Err = err
		f.Broken = append(f.Broken, doc)
	}
}

// Failed returns the result for a document on which the code panicked.
func Failed(c *stream.Doc) *Found {
	doc := document(c)
	doc.Err = &model.PanicError{}
	return &Found{Set: model.Set{Broken: []*model.Document{doc}}}
}

func document(c *stream.Doc) *model.Document {
	return &model.Document{File: c.File, Start: c.Base, Template: helmSource(c.Data)}
}

// Comments finds the imagelint directives in a document that contains only comments.
func Comments(c *stream.Doc) []*model.Directive {
	return directives(c, &model.Document{File: c.File, Start: c.Base}, nil, nil)
}

// helmSource returns the file named by Helm's comment "# Source: chart/templates/x.yaml" at the
// start of a document.
func helmSource(data []byte) string {
	for len(data) > 0 {
		line := data
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		line = bytes.TrimSpace(line)
		if rest, ok := bytes.CutPrefix(line, []byte("# Source: ")); ok {
			return string(rest)
		}
		if len(line) > 0 && line[0] != '#' && !stream.IsMarker(line, '-') {
			return ""
		}
	}
	return ""
}
