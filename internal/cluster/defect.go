package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// SecretName identifies a Secret.
type SecretName struct{ Namespace, Name string }

// Planned describes the pull that the manifests ask the kubelet for.
type Planned struct {
	Policy string
	// Credentials lists the pull secrets with matching credentials, in order. Anonymous is true if certainly none match.
	Credentials []string
	Anonymous   bool
	// Users are the user names of these credentials, in the same order.
	Users []string
	// Named lists the pull secrets of the pod. Readable is true if all of them are in the input and can be read.
	Named    []SecretName
	Readable bool
	// Older lists those of the type kubernetes.io/dockercfg, whose data has another key and no "auths".
	Older []SecretName
	// Used is the first of Credentials; the zero value if there are none.
	Used SecretName
	// Expired says that these credentials have expired, and when. It is "" if any of them may still
	// be valid. Aged is true if that follows from the age of the Secret, which may have been renewed.
	Expired string
	Aged    bool
	// Ended says when each of these credentials expired that did.
	Ended []string
	// NewPassword is a command that prints a new password for User, with which the Secret can be made again, or "".
	NewPassword, User string
	// Contradiction says how the entry of one of these credentials contradicts itself, and Contradicted is its Secret; "" if none does.
	Contradiction string
	Contradicted  SecretName
	// Broken says that a pull secret cannot be read, which fails every pull of the pod. It is "" if
	// all can be read.
	Broken string
	// Defect says why none of the pod's pull secrets is used although all of them are known, and Help says what to do.
	// Both are "" otherwise. DefectKind groups defects with the same fix.
	Defect, DefectKind, Help string
	// Sent is true if that Secret's credentials are sent all the same, which the registry rejects.
	Sent bool
	// Faulty is the Secret that has the defect, cannot be read, or has expired credentials. It is
	// the zero value if none is known.
	Faulty SecretName
	// Evident is true if one of them appears to be meant for the image.
	Evident bool
	// Public is true if the registry also serves the image without credentials.
	Public bool
	// Ambient is true if nodes of the registry's cloud can have credentials of their own.
	Ambient bool
	// Created is when the pod was created, as the cluster writes it; "" if that is not known.
	Created string
	// Nameless is true if the pod has no imagePullSecrets.
	Nameless bool
	// Unnamed is a pull secret in the pod's namespace that has credentials for the image, for a pod without any, or the zero value. NamedBy is another object
	// whose pods use it, as KIND NAME, or "".
	Unnamed SecretName
	NamedBy string
	// NearHost is the registry of a key of the pod's pull secrets, from which that of the image differs by a typing error, or "".
	NearHost string
	// Absent is the first of the pod's pull secrets that is not in the input, or nil.
	Absent *SecretName
}

// fault is the problem that the manifests show with the credentials of a failed pull. The zero
// value means no problem.
type fault struct {
	kind string // shared by faults with the same fix
	text string
	help string
	// secret is the Secret with the fault. Its name is "" if unknown.
	secret SecretName
	// unsent is true if the message shows that no credentials were sent, so the fault did not cause
	// this failure.
	unsent bool
}

// Kinds of faults with advice of their own.
const (
	kindExpired   = "expired"
	kindContent   = "content"
	kindElsewhere = "elsewhere" // the Secret is in another namespace
	kindRegistry  = "registry"  // the pull secrets have credentials for other registries only
	kindReplaced  = "replaced"  // the pod's own list replaces that of its service account, which has credentials
)

