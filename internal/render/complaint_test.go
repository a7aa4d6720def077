package render

import (
	"strings"
	"testing"
)

// An engine's message is reported completely, on one line, without its advice about itself and without
// secrets.
func TestComplaint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"one line", "WARNING: x\nError: template: web/t.yaml:1:2: nil pointer\n", "template: web/t.yaml:1:2: nil pointer"},
		{"a chart's own words", "Error: execution error at (web/t.yaml:1:4): \n\nThe value image.tag must be set.\nSee the README.\n\nUse --debug flag to render out invalid YAML\n", "execution error at (web/t.yaml:1:4): The value image.tag must be set. See the README."},
		{"a schema", "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '/imagePullSecrets': got object, want array\n\n", "values don't meet the specifications of the schema(s) in the following chart(s): web: - at '/imagePullSecrets': got object, want array"},
		{"no such word", "first\nerror: the last line\n\n", "the last line"},
		{"a secret", "Error: bad values\nadminPassword: hunter22\n", "bad values adminPassword: ********"},
		{"nothing", "", ""},
	} {
		if got := complaint(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := complaint("Error: x\n" + strings.Repeat("y\n", 1000)); !strings.HasSuffix(got, " y ...") || len(got) > 100 {
		t.Errorf("a message of a thousand lines is %q", got)
	}
}
