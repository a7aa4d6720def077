package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/manifests/source"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretRegistryMismatch reports pull secrets of which none matches the image's registry.
var PullSecretRegistryMismatch = lint.Rule{
	ID: "pull-secret-registry-mismatch", Group: "pull-secret", Severity: lint.Error, Levels: "error, warning or info",
	Check: checkPullSecretRegistryMismatch,
	Doc: lint.Doc{
		Title: `no pull secret of the pod matches the image's registry`,
		Why:   `The kubelet compares the keys under auths with registry and repository as text: host and port must be equal, a path must be a prefix, and * matches one label. The kubelet does not report a key that does not match; it pulls the image without those credentials. It is an error if a key is evidently meant for the image: a known misspelling of a well-known host, the same account in another ECR region or another Artifact Registry location, another address of the same registry, the address of an API. Any other host with one typing error is a warning, since the image may be public, unless its registry always requires credentials. It is also a warning if the image is public, or if a Secret matches none of the images of the pods that name it. About Red Hat's registries it is an info if these manifests contain an OpenShift object, since OpenShift nodes have the cluster's pull secret. An image without a registry is read as one of Docker Hub; if the pod's pull secrets match none of its images, but would match that repository as another object writes it, with a registry, that is a warning, too.`,
		Bad:   `"https://index.docker.io/v1": {"username": "robot", "password": "not-a-real-password"}`,
		Good:  `"https://index.docker.io/v1/": {"username": "robot", "password": "not-a-real-password"}`,
		Since: "0.1.0",
	},
}

func checkPullSecretRegistryMismatch(p *lint.Pass) {
	for _, m := range mismatches(p) {
		p.Report(*m.finding)
	}
}

// mismatch is a pull secret that does not match an image. key is the one that was meant for the image, or "".
type mismatch struct {
	finding *lint.Finding
	use     *plan.PullSecret
	key     string
	images  int
	// first is the image that the finding is about, and others are what it says about further ones.
	first  *manifests.ImageRef
	others []lint.Related
}

// mismatchKey identifies a mistake: the position of a Secret's name, and either the key in the Secret or the registry without a key.
type mismatchKey struct {
	file     *source.File
	offset   int
	key      string
	registry string
}

// mismatcher finds mismatches. Its functions inspect the whole input, so they run on first use only.
type mismatcher struct {
	p          *lint.Pass
	out        []*mismatch
	at         map[mismatchKey]*mismatch
	reported   map[*manifests.ImageRef]bool
	working    func() map[secretKey]bool
	serving    func() map[*manifests.Secret]bool
	audiences  func() map[*manifests.Secret]*audience
	open       func() map[string]bool
	openPlaces func() map[string]bool
	// openImages has the repositories that pods use without pull secrets, and the registries from which a node pulled for such a pod.
	openImages func() map[string]bool
	// placed and servedPods are for images whose registry was forgotten.
	placed     func() map[string][]placedImage
	servedPods func() map[*manifests.Pod]bool
	// repositories and typos are for typing errors in hosts.
	repositories func() map[string][]string
	typos        *hostTypos
	renamed      *renamedSecrets
}

// mismatches returns the images that their pull secrets do not match, and the Secrets that match no image, once per mistake.
func mismatches(p *lint.Pass) []*mismatch { return findMismatches(p).out }

// mismatchedImages returns the images that mismatches are about.
func mismatchedImages(p *lint.Pass) map[*manifests.ImageRef]bool { return findMismatches(p).reported }

