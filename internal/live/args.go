// Package live gets objects from a cluster by running the user's kubectl or helm, which handle contexts and logins:
// the requested objects, and the service accounts, Secrets and Events that determine how their images are pulled. It
// only gets and lists, and does not lint.
package live

import (
	"fmt"
	"slices"
	"strings"
)

// Line is a parsed command line of the kubectl plugin.
type Line struct {
	// Command is the command to run on the objects, or "" for the default. Other is true for a command that does not
	// read objects from a cluster.
	Command string
	Other   bool
	// Help is true if help was requested.
	Help bool
	// Resources lists what to get, in kubectl's syntax: "deploy/web" or "pods".
	Resources []string
	// Cluster holds kubectl's flags for cluster and user, Scope those that select objects, each as --flag=value.
	Cluster, Scope []string
	// Own holds the flags for imagelint.
	Own []string
}

// Commands returns the commands that read objects from a cluster.
func Commands() []string { return []string{"lint", "pulls", "images"} }

// Flags of kubectl that take a value, long and short.
var (
	clusterFlags = []string{"as", "as-group", "as-uid", "cluster", "context", "kubeconfig", "request-timeout", "server", "user"}
	scopeFlags   = map[string]string{"n": "namespace", "namespace": "namespace", "l": "selector", "selector": "selector", "field-selector": "field-selector"}
)

// Flags returns the long names of kubectl's flags.
func Flags() []string {
	out := append([]string{"all-namespaces"}, clusterFlags...)
	for name, long := range scopeFlags {
		if name == long {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Parse parses the arguments of the kubectl plugin. Flags that kubectl does not have are passed to imagelint;
// takesValue reports whether such a flag takes the next argument as its value. others lists the commands that do not
// read objects from a cluster.
func Parse(args []string, others []string, takesValue func(flag string) bool) (Line, error) {
	var line Line
	dashes := false // after "--"
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--" && !dashes:
			dashes = true
		case dashes || a == "-" || !strings.HasPrefix(a, "-"):
			if err := line.addArg(a, others); err != nil {
				return Line{}, err
			}
			if line.Other {
				return line, nil
			}
		case a == "-h" || a == "--help" || a == "-help":
			line.Help = true
		default:
			name, value, given := splitFlag(a)
			switch to, valued := line.kubectlFlag(name); {
			case name == "A" || name == "all-namespaces":
				line.Scope = append(line.Scope, "--all-namespaces")
			case to == nil && !given && takesValue(a) && i+1 < len(args):
				i++
				line.Own = append(line.Own, a, args[i])
			case to == nil:
				line.Own = append(line.Own, a)
			case !given && i+1 == len(args):
				return Line{}, fmt.Errorf("flag %s needs a value", a)
			case !given:
				i++
				value = args[i]
				fallthrough
			default:
				*to = append(*to, "--"+valued+"="+value) // one argument, so that kubectl cannot take the value for a flag
			}
		}
	}
	return line, nil
}

// addArg adds an argument that is not a flag.
func (l *Line) addArg(a string, others []string) error {
	if l.Command == "" && len(l.Resources) == 0 {
		if slices.Contains(Commands(), a) {
			l.Command = a
			return nil
		}
		if slices.Contains(others, a) {
			l.Command, l.Other = a, true
			return nil
		}
	}
	switch {
	case a == "" || strings.HasPrefix(a, "-") && a != "-":
		return fmt.Errorf("%q is not a resource: use the syntax of kubectl get, such as deploy/web", a)
	case a == "-" || strings.HasPrefix(a, ".") || strings.HasPrefix(a, "/") || strings.HasSuffix(a, ".yaml") || strings.HasSuffix(a, ".yml") || strings.HasSuffix(a, ".json"):
		return fmt.Errorf("%q is not a resource: to lint files, use \"imagelint %[1]s\"", a)
	}
	l.Resources = append(l.Resources, a)
	return nil
}

// splitFlag splits a flag into name and value. The value of a short kubectl flag may follow without a separator.
func splitFlag(arg string) (name, value string, given bool) {
	name, value, given = strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if short := len(name) > 1 && !strings.HasPrefix(arg, "--") && (name[0] == 'n' || name[0] == 'l'); short && !given {
		return name[:1], name[1:], true
	}
	return name, value, given
}

// kubectlFlag returns the list that a kubectl flag belongs to and its long name, or nil if kubectl has no such flag.
func (l *Line) kubectlFlag(name string) (to *[]string, long string) {
	if slices.Contains(clusterFlags, name) {
		return &l.Cluster, name
	}
	if long, ok := scopeFlags[name]; ok {
		return &l.Scope, long
	}
	return nil, ""
}

// request describes the first request in RBAC terms: verb and resources.
func (l *Line) request() string {
	verb, types := "list", []string{}
	for i, r := range l.Resources {
		kind, _, named := strings.Cut(r, "/")
		if named || i > 0 {
			verb = "get"
		}
		if (named || i == 0) && !slices.Contains(types, kind) {
			types = append(types, kind)
		}
	}
	return verb + " " + strings.Join(types, ",")
}
