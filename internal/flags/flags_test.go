package flags

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

func program() *cli.App {
	return &cli.App{
		Name: "tool", Usage: "do things", UsageText: "tool PATH...", Description: "Exit codes: 0.",
		Commands: []*cli.Command{
			{Name: "lint", Usage: "lint", Flags: []cli.Flag{
				&cli.StringFlag{Name: "config", Category: "Input", Aliases: []string{"c"}, Usage: "read `FILE`, which is " + strings.Repeat("long ", 30)},
				&cli.BoolFlag{Name: "quiet", Category: "Output", Aliases: []string{"q"}, Usage: "say little"},
			}},
			{Name: "list", Usage: "list", Flags: []cli.Flag{&cli.BoolFlag{Name: "unique", Usage: "once"}}},
		},
	}
}

func TestArrange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, want, err string
	}{
		{"a.yaml --quiet", "tool lint --quiet -- a.yaml", ""},
		{"a.yaml -c x b.yaml", "tool lint --config x -- a.yaml b.yaml", ""},
		{"--config=x list a.yaml --unique", "", `unknown flag --config for "tool list"; "tool lint" has it`},
		{"list a.yaml --unique", "tool list --unique -- a.yaml", ""},
		{"-q -- -q", "tool lint --quiet -- -q", ""},
		{"lst a.yaml", "", `unknown command "lst", and no such file or directory: did you mean "tool list"?`},
		{"./lst", "tool lint -- ./lst", ""},
		{"a.yaml --config", "", "flag --config needs a value"},
		{"a.yaml --config --quiet", "", "flag --config needs a value"},
		{"a.yaml --quite", "", "unknown flag --quite: did you mean --quiet?"},
		{"a.yaml -qc x", "", "unknown flag -qc: write short flags one by one: -q -c"},
		{"a.yaml -qx", "", `unknown flag -qx; see "tool lint --help-all"`},
		{"a.yaml --qc", "", `unknown flag --qc; see "tool lint --help-all"`},
		{"a.yaml --quiet=perhaps", "", `--quiet: invalid value "perhaps": use true or false`},
		{"a.yaml -V", "", `"-V" only prints the version: use it alone, or -v for more output`},
	} {
		line, err := Arrange(program(), append([]string{"tool"}, strings.Fields(c.line)...))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.err {
			t.Errorf("%q: error %q, want %q", c.line, got, c.err)
		}
		if err == nil && strings.Join(line.Args, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.line, strings.Join(line.Args, " "), c.want)
		}
	}
	for line, want := range map[string]Line{
		"--version": {Version: true}, "-V": {Version: true}, "--help": {Help: true}, "list --help": {Help: true, Command: "list"},
		"help list": {Help: true, Command: "list"}, "lint --help-all": {Help: true, All: true, Command: "lint"},
	} {
		got, err := Arrange(program(), append([]string{"tool"}, strings.Fields(line)...))
		if got.Args = nil; err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: (-want +got):\n%s", line, diff)
		}
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	page := Page{Core: []string{"config"}, Groups: []string{"Input", "Output"}, Docs: "https://example.com/docs", Width: 70}
	short, all := page.Help(program(), "", false), page.Help(program(), "", true)
	for _, text := range []string{short, all, page.Help(program(), "list", false)} {
		for line := range strings.Lines(text) {
			if len(strings.TrimSuffix(line, "\n")) > 70 {
				t.Errorf("a line is wider than 70: %q", line)
			}
		}
	}
	if strings.Contains(short, "--quiet") || !strings.Contains(short, "-c, --config FILE") || !strings.Contains(short, "1 of 2") {
		t.Errorf("the short help is\n%s", short)
	}
	if !strings.Contains(all, "\nOutput:\n   -q, --quiet") || strings.Index(all, "Input:") > strings.Index(all, "Output:") {
		t.Errorf("the whole help is\n%s", all)
	}
	if list := page.Help(program(), "list", false); !strings.Contains(list, "--unique") || strings.Contains(list, "--config") {
		t.Errorf("the help of a command is\n%s", list)
	}
}

func TestManual(t *testing.T) {
	t.Parallel()
	page := Manual(program(), []Section{{Name: "FILES", Items: [][2]string{{".tool", "settings"}}}, {Name: "SEE ALSO", Text: ".x 'y' \\z"}})
	for _, want := range []string{".TH TOOL 1", ".SS list\n", `.B "\-q, \-\-quiet"`, ".SH FILES\n.TP\n.B \"\\&.tool\"\nsettings\n", "\\&.x \\(aqy\\(aq \\ez\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %q:\n%s", want, page)
		}
	}
}

// Lean does not change how the flags of a run are read, and keeps nothing of other commands.
func TestLean(t *testing.T) {
	t.Parallel()
	var got []string
	app := &cli.App{
		Name: "x", HideHelp: true, DisableSliceFlagSeparator: true,
		Commands: []*cli.Command{
			{Name: "lint", HideHelp: true, Flags: []cli.Flag{
				&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}}, &cli.StringFlag{Name: "format", Value: "text"}, &cli.StringSliceFlag{Name: "set", Aliases: []string{"s"}},
			}, Action: func(ctx *cli.Context) error {
				got = append(ctx.StringSlice("set"), ctx.String("format"), fmt.Sprint(ctx.Bool("quiet"), ctx.IsSet("q"), ctx.IsSet("format"), ctx.IsSet("set")))
				return nil
			}},
			{Name: "list", Flags: []cli.Flag{&cli.BoolFlag{Name: "unique"}}},
		},
	}
	whole := slices.Clone(app.Commands[0].Flags)
	Lean(app, "lint")
	for i, f := range app.Commands[0].Flags {
		if Whole(f) != whole[i] || !slices.Equal(f.Names(), whole[i].Names()) {
			t.Errorf("flag %v became %v", whole[i].Names(), f.Names())
		}
	}
	if n := len(app.Commands[1].Flags); n != 0 {
		t.Errorf("a command that does not run has %d flags", n)
	}
	if err := app.Run([]string{"x", "lint", "-q", "--set", "a=1,b=2", "--set", "c=3"}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a=1,b=2", "c=3", "text", "true true false true"}; !slices.Equal(got, want) {
		t.Errorf("the command reads %q, want %q", got, want)
	}
}

// The names are those that the library finds.
func TestNames(t *testing.T) {
	t.Parallel()
	flags := append(program().Commands[0].Flags, &cli.StringSliceFlag{Name: "select", Aliases: []string{"s"}}, &cli.GenericFlag{Name: "fix"})
	for _, f := range flags {
		if got, want := names(f), f.Names(); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