func findMismatches(p *lint.Pass) *mismatcher {
	m := &mismatcher{p: p, at: map[mismatchKey]*mismatch{}, reported: map[*manifests.ImageRef]bool{}, typos: newHostTypos(p), renamed: newRenamedSecrets(p)}
	m.repositories = sync.OnceValue(func() map[string][]string { return repositoriesByHost(p) })
	m.working = sync.OnceValue(func() map[secretKey]bool { return workingKeys(p) })
	m.serving = sync.OnceValue(func() map[*manifests.Secret]bool { return servingSecrets(m.working()) })
	m.audiences = sync.OnceValue(func() map[*manifests.Secret]*audience { return audiences(p) })
	m.open = sync.OnceValue(func() map[string]bool {
		return openPlaces(p, func(img *manifests.ImageRef) string { return strings.ToLower(img.Ref.Registry) })
	})
	m.openImages = sync.OnceValue(func() map[string]bool {
		return openPlaces(p, func(img *manifests.ImageRef) string {
			if p.Plan.IsPulled(img.Raw) && p.Plan.HasAnswered(img.Ref.Registry) {
				return strings.ToLower(img.Ref.Registry)
			}
			return img.Ref.Name()
		})
	})
	m.placed = sync.OnceValue(func() map[string][]placedImage { return placedImages(p) })
	m.servedPods = sync.OnceValue(func() map[*manifests.Pod]bool { return servedPods(p) })
	m.openPlaces = sync.OnceValue(func() map[string]bool { return openPlaces(p, ownerOf) })
	for w, img := range everyImage(p) {
		m.image(w, img)
	}
	m.foldAtSecrets()
	m.idle()
	return m
}

// image finds the mismatch of an image.
func (m *mismatcher) image(w *manifests.Workload, img *manifests.ImageRef) {
	if img.State != manifests.StateString || img.Err != nil || img.Remote || img.Confidence == manifests.Guess {
		return
	}
	pull := m.p.Plan.Image(w, img)
	if len(pull.PullSecrets) == 0 {
		return
	}
	outcome := m.p.Plan.Outcome(img, pull)
	if outcome != plan.Anonymous && outcome != plan.Unknown {
		return
	}
	found := m.meant(w, img, pull)
	if found == nil && outcome == plan.Anonymous && m.isPrivate(img, pull) {
		if found = m.mistypedKey(w, img, pull); found == nil {
			found = unserved(w, img, pull, &pull.PullSecrets[0])
			m.renamed.offerFor(img, pull, found.finding)
		}
	}
	isForgotten := false
	if found == nil && outcome == plan.Anonymous {
		found = m.forgotten(w, img, pull)
		isForgotten = found != nil
	}
	if found == nil && outcome == plan.Anonymous {
		found = m.scoped(w, img, pull)
	}
	if found == nil || found.finding.Object.Context { // nothing is reported on the context, but a Secret that it uses may be wrong
		return
	}
	needsNone := func(right *manifests.ImageRef) bool {
		return found.key == "" && (isPublic(right) || hasPublicImages(right.Ref.Registry))
	}
	if m.isTypo(img, pull, needsNone) {
		return // image-registry-typo reports the cause
	}
	isOfCluster := isOfCluster(m.p, img)
	if isOfCluster {
		found.finding.Severity, found.finding.Pulls = lint.Info, nil
	}
	m.reported[img] = true
	k := mismatchKey{found.finding.Span.File(), found.finding.Span.Start().Offset, found.key, ""}
	if found.key == "" {
		k.registry = img.Ref.Registry
	}
	if first := m.at[k]; first != nil {
		if found.finding.Severity > first.finding.Severity {
			img = first.lead(found)
		}
		first.also(img, found)
		return
	}
	if found.key == "" && !isForgotten {
		m.explainSlip(found.finding, w, img, pull)
	}
	if isOfCluster {
		found.finding.Help += clusterHasSecret
	}
	m.at[k] = found
	m.out = append(m.out, found)
}

// foldAtSecrets makes one finding at the key of a Secret of those about that key at several references: that pods of several objects need another one
// shows that the key is wrong, not one of the images.
func (m *mismatcher) foldAtSecrets() {
	leads, folded := map[secretKey]*mismatch{}, map[*mismatch]bool{}
	keyOf := func(found *mismatch) (k secretKey, ok bool) {
		s := found.use.Secret
		return secretKey{s, found.key}, found.key != "" && s != nil && !s.Context && found.finding.Home == nil
	}
	for _, found := range m.out {
		if k, ok := keyOf(found); ok {
			switch lead := leads[k]; {
			case lead == nil:
				leads[k] = found
			case found.finding.Severity > lead.finding.Severity: // so that an error is about an image whose pull fails
				leads[k], folded[lead] = found, true
			default:
				folded[found] = true
			}
		}
	}
	moved := map[*mismatch]bool{}
	for _, found := range m.out {
		if !folded[found] {
			continue
		}
		k, _ := keyOf(found)
		lead := leads[k]
		if !moved[lead] {
			moved[lead] = true
			f := lead.finding
			f.Related = f.Related[:len(f.Related)-len(lead.others)]
			atSecret(f, lead.use, lead.key)
			f.Related = append(f.Related, lead.others...)
		}
		lead.also(found.first, found)
	}
	m.out = slices.DeleteFunc(m.out, func(found *mismatch) bool { return folded[found] })
}

