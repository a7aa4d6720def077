package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretsInconsistent reports a pod without a pull secret for a registry if a sibling has one.
var PullSecretsInconsistent = lint.Rule{
	ID: "pull-secrets-inconsistent", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check: checkPullSecretsInconsistent,
	Doc: lint.Doc{
		Title: `a pod has no pull secret for a registry, but a sibling does`,
		Why:   `Another pod in the same namespace pulls from this registry with pull secrets, this one without, or only with pull secrets that have no key for it: often a CronJob or a hook that a chart forgot. Only pods in the same folder or chart are compared. For registries that also have public images, only images of the same owner are compared, and not with a sibling whose Secrets are not in the input and may be for its images from private registries. For registries of clouds, for which nodes can have credentials of their own, it is only an info, and a sibling whose Secrets are missing does not count. Images that are known to be public are not compared. A pod's own imagePullSecrets replace those of its service account; if only the latter have a key for the image, that is reported, too. Before Kubernetes 1.35, a node that has the image from another pod hides the problem.`,
		Bad:   `image: registry.shop.internal:5000/shop/report:1.4.2`,
		Good:  `serviceAccountName: shop`,
		Since: "0.1.0",
	},
}

func checkPullSecretsInconsistent(p *lint.Pass) {
	if p.Plan.PullSecretInjector() != nil {
		return
	}
	siblings, listed := siblingsOf(p), listedSecrets(p)
	done := map[podOrigin]bool{}
	others := newOtherSecrets(p)
	for w, img := range parsed(p) {
		if others.found(siblings, w, img) {
			continue
		}
		sibling := siblings.of(p, w, img)
		if sibling == nil || done[podOrigin{img.Pod, sibling.from}] || listedFor(p, listed, w, img) {
			continue
		}
		done[podOrigin{img.Pod, sibling.from}] = true
		f := lint.Finding{
			FingerprintKey: sibling.from,
			Severity:       min(lint.Warning, byConfidence(img)),
			Message:        fmt.Sprintf("image %s is pulled without pull secrets, while %s", quote(img.Raw), sibling.text()),
			Help:           fmt.Sprintf("name %s in this pod, or in its service account", sibling.wanted()),
			Cluster:        lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: denied},
			Related:        []lint.Related{{Span: sibling.img.Span, Message: "the image of the sibling"}},
		}
		if a := p.Plan.Pod(w, img.Pod).ServiceAccount; a.Found != nil {
			f.Help += " " + quote(a.Name)
		}
		lowerIfAmbient(img, &f)
		if same := siblings.find(p, w, img, img.Ref.Canonical()); same != nil && verifiesPulled(p, img) {
			f.Related[0] = lint.Related{
				Span:    same.img.Span,
				Message: "the sibling's image, which is the same: since Kubernetes 1.35, a node that has it cached still asks the registry for a pod without credentials",
			}
		}
		lowerIfInjected(p, &f)
		p.ReportImage(w, img, f)
	}
}

// ensuresSecrets is the minor version from which the kubelet gives an image pulled with credentials only to pods that have them
// (KubeletEnsureSecretPulledImages, KEP-2535: beta and on by default in 1.35).
const ensuresSecrets = 35

// verifiesPulled reports whether the kubelet checks credentials for an image that is already on the node and that it would not pull
// otherwise.
func verifiesPulled(p *lint.Pass, img *manifests.ImageRef) bool {
	policy, _ := plan.PullPolicy(img)
	return p.Settings.Kubernetes >= ensuresSecrets && policy == "IfNotPresent"
}

// lowerIfAmbient lowers a finding about an image that nodes may pull with credentials of their own.
func lowerIfAmbient(img *manifests.ImageRef, f *lint.Finding) {
	if isAmbient(img) {
		f.Severity = lint.Info
		f.Help += nodesHaveIdentity
	}
}

