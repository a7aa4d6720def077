package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// describe reads a line of kubectl describe. It returns false for any other line.
func (p *textReader) describe(text string) bool {
	key, value, ok := strings.Cut(text, ":")
	if ok && !strings.HasPrefix(text, " ") {
		return p.head(key, strings.TrimSpace(value))
	}
	switch p.section {
	case "Events":
		p.described(text)
	case "Containers", "Init Containers", "Ephemeral Containers":
		p.container(text)
	case secretsOfAccount:
		p.account(text)
	case "":
		return false
	}
	return true
}

// secretsOfAccount begins the list of pull secrets in the description of a service account. kubectl looks them up, and marks those that are missing.
const (
	secretsOfAccount = "Image pull secrets"
	notFoundMark     = " (not found)"
)

// account reads a pull secret of a service account.
func (p *textReader) account(text string) {
	name, ok := strings.CutSuffix(strings.TrimSpace(text), notFoundMark)
	if !ok || p.pod.Name == "" {
		return
	}
	s := p.pod
	s.Kind, s.Reason, s.Message = "ServiceAccount", "FailedToRetrieveImagePullSecret", secretsOfAccount+": "+name+notFoundMark
	p.add(s)
}

// head reads a line of an object's description. It also accepts lines without useful information, so that they are
// skipped.
func (p *textReader) head(key, value string) bool {
	switch key {
	case "Name":
		if strings.ContainsAny(value, " \t") {
			return false
		}
		p.begin()
		p.pod, p.section, p.columns = Observation{From: "describe", Name: value}, "Head", nil
	case "Namespace":
		p.pod.Namespace = value
	case "Controlled By":
		p.pod.Owner = value
	case "Start Time":
		p.pod.Started = value
		p.section = cmp.Or(p.section, "Head")
	case "Node":
		p.pod.Node, _, _ = strings.Cut(value, "/")
		if p.pod.Node == "<none>" {
			p.pod.Node = ""
		}
	case secretsOfAccount:
		if p.section == "" {
			return false
		}
		p.section = key
		p.account(value)
	case "Containers", "Init Containers", "Ephemeral Containers", "Events":
		if value != "" && value != "<none>" {
			return false
		}
		switch {
		case p.section == "": // the input starts in the middle of a description
			p.begin()
			p.pod = Observation{From: "describe"}
		case p.section == "Events" && key == "Events":
			p.begin()
		case p.section == "Head" && key != "Events": // the owner stands before the containers
			p.pod.Owner = cmp.Or(p.pod.Owner, noOwner)
		}
		p.section = key
	default:
		if p.section == "" {
			return false
		}
		p.section = "Head"
	}
	p.state = ""
	return true
}

// listsDescribed are the lists of containers by their headings.
var listsDescribed = map[string]List{"Containers": ListContainers, "Init Containers": ListInit, "Ephemeral Containers": ListEphemeral}

// container reads a line about a container: its name, its image, or its state.
func (p *textReader) container(text string) {
	trimmed := strings.TrimLeft(text, " ")
	indent := len(text) - len(trimmed)
	key, value, ok := strings.Cut(trimmed, ":")
	value = strings.TrimSpace(value)
	switch {
	case !ok:
	case indent == 2 && value == "":
		p.pod.Container, p.pod.Image, p.pod.List, p.state = key, "", listsDescribed[p.section], ""
	case indent == 4 && key == "Image":
		p.pod.Image = value
	case indent == 4 && key == "State", indent == 4 && key == "Last State":
		p.state = key + " " + value
		if p.state == "State Running" {
			s := p.pod
			s.Pulled = true
			p.add(s)
		}
	case indent == 4:
		p.state = ""
	case key == "Reason" && p.state == "State Waiting" && IsFailing(value), key == "Message" && p.state != "" && strings.Contains(value, "exec format error"):
		s := p.pod
		s.Reason = value
		if key == "Message" {
			s.Reason, s.Message = "CrashLoopBackOff", value
		}
		p.add(s)
	}
}

// described reads an event in a description: "  Warning  Failed  3m (x4 over 5m)  kubelet  Failed to pull image ...".
func (p *textReader) described(text string) {
	fields := splitColumns(text)
	at := slices.IndexFunc(fields, func(f string) bool { return f == "Warning" || f == "Normal" })
	s := p.pod
	s.Container, s.Image, s.List = "", "", ""
	switch {
	case at > 2 && len(fields) > at+2: // before Kubernetes 1.7: FirstSeen, LastSeen, Count, From, SubobjectPath, Type, Reason, Message
		s.First, s.Last, s.Count = fields[0], fields[1], number(fields[2])
		if at > 4 {
			s.Container = fields[4]
		}
		s.Reason, s.Message = fields[at+1], strings.Join(fields[at+2:], "  ")
	default:
		p.pasted(text)
		return
	}
	p.addEvent(s)
}

// controllers are the sources of events about objects whose pods are not created.
var controllers = map[string]string{
	"replicaset-controller": "ReplicaSet", "statefulset-controller": "StatefulSet", "daemonset-controller": "DaemonSet", "job-controller": "Job",
}

// nodeOf returns the node in an event source such as "kubelet, worker-1", the format of older
// kubectl versions.
func nodeOf(from string) string {
	_, node, _ := strings.Cut(from, ", ")
	return node
}

// begins are the prefixes of messages about images.
var begins = []string{"Failed to pull image", "Failed to inspect image", "Failed to apply default image tag", "Failed to create pod sandbox", "Unable to retrieve some image pull secrets", "Back-off pulling image", "Error: ErrImage", "Error: ImagePull", "Error: InvalidImageName"}

// pasted reads an event that lost its columns when it was pasted. It starts at the beginning of the
// message.
func (p *textReader) pasted(text string) {
	for _, b := range begins {
		if at := strings.Index(text, b); at >= 0 {
			s := p.pod
			s.Container, s.List, s.Message, s.Count = "", "", text[at:], 1
			s.Image = imageIn(s.Message)
			p.add(s)
			return
		}
	}
}

// age splits "3m (x4 over 5m)".
func age(text string) (first, last string, count int) {
	last, rest, ok := strings.Cut(text, " (x")
	if !ok {
		return "", last, 1
	}
	digits, over, _ := strings.Cut(strings.TrimSuffix(rest, ")"), " ")
	return strings.TrimPrefix(over, "over "), last, number(digits)
}

// number parses a count. It returns 1 if there is none.
func number(digits string) int {
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1_000_000 {
			return 1
		}
		n = n*10 + int(c-'0')
	}
	return max(n, 1)
}

// splitColumns splits a line at runs of two or more spaces.
func splitColumns(text string) []string {
	var fields []string
	for part := range strings.SplitSeq(strings.TrimSpace(text), "  ") {
		if part = strings.TrimSpace(part); part != "" {
			fields = append(fields, part)
		}
	}
	return fields
}
