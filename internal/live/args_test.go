package live

import (
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	others := []string{"lint", "pulls", "images", "rules", "help"}
	valued := func(flag string) bool { return flag == "--format" }
	for _, test := range []struct {
		args []string
		want Line
		err  string
	}{
		{args: []string{"pulls", "pod/cart-0", "-n", "shop"}, want: Line{Command: "pulls", Resources: []string{"pod/cart-0"}, Scope: []string{"--namespace=shop"}}},
		{args: []string{"deploy", "web", "-nshop", "--context=prod", "--format", "json", "-q"}, want: Line{
			Resources: []string{"deploy", "web"}, Scope: []string{"--namespace=shop"}, Cluster: []string{"--context=prod"}, Own: []string{"--format", "json", "-q"},
		}},
		{args: []string{"-A", "-l", "app=web", "--as", "jane"}, want: Line{Scope: []string{"--all-namespaces", "--selector=app=web"}, Cluster: []string{"--as=jane"}}},
		{args: []string{"deploy/web", "lint"}, want: Line{Resources: []string{"deploy/web", "lint"}}}, // a command is only recognized as the first argument
		{args: []string{"rules", "--format", "json"}, want: Line{Command: "rules", Other: true}},
		{args: []string{"pulls", "--help"}, want: Line{Command: "pulls", Help: true}},

		// kubectl takes no value and no resource for a flag
		{args: []string{"-n", "--token=x", "pods"}, want: Line{Resources: []string{"pods"}, Scope: []string{"--namespace=--token=x"}}},
		{args: []string{"--", "--kubeconfig=x"}, err: `"--kubeconfig=x" is not a resource: use the syntax of kubectl get, such as deploy/web`},
		{args: []string{"--raw=/api"}, want: Line{Own: []string{"--raw=/api"}}},
		{args: []string{"deploy/web", "--context"}, err: "flag --context needs a value"},
		{args: []string{"./k8s"}, err: `"./k8s" is not a resource: to lint files, use "imagelint ./k8s"`},
		{args: []string{"-"}, err: `"-" is not a resource: to lint files, use "imagelint -"`},
	} {
		got, err := Parse(test.args, others, valued)
		text := ""
		if err != nil {
			text, got = err.Error(), Line{}
		}
		if diff := cmp.Diff(test.want, got); diff != "" || text != test.err {
			t.Errorf("%q: error %q, want %q\n%s", test.args, text, test.err, diff)
		}
	}
}

func TestQuestion(t *testing.T) {
	t.Parallel()
	for want, resources := range map[string][]string{
		"get pod": {"pod/cart-0"}, "get deploy": {"deploy", "web", "api"}, "get deploy,sts": {"deploy/web", "sts/db", "deploy/api"}, "list sts,ds": {"sts,ds"},
	} {
		if got := (&Line{Resources: resources}).request(); got != want {
			t.Errorf("%q: %q, want %q", resources, got, want)
		}
	}
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][2]string{
		`Error from server (Forbidden): secrets "a" is forbidden: User "jane" cannot get resource "secrets" in API group "" in the namespace "shop"`: {"Forbidden", "a"},
		`Error from server (NotFound): secrets "a" not found`:                  {"NotFound", "a"},
		`Error from server (NotFound): namespaces "shop" not found`:            {},
		`Error from server (NotFound): the server could not find the resource`: {},
		`Unable to connect to the server: EOF`:                                 {},
	} {
		if reason, name, ok := refusal("secrets", line); ok && [2]string{reason, name} != want || !ok && want[0] != "" {
			t.Errorf("%s: %q, %q, %v", line, reason, name, ok)
		}
	}
}

func TestIsName(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"regcred", "a.b-c", "0"} {
		if !isName(s) {
			t.Errorf("%q is rejected", s)
		}
	}
	for _, s := range []string{"", "-n", "--all", ".a", "A", "a b", "a/b", "a,b=c", "a\n"} {
		if isName(s) {
			t.Errorf("%q is accepted as a name", s)
		}
	}
}

// Output on standard error and standard output is limited.
func TestBounds(t *testing.T) {
	t.Parallel()
	var passed []string
	l := &lines{emit: func(s string) { passed = append(passed, s) }}
	for range 2 * maxLines {
		_, _ = l.Write([]byte("word\n\n"))
	}
	if len(l.all) != maxLines || len(passed) != maxLines+1 || !slices.Contains(passed, "(more lines omitted)") {
		t.Errorf("%d lines are kept and %d passed on", len(l.all), len(passed))
	}
	l = &lines{emit: func(s string) { passed = append(passed, s) }}
	_, _ = l.Write(make([]byte, 10*maxLine))
	if len(l.rest) != maxLine {
		t.Errorf("%d bytes of a line are kept", len(l.rest))
	}
	var left atomic.Int64
	left.Store(5)
	b := &bounded{left: &left}
	if _, err := b.Write([]byte("1234")); err != nil {
		t.Error(err)
	}
	if _, err := b.Write([]byte("56")); err == nil || !b.over || b.Len() != 4 {
		t.Errorf("more than the limit is kept: %q", b.String())
	}
}
