// Package live reads what runs in a cluster, through the kubectl and the helm of the user, who choose the cluster and log in: the objects that were
// asked for, and the service accounts, Secrets and Events that decide how they are pulled. It only gets and lists. It judges nothing.
package live

import (
	"fmt"
	"slices"
	"strings"
)

// Line is a command line of the plugin, taken apart.
type Line struct {
	// Command is what to do with the objects; "" where the line does not say. Other is true if it is none that reads objects.
	Command string
	Other   bool
	// Help asks for the help alone.
	Help bool
	// Resources are what to get, as kubectl takes it: "deploy/web", or "pods".
	Resources []string
	// Cluster are kubectl's flags that choose the cluster and the user, Scope those that choose the objects; each with its value behind "=".
	Cluster, Scope []string
	// Own are the flags of imagelint.
	Own []string
}

// Commands are those that read objects.
func Commands() []string { return []string{"lint", "pulls", "images"} }

// Flags of kubectl that take a value, by all of their names.
var (
	clusterFlags = []string{"as", "as-group", "as-uid", "cluster", "context", "kubeconfig", "request-timeout", "server", "user"}
	scopeFlags   = map[string]string{"n": "namespace", "namespace": "namespace", "l": "selector", "selector": "selector", "field-selector": "field-selector"}
)

// Flags are the long names of the flags that are kubectl's.
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

// Parse takes a command line apart, without the program's name. What is no flag of kubectl is one of imagelint: takesValue reports whether the next
// argument is its value. Others are the commands of imagelint that read no objects.
func Parse(args []string, others []string, takesValue func(flag string) bool) (Line, error) {
	var line Line
	words := false // behind "--"
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "--" && !words:
			words = true
		case words || a == "-" || !strings.HasPrefix(a, "-"):
			if err := line.word(a, others); err != nil {
				return Line{}, err
			}
			if line.Other {
				return line, nil
			}
		case a == "-h" || a == "--help" || a == "-help":
			line.Help = true
		default:
			name, value, given := flagOf(a)
			switch to, valued := line.flagOf(name); {
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
				*to = append(*to, "--"+valued+"="+value) // so that no value is taken for a flag
			}
		}
	}
	return line, nil
}

// word adds an argument that is no flag.
func (l *Line) word(a string, others []string) error {
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
		return fmt.Errorf("%q is not a resource: name one as kubectl get does, such as deploy/web", a)
	case a == "-" || strings.HasPrefix(a, ".") || strings.HasPrefix(a, "/") || strings.HasSuffix(a, ".yaml") || strings.HasSuffix(a, ".yml") || strings.HasSuffix(a, ".json"):
		return fmt.Errorf("%q is not a resource: to lint files, use \"imagelint %[1]s\"", a)
	}
	l.Resources = append(l.Resources, a)
	return nil
}

// flagOf takes a flag apart. A short one of kubectl may have its value right behind it.
func flagOf(arg string) (name, value string, given bool) {
	name, value, given = strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if short := len(name) > 1 && !strings.HasPrefix(arg, "--") && (name[0] == 'n' || name[0] == 'l'); short && !given {
		return name[:1], name[1:], true
	}
	return name, value, given
}

// flagOf is where a flag of kubectl belongs, and its long name; nil where kubectl has none of that name.
func (l *Line) flagOf(name string) (to *[]string, long string) {
	if slices.Contains(clusterFlags, name) {
		return &l.Cluster, name
	}
	if long, ok := scopeFlags[name]; ok {
		return &l.Scope, long
	}
	return nil, ""
}

// question is what the line asks for first, in words: the verb, and the resources.
func (l *Line) question() string {
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
