package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The entry for SchemaStore, by which editors find the schema without a comment in the file, names every file that is a configuration, and the schema
// that is released, which is one: it takes a configuration, and refuses what is none.
func TestListing(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../.github/listings/schemastore.json")
	if err != nil {
		t.Fatal(err)
	}
	var entry struct {
		Name, Description, URL string
		FileMatch              []string
	}
	if err := json.Unmarshal(data, &entry); err != nil {
		t.Fatal(err)
	}
	if entry.Name == "" || entry.Description == "" || entry.URL != SchemaURL || !slices.Equal(entry.FileMatch, []string{Name, ShortName}) {
		t.Errorf("the entry is %+v", entry)
	}
	schema, err := jsonschema.NewCompiler().Compile("../../schema/" + filepath.Base(entry.URL))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(map[string]any{"namespace": "shop"}); err != nil {
		t.Errorf("a configuration is rejected: %v", err)
	}
	if schema.Validate(map[string]any{"namespaces": "shop"}) == nil {
		t.Error("an unknown key is accepted")
	}
}
