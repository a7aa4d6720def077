package cluster

import (
	"fmt"
	"strings"
)

// checkAllEvents is checkEvents for several pods.
const checkAllEvents = "kubectl get events -n {namespace} --field-selector involvedObject.kind=Pod,type=Warning --sort-by=.lastTimestamp"

// maxDeleted limits how many pods one command deletes.
const maxDeleted = 5

// pods returns the commands' names of the pods of a group, and the number of their namespaces.
func (gr *group) pods() (names []string, namespaces int) {
	pods, spaces := map[string]bool{}, map[string]bool{}
	for _, f := range gr.failures {
		if f.Name == "" || f.Kind != "" {
			continue
		}
		spaces[f.Namespace] = true
		if id := f.Namespace + "/" + f.Name; !pods[id] {
			pods[id] = true
			names = append(names, plain(f.Name, "POD"))
		}
	}
	return names, len(spaces)
}

// check is Fill for a group: a command for all of its pods, or one that says that it is for one of them.
func (gr *group) check(command string, f *Failure) string {
	pods, namespaces := gr.pods()
	if len(pods) > 1 && command == checkEvents {
		command = checkAllEvents
	}
	switch {
	case len(pods) > 1 && strings.Contains(command, "{pod}"):
		separator := "    # "
		if strings.Contains(command, separator) {
			separator = "; "
		}
		return Fill(command, f) + fmt.Sprintf("%sone of %d pods", separator, len(pods))
	case namespaces > 1 && !strings.Contains(command, "{secret}"):
		command = strings.ReplaceAll(command, "-n {namespace}", "-A")
	}
	return Fill(command, f)
}

// again says how pods of a group pull at once.
func (gr *group) again(f *Failure) string {
	pods, namespaces := gr.pods()
	switch {
	case len(pods) < 2:
		return "a new pod tries at once: " + Fill("kubectl delete pod {pod} -n {namespace}", f)
	case namespaces > 1 || len(pods) > maxDeleted:
		return "new pods try at once, so delete these"
	}
	return "new pods try at once: " + Fill("kubectl delete pod "+strings.Join(pods, " ")+" -n {namespace}", f)
}
