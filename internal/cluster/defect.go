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
	// Used is the first of them; the zero value if there are none.
	Used SecretName
	// Expired says that these credentials have expired, and when; "" if one of them may be valid.
	Expired string
	// Broken says that a pull secret cannot be read, which fails every pull of the pod; "" if all can.
	Broken string
	// Defect says why none of the pull secrets that the pod names is used, although all of them are known, and Help what to do; "" if that is not so.
	// DefectKind is the same for defects that have the same cure.
	Defect, DefectKind, Help string
	// Faulty is the Secret that has the defect, that cannot be read, or whose credentials have expired; the zero value if none is known.
	Faulty SecretName
	// Evident is true if one of them is meant for the image, as far as can be told.
	Evident bool
	// Public is true if the registry gives images to anybody as well.
	Public bool
	// Ambient is true if nodes of the registry's cloud can have credentials of their own.
	Ambient bool
	// Created is when the pod was created, as the cluster writes it; "" if that is not known.
	Created string
	// Nameless is true if the pod names no pull secret.
	Nameless bool
	// Absent is the first pull secret that the pod names and that is not in the input; nil if there is none.
	Absent *SecretName
}

// fault is what the manifests say is wrong with the credentials of a failed pull. The zero fault is none.
type fault struct {
	kind string // the same for faults that have the same cure
	text string
	help string
	// secret has the fault; its name is "" if that is not known.
	secret SecretName
	// unsent is true if the message says that no credentials were sent, so that the fault is not what failed this pull.
	unsent bool
}

// Kinds of faults with advice of their own.
const (
	kindExpired  = "expired"
	kindRegistry = "registry" // the pull secrets have credentials for other registries only
)

// fault returns what is wrong with the credentials of a failed pull, unless its message has another cause.
func (f *Failure) fault() fault {
	p, kind := f.Planned, f.kind()
	if p == nil || !f.onSecrets() || slices.Contains(elsewise, f.id()) {
		return fault{}
	}
	sent, unsent := slices.Contains(refused, f.id()), slices.Contains(anonymous, f.id())
	switch {
	case p.Broken != "" && kind == KindBackOff:
		return fault{kind: "broken", text: p.Broken, secret: p.Faulty, help: "make the Secret again with kubectl create secret docker-registry"}
	case p.Expired != "":
		return fault{kind: kindExpired, text: p.Expired, secret: p.Faulty, unsent: unsent}
	case p.Evident && !sent && (kind == KindLimit || !isOfficial(f.Image)):
		return fault{kind: cmp.Or(p.DefectKind, "defect"), text: p.Defect, secret: p.Faulty, help: cmp.Or(p.Help, createSecret)}
	case p.DefectKind == kindRegistry && f.isForLack():
		return fault{kind: kindRegistry, text: p.Defect, secret: p.Faulty, help: p.Help}
	}
	return fault{}
}

// isForLack reports whether a pull without matching credentials fails as this one does: one that the registry denies for want of any, or one that may be
// that, of a registry for which nodes have no credentials of their own.
func (f *Failure) isForLack() bool {
	kind := f.kind()
	switch {
	case isOfficial(f.Image) || slices.Contains(refused, f.id()):
		return false
	case kind == KindAccess && slices.Contains(anonymous, f.id()):
		return true
	case f.Planned.Ambient:
		return false
	}
	return kind == KindBackOff || kind == KindAccess && !f.Planned.Public
}

// onSecrets reports whether the pod's pull secrets bear on a failure: on a denial, on a limit for anonymous pulls, and on a failure without its message.
func (f *Failure) onSecrets() bool {
	k := f.kind()
	return k == KindAccess || k == KindBackOff || slices.Contains(anonymous, f.id())
}

// isUnsent reports whether no credentials were sent although the pod names a pull secret that has some, or that is not in the input.
func (f *Failure) isUnsent() bool {
	return slices.Contains(anonymous, f.id()) && f.Planned != nil && (len(f.Planned.Credentials) > 0 || f.Planned.Absent != nil)
}

// compare replaces the advice to give the pods a pull secret where they name one, but no credentials were sent.
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
	a.Check = (&fault{secret: *secret}).check(f)
}

// check is a command that shows a fault without showing a password or token.
func (ft *fault) check(f *Failure) string {
	secret := secretCommand(cmp.Or(ft.secret.Namespace, f.Namespace), ft.secret.Name)
	switch {
	case ft.kind == "account":
		return Fill("kubectl get pod {pod} -n {namespace} -o jsonpath='{.spec.imagePullSecrets}'", f)
	case ft.secret.Name == "":
		return Fill(checkSecrets, f)
	case ft.kind == kindExpired:
		return secret + " -o jsonpath='{.metadata.creationTimestamp} {.metadata.managedFields[*].manager}{\"\\n\"}'    # when it was made, and by what"
	case ft.kind == "type":
		return secret + " -o jsonpath='{.type}{\"\\n\"}'"
	}
	return secret + ` -o jsonpath='{.data.\.dockerconfigjson}' | base64 -d | jq '.auths | keys'`
}

