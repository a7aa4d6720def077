// Package plan joins pods to credentials the way a cluster does: pod, service account, Secret, registry. It computes
// what the kubelet would try and why, as far as the input shows; rules decide whether that is wrong.
//
// The rules of the join are those of pkg/kubelet/kubelet_pods.go (getPullSecretsForPod), of the ServiceAccount
// admission plugin and of pkg/credentialprovider in Kubernetes.
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

// NewestKubernetes is the newest minor version that imagelint knows, and the default.
const NewestKubernetes = 37

// Options describe the cluster. The zero value is a cluster of the newest version with nothing else known.
type Options struct {
	// Namespace is the namespace of objects that set none, from kubectl or a release; "" if unknown.
	Namespace string
	// NamespaceIn is the same for the objects of a file; "" means Namespace. It may be nil.
	NamespaceIn func(file string) string
	// Known are globs NAME or NAMESPACE/NAME of Secrets that exist outside of the input.
	Known []string
	// KnownTypes are the types of those whose types are known, by entry of Known.
	KnownTypes map[string]string
	// Kubernetes is the minor version of the cluster: 37 for 1.37. 0 is NewestKubernetes.
	Kubernetes int
	// Now is the time for expiry checks; zero disables them.
	Now time.Time
}

// Planner computes what the kubelet would do. It is safe for concurrent use.
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
	kustomizations     []*manifests.Kustomization // of the set; they determine the namespaces of its objects
	renewed            int                        // of the set; they determine the namespaces of its objects
	streams            map[string][]stream        // by name
	askAccounts        bool                       // whether some workload may use an account
	pulled             func() pulledImages        // built when first asked for a placeholder, as in few runs

	// mu guards cached answers, here and in the indexes.
	mu sync.Mutex

	pods      map[*manifests.Pod]*Pull
	plain     map[plainKey]*Pull // objects without lists
	resources map[resourceKey]*Pull
	keyrings  map[string]pullsecret.Keyring
	matches   map[matchKey]*Match
	absent    map[*Pull]*PullSecret
	given     map[accountKey]*Pull // by service account: what pods without a list of their own get
}

// New returns a Planner for a set.
func New(set *manifests.Set, o Options) *Planner {
	p := newPlanner(set, o)
	p.index()
	return p
}

