package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// notes returns further facts about a group: contradictions and the time of the next attempt.
func (g *gatherer) notes(gr group, f *Failure, o Options) []string {
	var notes []string
	say := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	kind := f.kind()
	if o.Instead != nil && gr.scope == "image" {
		if other := o.Instead(f); other != "" {
			say("the manifests have %s, so the pod does not run what they say", other)
		}
	}
	g.elsewhere(f, say)
	if f.Planned != nil && !gr.inInput {
		contradict(f, f.Planned, gr.fault, say)
	}
	if f.Superseded != "" {
		say("an earlier event says %q: the back-off shows that the pull was tried since then", f.Superseded)
	}
	for _, other := range gr.others {
		say("%s", other)
	}
	if f.onSecrets() && gr.scope != "namespace" {
		gr.absent(say)
	}
	if o.Matching != nil && f.mayNeedOther() {
		noteMatching(f, slices.DeleteFunc(o.Matching(f), func(s MatchingSecret) bool { return slices.Contains(gr.unnamed, s.SecretName) }), say)
	}
	if kind == KindAccess || kind == KindNotFound || kind == KindNeverPull || kind == KindConnect && f.id() == "localhost" {
		local(f, gr.known.Listed, say)
	}
	if kind == KindAccess && strings.Contains(f.Registry, ".dkr.ecr.") && isLocalNode(f.Node) {
		say("node %q is not in AWS, so it has no AWS identity: use a pull secret that something renews", f.Node)
	}
	if kind == KindAccess && (o.OpenShift || strings.Contains(f.Host+f.Registry, "openshift-image-registry") || f.Registry == "registry.redhat.io") {
		say("on OpenShift, nodes also use the global pull secret: oc get secret pull-secret -n openshift-config")
	}
	if f.Lacking != "" && gr.scope != "namespace" {
		names := quoted(missingSecrets(f.Lacking))
		text := "the pull secrets " + strings.Join(names, ", ") + " are missing as well"
		if len(names) == 1 {
			text = "the pull secret " + names[0] + " is missing as well"
		}
		switch {
		case f.mayHide():
			text += ": if the registry hides private repositories, that may be why"
		case !f.onSecrets(), isOfficial(f.Image):
			text += ", which is not why this pull fails"
		}
		say("%s", text)
	}
	noteStorage(f, say)
	if kind == KindUnknown {
		say("this message is not in imagelint's table: it is shown as it is")
	}
	if next := gr.next(f, o.Now); next != "" {
		say("%s", next)
	}
	return notes
}

// elsewhere notes where the same image was pulled successfully.
func (g *gatherer) elsewhere(f *Failure, say func(string, ...any)) {
	for _, s := range g.pulled[canonical(f.Image)] {
		if f.Image == "" || s.Namespace == f.Namespace && s.Name == f.Name {
			continue
		}
		switch k := f.kind(); {
		case k == KindNeverPull && s.Node == f.Node && f.Node != "":
			say("the image is on node %q, where pod %s/%s has it: since Kubernetes 1.35 it is not used for pods with other credentials", s.Node, s.Namespace, s.Name)
		case k == KindNotFound:
			say("pod %s/%s runs this image on node %q: it was in the registry once, or came there under other credentials", s.Namespace, s.Name, s.Node)
		case k == KindAccess && s.Namespace != f.Namespace && f.isAnonymous():
			say("pod %s/%s runs this image: the pull secrets of namespace %q may be what is missing in %q", s.Namespace, s.Name, s.Namespace, f.Namespace)
		case k == KindAccess && f.isRefused():
			say("pod %s/%s runs this image, which it may have pulled before the credentials changed", s.Namespace, s.Name)
		case isNodeOrNetwork(k) && s.Node != f.Node && f.Node != "":
			say("node %q has this image: the registry can be reached from there, and node %q is where to look", s.Node, f.Node)
		case s.Node == f.Node && f.Node != "":
			say("the image is on node %q all the same: pull policy IfNotPresent would use it", s.Node)
		default:
			continue
		}
		return
	}
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
}

