// Package secretsources lists the kinds of objects from which controllers create Secrets, and where these objects name the Secrets. There is one entry
// per kind, with its source and a date. It does not read objects.
package secretsources

// Source describes how objects of one kind create Secrets. Paths use the notation of package resources. They are relative to the object, or to each
// node of Each. An empty path has no value.
type Source struct {
	Group, Kind string
	// Name is the path of the Secret's name or names, below each node of Each. If it has no value, the paths of Or are tried in the object.
	Each, Name string
	Or         []string
	// Namespace is the path of the Secret's namespace; "" means the object's own. Spread is true if the object does not name the namespaces.
	// Namespaces is the path of patterns for them, which apply unless one of the paths in Selectors exists.
	Namespace  string
	Spread     bool
	Namespaces string
	Selectors  []string
	// TypeOf is the path of the Secret's type. Default is the type if that has no value; "" if it is unknown.
	TypeOf, Default string
	// Contents is the path of the text template for the Secret's data, below the node of Each.
	Contents string
	// Unless lists conditions under which the object creates no Secret: "path" for any value, "path=value". Merges lists conditions under which it
	// only changes an existing Secret: "path=value", "path!=value".
	Unless []string
	Merges string
	// Condition describes what must be true for the Secret to exist.
	Condition string
	// From is the basis of the entry: "curated" for the project's own types or documentation, "schema" for its CustomResourceDefinition, "memory" for
	// unverified general knowledge. Source is where to verify it. Date is the day (YYYY-MM-DD) it was written.
	From, Source, Date string
}

// All returns the entries, sorted by group. A kind may have several. They must not be modified.
func All() []Source { return table[:] }

// Has reports whether controllers create Secrets from objects of a kind.
func Has(group, kind string) bool {
	for i := range table { // an entry is large
		if s := &table[i]; s.Kind == kind && s.Group == group {
			return true
		}
	}
	return false
}