// idle finds the Secrets that match none of the images of their users, although some of these images are not public.
func (m *mismatcher) idle() {
	if len(m.p.Plan.Secrets()) == 0 {
		return
	}
	var idle []*manifests.ImageRef
	corrected := map[*manifests.Secret]bool{} // with the right key they do match an image
	for _, found := range m.out {
		if found.key != "" {
			corrected[found.use.Secret] = true
		}
	}
	for _, s := range m.p.Plan.Secrets() {
		if corrected[s] {
			continue
		}
		a := m.audiences()[s]
		if !a.isIdle(m.serving(), s) || a.operator {
			continue
		}
		var found *mismatch
		for i := range a.pulls {
			x := &a.pulls[i]
			if x.w.Context || m.reported[x.img] || !m.wants(x) || m.isTypo(x.img, x.pull, isPublic) {
				continue
			}
			idle = append(idle, x.img)
			if found != nil {
				found.also(x.img, found)
				continue
			}
			found = idleSecret(s, x)
			m.renamed.offerFor(x.img, x.pull, found.finding)
			m.explainSlip(found.finding, x.w, x.img, x.pull)
		}
		if found != nil {
			m.out = append(m.out, found)
		}
	}
	for _, img := range idle { // only now: an image may be one of several idle Secrets
		m.reported[img] = true
	}
}

// idleSecret returns the mismatch for a Secret that matches none of its users' images; x is one of them.
func idleSecret(s *manifests.Secret, x *pulled) *mismatch {
	m := newMismatch(x.w, x.img, x.pull, x.use)
	f := m.finding
	f.Severity = lint.Warning
	if !requiresLogin(x.img) {
		f.Cluster = lint.ClusterError{} // the image may be public
	}
	f.Message = fmt.Sprintf("pull secret %s matches none of the images of the pods that name it, such as %s: %s", quote(s.SecretName), quote(x.img.Raw), keysText(s))
	f.Help = fmt.Sprintf("add credentials under the key %s, or remove the pull secret", quote(pullsecret.RecommendedKey(x.img.Ref.Registry)))
	if isAmbient(x.img) {
		f.Help += nodesHaveIdentity
	}
	return m
}

// nodesHaveIdentity is the end of a help about a cloud's registry.
const nodesHaveIdentity = "; nodes with their own credentials for the registry need none"

// keysText lists the keys of a Secret.
func keysText(s *manifests.Secret) string {
	keys := s.Content().Config.Keys()
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Written
	}
	if len(names) == 1 {
		return "its only key is " + quote(names[0])
	}
	return "its keys are " + someOf(names)
}

// servingSecrets returns the Secrets with a key that matches an image.
func servingSecrets(working map[secretKey]bool) map[*manifests.Secret]bool {
	out := map[*manifests.Secret]bool{}
	for k := range working {
		out[k.secret] = true
	}
	return out
}

// maxImages is the maximum number of images in a finding.
const maxImages = 5

// also adds another image to a mismatch.
func (m *mismatch) also(img *manifests.ImageRef, other *mismatch) {
	m.finding.Pulls = append(m.finding.Pulls, other.finding.Pulls...)
	also := lint.Related{Span: img.Span, Message: "this image needs them, too"}
	if m.images++; m.images == maxImages {
		also = lint.Related{Message: "and so do others"}
	}
	if m.images <= maxImages {
		m.finding.Related, m.others = append(m.finding.Related, also), append(m.others, also)
	}
}

