// Package plan joins pods to credentials the way a cluster does: pod, service account, Secret, registry. It knows what the kubelet would
// try and why, as far as the input tells; whether that is wrong is for the rules to say.
//
// The rules of the join are those of pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), of the ServiceAccount admission plugin and of
// pkg/credentialprovider in Kubernetes.
package plan

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// Options are what the user says of the cluster.
type Options struct {
	// Namespace is that of objects which write none, the namespace of kubectl or of a release; "" where it is not known.
	Namespace string
	// Known are globs NAME or NAMESPACE/NAME of Secrets that exist although the input does not hold them.
	Known []string
	// Kubernetes is the minor version of the cluster.
	Kubernetes int
}

// Planner answers what the kubelet would do. It is safe for one goroutine at a time.
type Planner struct {
	opts     Options
	secrets  map[string][]*manifests.Secret // by name
	accounts map[string][]*manifests.ServiceAccount
	hashed   []*manifests.Secret
	hidden   map[string]bool // files in which Helm hid Secrets
	patchers []*manifests.Workload
	pods     map[*manifests.Pod]*Pull
}

// New indexes a set.
func New(set *manifests.Set, o Options) *Planner {
	p := &Planner{
		opts: o, secrets: map[string][]*manifests.Secret{}, accounts: map[string][]*manifests.ServiceAccount{}, hidden: map[string]bool{},
		pods: map[*manifests.Pod]*Pull{},
	}
	for _, s := range set.Secrets {
		p.secrets[s.Name] = append(p.secrets[s.Name], s)
		if s.Hashed {
			p.hashed = append(p.hashed, s)
		}
	}
	for _, a := range set.Accounts {
		p.accounts[a.Name] = append(p.accounts[a.Name], a)
	}
	for _, s := range set.Skipped {
		if s.Reason == manifests.SkipHelmHidden {
			p.hidden[s.File] = true
		}
	}
	for _, list := range [][]*manifests.Workload{set.Workloads, set.Context} {
		for _, w := range list {
			if isPatcher(w) {
				p.patchers = append(p.patchers, w)
			}
		}
	}
	return p
}

// isPatcher reports whether a workload is one that gives pull secrets to namespaces and service accounts while the cluster runs.
func isPatcher(w *manifests.Workload) bool {
	if w.Kind == "ClusterPullSecret" {
		return true
	}
	for _, img := range w.Images {
		switch path.Base(img.Ref.Repository) {
		case "imagepullsecret-patcher", "registry-creds":
			return true
		}
	}
	return false
}

// Patcher is a workload that gives pull secrets to whole namespaces; nil where there is none.
func (p *Planner) Patcher() *manifests.Workload {
	if len(p.patchers) == 0 {
		return nil
	}
	return p.patchers[0]
}

// Namespace is the namespace an object is in: the one it writes, else the one that was given for those that write none, else "".
func (p *Planner) Namespace(written string) string {
	if written == "" {
		return p.opts.Namespace
	}
	return written
}

// Pull is what the kubelet has for one pod.
type Pull struct {
	Namespace string
	Account   Account
	// Secrets are the pull secrets in the order of the list that counts: the pod's own, else the account's, else the resource's.
	Secrets []Use
	// Lists are the fields they come from.
	Lists []*manifests.SecretList
	// Unknown says that there may be more than can be seen: a template's text, an account that the input does not hold, a patcher.
	Unknown bool
	keyring pullsecret.Keyring
	failed  *Use // a Secret whose content makes every pull of the pod fail
}

// Account is a pod's service account.
type Account struct {
	Namespace, Name string
	Named           bool // the pod names it; else it is "default" by default
	Chosen          bool // an operator chooses it, so Name is ""
	Found           *manifests.ServiceAccount
}

// Origins of a pull secret.
const (
	FromPod      = "pod"
	FromAccount  = "serviceAccount"
	FromResource = "resource"
)

// Use is one pull secret of a pod.
type Use struct {
	Ref       manifests.SecretName
	Namespace string
	From      string
	// Secret is the one that is there; nil where the input holds none.
	Secret *manifests.Secret
	// Known says that the user vouches for it.
	Known bool
	// Elsewhere are Secrets of that name in other namespaces.
	Elsewhere []*manifests.Secret
	// Problem says why it is of no use; "" where it is of use, or where that is not known.
	Problem string
	// Usable says that its content was read and counts.
	Usable bool
}

// Found reports whether the Secret exists, as far as can be told.
func (u *Use) Found() bool { return u.Secret != nil || u.Known }

