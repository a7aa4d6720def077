package plan

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// pulledImages are the images that nodes have, and the registries that they reached, according to the statuses of Pods.
type pulledImages struct{ images, hosts map[string]bool }

func pulledImagesOf(set *manifests.Set) pulledImages {
	out := pulledImages{map[string]bool{}, map[string]bool{}}
	for entry := range set.Pulled.All() {
		image, host, _ := strings.Cut(entry, " ")
		out.images[image] = true
		if host != "" && strings.HasPrefix(image, host+"/") { // an image that was loaded onto the node has another name
			out.hosts[host] = true
		}
	}
	for i := range set.ClusterStatuses {
		if s := &set.ClusterStatuses[i]; !s.Event && s.State == "waiting" && s.Object.Live {
			if host, _, ok := strings.Cut(s.Image, "/"); ok && hasAnswered(host, s.Message) {
				out.hosts[host] = true
			}
		}
	}
	return out
}

// answers are parts of messages about what a registry answered, in lower case.
var answers = []string{"manifest unknown", "name unknown", ": not found", "denied", "forbidden", "unauthorized", "toomanyrequests", "too many requests", "unexpected status"}

// unreached are parts of messages about a registry that did not answer.
var unreached = []string{"no such host", "server misbehaving", "dial tcp", "lookup ", "i/o timeout", "connection refused", "tls: "}

// hasAnswered reports whether a message of the kubelet shows that a registry answered.
func hasAnswered(host, message string) bool {
	const longest = 16 << 10
	message = strings.ToLower(message[:min(len(message), longest)])
	within := func(parts []string) bool {
		for _, p := range parts {
			if strings.Contains(message, p) {
				return true
			}
		}
		return false
	}
	return strings.Contains(message, strings.ToLower(host)+"/") && within(answers) && !within(unreached)
}

// IsPulled reports whether some node has an image, as written, according to the status of a Pod.
func (p *Planner) IsPulled(image string) bool { return p.pulled().images[image] }

// HasAnswered reports whether a registry exists, since some node pulled from it or got an answer, according to the status of a Pod.
func (p *Planner) HasAnswered(host string) bool { return p.pulled().hosts[host] }
