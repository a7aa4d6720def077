package cluster

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// example is a message in testdata/messages.txt.
type example struct {
	line            int
	id, inner       string
	reason, message string
}

func examples(t testing.TB) []example {
	t.Helper()
	data, err := os.ReadFile("testdata/messages.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	var id, inner string
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "== "); ok {
			id, inner, _ = strings.Cut(rest, " -> ")
			continue
		}
		e := example{line: i + 1, id: id, inner: inner, message: line}
		if reason, message, ok := strings.Cut(line, " |"); ok && !strings.HasPrefix(line, "E1129") {
			e.reason, e.message = reason, strings.TrimPrefix(message, " ")
		}
		all = append(all, e)
	}
	return all
}

// Each message matches its entry, and each entry has a message.
func TestMatch(t *testing.T) {
	t.Parallel()
	name := func(m *Message) string {
		if m == nil {
			return ""
		}
		return m.ID
	}
	shown := map[string]bool{}
	for _, e := range examples(t) {
		shown[e.id] = true
		found, inner := Match(e.reason, e.message)
		if e.id == "(unknown)" {
			e.id = ""
		}
		if name(found) != e.id || name(inner) != e.inner {
			t.Errorf("line %d: %q is %q -> %q, want %q -> %q", e.line, e.message, name(found), name(inner), e.id, e.inner)
		}
	}
	for _, m := range Messages() {
		if !shown[m.ID] {
			t.Errorf("%s has no example", m.ID)
		}
	}
}

// Every entry has all fields that users need.
func TestTable(t *testing.T) {
	t.Parallel()
	all := Messages()
	if len(all) < 80 {
		t.Errorf("the table has %d entries", len(all))
	}
	ids := map[string]bool{}
	for _, m := range all {
		if ids[m.ID] {
			t.Errorf("%s is listed twice", m.ID)
		}
		ids[m.ID] = true
		for field, text := range map[string]string{"Kind": string(m.Kind), "Cause": m.Cause, "Sure": string(m.Confidence), "Who": string(m.Who), "Do": m.Do, "Mistaken": m.Mistaken, "Source": m.Source} {
			if text == "" && (field != "Who" || m.Kind != KindBackOff) { // a back-off has no single owner
				t.Errorf("%s has no %s", m.ID, field)
			}
		}
		if m.Check == "" && m.Kind != KindName {
			t.Errorf("%s has no command", m.ID)
		}
		if strings.HasSuffix(m.Cause, ".") || strings.HasSuffix(m.Do, ".") {
			t.Errorf("%s ends in a full stop", m.ID)
		}
		if len(m.All)+len(m.Any)+len(m.Reasons) == 0 {
			t.Errorf("%s matches nothing", m.ID)
		}
		for _, piece := range slices.Concat(m.All, m.Any, m.Not) {
			if strings.ContainsFunc(piece, unicode.IsUpper) || len(piece) < 3 {
				t.Errorf("%s: the piece %q never or always matches", m.ID, piece)
			}
		}
	}
}

// Only the first part of a long message is searched.
func TestMatchBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxMessage) + "no such host"
	if m, _ := Match("", long); m != nil {
		t.Errorf("%s is found beyond the limit", m.ID)
	}
	if m, _ := Match("", "no such host"+long); m == nil {
		t.Error("nothing is found up to the limit")
	}
}
