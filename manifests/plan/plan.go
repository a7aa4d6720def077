// Package plan joins pods to credentials the way a cluster does: pod, service account, Secret, registry. It knows what the kubelet would
// try and why, as far as the input tells; whether that is wrong is for the rules to say.
//
// The rules of the join are those of pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), of the ServiceAccount admission plugin and of
// pkg/credentialprovider in Kubernetes.
package plan

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// NewestKubernetes is the newest minor version that imagelint knows, and the one that is assumed unless another is given.
const NewestKubernetes = 37

// Options are what the user says of the cluster. The zero value is a cluster of the newest version of which nothing else is known.
type Options struct {
	// Namespace is that of objects which write none, the namespace of kubectl or of a release; "" where it is not known.
	Namespace string
	// NamespaceIn is the same for the objects of one file, "" where it is Namespace; nil for no such file.
	NamespaceIn func(file string) string
	// Known are globs NAME or NAMESPACE/NAME of Secrets that exist although the input does not hold them.
	Known []string
	// Kubernetes is the minor version of the cluster: 37 for 1.37. 0 is NewestKubernetes.
	Kubernetes int
	// Now is the time by which credentials have expired; zero where expiry is not judged.
	Now time.Time
}

// Planner answers what the kubelet would do. It is safe for concurrent use.
type Planner struct {
	opts               Options
	ordered            ordered
	secrets            secretIndex
	accounts           accountIndex
	assumed            assumedSecrets
	hidden             map[string]bool // files in which Helm hid Secrets
	pullSecretInjector *manifests.Object
	mutatingPolicy     *manifests.Object
	folders            map[string]string // namespaces by folder
	overlays           *overlay.Index
	kustomizations     []*manifests.Kustomization // of the set, which say in what namespaces its objects are
	renewed            int                        // how often it was
	askAccounts        bool                       // whether there is a workload that may

	// mu guards what was answered already, here and in the indexes.
	mu sync.Mutex

	pods      map[*manifests.Pod]*Pull
	plain     map[plainKey]*Pull // those without lists
	resources map[resourceKey]*Pull
	keyrings  map[string]pullsecret.Keyring
	matches   map[matchKey]*Match
	absent    map[*Pull]*PullSecret
}

// New returns a Planner for a set.
func New(set *manifests.Set, o Options) *Planner {
	p := newPlanner(set, o)
	p.index()
	return p
}

// newPlanner is a Planner that has not indexed Secrets and accounts yet.
func newPlanner(set *manifests.Set, o Options) *Planner {
	o.Kubernetes = cmp.Or(o.Kubernetes, NewestKubernetes)
	p := &Planner{
		opts: o, ordered: orderOf(set), assumed: newAssumedSecrets(o.Known), hidden: map[string]bool{}, folders: set.FolderNamespaces, overlays: overlay.New(set),
		pods: map[*manifests.Pod]*Pull{}, plain: map[plainKey]*Pull{}, resources: map[resourceKey]*Pull{}, keyrings: map[string]pullsecret.Keyring{},
		matches: map[matchKey]*Match{}, absent: map[*Pull]*PullSecret{}, kustomizations: set.Kustomizations, askAccounts: len(set.Workloads)+len(set.Context) > 0,
	}
	if patchers := inOrder(set.PullSecretInjectors, func(o *manifests.Object) *manifests.Object { return o }); len(patchers) > 0 {
		p.mutatingPolicy = patchers[0]
	}
	p.pullSecretInjector = pullSecretInjectorOf(p.ordered)
	for _, s := range set.Skipped {
		if s.Reason == manifests.SkipHelmHidden {
			p.hidden[s.File] = true
		}
	}
	return p
}

// index makes what Secrets and accounts are found by.
func (p *Planner) index() {
	p.secrets = newSecretIndex(p, p.ordered.secrets)
	accounts := p.ordered.accounts
	if !p.askAccounts {
		accounts = nil // no pod will ask
	}
	p.accounts = newAccountIndex(p, accounts)
}

// Renew returns a Planner for a set that has changed a little since an earlier one was made, nil for none. Where all that decides about pull secrets is
// the same, it keeps what the earlier one answered about pods that are still there, and else it begins anew.
func Renew(before *Planner, set *manifests.Set, o Options) *Planner {
	if before == nil || o.NamespaceIn != nil || before.opts.NamespaceIn != nil || before.renewed >= mostRenewed {
		return New(set, o)
	}
	p := newPlanner(set, o)
	if !p.sameSecrets(before) {
		p.index()
		return p
	}
	before.mu.Lock()
	defer before.mu.Unlock()
	p.renewed = before.renewed + 1
	p.secrets, p.accounts, p.assumed, p.matches, p.keyrings = before.secrets, before.accounts, before.assumed, before.matches, before.keyrings
	for _, list := range [][]*manifests.Workload{set.Workloads, set.Context} {
		for _, w := range list {
			for _, pod := range w.Pods {
				if pull := before.pods[pod]; pull != nil {
					p.pods[pod] = pull
				}
			}
		}
	}
	return p
}