// sibling is a pod that names pull secrets for a registry.
type sibling struct {
	w    *manifests.Workload
	img  *manifests.ImageRef
	pull *plan.Pull
	from string
	use  siblingUse
	// meant is the name that a missing pull secret of it is probably a typing error of, or "".
	meant string
}

// siblingUse is what the input shows about the pull secrets that a sibling has for an image, from the weakest to the strongest.
type siblingUse uint8

const (
	useMissing siblingUse = iota + 1 // none exists, which is a mistake of its own
	useNamed                         // one may exist outside of the input
	useBroken                        // one has a key for the image, but does not work
	useUnread                        // one exists, and its content is not known
	useKeyed                         // one has a key for the image
)

// text says what a sibling does. It pulls with its pull secrets only if they exist.
func (s *sibling) text() string {
	if s.use < useUnread {
		return fmt.Sprintf("%s %s names %s for %s", s.w.Kind, s.w.Name, sentence(secretNames(s.pull.PullSecrets)), s.from)
	}
	return fmt.Sprintf("%s %s pulls from %s with %s", s.w.Kind, s.w.Name, s.from, sentence(s.names()))
}

// names returns the sibling's pull secrets that may be the ones for its image: without those that are missing or have only other keys, if others remain.
func (s *sibling) names() []string {
	left := slices.DeleteFunc(slices.Clone(s.pull.PullSecrets), func(u plan.PullSecret) bool {
		return !u.Found() || u.Problem != "" || u.Unmatched(s.img.Ref) != ""
	})
	if names := secretNames(left); len(names) > 0 {
		return names
	}
	return secretNames(s.pull.PullSecrets)
}

// wanted says which pull secret a pod should name: that of its sibling, unless that one is a mistake of its own.
func (s *sibling) wanted() string {
	switch {
	case s.use != useMissing:
		return "the same pull secret"
	case s.meant != "":
		return quote(s.meant)
	}
	return "a pull secret for " + quote(s.img.Ref.Registry)
}

// maxNames is the maximum number of pull secrets in a message.
const maxNames = 5

// secretNames returns pull secrets for a message, without those that OpenShift creates.
func secretNames(secrets []plan.PullSecret) []string {
	var names []string
	more := 0
	for i := range secrets {
		name := writtenName(&secrets[i])
		switch {
		case plan.IsOpenShift(name): // every account there has its own
		case len(names) < maxNames:
			names = append(names, quote(name))
		default:
			more++
		}
	}
	if more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return names
}

// writtenName returns the name of a pull secret as people write it: in the output of a kustomization, it may have a hash of the content.
func writtenName(u *plan.PullSecret) string {
	if s := u.Secret; s != nil && s.WrittenName != "" && s.SecretName == u.Ref.Name {
		return s.WrittenName
	}
	return u.Ref.Name
}

// siblingKey is what two pods must have in common to be compared: the namespace, the origin of their images, and a scope. If the Secret is
// not in the input, which proves less, the scope is the file.
type siblingKey struct {
	namespace, from string
	image           string // "" for any image of the origin
	keyed           bool   // only siblings with a key for their image
	at              plan.Scope
}

type siblings map[siblingKey]*sibling

// origin returns what two images must have in common to be compared: the registry, with the owner if the registry has public images. It
// returns "" if that would not relate them.
func origin(img *manifests.ImageRef) string {
	host, known := catalog.LookupHost(img.Ref.Registry)
	if !known || host.Anonymous == catalog.AnonymousNever || host.Anonymous == catalog.AnonymousReserved {
		return img.Ref.Registry
	}
	owner, _, more := strings.Cut(img.Ref.Repository, "/")
	switch {
	case !more && host.Anonymous == catalog.AnonymousLogin: // such registries need no owner in names
		return img.Ref.Registry
	case !more, owner == "library", host.Anonymous == catalog.AnonymousYes:
		return ""
	}
	return img.Ref.Registry + "/" + owner
}

