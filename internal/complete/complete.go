// Package complete completes command lines for shells, and holds the scripts that connect shells to it.
package complete

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Word is the first argument of a completion request from a shell. The words typed so far follow; the last one is incomplete or empty. It is not a
// command because nobody types it.
const Word = "__complete"

// scripts connect shells to the program: imagelint.SHELL. They ask the program itself, so they work with every version.
//
//go:embed shells
var scripts embed.FS

// Shells returns the shells that have a script.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Script returns the script for one of Shells.
func Script(shell string) ([]byte, error) { return scripts.ReadFile("shells/imagelint." + shell) }

// choice is a possible next word and its description.
type choice struct{ word, about string }

// completion holds the possible next words.
type completion struct {
	choices []choice
	files   bool // file names are possible, too
}

// Answer returns the reply to a shell for words, of which the last is incomplete. The first line is "files" if file names may come next, else "-".
// Each further line is a possible word, a tab, and its description. A word that ends in "=" needs a value.
func Answer(app *cli.App, words []string) string {
	if len(words) == 0 {
		words = []string{""}
	}
	next := nextWords(app, words[:len(words)-1], words[len(words)-1])
	var b strings.Builder
	b.WriteString("-\n")
	if next.files {
		b.Reset()
		b.WriteString("files\n")
	}
	for _, ch := range next.choices {
		if strings.HasPrefix(ch.word, words[len(words)-1]) {
			fmt.Fprintf(&b, "%s\t%s\n", ch.word, ch.about)
		}
	}
	return b.String()
}

// nextWords returns what may follow the words before. begun is the part of the next word typed so far.
func nextWords(app *cli.App, before []string, begun string) completion {
	name, at := flags.CommandOf(app, append([]string{app.Name}, before...))
	cmd := app.Command(cmp.Or(name, "lint"))
	var paths, given []string
	for i := 0; i < len(before); i++ {
		word := before[i]
		switch {
		case at == i+1:
		case word == "--":
			return completion{files: true}
		case len(word) < 2 || word[0] != '-':
			paths = append(paths, word)
		case !flags.TakesValue(cmd, word):
			given = append(given, strings.TrimLeft(word, "-"))
		case i == len(before)-1:
			return valuesOf(cmd, flags.Of(cmd, strings.TrimLeft(word, "-")), "", begun)
		default:
			given = append(given, strings.TrimLeft(word, "-"))
			i++
		}
	}
	if strings.HasPrefix(begun, "-") && begun != "-" || begun == "-" && cmd.Name != "lint" {
		if flag, value, ok := strings.Cut(begun, "="); ok {
			return valuesOf(cmd, flags.Of(cmd, strings.TrimLeft(flag, "-")), flag+"=", value)
		}
		return completion{choices: flagChoices(cmd, given)}
	}
	return arguments(app, cmd, at > 0, paths)
}

// flagChoices returns the flags of a command, without those that are given already and cannot be repeated.
func flagChoices(cmd *cli.Command, given []string) []choice {
	var out []choice
	for _, f := range cmd.Flags {
		_, repeats := f.(*cli.StringSliceFlag)
		if !repeats && slices.ContainsFunc(f.Names(), func(n string) bool { return slices.Contains(given, n) }) {
			continue
		}
		_, about := flags.Doc(f)
		out = append(out, choice{"--" + f.Names()[0], about})
	}
	return append(out, choice{"--help", "print the help"})
}

// arguments returns the commands and arguments that may follow the given paths.
func arguments(app *cli.App, cmd *cli.Command, named bool, paths []string) completion {
	var out completion
	switch cmd.Name {
	case "rules", "init":
	case "explain":
		if len(paths) == 0 {
			out.choices = ruleChoices()
		}
	case "completion":
		if len(paths) == 0 {
			for _, shell := range Shells() {
				out.choices = append(out.choices, choice{shell, "the completion for " + shell})
			}
		}
	case "catalog":
		if len(paths) == 0 {
			out.choices = append(out.choices, choice{"build", "build a fresh catalog"}, choice{"learn", "learn the tags of your own registries"})
			for _, image := range catalog.Builtin().Images() {
				out.choices = append(out.choices, choice{image, "what is known about " + image})
			}
		}
	default:
		out.files = true
		if !named && len(paths) == 0 {
			for _, c := range app.Commands {
				out.choices = append(out.choices, choice{c.Name, c.Usage})
			}
		}
	}
	return out
}

// valuesOf returns the possible values of a flag, each after prefix. They depend on the name of the value in the help text.
func valuesOf(cmd *cli.Command, f cli.Flag, prefix, begun string) completion {
	if f == nil {
		return completion{}
	}
	var out completion
	switch value, _ := flags.Doc(f); value {
	case "": // the only flag with an optional value
		if _, optional := f.(*cli.GenericFlag); optional {
			out.choices = []choice{{"safe", "safe fixes only"}, {"all", "unsafe fixes, too"}}
		}
	case "FILE", "PATH", "DIR":
		out.files = true
	case "FORMAT":
		out.choices = formatChoices(cmd.Name)
	case "SEVERITY":
		out.choices = append(severityChoices(), choice{"never", "findings never fail the run"})
	case "WHEN":
		out.choices = []choice{{"auto", "on a terminal, unless NO_COLOR is set"}, {"always", ""}, {"never", ""}}
	case "WHOM":
		out.choices = []choice{{"pod", "the pods, with their pull secrets"}, {"me", "your own logins"}, {"anonymous", "nobody, as for those who install it"}}
	case "WHAT":
		out.choices = []choice{{"none", "nothing"}, {"exists", "whether the image is there"}, {"tags", "which tags are there, too"}}
	case "RULE":
		out.choices = append(ruleChoices(), groupChoices()...)
	case "RULE=LEVEL":
		rule, _, chosen := strings.Cut(begun, "=")
		for _, r := range append(ruleChoices(), groupChoices()...) {
			if !chosen {
				out.choices = append(out.choices, choice{r.word + "=", r.about})
			} else if r.word == rule {
				for _, s := range severityChoices() {
					out.choices = append(out.choices, choice{r.word + "=" + s.word, s.about})
				}
			}
		}
	case "OS/ARCH":
		for _, p := range []string{"linux/amd64", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/s390x", "windows/amd64"} {
			out.choices = append(out.choices, choice{word: p})
		}
	}
	for i := range out.choices {
		out.choices[i].word = prefix + out.choices[i].word
	}
	return out
}

func formatChoices(command string) []choice {
	names := report.Names()
	switch command {
	case "rules":
		names = report.RuleFormats()
	case "images":
		names = report.ImageFormats()
	case "pulls":
		names = report.PullFormats()
	case "catalog":
		names = report.CatalogFormats()
	}
	out := make([]choice, len(names))
	for i, n := range names {
		out[i].word = n
	}
	return out
}

func severityChoices() []choice {
	return []choice{
		{lint.Error.String(), "the cluster rejects it, or the pull fails"},
		{lint.Warning.String(), "it may fail, or may break later"},
		{lint.Info.String(), "worth knowing"},
	}
}

func ruleChoices() []choice {
	all := rules.All()
	out := make([]choice, len(all))
	for i := range all {
		out[i] = choice{all[i].ID, all[i].Doc.Title}
	}
	return out
}

func groupChoices() []choice {
	var out []choice
	for _, r := range rules.All() {
		group := choice{r.Group, "all rules of the group"}
		if !slices.Contains(out, group) {
			out = append(out, group)
		}
	}
	return out
}
