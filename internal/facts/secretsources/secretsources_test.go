package secretsources

import (
	"slices"
	"testing"
	"time"
)

// Every entry has a basis and a source, and entries are sorted by group.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	last := ""
	for _, s := range All() {
		id := s.Group + "/" + s.Kind
		if s.Group == "" || s.Kind == "" || s.Name == "" {
			t.Errorf("%s names no kind, or no Secret", id)
		}
		if !slices.Contains([]string{"curated", "schema", "memory"}, s.From) || s.Source == "" {
			t.Errorf("%s is based on %q, %q", id, s.From, s.Source)
		}
		if _, err := time.Parse(time.DateOnly, s.Date); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		if s.Group != last && seen[s.Group] {
			t.Errorf("%s is apart from the rest of its group", id)
		}
		seen[s.Group], last = true, s.Group
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		group, kind string
		want        bool
	}{
		{"external-secrets.io", "ExternalSecret", true},
		{"external-secrets.io", "SecretStore", false},
		{"bitnami.com", "ExternalSecret", false},
		{"", "Secret", false},
	} {
		if got := Has(c.group, c.kind); got != c.want {
			t.Errorf("Has(%q, %q) = %t", c.group, c.kind, got)
		}
	}
}