// Pod plans for one pod of a workload.
func (p *Planner) Pod(w *manifests.Workload, pod *manifests.Pod) *Pull {
	if pull, ok := p.pods[pod]; ok {
		return pull
	}
	pull := p.build(w, pod)
	p.pods[pod] = pull
	return pull
}

// Image plans for an image: its pod, or, for an image that stands in no pod, its resource.
func (p *Planner) Image(w *manifests.Workload, img *manifests.ImageRef) *Pull {
	if img.Pod != nil {
		return p.Pod(w, img.Pod)
	}
	pull := &Pull{Namespace: p.Namespace(w.Namespace), Unknown: true, Account: Account{Chosen: true, Namespace: p.Namespace(w.Namespace)}}
	p.resource(pull, w)
	p.finish(pull)
	return pull
}

func (p *Planner) build(w *manifests.Workload, pod *manifests.Pod) *Pull {
	pull := &Pull{Namespace: p.Namespace(w.Namespace)}
	a := &pull.Account
	a.Namespace, a.Name, a.Named = pull.Namespace, pod.Account.Name, pod.Account.Name != ""
	switch {
	case a.Named:
	case pod.OwnAccount:
		a.Chosen = true
	default:
		a.Name = "default"
	}
	if a.Name != "" {
		a.Found = p.account(a.Namespace, a.Name)
	}
	switch {
	case pod.Secrets != nil && (pod.Secrets.Entries > 0 || len(pod.Secrets.Defects) > 0):
		p.add(pull, pod.Secrets, FromPod, w.Object)
	case a.Found != nil && a.Found.Secrets != nil:
		p.add(pull, a.Found.Secrets, FromAccount, a.Found.Object)
	case a.Found == nil && a.Name != "default":
		// Without the account the pod is refused; with it, it may bring pull secrets. The account "default" is in every namespace, and has
		// none unless somebody gave it some.
		pull.Unknown = true
	}
	p.resource(pull, w)
	if pod.OwnAccount && pod.Secrets == nil || p.Patcher() != nil {
		pull.Unknown = true
	}
	p.finish(pull)
	return pull
}

func (p *Planner) resource(pull *Pull, w *manifests.Workload) {
	for _, l := range w.Secrets {
		p.add(pull, l, FromResource, w.Object)
	}
}

// account finds a service account.
func (p *Planner) account(namespace, name string) *manifests.ServiceAccount {
	for _, a := range p.accounts[name] {
		if p.Namespace(a.Namespace) == namespace {
			return a
		}
	}
	return nil
}

func (p *Planner) add(pull *Pull, l *manifests.SecretList, from string, near *manifests.Object) {
	pull.Lists = append(pull.Lists, l)
	pull.Unknown = pull.Unknown || l.Unknown
	for _, n := range l.Names {
		ns := pull.Namespace
		if n.Namespace != "" {
			ns = n.Namespace
		}
		pull.Secrets = append(pull.Secrets, p.Use(ns, n, from, near))
	}
}

// Use looks one name up in a namespace. Of several Secrets that are there, as overlays have them, the one that stands near the object
// which names it counts, and then the one that is of use.
func (p *Planner) Use(namespace string, n manifests.SecretName, from string, near *manifests.Object) Use {
	u := Use{Ref: n, Namespace: namespace, From: from}
	for _, s := range p.candidates(n.Name) {
		switch {
		case p.serves(s, namespace):
			if u.Secret == nil || rank(s, near) > rank(u.Secret, near) {
				u.Secret = s
			}
		default:
			u.Elsewhere = append(u.Elsewhere, s)
		}
	}
	u.Known = matchKnown(p.opts.Known, namespace, n.Name)
	if u.Secret == nil {
		u.Known = u.Known || IsOpenShift(n.Name)
		if !u.Known {
			u.Problem = "not in the given manifests"
		}
		return u
	}
	u.Problem = problem(u.Secret)
	u.Usable = u.Problem == "" && u.Secret.Payload != nil
	return u
}

// rank orders Secrets of one name.
func rank(s *manifests.Secret, near *manifests.Object) int {
	r := 0
	if Near(s.Object, near) {
		r += 2
	}
	if problem(s) == "" {
		r++
	}
	return r
}

// IsOpenShift reports whether a name is that of a pull secret which OpenShift makes for a service account.
func IsOpenShift(name string) bool { return openshiftSecret.MatchString(name) }

// openshiftSecret matches the pull secrets that OpenShift makes for every service account: NAME-dockercfg-xxxxx.
var openshiftSecret = regexp.MustCompile(`^.+-dockercfg-[a-z0-9]{5}$`)

// hashedName matches what kustomize makes of a generated name.
var hashedName = regexp.MustCompile(`^(.+)-[a-z0-9]{10}$`)

