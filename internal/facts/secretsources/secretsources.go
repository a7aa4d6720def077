// Package secretsources knows which kinds of objects make Secrets while the cluster runs, and where they say what these are called: one entry a kind,
// with its source and a date. It reads no object and judges none.
package secretsources

import "slices"

// Source says how objects of one kind make Secrets. Paths are in the notation of package resources, and are read in the object, or below each node of
// Each; an empty path has no value.
type Source struct {
	Group, Kind string
	// Name leads to the Secret's name, or names, below each node of Each; where it leads nowhere the paths of Or are tried in the object.
	Each, Name string
	Or         []string
	// Namespace leads to the Secret's namespace; without it, the object's own counts. Spread says that the object tells no namespace, and
	// Namespaces leads to patterns of them, unless something is at one of the paths of Selectors.
	Namespace  string
	Spread     bool
	Namespaces string
	Selectors  []string
	// TypeOf leads to the Secret's type; Default is the type without it, "" where that cannot be told.
	TypeOf, Default string
	// Contents leads to the template of the Secret's data, as text, below the node of Each.
	Contents string
	// Unless is what says that the object makes no Secret: "path" for anything there, "path=value". Merges is what says that it only writes into a
	// Secret that exists: "path=value", "path!=value".
	Unless []string
	Merges string
	// Condition says what must hold for the Secret to be there.
	Condition string
	// From is what the entry rests on: "curated" for the project's own types or documentation, "schema" for its CustomResourceDefinition, "memory" for
	// general knowledge, which nobody looked up. Source names where it is to be checked, and Date is the day (YYYY-MM-DD) it was written down.
	From, Source, Date string
}

// All are the entries, by group, of which one kind may have several. Read only.
func All() []Source { return table[:] }

// Has reports whether objects of a kind make Secrets.
func Has(group, kind string) bool {
	return slices.ContainsFunc(table[:], func(s Source) bool { return s.Kind == kind && s.Group == group })
}