// siblingsOf collects pods with pull secrets by namespace, origin and scope.
func siblingsOf(p *lint.Pass) siblings {
	return lint.Shared(p, "siblings", func() siblings { return findSiblings(p) })
}

func findSiblings(p *lint.Pass) siblings {
	out := siblings{}
	hasNames := map[*plan.Pull]bool{}
	uses := newOtherUses(p)
	peers := sync.OnceValue(func() *secretPeers { return secretPeersOf(p) })
	for w, img := range parsed(p) {
		if img.Pod == nil || img.Pod.OperatorAccount || isNever(img) || p.IsLocal(img) {
			continue // what is not pulled shows nothing about pulls
		}
		pull := p.Plan.Pod(w, img.Pod)
		if len(pull.PullSecrets) == 0 {
			continue
		}
		from := origin(img)
		if from == "" {
			continue
		}
		s := &sibling{w: w, img: img, pull: pull, from: from}
		named, ok := hasNames[pull]
		if !ok {
			named = len(secretNames(pull.PullSecrets)) > 0
			hasNames[pull] = named
		}
		if !named || isPublic(img) {
			continue
		}
		s.use, s.meant = siblingUseOf(p, peers, w, img, pull)
		isKeyed := s.use == useKeyed || s.use == useBroken
		if s.use == 0 || !isKeyed && uses.explain(pull, img) {
			continue
		}
		if s.use < useBroken {
			// A Secret that is missing proves little; and nothing about a cloud's registry, for which nodes can have credentials of their own.
			if !isAmbient(img) {
				out.add(siblingKey{namespace: pull.Namespace, at: plan.FileScope(w.Object)}, s)
			}
			continue
		}
		for _, at := range plan.ScopesOf(w.Object) {
			if at != (plan.Scope{}) {
				out.add(siblingKey{namespace: pull.Namespace, at: at}, s)
				if s.use == useKeyed {
					out.add(siblingKey{namespace: pull.Namespace, at: at, keyed: true}, s)
				}
			}
		}
	}
	return out
}

// siblingUseOf returns what the input shows about the pull secrets that a pod has for an image, or 0 if they are for others. If one is missing, it also
// returns the name that is probably meant, or "".
func siblingUseOf(p *lint.Pass, peers func() *secretPeers, w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) (use siblingUse, meant string) {
	switch {
	case len(pull.Keyring().Lookup(img.Ref.Name()))+len(pull.Drafts().Lookup(img.Ref.Name())) > 0:
		if o := p.Plan.Outcome(img, pull); o != plan.Credentials && o != plan.Unknown || p.Plan.Defect(img, pull).Text != "" {
			return useBroken, ""
		}
		return useKeyed, ""
	case pull.ContentUnknown && pull.Keyless: // one exists, but its keys are unknown
		return useUnread, ""
	case !pull.Undefined:
		return 0, ""
	}
	for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
		u := secretUse{PullSecret: pull.PullSecrets[i], object: w.Object, w: w, pod: img.Pod}
		if u.From == plan.FromServiceAccount && pull.ServiceAccount.Found != nil {
			u.object = pull.ServiceAccount.Found.Object
		}
		if u.Found() || len(u.Elsewhere) > 0 {
			continue
		}
		as := meantName(p, peers, &u)
		if as == "" && !p.Plan.IsNowhere(&u.PullSecret, u.object) {
			return useNamed, ""
		}
		meant = cmp.Or(meant, as)
	}
	return useMissing, meant
}

// meantName returns the name that a missing one is probably a typing error of, or "".
func meantName(p *lint.Pass, peers func() *secretPeers, u *secretUse) string {
	if near, as := p.Plan.SimilarSecret(u.Namespace, u.Ref.Name); near != nil {
		return as
	}
	if known, _ := p.Plan.SimilarKnown(u.Namespace, u.Ref.Name, u.object); known != "" {
		return known
	}
	as, _ := peers().of(u)
	return as
}