// fault returns what is wrong with the credentials of a failed pull. It returns the zero fault if
// the message has another cause.
func (f *Failure) fault() fault {
	p, kind := f.Planned, f.kind()
	if p == nil || !f.onSecrets() || slices.Contains(notCredentials, f.id()) {
		return fault{}
	}
	sent, unsent := f.isRefused(), f.isAnonymous()
	switch {
	case p.Broken != "" && kind == KindBackOff:
		return fault{kind: "broken", text: p.Broken, secret: p.Faulty, help: "make the Secret again with kubectl create secret docker-registry"}
	case p.Expired != "" && !(p.Aged && unsent):
		return fault{kind: kindExpired, text: p.Expired, secret: p.Faulty, unsent: unsent}
	case p.Evident && p.Sent:
		return fault{kind: cmp.Or(p.DefectKind, "defect"), text: p.Defect, secret: p.Faulty, help: p.Help, unsent: unsent}
	case p.Evident && !sent && (kind == KindLimit || !isOfficial(f.Image)):
		return fault{kind: cmp.Or(p.DefectKind, "defect"), text: p.Defect, secret: p.Faulty, help: cmp.Or(p.Help, createSecret)}
	case p.DefectKind == kindRegistry && f.needsCredentials():
		return fault{kind: kindRegistry, text: p.Defect, secret: p.Faulty, help: p.Help}
	}
	return fault{}
}

// needsCredentials reports whether a pull without matching credentials fails as this one does: one that the registry denies for want of any, or one that may be
// that, of a registry for which nodes have no credentials of their own.
func (f *Failure) needsCredentials() bool {
	kind := f.kind()
	switch {
	case isOfficial(f.Image) || f.isRefused():
		return false
	case kind == KindAccess && f.isAnonymous():
		return true
	case f.Planned.Ambient:
		return false
	}
	return kind == KindBackOff || kind == KindAccess && !f.Planned.Public
}

// onSecrets reports whether the pod's pull secrets bear on a failure: on a denial, on a limit for anonymous pulls, and on a failure without its message.
func (f *Failure) onSecrets() bool {
	k := f.kind()
	return !f.isRelayed() && (k == KindAccess || k == KindBackOff || f.isAnonymous())
}

// isUnsent reports whether no credentials were sent although a pull secret of the pod has some or
// is not in the input.
func (f *Failure) isUnsent() bool {
	return f.isAnonymous() && f.Planned != nil && (len(f.Planned.Credentials) > 0 || f.Planned.Absent != nil)
}

// compare adjusts the advice if no credentials were sent: a pod that already names a pull secret
// does not need to be given one.
func (gr *group) compare(a *Answer, f *Failure) {
	if gr.fault.kind != "" || gr.scope == "namespace" || slices.ContainsFunc(gr.failures, func(f *Failure) bool { return !f.isUnsent() }) {
		return
	}
	secret := f.Planned.Absent
	if secret == nil {
		secret = &f.Planned.Used
		a.Do = "compare the pod's pull secrets and the Secret in the cluster with the input, then delete the pod"
	} else {
		a.Do = "look first at the pull secret that the pod names: it is missing, or has no credentials for " + cmp.Or(f.Registry, "the registry")
	}
	a.Who = Author
	a.Check = (&fault{secret: *secret}).check(gr, f)
}

// check returns a command that shows a fault without printing a password or token.
func (ft *fault) check(gr *group, f *Failure) string {
	secret := secretCommand(cmp.Or(ft.secret.Namespace, f.Namespace), ft.secret.Name)
	switch {
	case ft.kind == "account", ft.kind == kindReplaced:
		return gr.check(checkPulls, f)
	case ft.secret.Name == "":
		return gr.check(checkSecrets, f)
	case ft.kind == kindExpired:
		return secret + " -o jsonpath='{range .metadata.managedFields[*]}{.time} {.manager}{\"\\n\"}{end}'    # when it was written, and by what"
	case ft.kind == "type":
		return secret + " -o jsonpath='{.type}{\"\\n\"}'"
	}
	show := "keys"
	if ft.kind == kindContent {
		show = "map_values(keys)" // the names of the fields
	}
	if f.Planned != nil && slices.Contains(f.Planned.Older, ft.secret) {
		return secret + ` -o jsonpath='{.data.\.dockercfg}' | base64 -d | jq '` + show + `'`
	}
	return secret + ` -o jsonpath='{.data.\.dockerconfigjson}' | base64 -d | jq '.auths | ` + show + `'`
}

