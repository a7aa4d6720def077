package config

import "strings"

// ListedSecret is a Secret in a list: NAME or NAMESPACE/NAME, and its type, "" if the list does not say.
type ListedSecret struct{ Name, Type string }

// SecretNames reads a list of Secrets: NAME or NAMESPACE/NAME per line, the output of kubectl get secrets -o name (secret/NAME), or its table (NAME TYPE
// DATA AGE, with -A after a NAMESPACE).
func SecretNames(text string) []ListedSecret {
	out := []ListedSecret{}
	headed, namespaced, typed := false, false, false
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
			continue
		case fields[0] == "NAMESPACE" || fields[0] == "NAME":
			headed, namespaced = true, fields[0] == "NAMESPACE"
			_, after := splitName(fields, namespaced)
			typed = len(after) > 0 && after[0] == "TYPE"
			continue
		case !headed:
			namespaced = len(fields) >= 5 && !isNumber(fields[2])
			_, after := splitName(fields, namespaced)
			typed = len(after) > 1 && isNumber(after[1]) // the number of keys
		}
		name, after := splitName(fields, namespaced)
		s := ListedSecret{Name: name}
		if typed && len(after) > 0 && after[0] != "<none>" {
			s.Type = after[0]
		}
		out = append(out, s)
	}
	return out
}

// splitName splits a row of a table after the name of a Secret.
func splitName(fields []string, namespaced bool) (name string, after []string) {
	if namespaced && len(fields) > 1 {
		return fields[0] + "/" + strings.TrimPrefix(fields[1], "secret/"), fields[2:]
	}
	return strings.TrimPrefix(fields[0], "secret/"), fields[1:]
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// TypesOf returns the types of listed Secrets by name, without those that have two: the names of several namespaces may be in one list.
func TypesOf(listed []ListedSecret) map[string]string {
	types := map[string]string{}
	for _, s := range listed {
		if t, ok := types[s.Name]; ok && t != s.Type && s.Type != "" {
			types[s.Name] = ""
		} else if !ok && s.Type != "" {
			types[s.Name] = s.Type
		}
	}
	return types
}