// mostRenewed is how often a Planner is renewed before one begins anew, so that what was asked about names that are gone is forgotten.
const mostRenewed = 100

// sameSecrets reports whether Secrets and service accounts are those of another Planner, and all else that decides about them.
func (p *Planner) sameSecrets(q *Planner) bool {
	return slices.Equal(p.kustomizations, q.kustomizations) && p.opts.Namespace == q.opts.Namespace && p.opts.Kubernetes == q.opts.Kubernetes && p.opts.Now.Equal(q.opts.Now) && slices.Equal(p.opts.Known, q.opts.Known) &&
		slices.Equal(p.ordered.secrets, q.ordered.secrets) && slices.Equal(p.ordered.accounts, q.ordered.accounts) && p.askAccounts == q.askAccounts &&
		p.mutatingPolicy == q.mutatingPolicy && p.pullSecretInjector == q.pullSecretInjector && maps.Equal(p.hidden, q.hidden) && maps.Equal(p.folders, q.folders)
}

// ordered is what a set holds, in an order that does not depend on that of the input.
type ordered struct {
	workloads, context []*manifests.Workload
	secrets            []*manifests.Secret
	accounts           []*manifests.ServiceAccount
}

func orderOf(set *manifests.Set) ordered {
	ofWorkload := func(w *manifests.Workload) *manifests.Object { return w.Object }
	return ordered{
		workloads: inOrder(set.Workloads, ofWorkload), context: inOrder(set.Context, ofWorkload),
		secrets:  inOrder(set.Secrets, func(s *manifests.Secret) *manifests.Object { return s.Object }),
		accounts: inOrder(set.ServiceAccounts, func(a *manifests.ServiceAccount) *manifests.Object { return a.Object }),
	}
}

// Workloads are those of the set that are reported on; Context those that are not. Both are in the order of the files' names.
func (p *Planner) Workloads() []*manifests.Workload { return p.ordered.workloads }

// Context returns the workloads read with --context, in file order.
func (p *Planner) Context() []*manifests.Workload { return p.ordered.context }

// Secrets are those of the set, in the order of the files' names.
func (p *Planner) Secrets() []*manifests.Secret { return p.ordered.secrets }

// ServiceAccounts are the service accounts of the set, in the order of the files' names.
func (p *Planner) ServiceAccounts() []*manifests.ServiceAccount { return p.ordered.accounts }

// PullSecretInjector is an object that gives pull secrets to whole namespaces and their service accounts while the cluster runs; nil where there is none.
func (p *Planner) PullSecretInjector() *manifests.Object { return p.pullSecretInjector }

// MutatingPolicy is an object that may give pull secrets to pods, or make some, while the cluster runs, such as a policy of Kyverno; nil where there is
// none. To what it applies is not known.
func (p *Planner) MutatingPolicy() *manifests.Object { return p.mutatingPolicy }

// Namespace is the namespace an object is in: the one it writes, else the one that was given for those that write none, else "". The object says
// where it is written; nil is nowhere.
func (p *Planner) Namespace(written string, o *manifests.Object) string {
	if written != "" && !isStandIn(written) {
		return written
	}
	if p.opts.NamespaceIn != nil && o != nil && o.Span.File != nil {
		if ns := p.opts.NamespaceIn(o.Span.File.Name); ns != "" {
			return ns
		}
	}
	return p.opts.Namespace
}

// isStandIn reports whether a namespace is one that a tool puts another in the place of: Kubebuilder's scaffold writes "system", which its
// kustomization replaces, and the Operator SDK writes "placeholder" into bundles, which the Operator Lifecycle Manager replaces.
func isStandIn(namespace string) bool { return namespace == "system" || namespace == "placeholder" }

// namespaces are those that an object with a written namespace may be in: that one, those that kustomizations put it into, and where none is written
// that of a kustomization beside it.
func (p *Planner) namespaces(written string, o *manifests.Object) []string {
	all := []string{p.Namespace(written, o)}
	if len(p.folders) == 0 || o == nil || o.Span.File == nil {
		return all
	}
	for _, ns := range p.overlays.Namespaces(o) {
		if ns != all[0] {
			all = append(all, ns)
		}
	}
	if written != "" && !isStandIn(written) {
		return all
	}
	if ns := p.folders[folder(o)]; ns != "" && !slices.Contains(all, ns) {
		all = append(all, ns)
	}
	return all
}

