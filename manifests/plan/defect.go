package plan

import (
	"fmt"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Defect is why no pull secret of a pod works for an image, although some are named and fully known. The zero value
// means none.
type Defect struct {
	// Text is what is wrong, and Help what to do; Help is "" if the Secret is nowhere.
	Text, Help string
	// Secret is the ID of the Secret that has it, or "".
	Secret string
	// Kind is equal for defects with the same fix.
	Kind DefectKind
	// Evident is true if a Secret is, or may be, meant for the image: not if it only has keys for other registries.
	Evident bool
	// Sent is true if credentials are sent all the same, which the registry rejects.
	Sent bool
}

// DefectKind is a kind of defect with its own fix.
type DefectKind string

// Values of DefectKind.
const (
	DefectKey       DefectKind = "key"       // no key matches the image
	DefectRegistry  DefectKind = "registry"  // all keys are those of other registries
	DefectType      DefectKind = "type"      // the Secret has a type that the kubelet does not use
	DefectContent   DefectKind = "content"   // the content is not usable
	DefectElsewhere DefectKind = "elsewhere" // the Secret is in another namespace
	DefectName      DefectKind = "name"      // a Secret in the namespace has a similar name
	DefectNowhere   DefectKind = "nowhere"   // the Secret does not exist
	DefectReplaced  DefectKind = "replaced"  // the pod's own list replaces the one of its service account, which has credentials
	DefectAccount   DefectKind = "account"   // the service account got its pull secrets after the pod was created
)

// Defect returns what is wrong with the pull secrets of an image.
func (p *Planner) Defect(img *manifests.ImageRef, pull *Pull) Defect {
	outcome := p.Outcome(img, pull)
	if outcome == Credentials {
		d, _ := flawDefect(img.Ref, pull)
		return d
	}
	if outcome != Anonymous || p.Absent(pull) != nil {
		return Defect{}
	}
	if u := pull.lacking; u != nil {
		return p.secretDefect(img.Ref, u, pull.namedBy(u))
	}
	name := img.Ref.Name()
	if len(pull.PullSecrets) == 0 {
		return oldPodDefect(pull, name)
	}
	d := Defect{Text: pull.why(name), Kind: DefectKey}
	miss, ok := pull.Mismatch(name)
	if u := p.Replaced(pull, name); u != nil && !ok {
		return replacedDefect(pull, u)
	}
	if !ok {
		return pull.otherRegistries(img.Ref, d)
	}
	d.Evident, d.Secret, d.Help = true, miss.Secret, fmt.Sprintf("correct the key in %s", miss.Secret)
	if miss.Want != "" {
		d.Help = fmt.Sprintf("write the key %q in %s (the docker-server of kubectl create secret docker-registry)", miss.Want, miss.Secret)
	}
	return d
}

// oldPodDefect returns the defect of a pod that was created before its service account got pull secrets for the image.
func oldPodDefect(pull *Pull, name string) Defect {
	if pull.late == nil || len(pull.late.keyring.Lookup(name)) == 0 {
		return Defect{}
	}
	return Defect{
		Text:    fmt.Sprintf("the pod has no pull secret: service account %s has some, but the pod was created before that", SecretID(pull.ServiceAccount.Namespace, pull.ServiceAccount.Name)),
		Help:    "delete the pod: the one that replaces it gets the pull secrets of its service account",
		Kind:    DefectAccount,
		Evident: true,
	}
}

func (p *Planner) secretDefect(ref imageref.Ref, u *PullSecret, o *manifests.Object) Defect {
	d := Defect{Text: u.problemText(), Evident: true, Kind: DefectNowhere}
	if u.Found() {
		d.Secret = SecretID(u.Namespace, u.Ref.Name)
		d.Kind, d.Help = DefectContent, "make the Secret again with kubectl create secret docker-registry"
		if hosts := otherHosts(u, ref); hosts != "" {
			d.Kind, d.Evident = DefectRegistry, false
			d.Text += fmt.Sprintf("; it has credentials for %s only, none for %s", hosts, registryName(ref.Registry))
			d.Help = "give the pod a pull secret that is made with --docker-server=" + dockerServer(ref.Registry)
		} else if u.hasOtherType() {
			d.Kind, d.Help = DefectType, fmt.Sprintf("delete the Secret, since a type cannot be changed, and create it with type %s", pullsecret.DockerConfigJSON.Type())
		}
		return d
	}
	ns, hosts := p.Namesake(u, ref)
	switch {
	case hosts != "":
		d.Kind, d.Evident = DefectRegistry, false
		d.Text += fmt.Sprintf("; the one of that name in namespace %q has credentials for %s only, none for %s", ns, hosts, registryName(ref.Registry))
		d.Help = fmt.Sprintf("create Secret %s with --docker-server=%s; a copy of the one in namespace %q would not help", SecretID(u.Namespace, u.Ref.Name), dockerServer(ref.Registry), ns)
		return d
	case ns != "":
		d.Kind, d.Text = DefectElsewhere, d.Text+fmt.Sprintf("; one of that name is in namespace %q", ns)
		d.Help = fmt.Sprintf("create the Secret in namespace %q, too; a pod cannot use a Secret in another namespace", u.Namespace)
		return d
	}
	known, _ := p.SimilarKnown(u.Namespace, u.Ref.Name, o)
	switch similar, as, isPull := p.similar(u.Namespace, u.Ref.Name); {
	case isPull:
		d.Kind, d.Text = DefectName, d.Text+fmt.Sprintf("; %s is", SecretID(u.Namespace, as))
		d.Help = fmt.Sprintf("write %q in imagePullSecrets, or create a Secret of the name that the pod has", as)
	case similar != nil:
		d.Kind, d.Text = DefectName, d.Text+fmt.Sprintf("; %s is, of type %s, which the kubelet does not use", SecretID(u.Namespace, as), similar.Type)
		d.Help = fmt.Sprintf("create Secret %q with type %s from the content of %q", u.Ref.Name, pullsecret.DockerConfigJSON.Type(), as)
	case known != "":
		d.Kind, d.Text = DefectName, d.Text+fmt.Sprintf("; %s is known to exist", SecretID(u.Namespace, known))
		d.Help = fmt.Sprintf("write %q in imagePullSecrets, or create a Secret of the name that the pod has", known)
	case o != nil && o.Live && u.Namespace != "":
		d.Text = fmt.Sprintf("namespace %q has no Secret %q", u.Namespace, u.Ref.Name)
	}
	return d
}

// otherNamespace returns another namespace with a Secret of a missing one's name, or "".
func (p *Planner) otherNamespace(u *PullSecret) string {
	if u.Namespace == "" {
		return ""
	}
	for _, s := range u.Elsewhere {
		if ns := p.Namespace(s.SecretNamespace, s.Object); ns != "" && ns != u.Namespace {
			return ns
		}
	}
	return ""
}

// maxNamesakes bounds how many Secrets of one name are compared with an image.
const maxNamesakes = 16

// Namesake returns another namespace with a Secret of a missing one's name, or "": if possible, of one that may be for the
// image's registry. If all are known to be for others, it also returns the registries of the nearest.
func (p *Planner) Namesake(u *PullSecret, ref imageref.Ref) (ns, hosts string) {
	ns = p.otherNamespace(u)
	if ns == "" {
		return "", ""
	}
	all := slices.Concat(u.Elsewhere, p.secrets.sameName()[u.Ref.Name]) // the nearest first
	if len(all) > maxNamesakes {
		return ns, ""
	}
	for _, s := range all {
		at := p.Namespace(s.SecretNamespace, s.Object)
		other := p.Resolve(at, u.Ref, u.From, s.Object)
		of := otherHosts(&other, ref)
		switch {
		case at == "":
			return ns, ""
		case of == "":
			return at, ""
		}
		if at == ns && hosts == "" {
			hosts = of
		}
	}
	return ns, hosts
}

// Absent returns the first pull secret of a pod that the input has in no namespace and under no similar name, but that the cluster may have, or nil.
func (p *Planner) Absent(pull *Pull) *PullSecret {
	if pull.lacking == nil {
		return nil
	}
	p.mu.Lock()
	u, ok := p.absent[pull]
	p.mu.Unlock()
	if ok {
		return u
	}
	for i := range pull.PullSecrets {
		if u = &pull.PullSecrets[i]; p.isAbsent(u, pull.namedBy(u)) {
			break
		}
		u = nil
	}
	p.mu.Lock()
	p.absent[pull] = u
	p.mu.Unlock()
	return u
}

func (p *Planner) isAbsent(u *PullSecret, o *manifests.Object) bool {
	if u.Found() || p.otherNamespace(u) != "" || p.IsNowhere(u, o) {
		return false
	}
	similar, _, _ := p.similar(u.Namespace, u.Ref.Name)
	return similar == nil
}

// ClusterVerdict is Verdict for an object from a cluster: a pull secret that is not in the input may exist there, unless the cluster reported that it
// lacks a Secret of that name in the pod's namespace.
func (p *Planner) ClusterVerdict(img *manifests.ImageRef, pull *Pull, lacking []string) Verdict {
	v := p.VerdictWithout(img, pull, lacking)
	if v.Outcome != Anonymous {
		return v
	}
	u := p.Absent(pull)
	if u != nil && pull.Lacks(u, lacking) {
		u = p.absentBesides(pull, lacking)
	}
	if u == nil {
		return v
	}
	return Verdict{Outcome: Unknown, Message: fmt.Sprintf("pull secret %s is not in the input", SecretID(u.Namespace, u.Ref.Name))}
}

// maxAbsent limits for how many pull secrets of a pod the cluster's word is compared with the input.
const maxAbsent = 64

// absentBesides is Absent without the pull secrets that the cluster lacks. The rest of very many counts as absent.
func (p *Planner) absentBesides(pull *Pull, lacking []string) *PullSecret {
	for i := range pull.PullSecrets {
		if u := &pull.PullSecrets[i]; i == maxAbsent || !pull.Lacks(u, lacking) && p.isAbsent(u, pull.namedBy(u)) {
			return u
		}
	}
	return nil
}

// Lacks reports whether a pull secret that is not in the input is one of the Secrets that the cluster lacks in the pod's namespace.
func (p *Pull) Lacks(u *PullSecret, lacking []string) bool {
	return !u.Found() && !u.Hidden && u.Namespace == p.Namespace && slices.Contains(lacking, u.Ref.Name)
}

// VerdictWithout is Verdict in a cluster that reported that it lacks some Secrets in the pod's namespace.
func (p *Planner) VerdictWithout(img *manifests.ImageRef, pull *Pull, lacking []string) Verdict {
	v := p.Verdict(img, pull)
	if u := pull.lacking; v.Outcome == Anonymous && u != nil && pull.Lacks(u, lacking) {
		v.Message = fmt.Sprintf("the cluster has no pull secret %s; the pull continues anonymously", SecretID(u.Namespace, u.Ref.Name))
	}
	return v
}
