package playground

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// Example is an input that triggers a rule.
type Example struct {
	Rule  string `json:"rule"`
	Group string `json:"group"`
	Title string `json:"title"`
	Files []File `json:"files"`
}

// settingsOf holds the settings that a rule's example needs to have findings.
var settingsOf = map[string]string{
	"registry-not-allowed": "allow-registries: [registry.example.com, ghcr.io/acme]\n",
}

// built holds examples with more than one file.
var built = map[string][]File{
	"kustomize-image-unused": {
		{"kustomization.yaml", "resources: [pod.yaml]\nimages:\n  - name: acme/web\n    newTag: 2.0.0\n"},
		{"pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: ghcr.io/acme/web:1.0.0\n"},
	},
}

// unshown lists rules that need more than files, such as a previous state for comparison.
var unshown = []string{"registry-new"}

// HasExample reports whether the page has an example of a rule, given the folder of fixtures.
func HasExample(fixtures fs.FS, rule string) bool {
	_, err := fs.Stat(fixtures, path.Join(rule, "bad.yaml"))
	return err == nil && !slices.Contains(unshown, rule)
}

// Examples returns the examples made from the rules' fixtures, grouped.
func Examples(fixtures fs.FS) ([]Example, error) {
	var out []Example
	for _, r := range rules.All() {
		if !HasExample(fixtures, r.ID) {
			continue
		}
		e := Example{Rule: r.ID, Group: r.Group, Title: r.Doc.Title, Files: built[r.ID]}
		if e.Files == nil {
			text, err := fs.ReadFile(fixtures, path.Join(r.ID, "bad.yaml"))
			if err != nil {
				return nil, fmt.Errorf("read the example of %s: %w", r.ID, err)
			}
			e.Files = []File{{"example.yaml", string(text)}}
		}
		settings := settingsOf[r.ID]
		if r.Severity == lint.Off {
			settings += "rules:\n  " + r.ID + ": warning\n"
		}
		if settings != "" {
			e.Files = append(slices.Clone(e.Files), File{configName, settings})
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b Example) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Rule, b.Rule))
	})
	return out, nil
}
