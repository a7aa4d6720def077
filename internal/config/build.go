package config

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// builder builds a Config from decoded values. Invalid values are missing; then the Config is not used.
type builder struct {
	*problems
	text   *source.Text
	config *Config
}

func (b *builder) build(root *value, table []lint.Rule) {
	if root == nil {
		return
	}
	c := b.config
	c.written = slices.Sorted(maps.Keys(root.keys))
	c.Levels = root.levels()
	c.Overrides = root.overrides(c.File.Name)
	if v, ok := root.keys["fail-on"]; ok {
		s, err := ParseFailOn(v.text)
		c.FailOn = Value[lint.Severity]{s, err == nil}
	}
	if v, ok := root.keys["kubernetes-version"]; ok {
		minor, err := strconv.Atoi(v.text)
		c.Kubernetes = Value[int]{minor, err == nil}
	}
	if v, ok := root.keys["namespace"]; ok {
		c.Namespace = Value[string]{v.text, true}
	}
	if v, ok := root.keys["allow-empty"]; ok {
		c.AllowEmpty = Value[bool]{v.yes, true}
	}
	if v, ok := root.keys["guess"]; ok {
		c.Guess = Value[bool]{v.yes, true}
	}
	if v, ok := root.keys["max-findings"]; ok {
		n, err := strconv.Atoi(v.text)
		c.MaxFindings = Value[int]{n, err == nil}
	}
	if v, ok := root.keys["render"]; ok {
		c.Render = Value[bool]{v.yes, true}
	}
	c.Helm, c.Kustomize = root.keys["helm"].text, root.keys["kustomize"].text
	c.Charts = root.charts()
	c.Exclude = root.texts("exclude")
	c.AllowedRegistries = root.texts("allow-registries")
	c.MutableTags = root.texts("mutable-tags")
	c.LocalImages = root.texts("local-images")
	c.Platforms = root.texts("platforms")
	c.Context = root.texts("reference")
	c.Catalogs = root.texts("catalogs")
	if n, err := strconv.Atoi(strings.TrimSuffix(root.keys["catalog-max-age"].text, "d")); err == nil {
		c.CatalogMaxAge = n
	}
	if v, ok := root.keys["baseline"]; ok {
		c.Baseline = Value[string]{v.text, true}
	}
	if v, ok := root.keys["pull-secrets"]; ok {
		c.KnownSecrets = v.texts("known")
	}
	if v, ok := root.keys["probe"]; ok {
		c.Probe = v.probe()
	}
	b.kinds(root.keys["resources"].list)
	b.policies(root, table)
	for _, v := range root.keys["ignore"].list {
		c.Ignores = append(c.Ignores, b.ignore(&v))
	}
}

// texts returns the items of the list under a key, or nil if the key is not set.
func (v *value) texts(key string) []string {
	l, ok := v.keys[key]
	if !ok {
		return nil
	}
	out := make([]string, 0, len(l.list))
	for i := range l.list {
		out = append(out, l.list[i].text)
	}
	return out
}

// paths returns the paths in the list under a key.
func (v *value) paths(key string) []resources.Path {
	l := v.keys[key].list
	out := make([]resources.Path, 0, len(l))
	for i := range l {
		out = append(out, l[i].path())
	}
	return slices.Clip(out)
}

// path returns the text as a path, which checkFieldPath has accepted. It returns nil if no path is set.
func (v value) path() resources.Path {
	p, err := resources.ParsePath(v.text)
	if err != nil {
		return nil
	}
	return p
}

func (b *builder) kinds(all []value) {
	lines := map[[2]string]int{}
	for i := range all {
		v := &all[i]
		k := kindOf(v)
		id := [2]string{k.Group, k.Kind}
		if k.Group == "" || k.Kind == "" {
			continue // reported
		}
		switch first, twice := lines[id]; {
		case twice:
			b.node(v.node, fmt.Sprintf("%q describes %s of %s again, first on line %d", "resources["+strconv.Itoa(i)+"]", k.Kind, k.Group, first), "put all paths into one entry")
			continue
		case len(v.keys) == 2 && !v.partial:
			b.node(v.node, fmt.Sprintf("%q names no field", "resources["+strconv.Itoa(i)+"]"), `add "images", or another list of paths`)
			continue
		}
		lines[id] = v.node.Line
		b.config.Kinds = append(b.config.Kinds, k)
	}
}

// kindOf reads an entry of resources. It sets Patch because an operator may merge its pod templates with others.
func kindOf(v *value) resources.Kind {
	k := resources.Kind{
		Group: v.keys["group"].text, Kind: v.keys["kind"].text, Patch: true,
		Images:          v.paths("images"),
		PodSpecs:        v.paths("pod-specs"),
		Containers:      v.paths("containers"),
		ServiceAccounts: v.paths("service-accounts"),
		NotImage:        v.paths("not-images"),
	}
	for _, o := range v.keys["split-images"].list {
		k.ImageObjects = append(k.ImageObjects, resources.ImageObject{
			Path:     o.keys["path"].path(),
			Registry: o.keys["registry"].path(), Repository: o.keys["repository"].path(),
			Tag: o.keys["tag"].path(), Digest: o.keys["digest"].path(), PlainTag: o.keys["tag"].path() != nil,
		})
	}
	for _, s := range v.keys["pull-secrets"].list {
		shape := resources.ListOfNames
		for i, c := range secretShapes() {
			if c.value == s.keys["shape"].text {
				shape = resources.Shape(i) //nolint:gosec // an index into a short table
			}
		}
		k.PullSecrets = append(k.PullSecrets, resources.PullSecret{Path: s.keys["path"].path(), Shape: shape})
	}
	return k
}

func (b *builder) ignore(v *value) lint.Ignore {
	return lint.Ignore{
		Rules: v.texts("rules"), Paths: v.texts("paths"), Objects: v.texts("objects"), Images: v.texts("images"),
		Reason: strings.TrimSpace(v.keys["reason"].text), Expires: v.keys["expires"].text,
		Span: b.span(v.node),
	}
}

// maxShownLine is the length in bytes above which a line is not shown whole.
const maxShownLine = 512

// span returns the span from the start of a node to the end of its line: YAML nodes have no end.
func (b *builder) span(n *yaml.Node) source.Span {
	from, end := b.text.Offset(n.Line, n.Column), b.text.LineEnd(n.Line)
	if end-b.text.LineStart(n.Line) <= maxShownLine {
		return b.text.Span(from, from+len(bytes.TrimRight(b.text.Data[from:end], " \t")))
	}
	// A line may hold thousands of entries. Bound the cost of each by what is shown, not by the length of the line.
	to := min(end, from+maxShownLine)
	for to < end && !utf8.RuneStart(b.text.Data[to]) {
		to--
	}
	shown := string(b.text.Data[from:to])
	start := source.Pos{Offset: b.text.Base.Offset + from, Line: n.Line, Col: n.Column}
	stop := source.Pos{Offset: start.Offset + len(shown), Line: n.Line, Col: n.Column + utf8.RuneCountInString(shown)}
	return source.NewSpan(b.text.File, start, stop, source.Excerpt{Text: shown, Offset: start.Offset, Col: n.Column, CutLeft: n.Column > 1, CutRight: to < end})
}
