// Command crds searches CustomResourceDefinitions for fields with images, pod specs and pull secrets, and prints a
// candidate row of kinds.jsonl for each kind that has any. The output needs a review: a schema does not tell whether an
// image is run, pushed or only matched.
//
//	go run ./manifests/resources/crds [-new] [-config] FOLDER...
//
// With -config it prints the same as the list resources of a user's configuration.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "crds:", err)
		os.Exit(1)
	}
}

func run(args []string, out, complain io.Writer) error {
	flags := flag.NewFlagSet("crds", flag.ContinueOnError)
	flags.SetOutput(complain)
	onlyNew := flags.Bool("new", false, "print only kinds that the table has no row for")
	config := flags.Bool("config", false, "print entries for the list resources of an .imagelint.yaml")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("name a folder of CustomResourceDefinitions")
	}
	rows := map[string]*row{}
	count := 0
	for _, folder := range flags.Args() {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isManifest(path) {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("read a manifest: %w", err)
			}
			n, err := readFile(data, rows)
			if count += n; err != nil {
				fmt.Fprintf(complain, "skipped: %s: %v\n", path, err)
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("walk %q: %w", folder, err)
		}
	}
	if count == 0 {
		return errors.New("no CustomResourceDefinition was found")
	}
	fmt.Fprintf(complain, "CustomResourceDefinitions read: %d\n", count)
	list := sorted(rows, *onlyNew)
	if *config {
		return printConfig(out, list)
	}
	return printRows(out, list)
}

func isManifest(path string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path))
}

// sorted returns the non-empty rows, by group, then kind.
func sorted(rows map[string]*row, onlyNew bool) []*row {
	list := make([]*row, 0, len(rows))
	for _, r := range rows {
		if r.isEmpty() || onlyNew && isKnown(r) {
			continue
		}
		r.finish()
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *row) int { return strings.Compare(a.Group+"\x00"+a.Kind, b.Group+"\x00"+b.Kind) })
	return list
}

// printRows writes rows in the format of kinds.jsonl.
func printRows(out io.Writer, list []*row) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, r := range list {
		if err := enc.Encode(r); err != nil {
			return fmt.Errorf("write a row: %w", err)
		}
	}
	return nil
}

func isKnown(r *row) bool {
	_, ok := resources.Lookup(r.Group+"/v1", r.Kind)
	return ok
}

// definition is the part of a CustomResourceDefinition that matters here, in v1 and in v1beta1.
type definition struct {
	Kind string
	Spec struct {
		Group      string
		Names      struct{ Kind string }
		Validation validation
		Versions   []struct{ Schema validation }
	}
	Items []definition
}

type validation struct {
	Schema *schema `yaml:"openAPIV3Schema"`
}

// readFile reads the definitions of one file, and returns how many there were.
func readFile(data []byte, rows map[string]*row) (int, error) {
	if !bytes.Contains(data, []byte("CustomResourceDefinition")) {
		return 0, nil
	}
	count := 0
	for dec := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var d definition
		if err := dec.Decode(&d); errors.Is(err, io.EOF) {
			return count, nil
		} else if err != nil {
			return count, err
		}
		for _, d := range append(d.Items, d) {
			if d.Kind == "CustomResourceDefinition" && d.Spec.Names.Kind != "" {
				d.read(rows)
				count++
			}
		}
	}
}

// read adds the fields in all versions of a definition to the row of its kind.
func (d *definition) read(rows map[string]*row) {
	id := d.Spec.Group + "/" + d.Spec.Names.Kind
	r := rows[id]
	if r == nil {
		r = &row{Group: d.Spec.Group, Kind: d.Spec.Names.Kind, From: "schema"}
		rows[id] = r
	}
	for _, v := range d.Spec.Versions {
		r.read(v.Schema.Schema)
	}
	r.read(d.Spec.Validation.Schema)
}