// newPlanner returns a Planner without indexes of Secrets and accounts.
func newPlanner(set *manifests.Set, o Options) *Planner {
	o.Kubernetes = cmp.Or(o.Kubernetes, NewestKubernetes)
	p := &Planner{
		opts: o, ordered: orderOf(set), assumed: newAssumedSecrets(o.Known, o.KnownTypes), hidden: map[string]bool{}, folders: set.FolderNamespaces, overlays: overlay.New(set),
		pods: map[*manifests.Pod]*Pull{}, plain: map[plainKey]*Pull{}, resources: map[resourceKey]*Pull{}, keyrings: map[string]pullsecret.Keyring{},
		matches: map[matchKey]*Match{}, absent: map[*Pull]*PullSecret{}, given: map[accountKey]*Pull{}, kustomizations: set.Kustomizations, askAccounts: len(set.Workloads)+len(set.Context) > 0,
	}
	p.streams = p.streamsOf(set)
	p.pulled = sync.OnceValue(func() pulledImages { return pulledImagesOf(set) })
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

// index builds the indexes of Secrets and accounts.
func (p *Planner) index() {
	accounts := p.ordered.accounts
	if !p.askAccounts {
		accounts = nil // no pod uses them
	}
	var both sync.WaitGroup
	if index := func() { p.accounts = newAccountIndex(p, accounts) }; len(accounts) > fewAccounts {
		both.Go(index)
	} else {
		index()
	}
	p.secrets = newSecretIndex(p, p.ordered.secrets)
	both.Wait()
}

// fewAccounts is the number of service accounts up to which a goroutine for their index would cost more than it gains.
const fewAccounts = 64

// Renew returns a Planner for a set with few changes since an earlier one, which may be nil. If everything that
// affects pull secrets is the same, it keeps the cached answers for remaining pods; otherwise it starts over.
func Renew(before *Planner, set *manifests.Set, o Options) *Planner {
	if before == nil || o.NamespaceIn != nil || before.opts.NamespaceIn != nil || before.renewed >= maxRenewed {
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

// maxRenewed is how often a Planner is renewed before it starts over, to forget answers about removed names.
const maxRenewed = 100

// sameSecrets reports whether Secrets, service accounts and everything else that affects them are the same in two
// Planners.
func (p *Planner) sameSecrets(q *Planner) bool {
	return slices.Equal(p.kustomizations, q.kustomizations) && p.opts.Namespace == q.opts.Namespace && p.opts.Kubernetes == q.opts.Kubernetes && p.opts.Now.Equal(q.opts.Now) && slices.Equal(p.opts.Known, q.opts.Known) && maps.Equal(p.opts.KnownTypes, q.opts.KnownTypes) &&
		slices.Equal(p.ordered.secrets, q.ordered.secrets) && slices.Equal(p.ordered.accounts, q.ordered.accounts) && p.askAccounts == q.askAccounts &&
		p.mutatingPolicy == q.mutatingPolicy && p.pullSecretInjector == q.pullSecretInjector && maps.Equal(p.hidden, q.hidden) && maps.Equal(p.folders, q.folders)
}

// ordered holds the content of a set, independent of the order of the input.
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

// Workloads returns the workloads that are reported on, in file order.
func (p *Planner) Workloads() []*manifests.Workload { return p.ordered.workloads }

// Context returns the workloads read with --context, in file order.
func (p *Planner) Context() []*manifests.Workload { return p.ordered.context }

// Secrets returns the Secrets of the set, in file order.
func (p *Planner) Secrets() []*manifests.Secret { return p.ordered.secrets }

// ServiceAccounts returns the service accounts of the set, in file order.
func (p *Planner) ServiceAccounts() []*manifests.ServiceAccount { return p.ordered.accounts }

// PullSecretInjector returns an object that adds pull secrets to namespaces and their service accounts at run time, or
// nil.
func (p *Planner) PullSecretInjector() *manifests.Object { return p.pullSecretInjector }

// MutatingPolicy returns an object that may add pull secrets to pods, or create some, at run time, such as a Kyverno
// policy, or nil. What it applies to is unknown.
func (p *Planner) MutatingPolicy() *manifests.Object { return p.mutatingPolicy }

// Namespace returns the namespace of an object: the one it sets, else the default for its file, else "". The object
// determines the file; nil means none.
func (p *Planner) Namespace(written string, o *manifests.Object) string {
	if written != "" && !IsStandIn(written) {
		return written
	}
	if p.opts.NamespaceIn != nil && o != nil && o.Span.File() != nil {
		if ns := p.opts.NamespaceIn(o.Span.File().Name); ns != "" {
			return ns
		}
	}
	return p.opts.Namespace
}

// NamespaceOf is Namespace for a workload. A placeholder is kept if nothing says what replaces it.
func (p *Planner) NamespaceOf(w *manifests.Workload) string {
	return cmp.Or(p.Namespace(w.Namespace, w.Object), w.Namespace)
}

// IsStandIn reports whether a namespace is a placeholder: Kubebuilder's scaffold has "system", which its kustomization
// replaces, and Operator SDK bundles have "placeholder", which the Operator Lifecycle Manager replaces. So is what no namespace
// can be called: "${NAMESPACE}", "<your namespace>", "NAMESPACE".
func IsStandIn(namespace string) bool {
	return namespace == "system" || namespace == "placeholder" || namespace != "" && !overlay.IsNamespace(namespace)
}

// namespaces returns the possible namespaces of an object: the one it sets, those that kustomizations set, and, if it
// sets none, that of a kustomization next to it.
func (p *Planner) namespaces(written string, o *manifests.Object) []string {
	all := []string{p.Namespace(written, o)}
	if o == nil || o.Span.File() == nil {
		return all
	}
	given, certain := p.overlays.Namespaces(o)
	for _, ns := range given {
		if ns != all[0] {
			all = append(all, ns)
		}
	}
	if len(p.folders) == 0 || certain || o.Written != nil || written != "" && !IsStandIn(written) {
		return all
	}
	if ns := p.folders[folder(o)]; ns != "" && !slices.Contains(all, ns) {
		all = append(all, ns)
	}
	return all
}

// NamespaceGiven returns the namespace that an object without one gets from kustomizations, or "" if there is none, or several.
func (p *Planner) NamespaceGiven(o *manifests.Object) string {
	given := ""
	for _, ns := range p.namespaces("", o) {
		if given != "" && ns != "" {
			return ""
		}
		given = cmp.Or(given, ns)
	}
	return given
}

// OnlyNamespace returns the namespace of all objects that have one, or "" if they have several or none.
func (p *Planner) OnlyNamespace() string {
	only := ""
	// is reports whether an object has no other namespace.
	is := func(written string, o *manifests.Object) bool {
		for _, ns := range p.namespaces(written, o) {
			if only == "" {
				only = ns
			}
			if ns != "" && ns != only {
				return false
			}
		}
		return true
	}
	for _, list := range [][]*manifests.Workload{p.ordered.workloads, p.ordered.context} {
		for _, w := range list {
			if !is(w.Namespace, w.Object) {
				return ""
			}
		}
	}
	for _, s := range p.ordered.secrets {
		if !is(s.SecretNamespace, s.Object) {
			return ""
		}
	}
	for _, a := range p.ordered.accounts {
		if !is(a.Namespace, a.Object) {
			return ""
		}
	}
	return only
}

// Pull is what the kubelet has for a pod.
type Pull struct {
	Namespace      string
	ServiceAccount ServiceAccount
	// PullSecrets are the effective pull secrets in order: the pod's own, else the account's, else the resource's.
	PullSecrets []PullSecret
	// Lists are the fields they come from.
	Lists []*manifests.PullSecretList
	// Unknown is true if there may be more pull secrets: because of a template, an account that is not in the input,
	// or an injector.
	Unknown bool
	// Unusable is true if some Secret cannot be used or read, Keyless if one also has no known keys, ContentUnknown if one
	// exists but cannot be read, and Undefined if one is missing. They are precomputed, because a pod may have thousands of Secrets and as many
	// images.
	Unusable, Keyless, ContentUnknown, Undefined bool
	keyring                                      pullsecret.Keyring
	drafts                                       pullsecret.Keyring // of Secrets with known keys but unknown credentials
	drafted                                      bool
	resource                                     []*manifests.PullSecretList // all of the custom resource, for this image or not
	object                                       *manifests.Object           // names the pull secrets that are not from the service account; nil if there are none
	failed                                       *PullSecret                 // a Secret whose content makes every pull of the pod fail
	lacking                                      *PullSecret                 // the first one that is missing or unusable
	unread                                       *PullSecret                 // the first one that may exist with unknown content
	unplaced                                     *PullSecret                 // the first one that the input has, but perhaps in another namespace
	created                                      bool                        // the pod was created, so the cluster has set its list
	own                                          bool                        // the pod has a list of its own, which replaces the account's
	late                                         *Pull                       // what a new pod would get from the service account, or nil
	indexed                                      sync.Once
	byID                                         map[string]*PullSecret // filled by Named
}

// fewPullSecrets is the number of pull secrets up to which searching them is cheaper than an index.
const fewPullSecrets = 8

// Named returns the pull secret with an ID as in a keyring, or nil. It is safe for concurrent use.
func (p *Pull) Named(id string) *PullSecret {
	if len(p.PullSecrets) > fewPullSecrets {
		p.indexed.Do(func() {
			p.byID = make(map[string]*PullSecret, len(p.PullSecrets))
			for i := range slices.Backward(p.PullSecrets) { // the first one counts
				if u := &p.PullSecrets[i]; u.Secret != nil {
					p.byID[u.id()] = u
				}
			}
		})
		return p.byID[id]
	}
	for i := range p.PullSecrets {
		if u := &p.PullSecrets[i]; u.Secret != nil && u.id() == id {
			return u
		}
	}
	return nil
}

// id returns the ID in keyrings of a pull secret whose Secret is in the input.
func (u *PullSecret) id() string { return SecretID(u.Namespace, u.Secret.SecretName) }

// ServiceAccount is a pod's service account.
type ServiceAccount struct {
	Namespace, Name string
	Named           bool // the pod names it; otherwise it is "default"
	ByOperator      bool // an operator chooses it, so Name is ""
	Found           *manifests.ServiceAccount
}

// Origins of a pull secret.
const (
	FromPod            = "pod"
	FromServiceAccount = "serviceAccount"
	FromResource       = "resource"
)

// Pod returns the plan for a pod of a workload.
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

// plainKey is everything in a Pull without lists of pull secrets, which most pods of a namespace share.
type plainKey struct {
	account          ServiceAccount
	namespace        string
	unknown, created bool
}

// hasNoLists reports whether no field lists pull secrets for the pod.
func (p *Pull) hasNoLists() bool { return len(p.Lists) == 0 && len(p.resource) == 0 && p.late == nil }

// Image returns the plan for an image: that of its pod, or, outside of pods, of its resource.
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
	pull.own = pod.ImagePullSecrets != nil && (pod.ImagePullSecrets.Entries > 0 || len(pod.ImagePullSecrets.Defects) > 0)
	switch {
	case pull.own:
		// With any entry, even an empty one, admission copies none from the account.
		p.add(pull, pod.ImagePullSecrets, FromPod, w.Object)
	case w.Live && w.Kind == "Pod" && w.Group() == "":
		// Admission copied the account's list when the pod was created; later changes to the account do not count.
		pull.created = true
		if a.Found != nil && a.Found.ImagePullSecrets != nil && len(a.Found.ImagePullSecrets.Names) > 0 {
			pull.late = p.givenBy(a.Found, pull.Namespace)
		}
	case a.Found != nil && a.Found.ImagePullSecrets != nil:
		p.add(pull, a.Found.ImagePullSecrets, FromServiceAccount, a.Found.Object)
	case a.Found == nil && a.Name != "default":
		// Without the account, the pod is rejected; with it, it may have pull secrets. The account "default" exists in
		// every namespace, usually without any.
		pull.Unknown = true
	}
	p.resource(pull, resourceKey{w, listsFor(w, pod.Path)})
	if !pull.own && !pull.created && (pod.OperatorAccount || p.pullSecretInjector != nil || p.mutatingPolicy != nil) || !w.Live && p.overlays.AddsPullSecrets(w.Object) {
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
	if from != FromServiceAccount {
		pull.object = near
	}
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

// note caches what is often needed about all Secrets of a pod.
func (p *Pull) note(u *PullSecret) {
	p.Unusable = p.Unusable || !u.Usable
	p.Keyless = p.Keyless || !u.HasKeys()
	p.ContentUnknown = p.ContentUnknown || u.Problem == "" && !u.Usable
	p.drafted = p.drafted || u.draft
	p.Undefined = p.Undefined || !u.Found() && len(u.Elsewhere) == 0
	if p.lacking == nil && (!u.Found() || u.Problem != "" && u.Expired.IsZero()) {
		p.lacking = u
	}
	if p.unread == nil && u.unread() && !u.draft {
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
		if pull.unplaced == nil && p.isUnplaced(u) {
			pull.unplaced = u
		}
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
		named = append(named, pullsecret.NamedConfig{Secret: u.id(), Config: payload.Config})
	}
	if pull.drafted {
		p.draft(pull)
	}
	if len(named) == 0 {
		return
	}
	// Thousands of pods share a few lists, and a keyring indexes all their keys.
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

// SecretID returns the name of a Secret for messages.
func SecretID(namespace, name string) string {
	if namespace == "" {
		return name
	}
	return namespace + "/" + name
}

// Keyring returns the kubelet's keyring from the pull secrets that can be read.
func (p *Pull) Keyring() pullsecret.Keyring { return p.keyring }

// Drafts returns the future keyring of pull secrets whose keys are known and whose credentials are filled in later.
func (p *Pull) Drafts() pullsecret.Keyring { return p.drafts }

// Failed returns the pull secret whose content makes every pull of the pod fail, or nil.
func (p *Pull) Failed() *PullSecret { return p.failed }

// Complete reports whether all credentials of the pod are in the input and could be read.
func (p *Pull) Complete() bool { return !p.Unknown && p.unread == nil }

// HasHiddenSecrets reports whether Helm hid Secrets in the file of an object, which may be the missing ones.
func (p *Planner) HasHiddenSecrets(o *manifests.Object) bool {
	return o != nil && o.Span.File() != nil && p.hidden[o.Span.File().Name]
}