// contradict adds notes where the manifests and the message disagree. blamed is the fault that the
// manifests show in the credentials.
func contradict(f *Failure, p *Planned, blamed fault, say func(string, ...any)) {
	kind := f.kind()
	unsent := f.isAnonymous()
	switch {
	case f.isRelayed():
	case unsent && kind == KindLimit && blamed.kind != "":
	case unsent && p.Absent != nil && slices.Contains(f.MissingSecrets(), p.Absent.Name): // which the answer says
	case unsent && p.Absent != nil:
		say("the message says that no credentials were sent: if pull secret %s is missing, or does not match, that is why", p.Absent.Name)
	case kind == KindLimit && f.Registry == "docker.io" && p.Anonymous && !unsent:
		why := p.Defect
		if p.Nameless || why == "" {
			why = "these manifests bring no credentials for the image"
		}
		say("%s, so the pull counts for the limit of the node's address, unless the node has credentials", why)
	case kind == KindLimit && f.id() != "kubelet-qps" && len(p.Credentials) > 0 && accountIn(f.Message) != "":
		ofUser(accountIn(f.Message), p, say)
	case kind == KindLimit && f.id() != "kubelet-qps" && len(p.Credentials) > 0 && !unsent:
		say("the credentials of %s match: if they were sent, the limit is that of their account", strings.Join(p.Credentials, ", "))
	case f.isAnonymous() && len(p.Credentials) > 0:
		say("credentials of %s match in these manifests, yet the kubelet asked without any: the Secret or the service account came after the pod, or differs in the cluster; compare them, then delete the pod", strings.Join(p.Credentials, ", "))
	case f.isRefused() && p.Anonymous && slices.Contains(permissions, f.id()):
		say("these manifests have no credentials for the image, but some were sent: they are the node's, or from a Secret that is not in the input")
	case f.isRefused() && p.Anonymous:
		say("these manifests have no credentials for the image, but some were rejected: they are the node's, or from a Secret that is not in the input")
	case kind == KindAccess && len(p.Credentials) > 0:
		say("tried were the credentials of %s", strings.Join(p.Credentials, ", "))
		if blamed.kind != kindExpired {
			for _, text := range p.Ended {
				say("%s", text)
			}
		}
	case kind == KindAccess && (p.Nameless && blamed.kind != "" || blamed.kind == kindRegistry || blamed.kind == kindReplaced || blamed.kind == kindContent):
		say("the pull was anonymous, unless the node has credentials")
	case kind == KindAccess && p.Sent && blamed.kind != "":
	case kind == KindAccess && p.Defect != "" && blamed.kind != "":
		say("without that Secret the pull was anonymous, unless the node has credentials")
	case unsent && p.Defect != "" || kind == KindAccess && p.Defect != "":
		say("%s, so the pull was anonymous unless the node has some", p.Defect)
	case f.onSecrets() && kind != KindBackOff && p.Anonymous:
		say("these manifests bring no credentials for the image, so the pull was anonymous unless the node has some")
	case f.Entry != nil && f.Entry.Storage: // which the registry redirected to
	case isNodeOrNetwork(kind) || f.id() == "kubelet-qps" || kind == KindRegistry:
		say("pull secrets are not the cause: the registry did not get as far as to check them")
	}
	unreadable := f.isUnreadable()
	switch {
	case unreadable && p.Broken == "" && p.Readable && len(p.Named) > 0:
		say("the pull secrets in the input (%s) can be read: the cluster has other content in one of them, or in one that the input lacks", idsOf(p.Named))
	case unreadable && p.Broken == "" && p.Nameless:
		say("the pod in the input has no pull secret: the cluster has another version of it, or its service account has one")
	case !unreadable && p.Broken != "" && kind != KindBackOff && kind != KindName && kind != KindCreate && kind != KindNeverPull:
		say("in the input, %s: the message shows that the cluster has other content in it", strings.TrimSuffix(p.Broken, ", so every pull of the pod fails"))
	}
	switch {
	case kind == KindNeverPull && p.Policy != "Never":
		say("these manifests set pull policy %s, so the cluster has another version of them", p.Policy)
	case kind != KindNeverPull && kind != KindName && kind != KindCreate && p.Policy == "Never":
		say("these manifests set pull policy Never, so the cluster has another version of them, or the message is of another container")
	}
	if p.Policy == "Always" && kind != KindNeverPull && kind != KindName && kind != KindCreate {
		say("pull policy Always asks the registry even where the image is on the node; IfNotPresent uses what was loaded there")
	}
}