func (p *Planner) candidates(name string) []*manifests.Secret {
	list := p.secrets[name]
	if m := hashedName.FindStringSubmatch(name); m != nil {
		for _, s := range p.hashed {
			if s.Name == m[1] {
				list = append(list[:len(list):len(list)], s)
			}
		}
	}
	return list
}

// serves reports whether a Secret is in a namespace.
func (p *Planner) serves(s *manifests.Secret, namespace string) bool {
	if p.Namespace(s.SecretNamespace) == namespace {
		return true
	}
	if !s.AnyNamespace {
		return false
	}
	if len(s.Namespaces) == 0 || namespace == "" {
		return true
	}
	for _, pattern := range s.Namespaces {
		if pattern == namespace {
			return true
		}
		if re, err := regexp.Compile("^(?:" + pattern + ")$"); err == nil && re.MatchString(namespace) {
			return true
		}
	}
	return false
}

// problem says why a Secret that exists is of no use to the kubelet.
func problem(s *manifests.Secret) string {
	if _, ok := pullsecret.KindOf(s.Type); !ok && s.Type != "" {
		return "is of type " + s.Type + ", which the kubelet does not use"
	}
	if s.Payload != nil && s.Payload.Err != nil {
		return s.Payload.Err.Error()
	}
	if s.Payload != nil && s.Payload.Config.NoAuths() {
		return "holds no registry credentials that the kubelet reads"
	}
	return ""
}

// matchKnown reports whether a Secret is one that the user vouches for.
func matchKnown(known []string, namespace, name string) bool {
	for _, k := range known {
		ns, n, ok := strings.Cut(k, "/")
		if !ok {
			ns, n = "*", k
		}
		if nsOK, err := path.Match(ns, namespace); err != nil || !nsOK && ns != "*" {
			continue
		}
		if nameOK, err := path.Match(n, name); err == nil && nameOK {
			return true
		}
	}
	return false
}

// finish builds the keyring.
func (p *Planner) finish(pull *Pull) {
	var named []pullsecret.Named
	for i := range pull.Secrets {
		u := &pull.Secrets[i]
		if u.Secret == nil || u.Secret.Payload == nil {
			continue
		}
		if m, ok := malformed(u.Secret); ok {
			if m != nil && m.Stage == pullsecret.Kubelet && pull.failed == nil {
				pull.failed = u
			}
			continue
		}
		named = append(named, pullsecret.Named{Secret: SecretID(u.Namespace, u.Secret.Name), Config: u.Secret.Payload.Config})
	}
	pull.keyring = pullsecret.NewKeyring(named)
}

func malformed(s *manifests.Secret) (*pullsecret.Malformed, bool) {
	m, _ := s.Payload.Err.(*pullsecret.Malformed) //nolint:errorlint // Payload documents the types of its error
	return m, s.Payload.Err != nil
}

// SecretID names a Secret for people.
func SecretID(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// Keyring is what the kubelet gathers from the pull secrets that can be read.
func (p *Pull) Keyring() pullsecret.Keyring { return p.keyring }

// Failed is the pull secret whose content makes every pull of the pod fail; nil where there is none.
func (p *Pull) Failed() *Use { return p.failed }

// Complete reports whether everything that the pod brings is in the input, and was read.
func (p *Pull) Complete() bool {
	if p.Unknown {
		return false
	}
	for i := range p.Secrets {
		if u := &p.Secrets[i]; u.Secret == nil && u.Known || u.Secret != nil && u.Secret.Payload == nil && u.Problem == "" {
			return false
		}
	}
	return true
}

// Near reports whether two objects stand together: in one file, in one folder, or in the output of one chart.
func Near(a, b *manifests.Object) bool {
	if a == nil || b == nil || a.Span.File == nil || b.Span.File == nil {
		return false
	}
	if a.Span.File == b.Span.File || filepath.Dir(a.Span.File.Name) == filepath.Dir(b.Span.File.Name) {
		return true
	}
	ca, _, _ := strings.Cut(a.Doc.Template, "/")
	cb, _, _ := strings.Cut(b.Doc.Template, "/")
	return ca != "" && ca == cb
}

// Supplied returns a pull secret of the input that stands near an object; nil where there is none.
func (p *Planner) Supplied(set *manifests.Set, near *manifests.Object) *manifests.Secret {
	for _, s := range set.Secrets {
		if _, ok := pullsecret.KindOf(s.Type); ok && Near(s.Object, near) {
			return s
		}
	}
	return nil
}

// Hidden reports whether Helm hid Secrets in the file of an object, so that any may be among them.
func (p *Planner) Hidden(o *manifests.Object) bool {
	return o.Span.File != nil && p.hidden[o.Span.File.Name]
}
