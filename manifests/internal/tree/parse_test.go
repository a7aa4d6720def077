package tree

import (
	"fmt"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Kubernetes' limit for aliases holds for both parsers: fastyaml reads the lists on lines of their own, but no aliases in brackets.
func TestParseAliases(t *testing.T) {
	t.Parallel()
	for _, layout := range []struct{ name, item, before, after string }{{"block", "\n- *a%d", "", "\n"}, {"flow", ",*a%d", "[0", "]\n"}} {
		t.Run(layout.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			b.WriteString("a0: &a0 x\n")
			for i := 1; i < 12; i++ {
				fmt.Fprintf(&b, "a%d: &a%d %s%s%s", i, i, layout.before, strings.Repeat(fmt.Sprintf(layout.item, i-1), 9), layout.after)
			}
			data := b.String()
			err := Parse(&source.Text{Data: []byte(data)}, func(*yaml.Node) { t.Error("it is used") })
			if err == nil || !strings.Contains(err.Error(), "aliases make it so large") {
				t.Errorf("the error is %v", err)
			}
			few := strings.Join(strings.SplitAfter(data, "\n")[:3], "") + "\n"
			used := false
			if err := Parse(&source.Text{Data: []byte(few)}, func(root *yaml.Node) {
				used = true
				_, list := Get(root, "a1")
				if got := Look(list.Content[len(list.Content)-1]); got != "x" {
					t.Errorf("an alias stands for %q", got)
				}
			}); err != nil || !used {
				t.Errorf("used: %t, the error is %v", used, err)
			}
		})
	}
}
