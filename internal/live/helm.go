package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// HelmLine is a parsed command line of the helm plugin.
type HelmLine struct {
	// Command, Other, Help and Own are as in [Line].
	Command     string
	Other, Help bool
	Own         []string
	// Charts lists chart folders and archives. Release is the name of an installed release, or "", and Revision its
	// revision, or "" for the latest.
	Charts            []string
	Release, Revision string
}

// ParseHelm parses the arguments of the helm plugin, from which helm has already removed its own flags. An argument
// that is not a chart is the name of a release.
func ParseHelm(args []string, others []string, takesValue func(flag string) bool, isChart func(path string) bool) (HelmLine, error) {
	var line HelmLine
	dashes := false
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--" && !dashes:
			dashes = true
		case dashes || !strings.HasPrefix(a, "-"):
			if err := line.addArg(a, others, isChart); err != nil {
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
		return HelmLine{}, fmt.Errorf("%q is a release and %q is a chart: give only one", line.Release, line.Charts[0])
	case line.Release == "" && len(line.Charts) == 0:
		return HelmLine{}, errors.New("no chart or release given")
	case line.Revision != "" && line.Release == "":
		return HelmLine{}, errors.New("--revision needs a release")
	}
	return line, nil
}

// addArg adds an argument that is not a flag.
func (l *HelmLine) addArg(a string, others []string, isChart func(path string) bool) error {
	first := l.Command == "" && l.Release == "" && len(l.Charts) == 0
	switch {
	case first && slices.Contains(Commands(), a):
		l.Command = a
	case first && slices.Contains(others, a) && !isChart(a):
		l.Command, l.Other = a, true
	case isChart(a):
		l.Charts = append(l.Charts, a)
	case !isName(a) || len(a) > 53:
		return fmt.Errorf("%q is neither a chart nor a valid release name", a)
	case l.Release != "":
		return fmt.Errorf("%q and %q are both releases: give only one", l.Release, a)
	default:
		l.Release = a
	}
	return nil
}

// Release gets the manifest and hooks of a release. program is the helm that runs the plugin, or "" for the one in
// PATH; it takes cluster and namespace from the environment.
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
		text, _, failed, err := c.run(ctx, append(args, "--", line.Release), func(text string) { r.Log("helm: " + text) })
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

// Flags returns the flags for imagelint, including those that make it behave like helm: charts are rendered by the
// same program, in helm's namespace unless that is the default.
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