// Pull is what the kubelet has for one pod.
type Pull struct {
	Namespace      string
	ServiceAccount ServiceAccount
	// PullSecrets are the pull secrets in the order of the list that counts: the pod's own, else the account's, else the resource's.
	PullSecrets []PullSecret
	// Lists are the fields they come from.
	Lists []*manifests.PullSecretList
	// Unknown is true if there may be more than can be seen: a template's text, an account that the input does not hold, a patcher.
	Unknown bool
	// Unusable is true if one of the Secrets at least is of no use or cannot be read, ContentUnknown that one is there and cannot be read, and Undefined that
	// one is nowhere to be found. A pod may have thousands of them and as many images that ask.
	Unusable, ContentUnknown, Undefined bool
	keyring                             pullsecret.Keyring
	drafts                              pullsecret.Keyring // of Secrets whose keys are known, and their credentials are not
	drafted                             bool
	resource                            []*manifests.PullSecretList // all that the custom resource has, be they for this image or not
	failed                              *PullSecret                 // a Secret whose content makes every pull of the pod fail
	lacking                             *PullSecret                 // the first one that is not there or of no use
	unread                              *PullSecret                 // the first one that may exist, with a content that the input does not tell
	created                             bool                        // the pod was created, so that its list is what a cluster made of it
	late                                *Pull                       // what the service account would give the pod if it was created anew; nil if that is nothing
}

// ServiceAccount is a pod's service account.
type ServiceAccount struct {
	Namespace, Name string
	Named           bool // the pod names it; else it is "default" by default
	ByOperator      bool // an operator chooses it, so Name is ""
	Found           *manifests.ServiceAccount
}

// Origins of a pull secret.
const (
	FromPod            = "pod"
	FromServiceAccount = "serviceAccount"
	FromResource       = "resource"
)

// Pod plans for one pod of a workload.
func (p *Planner) Pod(w *manifests.Workload, pod *manifests.Pod) *Pull {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pull, ok := p.pods[pod]; ok {
		return pull
	}
	pull := p.build(w, pod)
	if pull.hasNoLists() {
		k := plainKey{pull.ServiceAccount, pull.Namespace, pull.Unknown, pull.created}
		if same, ok := p.plain[k]; ok {
			pull = same
		} else {
			p.plain[k] = pull
		}
	}
	p.pods[pod] = pull
	return pull
}

// plainKey is all that a Pull without lists of pull secrets says, which most pods of a namespace have in common.
type plainKey struct {
	account          ServiceAccount
	namespace        string
	unknown, created bool
}

// hasNoLists reports whether no field lists pull secrets for the pod.
func (p *Pull) hasNoLists() bool { return len(p.Lists) == 0 && len(p.resource) == 0 && p.late == nil }

