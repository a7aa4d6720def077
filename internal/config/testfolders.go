package config

import (
	"slices"
	"strings"
)

// testFolders are names of folders that hold test data and are not deployed. "test" is missing: it is often an environment.
var testFolders = []string{"testdata", "tests", "e2e", "fixtures", "test-fixtures", "__fixtures__", "__tests__"}

// maxFolders is the maximum number of suggested folders.
const maxFolders = 10

// TestFolders returns globs of the test folders that the named files are in, as suggestions for exclude. Names use slashes. Folders with the same name
// share a glob. Folders below templates do not count: they are rendered with their chart.
func TestFolders(names []string) []string {
	found := map[string][]string{} // folders by their last element
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
			break // it covers everything below
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
	return out[:min(len(out), maxFolders)]
}