// notCredentials lists the entries whose cause is unrelated to the content of pull secrets.
var notCredentials = []string{"ecr-permission", "hub-password"}

// attributeToCredentials replaces the cause of a denied pull, or of a pull without a message, with the fault that the manifests show in
// the credentials. Most registries cannot tell why a request has no valid credentials.
func (g *gatherer) attributeToCredentials(gr *group, a *Answer, f *Failure) {
	ft := gr.fault
	if ft.kind == "" || gr.scope == "namespace" || gr.scope == "node" {
		return
	}
	gr.gatherOthers()
	switch {
	case ft.unsent:
		a.Cause += "; " + ft.text + " in the input, but the kubelet did not send it"
		return
	case a.Confidence == Certain && ft.kind == kindExpired:
		a.Cause += ": " + ft.text
	case a.Kind == KindLimit:
		a.Cause = gr.notPulled(f) + ft.text + ", so the pull was anonymous, and " + f.Entry.Cause
	case a.Kind == KindBackOff:
		a.Cause = cmp.Or(gr.notPulled(f), subject(f)+" is not pulled: ") + "the message does not say why, but in the input " + ft.text
	default:
		a.Cause = cmp.Or(gr.notPulled(f), subject(f)+" is not pulled: ") + ft.text
	}
	if a.Confidence != Certain || ft.kind != kindExpired {
		a.Confidence = Likely
	}
	a.Who, a.Mistaken, a.Do = Author, "a missing image", ft.help
	if ft.kind == kindExpired {
		a.Who, a.Do = Credentials, gr.renew(f)
	}
	if a.Kind == KindBackOff && f.Planned.Aged {
		a.Confidence = Possible
	}
	if a.Kind != KindBackOff || ft.kind == kindRegistry || ft.kind == kindExpired && !f.Planned.Aged {
		a.Check = ft.check(gr, f)
	}
	if a.Kind == KindBackOff {
		a.Mistaken = ""
	}
	if a.Kind == KindBackOff && f.Planned.Public && ft.kind != kindExpired {
		a.Confidence = Possible
		a.Notes = append(a.Notes, f.Registry+" gives public images to anybody: if this is one, the cause is another")
	}
	if valid := g.alsoDenied(f); valid != nil {
		a.Confidence, a.Mistaken = Possible, ""
		a.Notes = append(a.Notes, fmt.Sprintf("%s fails in the same way with credentials of %s, which look correct: check the image's name, too", subject(valid), strings.Join(valid.Planned.Credentials, ", ")))
	}
}

// renew says how to renew the expired credentials of a group.
func (gr *group) renew(f *Failure) string {
	secrets, p := gr.credentials(), f.Planned
	if len(secrets) > 1 || p.NewPassword == "" {
		return "renew the credentials in " + strings.Join(secrets, ", ") + "; let the nodes or an operator fetch short-lived ones"
	}
	return fmt.Sprintf(`let the nodes or an operator fetch short-lived credentials; to renew those in %s now: kubectl create secret docker-registry %s -n %s --docker-server=%s --docker-username=%s --docker-password="$(%s)" --dry-run=client -o yaml | kubectl apply -f -`,
		secrets[0], plain(p.Used.Name, "NAME"), plain(cmp.Or(p.Used.Namespace, f.Namespace), "NAMESPACE"), plain(f.Registry, "REGISTRY"), plain(p.User, "USER"), p.NewPassword)
}