// Image plans for an image: its pod, or, for an image that is in no pod, its resource.
func (p *Planner) Image(w *manifests.Workload, img *manifests.ImageRef) *Pull {
	if img.Pod != nil {
		return p.Pod(w, img.Pod)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := resourceKey{w, listsFor(w, img.Path)}
	if pull, ok := p.resources[at]; ok {
		return pull
	}
	pull := &Pull{Namespace: p.Namespace(w.Namespace, w.Object), Unknown: true, ServiceAccount: ServiceAccount{ByOperator: true, Namespace: p.Namespace(w.Namespace, w.Object)}}
	p.resource(pull, at)
	p.finish(pull)
	p.resources[at] = pull
	return pull
}

func (p *Planner) build(w *manifests.Workload, pod *manifests.Pod) *Pull {
	pull := &Pull{Namespace: p.Namespace(w.Namespace, w.Object)}
	a := &pull.ServiceAccount
	a.Namespace, a.Name, a.Named = pull.Namespace, pod.ServiceAccount.Name, pod.ServiceAccount.Name != ""
	switch {
	case a.Named:
	case pod.OperatorAccount:
		a.ByOperator = true
	default:
		a.Name = "default"
	}
	if a.Name != "" {
		for _, ns := range p.namespaces(w.Namespace, w.Object) {
			if a.Found == nil {
				a.Found = p.ServiceAccount(ns, a.Name, w.Object)
			}
		}
	}
	own := pod.ImagePullSecrets != nil && (pod.ImagePullSecrets.Entries > 0 || len(pod.ImagePullSecrets.Defects) > 0)
	switch {
	case own:
		// One entry, be it an empty one, and admission copies none of the account's.
		p.add(pull, pod.ImagePullSecrets, FromPod, w.Object)
	case w.Live && w.Kind == "Pod" && w.Group() == "":
		// Admission copied the account's list when the pod was created; what the account got since then does not count.
		pull.created = true
		if a.Found != nil && a.Found.ImagePullSecrets != nil && len(a.Found.ImagePullSecrets.Names) > 0 {
			pull.late = &Pull{Namespace: pull.Namespace}
			p.add(pull.late, a.Found.ImagePullSecrets, FromServiceAccount, a.Found.Object)
			p.finish(pull.late)
		}
	case a.Found != nil && a.Found.ImagePullSecrets != nil:
		p.add(pull, a.Found.ImagePullSecrets, FromServiceAccount, a.Found.Object)
	case a.Found == nil && a.Name != "default":
		// Without the account the pod is refused; with it, it may bring pull secrets. The account "default" is in every namespace, and has
		// none unless someone gave it some.
		pull.Unknown = true
	}
	p.resource(pull, resourceKey{w, listsFor(w, pod.Path)})
	if !own && !pull.created && (pod.OperatorAccount || p.pullSecretInjector != nil || p.mutatingPolicy != nil) {
		pull.Unknown = true
	}
	p.finish(pull)
	return pull
}

func (p *Planner) resource(pull *Pull, at resourceKey) {
	pull.resource = at.w.PullSecrets
	for i, l := range at.w.PullSecrets {
		if at.lists>>min(i, maxLists)&1 != 0 {
			p.add(pull, l, FromResource, at.w.Object)
		}
	}
}

func (p *Planner) add(pull *Pull, l *manifests.PullSecretList, from string, near *manifests.Object) {
	pull.Lists = append(pull.Lists, l)
	pull.Unknown = pull.Unknown || l.Unknown
	pull.PullSecrets = slices.Grow(pull.PullSecrets, len(l.Names))
	for i := range l.Names {
		n := &l.Names[i]
		ns := pull.Namespace
		if n.Namespace != "" {
			ns = n.Namespace
		}
		pull.PullSecrets = append(pull.PullSecrets, p.resolve(ns, n, from, near))
	}
}

// note remembers what is asked again and again of all Secrets of a pod.
func (p *Pull) note(u *PullSecret) {
	p.Unusable = p.Unusable || !u.Usable
	p.ContentUnknown = p.ContentUnknown || u.Problem == "" && !u.Usable
	p.drafted = p.drafted || u.hasDraft()
	p.Undefined = p.Undefined || !u.Found() && len(u.Elsewhere) == 0
	if p.lacking == nil && (!u.Found() || u.Problem != "" && u.Expired.IsZero()) {
		p.lacking = u
	}
	if p.unread == nil && u.unread() && !u.hasDraft() {
		p.unread = u
	}
}

// finish builds the keyring.
func (p *Planner) finish(pull *Pull) {
	var named []pullsecret.NamedConfig
	var id []byte
	for i := range pull.PullSecrets {
		u := &pull.PullSecrets[i]
		pull.note(u)
		if u.Secret == nil {
			continue
		}
		payload := p.secrets.payload(u.Secret)
		if payload == nil {
			if m := p.secrets.badDraft(u.Secret); m != nil && m.Stage == pullsecret.Kubelet && pull.failed == nil {
				pull.failed = u
			}
			continue
		}
		if m, ok := malformed(payload); ok {
			if m != nil && m.Stage == pullsecret.Kubelet && pull.failed == nil {
				pull.failed = u
			}
			continue
		}
		id = append(strconv.AppendInt(append(append(id, u.Namespace...), '/'), int64(p.secrets.status[u.Secret].number), 10), ' ')
		named = append(named, pullsecret.NamedConfig{Secret: SecretID(u.Namespace, u.Secret.SecretName), Config: payload.Config})
	}
	if pull.drafted {
		p.draft(pull)
	}
	if len(named) == 0 {
		return
	}
	// Thousands of pods share few lists, and a keyring is an index of all keys.
	ring, ok := p.keyrings[string(id)]
	if !ok {
		ring = pullsecret.NewKeyring(named)
		p.keyrings[string(id)] = ring
	}
	pull.keyring = ring
}

func malformed(payload *manifests.Payload) (*pullsecret.Malformed, bool) {
	m, _ := payload.Err.(*pullsecret.Malformed) //nolint:errorlint // Payload documents the types of its error
	return m, payload.Err != nil
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

// Drafts is what the kubelet will gather from the pull secrets whose keys are known, and whose credentials are filled in later.
func (p *Pull) Drafts() pullsecret.Keyring { return p.drafts }

// Failed is the pull secret whose content makes every pull of the pod fail; nil where there is none.
func (p *Pull) Failed() *PullSecret { return p.failed }

// Complete reports whether everything that the pod brings is in the input, and was read.
func (p *Pull) Complete() bool { return !p.Unknown && p.unread == nil }

// HasHiddenSecrets reports whether Helm hid Secrets in the file of an object, so that any may be among them.
func (p *Planner) HasHiddenSecrets(o *manifests.Object) bool {
	return o != nil && o.Span.File != nil && p.hidden[o.Span.File.Name]
}
