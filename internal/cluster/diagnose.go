package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Answer is one cause with its failures.
type Answer struct {
	// Entry is nil for an unknown message. If Entry wraps another message, Inner is the entry of that message.
	Entry, Inner *Message
	Kind         Kind
	// Cause is one line that says what fails and why.
	Cause      string
	Confidence Confidence
	Who        Who
	// Message is the cluster's message for one of the failures.
	Message string
	// Do and Check say how to fix and verify the cause. Mistaken is the cause that users often
	// suspect instead.
	Do, Check, Mistaken string
	// Notes holds further facts, such as the time of the next attempt or contradictions with the manifests.
	Notes    []string
	Failures []*Failure
}

// Options holds what is known in addition to the observations.
type Options struct {
	Now time.Time
	// OpenShift is true for an OpenShift cluster.
	OpenShift bool
	// Planned returns what the manifests say about the failed container, or about the image if the container is
	// unknown. It returns nil if they say nothing.
	Planned func(f *Failure) *Planned
	// LookUp returns what the input contains about a Secret that is missing in the namespace of a
	// failed pod.
	LookUp func(f *Failure, name string) SecretLookup
	// Matching returns pull secrets that are meant for a pod's image, from the pod's namespace or else from another one.
	// It is only called for pods that Planned knows nothing about.
	Matching func(f *Failure) []MatchingSecret
	// Instead returns the image that the manifests have for the failed container, with its place; "" if they have none, or the same.
	Instead func(f *Failure) string
	// Known returns what is known about an image without asking its registry.
	Known func(image string) Known
}

// Diagnose returns the causes of all observations, those with the most failures first.
func Diagnose(all []Observation, o Options) []Answer {
	g := gather(all)
	if o.Planned != nil {
		g.plan(o.Planned)
	}
	var answers []Answer
	for _, group := range g.groups(o) {
		answers = append(answers, g.answer(group, o))
	}
	slices.SortStableFunc(answers, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(rank(&b), rank(&a)), cmp.Compare(len(b.Failures), len(a.Failures)))
	})
	return answers
}

// rank sorts known causes before unknown ones.
func rank(a *Answer) int {
	switch {
	case a.Confidence == Unknown:
		return 0
	case a.Kind == KindSecret: // a missing Secret may not be the cause
		return 1
	}
	return 2
}

// group is a set of failures with the same cause.
type group struct {
	scope    string // "node", "registry", "namespace", "image" or scopeDenied
	name     string // of the node, registry or namespace
	failures []*Failure
	fault    fault        // of the first failure; the others have one of the same kind
	known    Known        // about the image that the registry did not give
	inInput  bool         // where a missing Secret is in the input
	others   []string     // faults that the headline does not name
	unnamed  []SecretName // pull secrets that the advice tells to name
}

// isNodeOrNetwork reports whether the cause is the node or its connection to registries.
func isNodeOrNetwork(k Kind) bool {
	return k == KindDNS || k == KindConnect || k == KindSlow || k == KindTLS || k == KindNode || k == KindSandbox
}

func (f *Failure) kind() Kind {
	switch {
	case f.Entry == nil:
		return KindUnknown
	case f.Entry.Wraps && f.Inner != nil && f.Entry.Kind != KindSandbox:
		return f.Inner.Kind
	}
	return f.Entry.Kind
}

// groups groups the failures by cause.
func (g *gatherer) groups(o Options) []group {
	nodes := g.nodesWithoutNetwork(o)
	index := map[string]int{}
	var out []group
	for _, f := range g.failures {
		gr := group{scope: "image", name: f.Image, fault: o.fault(f)}
		key := "image " + f.id() + " " + canonical(f.Image) + " " + gr.fault.kind
		switch k := f.kind(); {
		case nodes[f.Node] && isNodeOrNetwork(k) && !o.known(f).isMistyped():
			gr = group{scope: "node", name: f.Node}
			key = "node " + f.Node
		case o.blamesSecret(f), f.id() == "secret-missing":
			gr = group{scope: "namespace", name: f.Namespace}
			key = "namespace " + f.Namespace + " " + f.Lacking
		case gr.fault.kind != "" && k == KindLimit:
			gr.scope, gr.name = "registry", f.Registry
			key = "registry " + f.id() + " " + f.Registry + " " + gr.fault.kind + " " + accountIn(f.Message)
		case k == KindLimit && f.isUnsent():
			gr = group{scope: "registry", name: f.Registry}
			key = "registry " + f.id() + " " + f.Registry + " unsent"
		case isNodeOrNetwork(k) || k == KindLimit || k == KindRegistry || k == KindPolicy:
			gr = group{scope: "registry", name: f.Registry}
			key = "registry " + f.id() + " " + cmp.Or(f.Registry, f.Host) + " " + accountIn(f.Message)
			if f.isAtTokenServer() {
				key += " " + f.Host
			}
		case k == KindCreate || k == KindUnknown:
			key += " " + f.Message
		case k == KindAccess:
			key += " " + string(f.has())
		}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, gr)
		}
		out[i].failures = append(out[i].failures, f)
	}
	return g.join(out, &o)
}

func (f *Failure) id() string {
	if f.Entry == nil {
		return ""
	}
	return f.Entry.ID
}

