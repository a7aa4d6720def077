package lsp

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// The settings of the VS Code extension are the configuration's keys and the editor settings.
func TestExtensionSettings(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../editors/vscode/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var extension struct {
		Contributes struct {
			Configuration struct {
				Properties map[string]struct {
					Description string `json:"description"`
					Type        any    `json:"type"`
					Default     any    `json:"default"`
				} `json:"properties"`
			} `json:"configuration"`
		} `json:"contributes"`
	}
	if err := json.Unmarshal(data, &extension); err != nil {
		t.Fatal(err)
	}
	properties := extension.Contributes.Configuration.Properties
	want := []string{}
	for key, s := range configSchema().Properties {
		want = append(want, "imagelint."+key)
		p := properties["imagelint."+key]
		if p.Description != s.Description {
			t.Errorf("imagelint.%s: description %q, want %q", key, p.Description, s.Description)
		}
		types, _ := p.Type.([]any)
		if p.Default != nil || !slices.Contains(types, any("null")) {
			t.Errorf("imagelint.%s has to be null where nothing is set", key)
		}
	}
	for key := range properties {
		name, _, _ := strings.Cut(strings.TrimPrefix(key, "imagelint."), ".")
		if slices.Contains(ownSettings, name) {
			want = append(want, key)
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, want) {
		t.Errorf("settings %q, want %q", got, want)
	}
	if len(want) != len(configSchema().Properties)+len(ownSettings) {
		t.Errorf("%d settings", len(want))
	}
}