// lead makes the finding that of a more severe mismatch for the same mistake, so that an error is about an image whose pull fails. It returns the image that
// the finding was about, for also; other then has the less severe finding.
func (m *mismatch) lead(other *mismatch) *manifests.ImageRef {
	before := m.first
	m.finding, other.finding, m.first = other.finding, m.finding, other.first
	m.finding.Related = append(m.finding.Related, m.others...)
	return before
}

// meant returns the mismatch for a key that was meant for an image but does not match it, or nil.
func (m *mismatcher) meant(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) *mismatch {
	ring, drafts, name := pull.Keyring(), pull.Drafts(), img.Ref.Name()
	near := append(ring.NearMiss(name), drafts.NearMiss(name)...)
	for i, miss := range append(append(near, ring.Misspelled(name)...), drafts.Misspelled(name)...) {
		use := useOf(pull, miss.Secret)
		if m.working()[secretKey{use.Secret, miss.Key}] {
			continue // it is for other images
		}
		forOthers := miss.Loose || miss.SameRegistry // unless it matches no image at all
		if forOthers && !m.audiences()[use.Secret].isIdle(m.serving(), use.Secret) {
			continue
		}
		out := newMismatch(w, img, pull, use)
		out.key = miss.Key
		f := out.finding
		f.Severity = lint.Error
		switch {
		case isPublic(img):
			f.Severity = lint.Warning
			f.Cluster = lint.ClusterError{}
		case miss.Loose && !requiresLogin(img), forOthers && (use.From == plan.FromServiceAccount || m.audiences()[use.Secret].operator):
			f.Severity = lint.Warning // other owners' images may be public, and other pods may use the account
		}
		f.Severity = capByConfidence(f.Severity, img.Confidence)
		f.Message = fmt.Sprintf("pull secret %s has the key %s, which does not match image %s: %s", quote(use.Ref.Name), quote(miss.Key), quote(img.Raw), miss.Why)
		if f.Help = "correct the key"; miss.Want != "" {
			f.Help = fmt.Sprintf("write the key %s (the docker-server of kubectl create secret docker-registry)", quote(miss.Want))
			if f.Fix = rekeyed(use.Secret, miss.Key, miss.Want); f.Fix != nil && forOthers {
				f.Fix.Safe = false // the credentials may be those of others, on purpose
			}
		}
		if isAmbient(img) {
			f.Help += nodesHaveIdentity
		}
		if f.Severity == lint.Error && m.p.WantsPulls() {
			f.Pulls = []lint.FailedPull{deniedPull(img, f.Message)}
		}
		if i >= len(near) {
			atSecret(f, use, miss.Key)
		}
		return out
	}
	return nil
}

// scoped returns the mismatch for an image of a registry that usually requires credentials if a pull secret of the pod has some for other repositories of
// it only. That the key is right for other pods does not help this one. It returns nil if there is none.
func (m *mismatcher) scoped(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) *mismatch {
	if pull.Keyless || !requiresLogin(img) || isPublic(img) || m.openPlaces()[ownerOf(img)] {
		return nil
	}
	for _, miss := range pull.Keyring().NearMiss(img.Ref.Name()) {
		if use := useOf(pull, miss.Secret); miss.Loose && m.working()[secretKey{use.Secret, miss.Key}] {
			out := unserved(w, img, pull, use)
			lowerIfAmbient(img, out.finding)
			return out
		}
	}
	return nil
}

// atHome returns a copy of a finding about an object of the context, before it moves to where the object is used.
func atHome(f lint.Finding) *lint.Finding { return &f }

// atSecret moves a finding to the key in the Secret, which is wrong whatever names the Secret.
func atSecret(f *lint.Finding, use *plan.PullSecret, key string) {
	s := use.Secret
	moved := *f
	moved.Object, moved.Container, moved.Path, moved.Span = s.Object, "", "", s.Content().Span
	if at, ok := s.Content().Registries[key]; ok {
		moved.Span = at
	}
	if s.Context {
		f.Home = &moved
		return
	}
	moved.Related[len(moved.Related)-1] = lint.Related{Span: use.Ref.Span, Message: "the reference to the Secret"}
	*f = moved
}

// requiresLogin reports whether the registry of an image is known to require credentials, always or usually.
func requiresLogin(img *manifests.ImageRef) bool {
	host, known := catalog.LookupHost(img.Ref.Registry)
	return known && (host.Anonymous == catalog.AnonymousNever || host.Anonymous == catalog.AnonymousLogin)
}