// elsewise lists the entries whose cause has nothing to do with the pull secret's content.
var elsewise = []string{"ecr-permission", "hub-password"}

// blame sets the cause of a denied pull, or of one whose message is missing, to what is wrong with the credentials in the manifests: most registries
// do not know why a request comes without valid ones.
func (g *gatherer) blame(gr *group, a *Answer, f *Failure) {
	ft := gr.fault
	if ft.kind == "" || gr.scope == "namespace" || gr.scope == "node" {
		return
	}
	gr.gatherOthers()
	switch {
	case ft.unsent:
		a.Cause += "; " + ft.text + " in the input, but the kubelet did not send it"
		return
	case a.Sure == Certain && ft.kind == kindExpired:
		a.Cause += ": " + ft.text
	case a.Kind == KindLimit:
		a.Cause = gr.notPulled(f) + ft.text + ", so the pull was anonymous, and " + f.Entry.Cause
	case a.Kind == KindBackOff:
		a.Cause = cmp.Or(f.Image, subject(f)) + " is not pulled: the message does not say why, but in the input " + ft.text
	default:
		a.Cause = cmp.Or(f.Image, subject(f)) + " is not pulled: " + ft.text
	}
	if a.Sure != Certain || ft.kind != kindExpired {
		a.Sure = Likely
	}
	a.Who, a.Mistaken, a.Do = Author, "a missing image", ft.help
	if ft.kind == kindExpired {
		a.Do = "renew the credentials in " + strings.Join(gr.credentials(), ", ") + "; let the nodes or an operator fetch short-lived ones"
	}
	if a.Kind != KindBackOff || ft.kind == kindRegistry {
		a.Check = ft.check(f)
	}
	if a.Kind == KindBackOff {
		a.Mistaken = ""
	}
	if a.Kind == KindBackOff && f.Planned.Public && ft.kind != kindExpired {
		a.Sure = Possible
		a.Notes = append(a.Notes, f.Registry+" gives public images to anybody: if this is one, the cause is another")
	}
	if valid := g.deniedAsWell(f); valid != nil {
		a.Sure, a.Mistaken = Possible, ""
		a.Notes = append(a.Notes, fmt.Sprintf("%s fails in the same way with credentials of %s, which look correct: check the image's name, too", subject(valid), strings.Join(valid.Planned.Credentials, ", ")))
	}
}

// deniedAsWell returns a failure with the same image and message whose pod has matching credentials that may be valid; nil if there is none.
func (g *gatherer) deniedAsWell(f *Failure) *Failure {
	if slices.Contains(anonymous, f.id()) {
		return nil
	}
	return g.valid[tried{f.Entry, f.Image}]
}

// tried identifies pulls with the same result.
type tried struct {
	entry *Message
	image string
}

// plan asks what the manifests say about all failures.
func (g *gatherer) plan(planned func(*Failure) *Planned) {
	g.valid = map[tried]*Failure{}
	for _, f := range g.failures {
		f.Planned = planned(f)
		at := tried{f.Entry, f.Image}
		if p := f.Planned; p != nil && len(p.Credentials) > 0 && p.Expired == "" && g.valid[at] == nil {
			g.valid[at] = f
		}
	}
}

// credentials lists the pull secrets with matching credentials of all failures.
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

// gatherOthers gathers the faults of further pods that the headline does not name.
func (gr *group) gatherOthers() {
	told := map[string]bool{gr.fault.text: true}
	more := 0
	for _, f := range gr.failures {
		text := f.fault().text
		if told[text] {
			continue
		}
		told[text] = true
		if len(gr.others) == mostOthers {
			more++
			continue
		}
		gr.others = append(gr.others, subject(f)+": "+text)
	}
	if more > 0 {
		gr.others = append(gr.others, fmt.Sprintf("%d more pull secrets have a defect of the same kind", more))
	}
}

// mostOthers is how many defects are noted beside the one that the headline names.
const mostOthers = 3

const createSecret = "create the Secret in the pods' own namespace, or correct its name"

// isOfficial reports whether an image is one of Docker Hub's official ones, which need no credentials: a denial means that there is none of that name.
func isOfficial(image string) bool {
	ref, err := imageref.Parse(image)
	return err == nil && ref.Registry == "docker.io" && strings.HasPrefix(ref.Repository, "library/")
}

// absent notes the first pull secret that the failed pods name and that is not in the input.
func (gr *group) absent(say func(string, ...any)) {
	for _, f := range gr.failures {
		p := f.Planned
		if p == nil || p.Absent == nil {
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

// getSecret is the command that prints a Secret as input of this program.
func getSecret(namespace, name string) string { return secretCommand(namespace, name) + " -o yaml" }

// secretCommand is the command that shows whether there is a Secret, its type and its age.
func secretCommand(namespace, name string) string {
	check := "kubectl get secret " + plain(name, "NAME")
	if namespace != "" {
		check += " -n " + plain(namespace, "NAMESPACE")
	}
	return check
}
