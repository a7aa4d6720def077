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
	Cause string
	Sure  Sureness
	Who   Who
	// Message is the cluster's message for one of the failures.
	Message string
	// Do and Check say how to fix and verify the cause. Mistaken is what the message is often mistaken for.
	Do, Check, Mistaken string
	// Notes holds further facts, such as the time of the next attempt or contradictions with the manifests.
	Notes    []string
	Failures []*Failure
}

// Options holds what is known apart from the sightings.
type Options struct {
	Now time.Time
	// OpenShift is true for an OpenShift cluster.
	OpenShift bool
	// Planned returns what the manifests say about the failed container, or about the image if the container is unknown. It
	// returns nil if they say nothing.
	Planned func(f *Failure) *Planned
}

// Planned describes the pull that the manifests ask the kubelet for.
type Planned struct {
	Policy string
	// Credentials lists the pull secrets with matching credentials, in order. Anonymous is true if certainly none match.
	Credentials []string
	Anonymous   bool
	// Expired is the message that these credentials have expired, and when; "" if one of them may be valid.
	Expired string
	// Defect says why none of the pull secrets that the pod names is used, although all of them are known, and Help what to do; "" if that is not so.
	Defect, Help string
	// Evident is true if one of them is meant for the image, as far as can be told.
	Evident bool
	// Absent is the first pull secret that the pod names and that is not in the input; nil if there is none.
	Absent *SecretName
	Place  string
}

// Diagnose returns the causes of all sightings, those with the most failures first.
func Diagnose(all []Sighting, o Options) []Answer {
	g := gather(all)
	var answers []Answer
	for _, group := range g.groups() {
		answers = append(answers, g.answer(group, o))
	}
	slices.SortStableFunc(answers, func(a, b Answer) int {
		return cmp.Or(cmp.Compare(rank(b.Kind), rank(a.Kind)), cmp.Compare(len(b.Failures), len(a.Failures)))
	})
	return answers
}

// rank sorts known causes before unknown ones.
func rank(k Kind) int {
	switch k {
	case KindBackOff, KindUnknown:
		return 0
	case KindSecret: // a missing Secret may not be the cause
		return 1
	}
	return 2
}

// group is a set of failures with the same cause.
type group struct {
	scope    string // "node", "registry", "namespace" or "image"
	name     string // of the node, registry or namespace
	failures []*Failure
	defect   bool     // the cause is a defect of the pull secrets
	others   []string // further defects, of pods in other namespaces
}

// isWay reports whether the cause is the node or its connection to registries.
func isWay(k Kind) bool {
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
func (g *gatherer) groups() []group {
	nodes := g.sickNodes()
	index := map[string]int{}
	var out []group
	for _, f := range g.failures {
		gr := group{scope: "image", name: f.Image}
		key := "image " + f.id() + " " + f.Image
		switch k := f.kind(); {
		case nodes[f.Node] && isWay(k):
			gr = group{scope: "node", name: f.Node}
			key = "node " + f.Node
		case k == KindAccess && f.Lacking != "", f.Entry != nil && f.Entry.ID == "secret-missing":
			gr = group{scope: "namespace", name: f.Namespace}
			key = "namespace " + f.Namespace + " " + f.Lacking
		case isWay(k) || k == KindLimit || k == KindRegistry || k == KindPolicy:
			gr = group{scope: "registry", name: f.Registry}
			key = "registry " + f.id() + " " + cmp.Or(f.Registry, f.Host)
		case k == KindCreate || k == KindUnknown:
			key += " " + f.Message
		}
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, gr)
		}
		out[i].failures = append(out[i].failures, f)
	}
	return out
}

func (f *Failure) id() string {
	if f.Entry == nil {
		return ""
	}
	return f.Entry.ID
}

