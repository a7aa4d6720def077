package fix

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before, after string
		want                []string
		shape               bool
	}{
		{name: "nothing", before: "a: b\n", after: "a: b # c\n"},
		{name: "a string", before: "a: b\n", after: "a: c\n", want: []string{"c"}},
		{name: "the text of an anchor", before: "a: &x b\nc: *x\n", after: "a: &x d\nc: *x\n", want: []string{"d", "d"}},
		{name: "a merged value", before: "a: &x {b: c}\nd: {<<: *x}\n", after: "a: &x {b: e}\nd: {<<: *x}\n", want: []string{"e", "e"}},
		{name: "an anchor under a root key for anchors", before: "x-a: &x b\n.b: b\nc: *x\n", after: "x-a: &x d\n.b: d\nc: *x\n", want: []string{"d"}},
		{name: "one of two documents", before: "a: b\n---\na: b\n", after: "a: b\n---\na: c\n", want: []string{"c"}},
		{name: "JSON with a surrogate pair", before: `{"a":"\ud83d\udc0b","b":"c"}`, after: `{"a":"\ud83d\udc0b","b":"d"}`, want: []string{"d"}},
		{name: "another surrogate pair", before: `{"a":"\ud83d\udc0b"}`, after: `{"a":"\ud83d\udc0c"}`, want: []string{"🐌"}},
		{name: "an item", before: "[a, b]\n", after: "[a, c]\n", want: []string{"c"}},
		{name: "a string that becomes a number", before: "a: '1'\n", after: "a: 1\n", shape: true},
		{name: "a number", before: "a: 1\n", after: "a: 2\n", shape: true},
		{name: "another key", before: "a: b\n", after: "c: b\n", shape: true},
		{name: "a key more", before: "a: b\n", after: "a: b\nc: d\n", shape: true},
		{name: "an item less", before: "[a, b]\n", after: "[a]\n", shape: true},
		{name: "a document more", before: "a: b\n", after: "a: b\n---\nc: d\n", shape: true},
	} {
		got, err := changes([]byte(c.before), []byte(c.after))
		if errors.Is(err, errShape) != c.shape || (err != nil) != c.shape {
			t.Errorf("%s: error %v", c.name, err)
		}
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if _, err := changes([]byte("a: b\n"), []byte("a: [\n")); err == nil || errors.Is(err, errShape) {
		t.Errorf("not YAML: error %v", err)
	}
}

func TestSecretLines(t *testing.T) {
	t.Parallel()
	text := "kind: Pod\n---\nkind: Secret\ndata:\n  ---: x\n--- # next\nkind: Pod\n---x: y\n"
	var got strings.Builder
	for _, secret := range secretLines([]byte(text)) {
		got.WriteByte("-s"[map[bool]int{true: 1}[secret]])
	}
	if want := "-ssss---"; got.String() != want {
		t.Errorf("lines %s, want %s of\n%s", got.String(), want, text)
	}
}

// FuzzSecretLines appends a Secret to any document: there is a result for each line, and the lines of the Secret must be hidden.
func FuzzSecretLines(f *testing.F) {
	f.Add("a: b\n")
	f.Add("---\n")
	f.Add("x: |\n  ---\n ---\r\n...\n--- # y\n")
	f.Add("a: '\n---\n")
	f.Fuzz(func(t *testing.T, before string) {
		if strings.ContainsAny(before, "\r\x00") || len(before) > 2000 {
			return // only YAML treats a lone CR as a line break
		}
		const secret = "apiVersion: v1\nkind: Secret\nstringData:\n  k: hidden\n"
		data := []byte(before + "\n---\n" + secret)
		hidden := secretLines(data)
		if want := strings.Count(string(data), "\n"); len(hidden) != want {
			t.Fatalf("%d lines, %d answers", want, len(hidden))
		}
		for i, h := range hidden[len(hidden)-strings.Count(secret, "\n"):] {
			if !h {
				t.Fatalf("line %d of the Secret may be shown behind %q", i+1, before)
			}
		}
	})
}
