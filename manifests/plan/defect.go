package plan

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Defect is why no pull secret of a pod serves an image, although the pod or its service account names some and the input tells all about them. The zero
// value is no defect.
type Defect struct {
	// Text says what is wrong, and Help what to do; it is "" where the Secret is nowhere.
	Text, Help string
	// Secret is the ID of the Secret that has it; "" where there is none.
	Secret string
	// Kind is the same for defects with the same cure.
	Kind DefectKind
	// Evident is true if one of them is meant for the image, or may well be: not if all that it has is keys of other registries.
	Evident bool
}

// DefectKind tells defects with different cures apart.
type DefectKind string

// The kinds of defects.
const (
	DefectKey       DefectKind = "key"       // no key matches the image
	DefectType      DefectKind = "type"      // the Secret is of a type that the kubelet does not use
	DefectContent   DefectKind = "content"   // the content is of no use
	DefectElsewhere DefectKind = "elsewhere" // the Secret is in another namespace
	DefectName      DefectKind = "name"      // a Secret of the namespace has a similar name
	DefectNowhere   DefectKind = "nowhere"   // there is no such Secret
	DefectAccount   DefectKind = "account"   // the service account got its pull secrets after the pod was created
)

// Defect returns what is wrong with the pull secrets of an image.
func (p *Planner) Defect(img *manifests.ImageRef, pull *Pull) Defect {
	if p.Outcome(img, pull) != Anonymous || p.Absent(pull) != nil {
		return Defect{}
	}
	if u := pull.lacking; u != nil {
		return p.lackingDefect(u)
	}
	name := img.Ref.Name()
	if len(pull.PullSecrets) == 0 {
		return lateDefect(pull, name)
	}
	d := Defect{Text: pull.why(name), Kind: DefectKey}
	miss, ok := pull.mismatch(name)
	if !ok {
		return d
	}
	d.Evident, d.Secret, d.Help = true, miss.Secret, fmt.Sprintf("correct the key in %s", miss.Secret)
	if miss.Want != "" {
		d.Help = fmt.Sprintf("write the key %q in %s (the docker-server of kubectl create secret docker-registry)", miss.Want, miss.Secret)
	}
	return d
}

// lateDefect is that of a pod that was created before its service account got pull secrets for the image.
func lateDefect(pull *Pull, name string) Defect {
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

func (p *Planner) lackingDefect(u *PullSecret) Defect {
	d := Defect{Text: u.lackingText(), Evident: true, Kind: DefectNowhere}
	if u.Found() {
		d.Secret = SecretID(u.Namespace, u.Ref.Name)
		d.Kind, d.Help = DefectContent, "make the Secret again with kubectl create secret docker-registry"
		if _, ok := pullsecret.KindOf(u.Secret.Type); !ok {
			d.Kind, d.Help = DefectType, fmt.Sprintf("delete the Secret, since a type cannot be changed, and create it with type %s", pullsecret.DockerConfigJSON.Type())
		}
		return d
	}
	if ns := p.otherNamespace(u); ns != "" {
		d.Kind, d.Text = DefectElsewhere, d.Text+fmt.Sprintf("; one of that name is in namespace %q", ns)
		d.Help = fmt.Sprintf("create the Secret in namespace %q, too; a pod cannot use a Secret in another namespace", u.Namespace)
		return d
	}
	similar, as := p.SimilarSecret(u.Namespace, u.Ref.Name)
	if similar == nil {
		if similar = p.SimilarOther(u.Namespace, u.Ref.Name); similar != nil {
			d.Kind, d.Text = DefectName, d.Text+fmt.Sprintf("; %s is, of type %s, which the kubelet does not use", SecretID(u.Namespace, similar.SecretName), similar.Type)
			d.Help = fmt.Sprintf("create Secret %q with type %s from the content of %q", u.Ref.Name, pullsecret.DockerConfigJSON.Type(), similar.SecretName)
		}
		return d
	}
	d.Kind, d.Text = DefectName, d.Text+fmt.Sprintf("; %s is", SecretID(u.Namespace, as))
	d.Help = fmt.Sprintf("write %q in imagePullSecrets, or create a Secret of the name that the pod has", as)
	return d
}

// otherNamespace returns another namespace that has a Secret of the name of one that is missing; "" where none is known to.
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

// Absent returns the first pull secret of a pod that the input holds neither in its namespace nor in another, nor under a similar name; nil where there
// is none, or where Options.Known says which Secrets exist besides.
func (p *Planner) Absent(pull *Pull) *PullSecret {
	if pull.lacking == nil || p.opts.Known != nil {
		return nil
	}
	p.mu.Lock()
	u, ok := p.absent[pull]
	p.mu.Unlock()
	if ok {
		return u
	}
	for i := range pull.PullSecrets {
		if u = &pull.PullSecrets[i]; p.isAbsent(u) {
			break
		}
		u = nil
	}
	p.mu.Lock()
	p.absent[pull] = u
	p.mu.Unlock()
	return u
}

func (p *Planner) isAbsent(u *PullSecret) bool {
	if u.Found() || p.otherNamespace(u) != "" {
		return false
	}
	similar, _ := p.SimilarSecret(u.Namespace, u.Ref.Name)
	return similar == nil && p.SimilarOther(u.Namespace, u.Ref.Name) == nil
}

// ClusterVerdict is the Verdict on an image of an object that a cluster has: a pull secret that the input does not hold may well be there.
func (p *Planner) ClusterVerdict(img *manifests.ImageRef, pull *Pull) Verdict {
	v := p.Verdict(img, pull)
	if v.Outcome != Anonymous {
		return v
	}
	u := p.Absent(pull)
	if u == nil {
		return v
	}
	v = Verdict{Outcome: Unknown, Message: fmt.Sprintf("pull secret %s is not in the input", SecretID(u.Namespace, u.Ref.Name))}
	if len(u.Elsewhere) > 0 {
		v.Message += "; one of that name sets no namespace"
	}
	return v
}
