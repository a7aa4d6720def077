package kustomize

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

var (
	missingFile = lazy(`no such file or directory`)
	noTarget    = lazy(`(?:no matches for Id|no resource matches strategic merge patch "?|failed to find unique target for patch|unable to find patch target) ?([A-Za-z]+)\.[^/ ;:"]*/([^. ;:"]+)`)
	registered  = lazy(`already registered id: ([A-Za-z]+)\.[^/ ]*/([^. ]+)`)
	merging     = lazy(`id ([A-Za-z]+)\.[^/ ]*/([^. ]+) (?:exists|does not exist)`)
	noField     = lazy(`unable to find field "?([^"\s]+)"?`)
	noSource    = lazy(`nothing selected by ([A-Za-z]+)\.[^/ :]*/?([^. :]*)`)
	tooMany     = lazy(`multiple matches for selector ([A-Za-z]+)\.[^/ :]*/?([^. :]*)`)
	jsonPath    = lazy(`(add|remove|replace|move|copy|test) operation (?:does not apply|failed): (?:doc is missing )?(?:key|path)?:? ?"?([^":]*)"?`)
	jsonPathIn  = lazy(`error in (remove|replace|add|move|copy|test) for path: '([^']*)'`)
	testFailed  = lazy(`testing value (\S+) failed`)
	inResource  = lazy(`accumulating resources from '[^']*': ([^']*)': must build at directory: '[^']*': file is not directory$`)
	noOperation = lazy(`Unexpected kind: (\w+)$`)
	noSuchField = lazy(`json: unknown field \\*"([^"\\]+)`)
	noLiteral   = lazy(`invalid literal source (.*), expected key=value`)
	repeated    = lazy("(?:configmap|secret) (\\S+) illegally repeats the key `([^`]*)`")
	ofObject    = lazy(`considering field '([^']*)' of object ([A-Za-z]+)\.[^/ ]*/([^. ]+)`)
)