// nodesWithoutNetwork returns nodes that cannot reach several registries that every other node can reach. A registry whose name is
// mistyped says nothing about a node.
func (g *gatherer) nodesWithoutNetwork(o Options) map[string]bool {
	registries := map[string]map[string]bool{} // by node
	on := map[string]map[string]bool{}         // nodes by registry
	for _, f := range g.failures {
		host := cmp.Or(f.Registry, f.Host)
		if !isNodeOrNetwork(f.kind()) || f.Node == "" || host == "" || o.known(f).isMistyped() {
			continue
		}
		add(registries, f.Node, host)
		add(on, host, f.Node)
	}
	failing := map[string]bool{}
	for node, hosts := range registries {
		alone := true
		for host := range hosts {
			alone = alone && len(on[host]) == 1
		}
		if len(hosts) > 1 && alone {
			failing[node] = true
		}
	}
	return failing
}

func add(m map[string]map[string]bool, key, value string) {
	if m[key] == nil {
		m[key] = map[string]bool{}
	}
	m[key][value] = true
}

// answer writes the answer for a group.
func (g *gatherer) answer(gr group, o Options) Answer {
	f := gr.best()
	a := Answer{Entry: f.Entry, Inner: f.Inner, Kind: f.kind(), Message: f.Message, Failures: gr.failures, Confidence: Unknown}
	if f.Entry != nil {
		a.Confidence, a.Who, a.Mistaken = f.Entry.Confidence, f.Entry.Who, f.Entry.Mistaken
		a.Do, a.Check = f.advice(f.Entry.Do), gr.check(f.Entry.Check, f)
		if f.Inner != nil {
			a.Who, a.Do, a.Check = f.Inner.Who, f.advice(f.Inner.Do), gr.check(f.Inner.Check, f)
		}
	} else {
		a.Do, a.Check = "look the message up in the project of the registry or the runtime", gr.check(checkEvents, f)
	}
	a.Cause = gr.headline(f)
	gr.atTokenServer(&a, f)
	gr.ofAccount(&a, f)
	if gr.scope == "namespace" {
		gr.missing(&a, f, o)
	}
	g.attributeToCredentials(&gr, &a, f)
	gr.compare(&a, f)
	gr.adapt(&a, f)
	g.nameSecret(&gr, &a, f)
	gr.tryContradiction(&a, f)
	gr.attributeToMatching(&a, f, o)
	gr.compareKnown(&a, f, o)
	a.Notes = append(a.Notes, g.notes(gr, f, o)...)
	return a
}

// advice returns what to do about a message, without what does not apply to the failed image.
func (f *Failure) advice(do string) string {
	do = strings.NewReplacer("{namespace}", plain(f.Namespace, "NAMESPACE"), "{host}", plain(cmp.Or(f.Host, f.Registry), "HOST")).Replace(do)
	image := f.Image
	if image == "" { // Docker names the repository
		_, after, _ := strings.Cut(f.Message, "pull access denied for ")
		image, _, _ = strings.Cut(after, ",")
	}
	if image == "" || isOfficial(image) {
		return do
	}
	return strings.Replace(do, ownerless, "", 1)
}

// best returns the failure with the most informative message.
func (gr *group) best() *Failure {
	best := gr.failures[0]
	for _, f := range gr.failures[1:] {
		if weight(f.Entry, f.Message) > weight(best.Entry, best.Message) {
			best = f
		}
	}
	return best
}

// headline returns one line that says what fails and why.
func (gr *group) headline(f *Failure) string {
	why := "the message is not one that imagelint knows"
	if f.Entry != nil {
		why = f.Entry.Cause
	}
	if f.Inner != nil {
		why += ": " + f.Inner.Cause
	}
	registries, _ := gr.count()
	switch {
	case gr.scope == "node":
		return fmt.Sprintf("node %q cannot pull from any of %d registries: %s", gr.name, registries, why)
	case f.IsPulled() && f.kind() == KindPlatform:
		return gr.notStarted(f) + why
	case f.kind() == KindCreate || f.kind() == KindSandbox || f.Kind != "":
		if who := subject(f); who != "" {
			return who + ": " + why
		}
		return why
	}
	return gr.notPulled(f) + why
}

// notPulled names the images of a group that could not be pulled, as the start of the headline. It
// returns "" if none is known.
func (gr *group) notPulled(f *Failure) string {
	if _, images := gr.count(); gr.scope == "registry" && images > 1 {
		return fmt.Sprintf("%d images of %s are not pulled: ", images, cmp.Or(gr.name, f.Host, "one registry"))
	}
	if f.Image == "" {
		return ""
	}
	return f.Image + " is not pulled: "
}

// notStarted names the image or the pod of a container whose image was pulled, as the start of the headline.
func (gr *group) notStarted(f *Failure) string {
	switch {
	case f.Image != "":
		return f.Image + " is pulled, but does not start: "
	case f.Name != "":
		return subject(f) + " does not start: "
	}
	return ""
}

// count counts the registries and images of a group.
func (gr *group) count() (registries, images int) {
	hosts, refs := map[string]bool{}, map[string]bool{}
	for _, f := range gr.failures {
		hosts[cmp.Or(f.Registry, f.Host)] = true
		refs[canonical(f.Image)] = true
	}
	return len(hosts), len(refs)
}

// canonical returns the full name of an image: the kubelet prints redis:8, the runtime
// docker.io/library/redis:8.
func canonical(image string) string {
	if ref, err := imageref.Parse(image); err == nil {
		return ref.Canonical()
	}
	return image
}

// subject names the object of a failure, or else its image. It returns "" if neither is known.
func subject(f *Failure) string {
	name := f.Name
	if f.Namespace != "" {
		name = f.Namespace + "/" + name
	}
	if name == "" {
		return f.Image
	}
	return cmp.Or(f.Kind, "pod") + " " + name
}
