package kustomize

import (
	"errors"
	"fmt"
	"strings"

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
	testFailed  = lazy(`testing value (\S+) failed`)
)

// explain says in plain words why a build failed. kustomize's own errors are chains of many lines.
func (b *builder) explain(err error) error {
	s := strings.Join(strings.Fields(err.Error()), " ")
	for _, f := range []struct {
		say string
		m   []string
	}{
		{"a patch is for %s %q, which does not exist", noTarget().FindStringSubmatch(s)},
		{"%s %q exists twice", registered().FindStringSubmatch(s)},
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
		return fmt.Errorf("a JSON patch does not apply: %s %q", m[1], m[2])
	}
	if m := testFailed().FindStringSubmatch(s); m != nil {
		return fmt.Errorf("the test of a JSON patch fails at %q", m[1])
	}
	if strings.Contains(s, "unable to parse SM or JSON patch from") {
		return errors.New("a patch is neither an object nor a list of JSON patch operations")
	}
	if err := b.broken(); err != nil {
		return err
	}
	if missingFile().MatchString(s) {
		return errors.New("a file that it names is missing")
	}
	return fmt.Errorf("kustomize cannot build it: %s", b.local(last(s)))
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
			return &fault{fmt.Errorf("%s: %w", b.show(f.File), err), Span{File: t.index}}
		}
		for _, d := range docs {
			if f.Role == AsResource && (yamlnode.Text(d, "kind") == "" || yamlnode.Text(yamlnode.Field(d, "metadata"), "name") == "" && !strings.HasSuffix(yamlnode.Text(d, "kind"), "List")) {
				return &fault{fmt.Errorf("%s holds a document without kind or metadata.name", b.show(f.File)), t.span(d)}
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
