package extract

import (
	"fmt"
	"slices"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func TestNames(t *testing.T) {
	t.Parallel()
	names := NewNames([]string{"regcred", "gcr", "", "two words", "regcred", "a_b", "ns/name"})
	for name, want := range map[string]bool{"regcred": true, "gcr": true, "": false, "two words": false, "a_b": false, "ns/name": false, "reg": false} {
		if names.HasAll([]string{"regcred", name}) != want {
			t.Errorf("%q is searched for: %t", name, !want)
		}
	}
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {%s: [{name: %s}], containers: [{name: a, image: b}]}\n"
	for _, c := range []struct {
		text string
		want bool
	}{
		{fmt.Sprintf(pod, "a", "imagePullSecrets", "regcred"), true},
		{fmt.Sprintf(pod, "a", "imagePullSecrets", "regcred-0123456789"), true},
		{fmt.Sprintf(pod, "a", "imagePullSecrets", "gcr"), true},
		{fmt.Sprintf(pod, "a", "imagePullSecrets", `"reg\`+"\n  "+`cred"`), true},
		{fmt.Sprintf(pod, "a", "imagePullSecrets", `"reg\`+"\r\n  "+`cred"`), true},
		{fmt.Sprintf(pod, "a", "imagePullSecrets", "other"), false},
		{fmt.Sprintf(pod, "regcred", "initContainers", "a"), false}, // names no Secret
		{"apiVersion: a.example/v1\nkind: A\nspec: {image: a, pull: regcred}\n", true},
	} {
		doc := stream.Doc{Text: source.Text{File: &source.File{Name: "a.yaml"}, Data: []byte(c.text)}}
		g := NewOptions(false, nil).Look(&doc, false, &Kinds{})
		if names.MayBeIn(&doc, &g) != c.want {
			t.Errorf("%q: %t", c.text, !c.want)
		}
		if (*Names)(nil).MayBeIn(&doc, &g) || NewNames([]string{""}).MayBeIn(&doc, &g) {
			t.Errorf("%q names one of none", c.text)
		}
	}
}

// However many names there are and however long, each that is searched for is found.
func TestManyNames(t *testing.T) {
	t.Parallel()
	var list []string
	for i := range 2 * maxNames {
		list = append(list, fmt.Sprintf("a-rather-long-name-of-a-secret-%d", i))
	}
	names := NewNames(list)
	known := slices.DeleteFunc(list, func(name string) bool { return !names.HasAll([]string{name}) })
	if len(known) != maxNames {
		t.Errorf("%d names are searched for", len(known))
	}
	for _, name := range known {
		if !names.in([]byte("  - name: "+name+"\n")) || names.in([]byte("  - name: "+name[1:]+"\n")) {
			t.Errorf("%q is not found, or a part of it is", name)
		}
	}
}
