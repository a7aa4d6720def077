package config

import (
	"slices"
	"strings"
)

// testFolders are names of folders that hold input of tests, and nothing that anybody deploys. "test" is none of them: it is an environment as often.
var testFolders = []string{"testdata", "tests", "e2e", "fixtures", "test-fixtures", "__fixtures__", "__tests__"}

// mostSuggested is how many folders are suggested at most.
const mostSuggested = 10

// TestFolders are globs over the folders of tests that files lie in, by the names of these with slashes: what a configuration may want to exclude. A name
// that several folders have is one glob. The templates of a chart are none, whatever they are called: they are rendered with it.
func TestFolders(names []string) []string {
	found := map[string][]string{} // folders by their last part
	for _, name := range names {
		if !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") {
			continue
		}
		parts := strings.Split(strings.TrimPrefix(name, "./"), "/")
		for i, part := range parts[:len(parts)-1] {
			if part == "templates" {
				break
			}
			if !slices.Contains(testFolders, part) {
				continue
			}
			if folder := strings.Join(parts[:i+1], "/"); !slices.Contains(found[part], folder) {
				found[part] = append(found[part], folder)
			}
			break // what is below goes with it
		}
	}
	var out []string
	for name, folders := range found {
		if len(folders) == 1 {
			out = append(out, folders[0]+"/**")
		} else {
			out = append(out, "**/"+name+"/**")
		}
	}
	slices.Sort(out)
	return out[:min(len(out), mostSuggested)]
}
