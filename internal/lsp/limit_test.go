package lsp

import (
	"fmt"
	"strings"
	"testing"
)

// Many findings in other files do not displace those of an open file, and the user gets one message
// about what is dropped.
func TestLimitKeepsOpenFiles(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(deployment, "acme/web", "acme/Web", 1)
	tree := map[string]string{"my.yaml": bad, "secret.yaml": secret}
	for i := range 5 {
		tree[fmt.Sprintf("d%d/web.yaml", i)] = bad
	}
	for name, openOnly := range map[string]bool{"all files": false, "open files only": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, tree, func(params map[string]any) {
				params["initializationOptions"] = map[string]any{"max-findings": 2, "openFilesOnly": openOnly}
			})
			c.open("my.yaml", bad)
			c.want("my.yaml", "9:30-33 image-uppercase")
			c.change("my.yaml", bad+"# edited\n")
			c.still("my.yaml")
			c.want("my.yaml", "9:30-33 image-uppercase")
			shown := 0
			for i := range 5 {
				shown += len(c.rules(fmt.Sprintf("d%d/web.yaml", i)))
			}
			if openOnly {
				if shown != 0 {
					t.Errorf("%d findings in files that are not open", shown)
				}
				c.shown(severityInformation)
				return
			}
			if shown != 2 {
				t.Errorf("%d findings in other files, want 2", shown)
			}
			c.shown(severityInformation, "dropped findings after the first 2 of each rule")
		})
	}
}