// sickNodes returns nodes that fail to reach several registries which no other node fails to reach.
func (g *gatherer) sickNodes() map[string]bool {
	registries := map[string]map[string]bool{} // by node
	on := map[string]map[string]bool{}         // nodes by registry
	for _, f := range g.failures {
		host := cmp.Or(f.Registry, f.Host)
		if !isWay(f.kind()) || f.Node == "" || host == "" {
			continue
		}
		add(registries, f.Node, host)
		add(on, host, f.Node)
	}
	sick := map[string]bool{}
	for node, hosts := range registries {
		alone := true
		for host := range hosts {
			alone = alone && len(on[host]) == 1
		}
		if len(hosts) > 1 && alone {
			sick[node] = true
		}
	}
	return sick
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
	a := Answer{Entry: f.Entry, Inner: f.Inner, Kind: f.kind(), Message: f.Message, Failures: gr.failures, Sure: Unsure}
	if f.Entry != nil {
		a.Sure, a.Who, a.Mistaken = f.Entry.Sure, f.Entry.Who, f.Entry.Mistaken
		a.Do, a.Check = f.Entry.Do, Fill(f.Entry.Check, f)
		if f.Inner != nil {
			a.Who, a.Do, a.Check = f.Inner.Who, f.Inner.Do, Fill(f.Inner.Check, f)
		}
	} else {
		a.Do, a.Check = "look the message up in the project of the registry or the runtime", Fill(checkEvents, f)
	}
	a.Cause = gr.headline(f)
	if gr.scope == "namespace" && a.Kind == KindAccess {
		a.Sure, a.Who, a.Do, a.Check = Certain, Author, createSecret, Fill(checkSecrets, f)
	}
	gr.expired(&a, f, o)
	gr.defective(&a, f, o)
	a.Notes = g.notes(gr, f, o)
	return a
}

// expired sets the cause of a denied pull to expired credentials if all of them have expired: the messages of most registries do not distinguish that
// from a missing repository.
func (gr *group) expired(a *Answer, f *Failure, o Options) {
	if o.Planned == nil || a.Kind != KindAccess || a.Sure == Certain || gr.scope != "image" || slices.Contains(anonymous, f.id()) {
		return
	}
	why := ""
	var secrets []string
	for _, f := range gr.failures {
		p := o.Planned(f)
		if p == nil || p.Expired == "" {
			return
		}
		for _, c := range p.Credentials {
			if !slices.Contains(secrets, c) {
				secrets = append(secrets, c)
			}
		}
		why = p.Expired
	}
	a.Cause, a.Sure, a.Who, a.Mistaken = f.Image+" is not pulled: "+why, Likely, Author, "a missing image"
	a.Do = "renew the credentials in " + strings.Join(secrets, ", ") + "; let the nodes or an operator fetch short-lived ones"
}

// best returns the failure with the most useful message.
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
	registries, images := gr.count()
	switch {
	case gr.scope == "node":
		return fmt.Sprintf("node %q cannot pull from any of %d registries: %s", gr.name, registries, why)
	case gr.scope == "namespace" && f.kind() == KindAccess:
		return fmt.Sprintf("namespace %q has no Secret %s, so %s is asked without it: %s", gr.name, strings.Join(quoted(lacking(f.Lacking)), ", "), cmp.Or(f.Registry, "the registry"), why)
	case gr.scope == "namespace":
		return fmt.Sprintf("namespace %q: %s", gr.name, why)
	case f.kind() == KindCreate || f.kind() == KindSandbox || f.Kind != "":
		return subject(f) + ": " + why
	case gr.scope == "registry" && images > 1:
		return fmt.Sprintf("%d images of %s are not pulled: %s", images, cmp.Or(gr.name, f.Host, "one registry"), why)
	case f.Image != "":
		return fmt.Sprintf("%s is not pulled: %s", f.Image, why)
	}
	return why
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

// canonical returns the full name of an image: the kubelet says redis:8, the runtime docker.io/library/redis:8.
func canonical(image string) string {
	if ref, err := imageref.Parse(image); err == nil {
		return ref.Canonical()
	}
	return image
}

// subject names the object of a failure.
func subject(f *Failure) string {
	name := f.Name
	if f.Namespace != "" {
		name = f.Namespace + "/" + name
	}
	if name == "" {
		return cmp.Or(f.Image, "a pod")
	}
	return cmp.Or(f.Kind, "pod") + " " + name
}

// lacking returns the names in "Unable to retrieve some image pull secrets (a, b); ...".
func lacking(message string) []string {
	_, after, _ := strings.Cut(message, "(")
	inside, _, ok := strings.Cut(after, ")")
	if !ok {
		return nil
	}
	return strings.Split(inside, ", ")
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return out
}