// tryContradiction puts a Secret that contradicts itself first, if the registry rejects its credentials: they may be those of before a rotation.
func (gr *group) tryContradiction(a *Answer, f *Failure) {
	p := f.Planned
	if p == nil || p.Contradiction == "" || a.Kind != KindAccess || gr.fault.kind != "" && gr.fault.kind != kindExpired || f.isAnonymous() {
		return
	}
	a.Who = Author
	a.Do = fmt.Sprintf("first correct Secret %s: %s, and the kubelet uses auth; if that is not it, %s", idsOf([]SecretName{p.Contradicted}), p.Contradiction, a.Do)
}

// alsoDenied returns a failure with the same image and message whose pod has matching credentials
// that may be valid. It returns nil if there is none.
func (g *gatherer) alsoDenied(f *Failure) *Failure {
	if f.isAnonymous() {
		return nil
	}
	return g.valid[pullKey{f.Entry, canonical(f.Image)}]
}

// pullKey identifies pulls with the same result.
type pullKey struct {
	entry *Message
	image string
}

// deniedKey is the ID of a pull secret, and a registry.
type deniedKey struct{ secret, registry string }

// plan looks up what the manifests say about each failure.
func (g *gatherer) plan(planned func(*Failure) *Planned) {
	g.valid, g.denied = map[pullKey]*Failure{}, map[deniedKey]bool{}
	for _, f := range g.failures {
		f.Planned = planned(f)
		at := pullKey{f.Entry, canonical(f.Image)}
		if p := f.Planned; p != nil && len(p.Credentials) > 0 && p.Expired == "" && !p.Sent && g.valid[at] == nil {
			g.valid[at] = f
		}
		if p := f.Planned; p != nil && f.kind() == KindAccess {
			for _, secret := range p.Credentials {
				g.denied[deniedKey{secret, f.Registry}] = true
			}
		}
	}
}

// credentials lists the pull secrets of all failures that have matching credentials.
func (gr *group) credentials() []string {
	var out []string
	for _, f := range gr.failures {
		for _, c := range f.Planned.Credentials {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// gatherOthers collects the faults of other pods, which the headline does not mention.
func (gr *group) gatherOthers() {
	seen := map[string]bool{gr.fault.text: true}
	more := 0
	for _, f := range gr.failures {
		text := f.fault().text
		if seen[text] {
			continue
		}
		seen[text] = true
		if len(gr.others) == maxOthers {
			more++
			continue
		}
		gr.others = append(gr.others, subject(f)+": "+text)
	}
	if more > 0 {
		gr.others = append(gr.others, fmt.Sprintf("%d more pull secrets have a defect of the same kind", more))
	}
}

// maxOthers limits the defects noted in addition to the one in the headline.
const maxOthers = 3

const createSecret = "create the Secret in the pods' own namespace, or correct its name"

// isOfficial reports whether an image is an official image on Docker Hub. These need no
// credentials, so a denial means that the image does not exist.
func isOfficial(image string) bool {
	ref, err := imageref.Parse(image)
	return err == nil && ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "library/")
}

// absent adds a note about the first pull secret of the failed pods that is not in the input.
func (gr *group) absent(say func(string, ...any)) {
	for _, f := range gr.failures {
		p := f.Planned
		if p == nil || p.Absent == nil || slices.Contains(f.MissingSecrets(), p.Absent.Name) {
			continue
		}
		who := "the pod"
		if len(gr.failures) > 1 {
			who = subject(f)
		}
		id, check := p.Absent.Name, getSecret(p.Absent.Namespace, p.Absent.Name)
		if ns := p.Absent.Namespace; ns != "" {
			id = ns + "/" + id
		}
		say("%s names pull secret %s, which is not in the input: %s", who, id, check)
		return
	}
}

// getSecret returns the command that prints a Secret as input for this program.
func getSecret(namespace, name string) string { return secretCommand(namespace, name) + " -o yaml" }

// secretCommand returns the command that shows whether a Secret exists, its type and its age.
func secretCommand(namespace, name string) string {
	check := "kubectl get secret " + plain(name, "NAME")
	if namespace != "" {
		check += " -n " + plain(namespace, "NAMESPACE")
	}
	return check
}