// unserved returns the mismatch for an image in a private registry without any matching key.
func unserved(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull, use *plan.PullSecret) *mismatch {
	m := newMismatch(w, img, pull, use)
	m.finding.Severity = lint.Warning
	m.finding.Message = fmt.Sprintf("no pull secret of the pod has a key that matches image %s", quote(img.Raw))
	m.finding.Help = fmt.Sprintf("add credentials for %s", quote(pullsecret.RecommendedKey(img.Ref.Registry)))
	return m
}

func newMismatch(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull, use *plan.PullSecret) *mismatch {
	f := &lint.Finding{
		Object: w.Object, Path: use.Ref.Path, Span: use.Ref.Span, Container: img.Container, Image: img.Raw, Cluster: withoutCredentials(),
		FingerprintKey: writtenName(use) + " " + img.Ref.Registry,
		Related:        []lint.Related{{Span: img.Span, Message: "the image that needs them"}},
	}
	if use.Secret != nil {
		f.Related = append(f.Related, atFault(use.Secret, "the Secret"))
	}
	if use.From == plan.FromServiceAccount && pull.ServiceAccount.Found != nil {
		f.Object, f.Container = pull.ServiceAccount.Found.Object, ""
		if f.Object.Context {
			f.Home = atHome(*f)
			f.Object, f.Container, f.Span, f.Path = w.Object, img.Container, img.Span, img.Path
			f.Related = f.Related[1:]
		}
	}
	return &mismatch{finding: f, use: use, images: 1, first: img}
}

// isOpen reports whether an image is public: its registry only has public images, or it is a Docker Official Image.
func isOpen(img *manifests.ImageRef) bool {
	if _, ok := hubName(img); ok {
		return true
	}
	host, known := catalog.LookupHost(img.Ref.Registry)
	return known && host.Anonymous == catalog.AnonymousYes
}

// isPrivate reports whether an image requires credentials that the pod does not have. All pull secrets of the pod must be known. The registry
// must always require credentials or be unknown, and in the latter case no other pod may use it without pull secrets.
func (m *mismatcher) isPrivate(img *manifests.ImageRef, pull *plan.Pull) bool {
	if pull.Keyless {
		return false // the missing one may match; another rule reports it
	}
	host, known := catalog.LookupHost(img.Ref.Registry)
	switch {
	case known:
		return host.Anonymous == catalog.AnonymousNever && !host.Ambient
	case img.Ref.Registry == "docker.io":
		return false
	}
	registry := strings.ToLower(img.Ref.Registry)
	if m.open()[registry] && hasKeyOfOtherPort(img, pull) {
		// The key shows that the host wants credentials, so that a pod without any is no proof: its own pull may fail.
		return !m.openImages()[registry] && !m.openImages()[img.Ref.Name()]
	}
	return !m.open()[registry]
}

// hasKeyOfOtherPort reports whether a pull secret of a pod has a key for the host of an image that does not match because of the port.
func hasKeyOfOtherPort(img *manifests.ImageRef, pull *plan.Pull) bool {
	host, port, _ := hostAndPort(strings.ToLower(img.Ref.Registry))
	for _, k := range comparedKeys(pull) {
		if name, other, _ := hostAndPort(k.Host); name == host && other != port {
			return true
		}
	}
	return false
}

// openPlaces returns the places that pods use without pull secrets, so that they are probably public. A pod shows that only if it can be created, and
// nothing outside of the input can give it pull secrets.
func openPlaces(p *lint.Pass, place func(*manifests.ImageRef) string) map[string]bool {
	out := map[string]bool{}
	for w, img := range parsed(p) {
		if isPulledBare(p, w, img) && !p.Plan.Pod(w, img.Pod).Unknown {
			out[place(img)] = true
		}
	}
	return out
}

// useOf returns the pull secret with an ID from the keyring.
func useOf(pull *plan.Pull, id string) *plan.PullSecret {
	if u := pull.Named(id); u != nil {
		return u
	}
	return &pull.PullSecrets[0]
}