// explain says in plain words why a build failed, and where if that can be told. kustomize's own errors are chains of many lines that often name no file.
func (b *builder) explain(err error) error {
	s := strings.Join(strings.Fields(err.Error()), " ")
	if m := noTarget().FindStringSubmatch(s); m != nil {
		return b.blame(AsPatch, func(p *piece) bool { return isObject(p.doc, m[1], m[2]) }, "a patch is for %s %q, which does not exist", m[1], m[2])
	}
	if m := registered().FindStringSubmatch(s); m != nil {
		return b.twice(m[1], m[2])
	}
	for _, f := range []struct {
		say string
		m   []string
	}{
		{"a generator cannot change or create %s %q", merging().FindStringSubmatch(s)},
		{"a replacement takes a value from %s %q, which does not exist", noSource().FindStringSubmatch(s)},
		{"a replacement takes a value from %s %q, which exists several times", tooMany().FindStringSubmatch(s)},
	} {
		if f.m != nil {
			return fmt.Errorf(f.say, f.m[1], f.m[2])
		}
	}
	if m := noField().FindStringSubmatch(s); m != nil {
		return fmt.Errorf("a replacement is for the field %q, which does not exist", strings.TrimSuffix(m[1], suffix))
	}
	if m := jsonPath().FindStringSubmatch(s); m != nil {
		return b.suspect(AsPatch, func(p *piece) bool { return p.narrow(m[1], m[2]) }, "a JSON patch does not apply: %s %q", m[1], m[2])
	}
	if m := jsonPathIn().FindStringSubmatch(s); m != nil {
		return b.suspect(AsPatch, func(p *piece) bool { return p.narrow(m[1], m[2]) }, "a JSON patch does not apply: %s %q", m[1], m[2])
	}
	if m := noOperation().FindStringSubmatch(s); m != nil {
		return b.blame(AsPatch, func(p *piece) bool { return p.narrow(m[1], "") }, "%q is not an operation of JSON patches", m[1])
	}
	if m := testFailed().FindStringSubmatch(s); m != nil {
		return b.suspect(AsPatch, func(p *piece) bool { return p.narrow("test", m[1]) }, "the test of a JSON patch fails at %q", m[1])
	}
	if strings.Contains(s, "unable to parse SM or JSON patch from") {
		return b.notPatch()
	}
	if m := noLiteral().FindStringSubmatch(s); m != nil { // it may be a secret
		if err := b.generatorOf(func(g *types.GeneratorArgs) bool { return slices.Contains(g.LiteralSources, m[1]) }, "a literal of a generator is not KEY=VALUE"); err != nil {
			return err
		}
	}
	if m := repeated().FindStringSubmatch(s); m != nil {
		if err := b.generatorOf(func(g *types.GeneratorArgs) bool { return g.Name == m[1] }, "the generator of %q has the key %q twice", m[1], m[2]); err != nil {
			return err
		}
	}
	if err := b.broken(); err != nil {
		return err
	}
	if missingFile().MatchString(s) {
		return errors.New("a file that it names is missing")
	}
	s, _, _ = strings.Cut(s, ": node contents:") // it may be a secret
	say := "kustomize cannot build it: " + b.local(last(s))
	if m := inResource().FindStringSubmatch(s); m != nil { // kustomize then tries the file as a folder
		say = "kustomize cannot build it: " + m[1]
	}
	if m := ofObject().FindStringSubmatch(s); m != nil {
		return b.suspect(AsResource, func(p *piece) bool { return isObject(p.doc, m[2], m[3]) }, "kustomize cannot build it: field %s of %s %q: %s", m[1], m[2], m[3], last(s))
	}
	if strings.Contains(s, "wrong node kind") {
		if err := b.misfit(); err != nil {
			return err
		}
	}
	if m := noSuchField().FindStringSubmatch(s); m != nil {
		return b.suspect(AsConfig, func(p *piece) bool { return yamlnode.Field(p.doc, m[1]) != nil }, "a configuration of transformers has no field %q", m[1])
	}
	if strings.Contains(s, "TransformerConfig") {
		return b.blame(AsConfig, func(p *piece) bool { return isNoConfig(p.doc) }, "%s", say)
	}
	if err := b.named(s, say); err != nil {
		return err
	}
	return errors.New(say)
}

// isNoConfig reports whether a document does not have the form of a configuration of transformers: fields of lists.
func isNoConfig(doc *yaml.Node) bool {
	if doc == nil || doc.Kind != yaml.MappingNode {
		return true
	}
	for i := 1; i < len(doc.Content); i += 2 {
		if v := yamlnode.Resolve(doc.Content[i]); v == nil || v.Kind != yaml.SequenceNode {
			return true
		}
	}
	return false
}

// broken returns an error for the first file that is not valid YAML.
func (b *builder) broken() error {
	for _, f := range b.res.FileUses {
		if f.Role != AsResource && f.Role != AsPatch && f.Role != AsPlugin {
			continue
		}
		t, err := b.load(f.File)
		if err != nil {
			return fmt.Errorf("read %s: %w", b.show(f.File), err)
		}
		docs, err := documents(t.src.Data)
		if err != nil {
			return b.notYAML(t, err)
		}
		for _, d := range docs {
			if f.Role == AsResource && (yamlnode.Text(d, "kind") == "" || yamlnode.Text(yamlnode.Field(d, "metadata"), "name") == "" && !strings.HasSuffix(yamlnode.Text(d, "kind"), "List")) {
				return b.at(&piece{text: t, doc: d}, "a document without kind or metadata.name")
			}
		}
	}
	return nil
}

// local removes absolute paths from a message.
func (b *builder) local(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, b.req.Folder+"/", ""), b.fs.dir+"/", "")
}

// last returns the end of an error chain, truncated if it is long.
func last(s string) string {
	const limit = 160
	if i := strings.LastIndex(s, ": "); i >= 0 && len(s)-i > 8 {
		s = s[i+2:]
	}
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "..."
	}
	return s
}
