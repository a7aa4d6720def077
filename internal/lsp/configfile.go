package lsp

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// configErrors returns the errors in the text of a configuration file.
func (s *server) configErrors(ctx context.Context, path string, text []byte) []*config.Error {
	at := config.Found{Path: path, Root: filepath.Dir(path)}
	if found, err := config.Find(at.Root, s.o.SudoUser); err == nil && found.Path != "" {
		at.Root, at.Repository = found.Root, found.Repository
	}
	cfg, err := config.ParseFound(at, text, rules.All())
	if err == nil && len(cfg.Policies) > 0 {
		_, err = (&setup{catalog: catalog.Builtin()}).compiler().Compile(ctx, cfg.Policies)
	}
	return errorsOf(err)
}

// owns reports whether the file belongs to this workspace and not to one nested in it.
func (w *workspace) owns(path string) bool {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.spaceOf(path) == w
}

// schema is the subset of JSON Schema that the configuration's schema uses.
type schema struct {
	Description string             `json:"description"`
	Type        any                `json:"type"`
	Enum        []any              `json:"enum"`
	AnyOf       []*schema          `json:"anyOf"`
	Properties  map[string]*schema `json:"properties"`
	Items       *schema            `json:"items"`
}

var configSchema = sync.OnceValue(func() *schema {
	var s schema
	if err := json.Unmarshal(config.Schema(rules.All()), &s); err != nil {
		panic("the schema of the configuration: " + err.Error()) // the schema is embedded and tested
	}
	return &s
})

// words returns the allowed values.
func (s *schema) words() []string {
	var out []string
	for _, v := range s.Enum {
		if text, ok := v.(string); ok {
			out = append(out, text)
		}
	}
	for _, one := range s.AnyOf {
		out = append(out, one.words()...)
	}
	if s.Type == "boolean" {
		out = append(out, "true", "false")
	}
	return out
}

var (
	configValue = lazy.Regexp(`^\s*(?:- +)?["']?([\w.-]+)["']?\s*:\s+["']?([\w*.-]*)$`)
	configKey   = lazy.Regexp(`^\s*(?:- +)?([\w.-]*)$`)
	configItem  = lazy.Regexp(`^\s*- +["']?([\w*.-]*)$`)
	configFlow  = lazy.Regexp(`^\s*(?:- +)?["']?([\w.-]+)["']?\s*:\s+\[(?:[^\]]*[,\s])?["']?([\w*.-]*)$`)
	configHead  = lazy.Regexp(`^( *)((?:- +)*)["']?([\w.-]+)["']?\s*:`)
)

// configItems returns the keys and values that the configuration's schema allows at the cursor.
func (c *cursor) configItems() []completionItem {
	around := c.configPath()
	if m := configFlow().FindStringSubmatch(c.before); m != nil {
		return c.wordItems(around.at(m[1]).item(), m[2])
	}
	if m := configValue().FindStringSubmatch(c.before); m != nil {
		return c.wordItems(around.at(m[1]), m[2])
	}
	var out []completionItem
	if m := configItem().FindStringSubmatch(c.before); m != nil {
		if out = c.wordItems(around, m[1]); len(out) > 0 {
			return out
		}
	}
	m := configKey().FindStringSubmatch(c.before)
	if m == nil || around == nil {
		return nil
	}
	written := c.siblingKeys()
	for _, key := range slices.Sorted(maps.Keys(around.Properties)) {
		if !written[key] && strings.HasPrefix(key, m[1]) {
			out = append(out, c.item(key, m[1], len(out), completionItem{Kind: itemProperty, Documentation: around.Properties[key].Description}))
		}
	}
	return out
}

func (c *cursor) wordItems(s *schema, typed string) []completionItem {
	if s == nil {
		return nil
	}
	var out []completionItem
	for _, word := range s.words() {
		if strings.HasPrefix(word, typed) {
			out = append(out, c.item(word, typed, len(out), completionItem{Kind: itemEnum}))
		}
	}
	return out
}

// at returns the schema of a key, or nil.
func (s *schema) at(key string) *schema {
	if s == nil {
		return nil
	}
	return s.Properties[key]
}

// item returns the schema of a list's items, or nil.
func (s *schema) item() *schema {
	if s == nil {
		return nil
	}
	return s.Items
}

// configPath returns the schema of the mapping around the cursor, found by the indentation of the lines above
// it.
func (c *cursor) configPath() *schema {
	line := c.d.line(c.line)
	column := len(c.before) - len(strings.TrimLeft(c.before, " "))
	isItem := strings.HasPrefix(line[min(column, len(line)):], "-")
	var keys []string // innermost first; "-" for a list item
	if isItem {
		keys = append(keys, "-")
	}
	for n := c.line - 1; n >= 0 && (column > 0 || isItem); n-- {
		m := configHead().FindStringSubmatch(c.d.line(n))
		if m == nil {
			continue
		}
		at, dashes := len(m[1]), m[2]
		switch inner := at + len(dashes); {
		case inner < column || isItem && inner <= column && dashes == "":
			keys = append(keys, m[3])
			if dashes != "" {
				keys = append(keys, "-")
			}
			column, isItem = at, dashes != ""
		case dashes != "" && inner == column && !isItem: // the first key of the cursor's list item
			keys = append(keys, "-")
			column, isItem = at, true
		}
	}
	s := configSchema()
	for _, key := range slices.Backward(keys) {
		if key == "-" {
			s = s.item()
		} else {
			s = s.at(key)
		}
	}
	return s
}

// siblingKeys returns the keys already written next to the cursor's.
func (c *cursor) siblingKeys() map[string]bool {
	out := map[string]bool{}
	column := depth(c.before)
	look := func(n int) bool {
		m := configHead().FindStringSubmatch(c.d.line(n))
		if m != nil && len(m[1])+len(m[2]) == column {
			out[m[3]] = true
		}
		return m == nil || len(m[1])+len(m[2]) >= column
	}
	for n := c.line - 1; n >= 0 && look(n) && !isItem(c.d.line(n), column); n-- {
	}
	for n := c.line + 1; n < len(c.d.starts) && !isItem(c.d.line(n), column) && look(n); n++ {
	}
	return out
}
