package report

import (
	"fmt"
	"strings"
	"testing"
)

// A summary stays within GitHub's limit, and says what it omits.
func TestMarkdownCap(t *testing.T) {
	t.Parallel()
	r := hostile(t, strings.Repeat(nasty[2], 20))
	one := r.Result.Findings[0]
	r.Result.Findings = nil
	for range 5000 {
		r.Result.Findings = append(r.Result.Findings, one)
		r.RunErrors = append(r.RunErrors, one.Message)
	}
	out := printed(t, "markdown", r, Options{NoFold: true})
	if err := validMarkdown(out); err != nil {
		t.Error(err)
	}
	rows := strings.Count(string(out), "\n| error |")
	if len(out) > maxMarkdown || rows < 20 || !strings.Contains(string(out), fmt.Sprintf("\n%d more findings are not shown here.\n", 5000-rows)) {
		t.Errorf("%d bytes, %d rows", len(out), rows)
	}
	errors := strings.Count(string(out), "\n- ") - 1
	if !strings.Contains(string(out), fmt.Sprintf("\n- and %d more\n", 5001-errors)) {
		t.Errorf("%d errors", errors)
	}
}

func TestMarkdownProse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`image "nginx:1" has no tag, so "latest" is pulled`: "image `\"nginx:1\"` has no tag, so `\"latest\"` is pulled",
		`a pod's account (see "a b"), twice: ok?`:           "a pod's account (see `\"a b\"`), twice: ok?",
		`write ghcr.io/acme/x:1.`:                           "write `ghcr.io/acme/x:1`.",
		`@octocat #1 https://x.example <b> *b* a@b`:         "`@octocat` `#1` `https://x.example` `<b>` `*b*` `a@b`",
		"a|b `c`":                   "<code>a&#124;b</code> <code>&#96;c&#96;</code>",
		`"open`:                     "`\"open`",
		`"a""b c"d`:                 "`\"a\"\"b c\"d`",
		" two  blanks ":             "two blanks",
		"(":                         "(",
		`write - name: harbor-pull`: "write `- name: harbor-pull`",
		`put it in quotes: - name: "a b", then again`: "put it in quotes: `- name: \"a b\"`, then again",
		`a list of strings: - app and so on`:          "a list of strings: `- app` and so on",
		`ends - name:`:                                "ends `- name`:",
		`ends -`:                                      "ends `-`",
	} {
		if got := markdownProse(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
