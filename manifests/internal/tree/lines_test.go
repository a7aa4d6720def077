package tree

import (
	"slices"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The lines that the parser counted are those of the text.
func TestLines(t *testing.T) {
	t.Parallel()
	long := "# comment\n---\na: |\n  one\n\n  two\nb: [x,\n  y]\nc: 'q\n\n  r'\nd: plain\n  more\n\n\n"
	for _, text := range []string{"a: b", "a: b\n", "a: b\r\nc: d\r\n", "\n\na: b\n\n\n", "a: |\n  x\n", "a: b\n...\n\n# end\n", "ä: ö\nb: c # d\n", long, long + "e: f"} {
		read := source.Text{Data: []byte(text)}
		plain := source.Text{Data: []byte(text)}
		err := Parse(&read, func(*yaml.Node) {
			var got, want []int
			for n := 1; n <= read.Lines(); n++ {
				got = append(got, read.LineStart(n), read.LineEnd(n))
			}
			for n := 1; n <= plain.Lines(); n++ {
				want = append(want, plain.LineStart(n), plain.LineEnd(n))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q: lines %v, want %v", text, got, want)
			}
		})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
