package extract

import "testing"

func TestMayBegin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"*a": true, "a: *b": true, "- *b": true, "[*a,*b]": true, `{"a":*b}`: true, "a\r*b": true, "a:\u2028*b": true, "a: **": true, "a* *b": true,
		"a * b": false, "a*b": false, "1*2": false, `"*.example.com"`: false, "'*'": false, "a: *\n": false, "a: *": false, "": false, "a**": false,
	} {
		if got := mayBegin([]byte(text), '*'); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
