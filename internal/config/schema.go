package config

import (
	"bytes"
	"encoding/json"
	"fmt"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/lint"
)

// SchemaURL is the address of the released schema for editors.
const SchemaURL = "https://raw.githubusercontent.com/imagelint-dev/imagelint/main/schema/imagelint.schema.json"

// schema is a node of a JSON Schema, draft 07: the newest that the YAML support of common editors fully implements.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	EnumDocs    []string           `json:"enumDescriptions,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	MinLength   int                `json:"minLength,omitempty"`
	Default     any                `json:"default,omitempty"`
	Examples    []any              `json:"examples,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Patterns    map[string]*schema `json:"patternProperties,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Additional  *bool              `json:"additionalProperties,omitempty"`
}

// Schema returns the JSON Schema of the configuration for a rule table. It accepts what the decoder accepts, except that it does not
// check the grammar of globs, paths and names. Its output is deterministic.
func Schema(rules []lint.Rule) []byte {
	s := schemaOf(describe(rules))
	s.Schema, s.ID = "http://json-schema.org/draft-07/schema#", SchemaURL
	s.Title = "imagelint"
	s.Description = "Configuration of imagelint, .imagelint.yaml."
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		panic("config: schema: " + err.Error()) // the table is broken; a test generates every schema
	}
	return out.Bytes()
}

func schemaOf(s *shape) *schema {
	out := &schema{}
	switch s.kind {
	case text:
		out.Type, out.Pattern = "string", s.pattern
		if s.number {
			out.Type = []string{"string", "number"}
		}
		for _, c := range s.choices {
			out.Enum = append(out.Enum, c.value)
			if c.doc != "" {
				out.EnumDocs = append(out.EnumDocs, c.doc)
			}
		}
		if s.own {
			out = &schema{Type: "string", AnyOf: []*schema{{Enum: out.Enum, EnumDocs: out.EnumDocs}, {Pattern: policyPattern}}}
		}
		if s.choices == nil && s.pattern == "" {
			out.MinLength = 1
		}
	case boolean:
		out.Type = "boolean"
	case list:
		out.Type, out.Items = []string{"array", "null"}, schemaOf(s.item)
		if s.filled {
			out.Type, out.MinItems = "array", 1
		}
	case mapping:
		no := false
		out.Type, out.Additional, out.Properties = []string{"object", "null"}, &no, map[string]*schema{}
		if level := levelShape(); s.own {
			out.Patterns = map[string]*schema{policyPattern: schemaOf(&level)}
		}
		for i := range s.keys {
			k := &s.keys[i]
			child := schemaOf(&k.shape)
			child.Description, child.Default = k.doc, k.fallback
			if k.example != "" {
				child.Examples = []any{example(k.example)}
			}
			out.Properties[k.name] = child
			if k.required {
				out.Required = append(out.Required, k.name)
			}
		}
	}
	if out.Items != nil && s.item.kind == mapping {
		out.Items.Type = "object" // items must not be null
	}
	return out
}

// example converts the YAML of an example to JSON values. It panics if the table is broken, which a test excludes.
func example(text string) any {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
		panic(fmt.Sprintf("config: the example %q is not valid YAML", text))
	}
	return plain(doc.Content[0])
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plain(c))
		}
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return out
	}
	if n.ShortTag() == "!!bool" {
		return n.Value == "true"
	}
	return n.Value
}
