package live

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// meeting is a kubectl that answers for a namespace only once another one was started for another namespace.
const meeting = `#!/bin/sh
case "$*" in
*" -- deployments"*) cat "$DIR/pods.yaml"; exit ;;
*" -- secrets"*) exit ;;
esac
space=${3#--namespace=}
: >"$DIR/$space"
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	if [ -e "$DIR/a" ] && [ -e "$DIR/b" ]; then
		[ "$space" = b ] || sleep 0.3 # the later one answers first
		printf 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: %s}\n' "$space"
		exit
	fi
	sleep 0.5
done
echo "alone" >&2
exit 1
`

// Namespaces are asked for at once, and the answer is in their order.
func TestNamespacesAtOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the kubectl of this test is a shell script")
	}
	dir := t.TempDir()
	t.Setenv("DIR", dir)
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	pods := ""
	for _, space := range []string{"b", "a"} {
		pods += "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: " + space + "}\nspec: {containers: [{name: app, image: \"ghcr.io/acme/web:1\"}]}\n"
	}
	for name, text := range map[string]string{"kubectl": meeting, "pods.yaml": pods} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	answer, err := Reader{Log: func(line string) { said = append(said, line) }}.Fetch(t.Context(), Line{Command: "lint", Scope: []string{"--all-namespaces"}})
	if err != nil || len(said) > 0 {
		t.Fatalf("%v, %q", err, said)
	}
	text := string(answer.Text)
	a, b := strings.Index(text, "{name: default, namespace: a}"), strings.Index(text, "{name: default, namespace: b}")
	if a < 0 || b < a {
		t.Errorf("the accounts are not there, or not in order:\n%s", text)
	}
}