// isUnreadable reports whether a message says that the kubelet cannot read a pull secret.
func (f *Failure) isUnreadable() bool {
	return slices.Contains([]string{"secret-base64", "secret-auth", "secret-json"}, f.id())
}

// ofUser compares the account in a message with the credentials in the manifests.
func ofUser(account string, p *Planned, say func(string, ...any)) {
	for i, user := range p.Users {
		switch {
		case strings.EqualFold(user, account):
			say("account %q is that of pull secret %s", account, p.Credentials[i])
			return
		case user == "***":
			return // the user name is a token, so any account may be behind it
		}
	}
	say("the credentials of %s are not those of account %q: the cluster has other content in the Secret, or the node has credentials of its own", strings.Join(p.Credentials, ", "), account)
}

// idsOf joins Secrets for a message, with their namespaces.
func idsOf(secrets []SecretName) string {
	out := make([]string, len(secrets))
	for i, s := range secrets {
		out[i] = strings.TrimPrefix(s.Namespace+"/"+s.Name, "/")
	}
	return strings.Join(out, ", ")
}

// local adds notes about images that were built but not pushed. isPublic is true for images that are known from a registry.
func local(f *Failure, isPublic bool, say func(string, ...any)) {
	ref, err := imageref.Parse(f.Image)
	if err != nil || f.Image == "" {
		return
	}
	own := !isPublic && ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "library/") || strings.HasPrefix(ref.Registry, "localhost") || strings.HasPrefix(ref.Registry, "127.")
	if !own && !isLocalNode(f.Node) {
		return
	}
	switch {
	case strings.HasPrefix(f.Node, "minikube"):
		say("an image that was built with Docker on this machine is not in minikube: minikube image load IMAGE")
	case strings.HasPrefix(f.Node, "k3d-"):
		say("an image that was built with Docker on this machine is not in k3d's nodes: k3d image import IMAGE")
	case strings.HasPrefix(f.Node, "kind-") || strings.HasSuffix(f.Node, "-control-plane"):
		say("an image that was built with Docker on this machine is not in kind's nodes: kind load docker-image IMAGE")
	case f.Node == "docker-desktop":
		say("Docker Desktop shares the images of its own daemon with its cluster, unless the cluster runs in kind mode or another builder made the image: docker images | grep NAME")
	case own:
		say("an image that was only built on a machine is in no registry: push it, or load it onto the nodes (kind load, k3d image import, minikube image load)")
	}
	if imageref.DefaultPullPolicy(f.Image) == "Always" {
		say("without a tag, or with latest, the pull policy is Always unless it is written, so the registry is asked even where the image is loaded")
	}
}

// isLocalNode reports whether a node has a name that local clusters use.
func isLocalNode(node string) bool {
	return node == "docker-desktop" || strings.HasPrefix(node, "minikube") || strings.HasPrefix(node, "kind-") || strings.HasPrefix(node, "k3d-") || strings.HasSuffix(node, "-control-plane")
}

// next says when the kubelet tries again.
func (gr *group) next(f *Failure, now time.Time) string {
	if k := f.kind(); k == KindName || k == KindCreate || k == KindNeverPull || k == KindSandbox || k == KindVolume || f.Kind != "" || f.Name == "" {
		return ""
	}
	if f.Status == "" && f.Tries == 0 && f.Reason != "BackOff" && (f.Reason != "Failed" || f.Last == "") {
		return ""
	}
	again := gr.again(f)
	wait, byCount := f.backOff.wait(f.Tries)
	last, err := time.Parse(time.RFC3339, f.Last)
	if err == nil && !now.IsZero() && !f.MoreTries() {
		if at := last.Add(wait); at.After(now) {
			return fmt.Sprintf("the next try is at about %s; %s", at.UTC().Format(time.RFC3339), again)
		}
	}
	tries := ""
	if byCount {
		tries = fmt.Sprintf(" after %d tries", f.Tries)
		if f.Tries == 1 {
			tries = " after one try"
		}
	}
	return fmt.Sprintf("the kubelet waits up to %s%s before the next try; once the cause is fixed, %s", cmp.Or(waitText(wait), "5 minutes"), tries, again)
}

func waitText(d time.Duration) string {
	if d == longWait {
		return "5 minutes"
	}
	return fmt.Sprintf("%d seconds", int(d.Seconds()))
}
