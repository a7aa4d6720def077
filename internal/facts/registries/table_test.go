package registries

import (
	"slices"
	"testing"
	"time"
)

// Each entry has a source, a date, and all fields that rules need.
func TestTable(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	once := func(id, what string) {
		if other, twice := seen[what]; twice {
			t.Errorf("%s: %q is also in %s", id, what, other)
		}
		seen[what] = id
	}
	for i, r := range table {
		if i > 0 && table[i-1].ID >= r.ID {
			t.Errorf("%q does not stand after %q", r.ID, table[i-1].ID)
		}
		if _, err := time.Parse(time.DateOnly, r.Date); err != nil || r.Source == "" {
			t.Errorf("%s: date %q, source %q: %v", r.ID, r.Date, r.Source, err)
		}
		if r.Anonymous == AnonymousUnknown || r.MinSegments < 1 || len(r.Hosts)+len(r.Suffixes) == 0 {
			t.Errorf("%s is incomplete", r.ID)
		}
		if r.MaxSegments > 0 && r.MaxSegments < r.MinSegments {
			t.Errorf("%s: %d to %d segments", r.ID, r.MinSegments, r.MaxSegments)
		}
		if (r.Near || r.Endpoint != "" || len(r.Keys)+len(r.ClientKeys) > 0) && len(r.Hosts) == 0 {
			t.Errorf("%s has no host of its own to lead to", r.ID)
		}
		for _, h := range slices.Concat(r.Hosts, r.Suffixes) {
			once(r.ID, "host "+h)
		}
		for _, s := range r.Same {
			if !slices.Contains(r.Hosts, s) {
				t.Errorf("%s: %q is not one of its hosts", r.ID, s)
			}
		}
		for _, k := range r.Keys {
			once(r.ID, "key "+k)
		}
		for _, token := range slices.Concat(r.Users, r.Passwords) {
			once(r.ID, "token "+token.Text)
			if token.Kind == "" || token.Text == "" || token.Valid > 24*time.Hour {
				t.Errorf("%s: %+v", r.ID, token)
			}
		}
	}
}

// The wrong host of a mistake is unknown, and the right one is known.
func TestMistakes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range table {
		for _, m := range r.Mistakes {
			if (m.Host == "") == (m.Suffix == "") || seen[m.Host+m.Suffix] {
				t.Errorf("%s: %+v", r.ID, m)
			}
			seen[m.Host+m.Suffix] = true
			if m.Host == "" {
				continue
			}
			if _, known := Lookup(m.Host); known {
				t.Errorf("%q is a known host", m.Host)
			}
			typo, ok := HostTypo(m.Host)
			if !ok || typo.Why == "" {
				t.Errorf("HostTypo(%q) = %+v, %t", m.Host, typo, ok)
			}
			if _, known := Lookup(typo.Right); !known && typo.Right != "" {
				t.Errorf("%q leads to %q, which is not known", m.Host, typo.Right)
			}
		}
	}
}