// add stores a sibling by origin and by image, unless there is one whose pull secrets show more.
func (s siblings) add(k siblingKey, found *sibling) {
	k.from = found.from
	for _, k.image = range []string{"", found.img.Ref.Canonical()} {
		if s[k] == nil || s[k].use < found.use {
			s[k] = found
		}
	}
}

// otherUses answers what pull secrets of unknown content may be for. Its functions inspect the whole input, so they run on first use only.
type otherUses struct {
	hosts  func() map[*manifests.Pod]map[string]bool // true for those of clouds
	unread map[*plan.Pull]int
}

func newOtherUses(p *lint.Pass) *otherUses {
	return &otherUses{sync.OnceValue(func() map[*manifests.Pod]map[string]bool { return privateHosts(p) }), map[*plan.Pull]int{}}
}

// explain reports whether the other images of a pod explain its pull secrets of unknown content, so that these show nothing about an image: its registry
// has public images, or nodes can have credentials of their own for it, and the pod has images from as many other private registries as such Secrets.
func (o *otherUses) explain(pull *plan.Pull, img *manifests.ImageRef) bool {
	ambient := isAmbient(img)
	if !ambient && !hasPublicImages(img.Ref.Registry) {
		return false
	}
	hosts := 0
	for _, ofCloud := range o.hosts()[img.Pod] {
		if !ambient || !ofCloud {
			hosts++
		}
	}
	if hosts == 0 {
		return false
	}
	unread, ok := o.unread[pull]
	if !ok {
		for i := range pull.PullSecrets {
			if u := &pull.PullSecrets[i]; !u.HasKeys() && !plan.IsOpenShift(u.Ref.Name) {
				unread++
			}
		}
		o.unread[pull] = unread
	}
	return hosts >= unread
}

// privateHosts returns the registries of each pod's images that have no public images as far as known, without those that the pod has a known key for.
func privateHosts(p *lint.Pass) map[*manifests.Pod]map[string]bool {
	out := map[*manifests.Pod]map[string]bool{}
	for w, img := range parsed(p) {
		if !isPulledByPod(p, w, img) || hasPublicImages(img.Ref.Registry) {
			continue
		}
		if pull := p.Plan.Pod(w, img.Pod); len(pull.PullSecrets) == 0 || len(pull.Keyring().Lookup(img.Ref.Name())) > 0 {
			continue
		}
		if out[img.Pod] == nil {
			out[img.Pod] = map[string]bool{}
		}
		out[img.Pod][strings.ToLower(img.Ref.Registry)] = isAmbient(img)
	}
	return out
}

// hasPublicImages reports whether a registry is known to serve images to everyone, all or some.
func hasPublicImages(registry string) bool {
	host, known := catalog.LookupHost(registry)
	return known && (host.Anonymous == catalog.AnonymousYes || host.Anonymous == catalog.AnonymousMixed)
}

// of returns a sibling with the pull secrets that an image's pod lacks, or nil.
func (s siblings) of(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) *sibling {
	return s.find(p, w, img, "")
}

// find returns a sibling that pulls the named image or, if image is "", any image of the same origin.
func (s siblings) find(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, image string) *sibling {
	if len(s) == 0 || !isPulledBare(p, w, img) || isPublic(img) {
		return nil
	}
	return s.lookUp(p, w, img, siblingKey{image: image})
}

// lookUp returns the sibling of a pod whose pull secrets show most, the nearest first, by the remaining fields of a key. It returns nil if there is none.
func (s siblings) lookUp(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, k siblingKey) *sibling {
	from := origin(img)
	if from == "" {
		return nil
	}
	k.from, k.namespace = from, p.Plan.Pod(w, img.Pod).Namespace
	var best *sibling
	for _, k.at = range plan.ScopesOf(w.Object) {
		if found := s[k]; k.at != (plan.Scope{}) && found != nil && (best == nil || best.use < found.use) {
			best = found
		}
	}
	return best
}
