package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// HelmLine is a command line of the plugin of helm, taken apart.
type HelmLine struct {
	// Command, Other, Help and Own are as in [Line].
	Command     string
	Other, Help bool
	Own         []string
	// Charts are files and folders. Release is the name of what is installed, "" for none, and Revision which one of it, "" for the last.
	Charts            []string
	Release, Revision string
}

// ParseHelm takes a command line apart, without the program's name. Helm itself has taken its own flags out of it. Any word that is no chart
// is a release.
func ParseHelm(args []string, others []string, takesValue func(flag string) bool, isChart func(path string) bool) (HelmLine, error) {
	var line HelmLine
	words := false
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--" && !words:
			words = true
		case words || !strings.HasPrefix(a, "-"):
			if err := line.word(a, others, isChart); err != nil {
				return HelmLine{}, err
			}
			if line.Other {
				return line, nil
			}
		case a == "-h" || a == "--help":
			line.Help = true
		case strings.HasPrefix(a, "--revision="):
			line.Revision = strings.TrimPrefix(a, "--revision=")
		case a == "--revision" && i+1 < len(args):
			i++
			line.Revision = args[i]
		case takesValue(a) && i+1 < len(args):
			i++
			line.Own = append(line.Own, a, args[i])
		default:
			line.Own = append(line.Own, a)
		}
	}
	switch {
	case line.Help:
	case line.Release != "" && len(line.Charts) > 0:
		return HelmLine{}, fmt.Errorf("%q is a release and %q a chart: name one of them", line.Release, line.Charts[0])
	case line.Release == "" && len(line.Charts) == 0:
		return HelmLine{}, errors.New("name a chart or a release")
	case line.Revision != "" && line.Release == "":
		return HelmLine{}, errors.New("--revision is for releases")
	}
	return line, nil
}

// word adds an argument that is no flag.
func (l *HelmLine) word(a string, others []string, isChart func(path string) bool) error {
	first := l.Command == "" && l.Release == "" && len(l.Charts) == 0
	switch {
	case first && slices.Contains(Commands(), a):
		l.Command = a
	case first && slices.Contains(others, a) && !isChart(a):
		l.Command, l.Other = a, true
	case isChart(a):
		l.Charts = append(l.Charts, a)
	case !isName(a) || len(a) > 53:
		return fmt.Errorf("%q is no chart, and not the name of a release", a)
	case l.Release != "":
		return fmt.Errorf("%q and %q are releases: name one of them", l.Release, a)
	default:
		l.Release = a
	}
	return nil
}

// Release reads what a release of helm consists of, its hooks too. The program is the helm that started us, "" for the one of PATH; the cluster and
// the namespace are those of its environment.
func (r Reader) Release(ctx context.Context, program string, line HelmLine) (*Answer, error) {
	if program == "" {
		path, err := find("helm")
		if err != nil {
			return nil, err
		}
		program = path
	}
	c := newClient(program, r.Stdin)
	answer := &Answer{}
	for _, what := range []string{"manifest", "hooks"} {
		args := []string{"get", what}
		if line.Revision != "" {
			args = append(args, "--revision="+line.Revision)
		}
		text, _, failed, err := c.run(ctx, append(args, "--", line.Release), func(said string) { r.Say("helm: " + said) })
		if err != nil {
			return nil, err
		}
		answer.Asked = append(answer.Asked, "helm get "+what)
		answer.Text = append(append(answer.Text, "---\n"...), text...)
		if answer.Partial = failed; failed {
			return answer, nil
		}
	}
	set, err := load(ctx, answer.Text)
	if err != nil {
		return nil, err
	}
	answer.Workloads = len(set.Workloads)
	return answer, nil
}

// Flags are those with which imagelint does what helm would: charts are rendered by its own program, and the namespace is its own unless that is
// the default one.
func (l *HelmLine) Flags(program, namespace string) []string {
	flags := slices.Clone(l.Own)
	set := func(name string) bool {
		return slices.ContainsFunc(l.Own, func(a string) bool { return a == name || strings.HasPrefix(a, name+"=") })
	}
	if program != "" && l.Release == "" && !set("--helm") && !set("--render") {
		flags = append(flags, "--helm="+program)
	}
	if cmp.Or(namespace, "default") != "default" && !set("--namespace") {
		flags = append(flags, "--namespace="+namespace)
	}
	return flags
}
