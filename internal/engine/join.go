package engine

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Causes explains why images cannot be pulled, based on the cluster messages in the inputs and the pulls that the manifests ask
// for.
func (l *Loaded) Causes(now time.Time) []cluster.Answer {
	set := l.Set()
	text, _ := l.StatusText()
	observations := append(cluster.FromSet(set), text.Observations...)
	if len(observations) == 0 {
		return nil
	}
	o := l.linter.Settings.PlanOptions()
	o.Now = now
	j := newJoin(set, plan.New(set, o))
	for i, s := range l.sets {
		planner := j.planner
		if i > 0 {
			planner = plan.New(s, o)
		}
		j.addContainers(s, planner)
	}
	j.place(observations)
	return cluster.Diagnose(observations, cluster.Options{Now: now, OpenShift: set.OpenShift, Planned: j.planned, Instead: j.instead, LookUp: j.lookUpSecret, Matching: j.matchingSecrets, Known: l.req.Known})
}

// statusJoin finds the container in the manifests that a message is about.
type statusJoin struct {
	planner *plan.Planner
	at      map[cluster.Key]joined
	// images indexes containers by namespace, image and object, and by namespace and image alone,
	// for owners of pods.
	images map[imageKey]joined
	// containers holds the images of containers in the manifests of all sets, by the name of their object.
	containers map[cluster.Key][]*manifests.ImageRef
	// only holds the image of pods, and of pod owners, that have exactly one image.
	only map[cluster.Key]string
	// namespaces holds the namespace of each pod and of each workload with an image. A name that
	// occurs in several namespaces maps to "".
	namespaces map[cluster.Key]string
	secrets    *plan.SecretsByHost
	set        *manifests.Set
	// users holds, by the ID of a Secret, the first object whose pods use it; nil before it is needed.
	users map[string]string
}

type joined struct {
	w   *manifests.Workload
	img *manifests.ImageRef
}

// imageKey identifies a container's image in an object of a namespace. The object "" stands for
// any.
type imageKey struct{ namespace, image, object string }

func newJoin(set *manifests.Set, planner *plan.Planner) *statusJoin {
	j := &statusJoin{planner: planner, at: map[cluster.Key]joined{}, containers: map[cluster.Key][]*manifests.ImageRef{}, images: map[imageKey]joined{}, namespaces: map[cluster.Key]string{}, only: map[cluster.Key]string{}, secrets: plan.NewSecretsByHost(set, planner), set: set}
	for _, w := range set.Workloads {
		namespace := planner.NamespaceOf(w)
		namespaces := slices.Compact([]string{namespace, w.Namespace}) // a log may not say which
		if w.Kind == "Pod" {
			j.inNamespace(cluster.Key{Name: w.Name}, namespace)
		}
		for _, img := range w.Images {
			for _, ns := range namespaces {
				j.isOnly(cluster.Key{Namespace: ns, Name: w.Name}, img)
			}
			if img.Remote || img.Err != nil {
				continue
			}
			found := joined{w, img}
			image := img.Ref.Canonical()
			j.inNamespace(cluster.Key{Name: w.Name, Container: image}, namespace)
			for _, ns := range namespaces {
				if w.Kind == "Pod" {
					j.at[cluster.Key{Namespace: ns, Name: w.Name, Container: img.Container}] = found
				}
				for _, object := range []string{w.Name, ""} {
					k := imageKey{ns, image, object}
					if _, ok := j.images[k]; !ok {
						j.images[k] = found
					}
				}
			}
		}
	}
	return j
}

func (j *statusJoin) isOnly(k cluster.Key, img *manifests.ImageRef) {
	image := img.Raw
	if other, ok := j.only[k]; ok && other != image {
		image = ""
	}
	j.only[k] = image
}

// maxOtherImages limits how many images of one container are compared with that of a failure.
const maxOtherImages = 3

// addContainers adds the containers of a set that are in manifests, and whose images nothing replaces.
func (j *statusJoin) addContainers(set *manifests.Set, planner *plan.Planner) {
	for _, w := range set.Workloads {
		if w.Live {
			continue
		}
		for _, img := range w.Images {
			if img.Err != nil || img.State != manifests.StateString || img.Container == "" || !img.InPodSpec() || planner.Mutation(w, img).Kind != plan.AsWritten {
				continue
			}
			isSame := func(other *manifests.ImageRef) bool { return other.Ref.Canonical() == img.Ref.Canonical() }
			for _, namespace := range slices.Compact([]string{planner.NamespaceOf(w), w.Namespace}) {
				k := cluster.Key{Namespace: namespace, Name: w.Name, Container: img.Container}
				if all := j.containers[k]; len(all) <= maxOtherImages && !slices.ContainsFunc(all, isSame) {
					j.containers[k] = append(all, img)
				}
			}
		}
	}
}

// instead returns the images that the manifests have for the container of a failure, and where, if they are other ones. Too many say nothing.
func (j *statusJoin) instead(f *cluster.Failure) string {
	image := f.Canonical()
	if image == "" || f.Container == "" || f.Kind != "" {
		return ""
	}
	for _, ns := range []string{f.Namespace, ""} { // "" is the namespace of objects that set none
		for owner := range plan.Owners(f.Name) {
			all := j.containers[cluster.Key{Namespace: ns, Name: owner, Container: f.Container}]
			if len(all) == 0 {
				continue
			}
			if len(all) > maxOtherImages {
				return ""
			}
			var out []string
			for _, img := range all {
				if img.Ref.Canonical() == image || img.Span.File() == nil {
					return ""
				}
				out = append(out, fmt.Sprintf("%s in %s:%d", img.Raw, img.Span.File().Name, img.Span.Start().Line))
			}
			slices.Sort(out)
			return strings.Join(out, " and ")
		}
	}
	return ""
}

func (j *statusJoin) inNamespace(k cluster.Key, namespace string) {
	if other, ok := j.namespaces[k]; ok && other != namespace {
		namespace = ""
	}
	j.namespaces[k] = namespace
}

// place completes observations with what the manifests say about their pods. It sets the namespace for texts that omit it,
// such as kubectl get events without -A: that of the pod if it is in exactly one namespace of the input, else the one that the
// user gave, else that of an owner with that image, if it is in exactly one. A log is about all namespaces.
func (j *statusJoin) place(observations []cluster.Observation) {
	known := map[string]string{}
	given := j.planner.Namespace("", nil)
	for i := range observations {
		s := &observations[i]
		if s.Namespace == "" && given != "" && s.From != "log" && (s.Kind != "" || j.namespaces[cluster.Key{Name: s.Name}] == "") {
			s.Namespace = given
		}
		if s.Namespace != "" || s.Name == "" || s.Kind != "" {
			continue
		}
		ns := known[s.Name]
		if ns == "" {
			ns = j.namespaceOf(s)
		}
		if ns != "" {
			known[s.Name] = ns
		}
	}
	for i := range observations {
		s := &observations[i]
		if s.Kind != "" || s.Name == "" {
			continue
		}
		if s.Namespace == "" {
			s.Namespace = known[s.Name]
		}
		if found, ok := j.at[cluster.Key{Namespace: s.Namespace, Name: s.Name, Container: s.Container}]; ok && s.Image == "" {
			s.Image = found.img.Raw
		}
		if s.Image == "" && s.From == "pods" {
			s.Image = j.onlyImage(s)
		}
	}
}

// onlyImage returns the image of a pod in a table of pods, which does not list images, if the pod
// has exactly one.
func (j *statusJoin) onlyImage(s *cluster.Observation) string {
	for owner := range plan.Owners(s.Name) {
		if image, ok := j.only[cluster.Key{Namespace: s.Namespace, Name: owner}]; ok {
			return image
		}
	}
	return ""
}

func (j *statusJoin) namespaceOf(s *cluster.Observation) string {
	if ns := j.namespaces[cluster.Key{Name: s.Name}]; ns != "" {
		return ns
	}
	f := cluster.Failure{Image: s.Image}
	image := f.Canonical()
	if image == "" {
		return ""
	}
	for owner := range plan.Owners(s.Name) {
		if ns := j.namespaces[cluster.Key{Name: owner, Container: image}]; ns != "" {
			return ns
		}
	}
	return ""
}

// find looks up a container, or else an image in the same namespace. It prefers an object whose
// name is a prefix of the pod's name.
func (j *statusJoin) find(f *cluster.Failure) (joined, bool) {
	if found, ok := j.at[cluster.Key{Namespace: f.Namespace, Name: f.Name, Container: f.Container}]; ok && f.Kind == "" {
		return found, true
	}
	image := f.Canonical()
	if image == "" {
		return joined{}, false
	}
	for _, ns := range []string{f.Namespace, ""} { // "" is the namespace of objects that set none
		for owner := range plan.Owners(f.Name) {
			if found, ok := j.images[imageKey{ns, image, owner}]; ok {
				return found, true
			}
		}
		if found, ok := j.images[imageKey{namespace: ns, image: image}]; ok {
			return found, true
		}
	}
	return joined{}, false
}

func (j *statusJoin) planned(f *cluster.Failure) *cluster.Planned {
	found, ok := j.find(f)
	if !ok {
		return nil
	}
	pull := j.planner.Image(found.w, found.img)
	verdict := j.planner.ClusterVerdict(found.img, pull, nil)
	defect := j.planner.Defect(found.img, pull)
	if s := j.unnamed(found.img, pull); s != "" {
		place, then := pull.ListPlace()
		offer := fmt.Sprintf("name pull secret %s, which has credentials for the image, %s", s, place)
		switch defect.Kind {
		case plan.DefectRegistry, plan.DefectNowhere:
			defect.Help = offer + ", too" + then // the Secrets that the pod names may be right for other images, and need no change
		case plan.DefectElsewhere:
			defect.Help = offer + ", or " + defect.Help
		default:
		}
	}
	p := &cluster.Planned{
		Anonymous: verdict.Outcome == plan.Anonymous, Expired: cmp.Or(verdict.Expiry, verdict.Aged), Aged: verdict.Expiry == "" && verdict.Aged != "",
		Defect: defect.Text, DefectKind: string(defect.Kind), Evident: defect.Evident, Help: defect.Help, Sent: defect.Sent,
	}
	if found.w.Kind == "Pod" {
		p.Created = found.w.Created
	}
	p.Nameless = len(pull.PullSecrets) == 0 && p.Anonymous
	if p.Nameless {
		p.Unnamed, p.NamedBy = j.unused(found.img, pull)
	}
	if u := j.planner.Absent(pull); u != nil && verdict.Outcome == plan.Unknown {
		p.Absent = &cluster.SecretName{Namespace: u.Namespace, Name: u.Ref.Name}
	}
	p.Faulty = secretName(defect.Secret)
	if len(verdict.Credentials) > 0 {
		p.Used = secretName(verdict.Credentials[0].Secret)
	}
	if p.Expired != "" {
		p.Faulty = p.Used
		p.NewPassword, p.User = j.renewal(found.img, pull, &verdict)
	}
	if failed := pull.Failed(); failed != nil && verdict.Outcome == plan.Fails {
		p.Broken = verdict.Message
		p.Faulty = cluster.SecretName{Namespace: failed.Namespace, Name: failed.Ref.Name}
	}
	p.NearHost = pull.NearKey(found.img.Ref.Registry)
	if r, ok := registries.Lookup(found.img.Ref.Registry); ok {
		p.Ambient = r.Ambient
		p.Public = !r.WantsLogin(found.img.Ref.Repository) && (r.Anonymous == registries.AnonymousYes || r.Anonymous == registries.AnonymousMixed)
	}
	p.Policy, _ = plan.PullPolicy(found.img)
	if verdict.Outcome == plan.Anonymous { // they match, but are not sent
		verdict.Credentials = nil
	}
	for i, c := range verdict.Credentials {
		p.Credentials, p.Users = append(p.Credentials, c.Secret), append(p.Users, c.Username)
		if end := verdict.ExpiredAt(i); !end.IsZero() {
			p.Ended = append(p.Ended, fmt.Sprintf("the credential under %q of %s expired on %s", c.Key, c.Secret, end.Format("2006-01-02 15:04 UTC")))
		}
		if p.Contradiction == "" {
			p.Contradiction, p.Contradicted = c.Contradiction, secretName(c.Secret)
		}
	}
	p.Readable = pull.Complete()
	for i := range pull.PullSecrets {
		u := &pull.PullSecrets[i]
		name := cluster.SecretName{Namespace: u.Namespace, Name: u.Ref.Name}
		p.Named, p.Readable = append(p.Named, name), p.Readable && u.Usable
		if u.IsOlderType() {
			p.Older = append(p.Older, name)
		}
	}
	return p
}

// unnamed returns a pull secret in the namespace of a pod that the pod does not get and that has credentials for its image, or "".
func (j *statusJoin) unnamed(img *manifests.ImageRef, pull *plan.Pull) string {
	for s := range j.working(img, pull) {
		return s.Name
	}
	return ""
}

// working yields the pull secrets in the namespace of a pod that the pod does not get and that have credentials for its image.
func (j *statusJoin) working(img *manifests.ImageRef, pull *plan.Pull) iter.Seq[plan.HostSecret] {
	return func(yield func(plan.HostSecret) bool) {
		if img.Err != nil || img.State != manifests.StateString || pull.Namespace == "" {
			return
		}
		for s := range j.secrets.Unnamed(pull, img.Ref.Registry) {
			if s.Works(img.Ref) && !yield(s) {
				return
			}
		}
	}
}

// unused returns the first Secret like that of unnamed, if possible one that the pods of another object use, and that object.
func (j *statusJoin) unused(img *manifests.ImageRef, pull *plan.Pull) (secret cluster.SecretName, by string) {
	for s := range j.working(img, pull) {
		at := cluster.SecretName{Namespace: s.Namespace, Name: s.Name}
		if by = j.userOf(s.ID()); by != "" {
			return at, by
		}
		if secret.Name == "" {
			secret = at
		}
	}
	return secret, ""
}

// userOf returns an object whose pods use a Secret, as KIND NAME, or "".
func (j *statusJoin) userOf(id string) string {
	if j.users == nil {
		j.users = map[string]string{}
		for _, w := range j.set.Workloads {
			for _, img := range w.Images {
				pull := j.planner.Image(w, img)
				for i := range pull.PullSecrets {
					u := &pull.PullSecrets[i]
					if at := plan.SecretID(u.Namespace, u.Ref.Name); j.users[at] == "" {
						j.users[at] = w.Kind + " " + w.Name
					}
				}
			}
		}
	}
	return j.users[id]
}

// renewal returns a command that prints a new password for the only credential of a pod, and its user. Both are "" if making its Secret again with it would
// lose other credentials, or if something else writes the Secret.
func (j *statusJoin) renewal(img *manifests.ImageRef, pull *plan.Pull, verdict *plan.Verdict) (command, user string) {
	if len(verdict.Credentials) != 1 {
		return "", ""
	}
	c := verdict.Credentials[0]
	u := pull.Named(c.Secret)
	if u == nil || u.Secret == nil || u.Secret.Content() == nil || len(u.Secret.Content().Config.Keys()) != 1 || j.planner.ContentSource(u.Secret) != nil {
		return "", ""
	}
	return registries.NewPassword(c.Username, img.Ref.Registry), c.Username
}

// secretName splits the ID of a Secret.
func secretName(id string) cluster.SecretName {
	if namespace, name, ok := strings.Cut(id, "/"); ok {
		return cluster.SecretName{Namespace: namespace, Name: name}
	}
	return cluster.SecretName{Name: id}
}

// lookUpSecret returns what the input contains about a Secret that is missing in the cluster.
func (j *statusJoin) lookUpSecret(f *cluster.Failure, name string) cluster.SecretLookup {
	h := j.planner.LookUp(f.Namespace, name, f.Image)
	created := ""
	if h.Secret != nil {
		created = h.Secret.Created
	}
	other, place := "", ""
	if found, ok := j.find(f); ok && h.Secret == nil {
		pull := j.planner.Image(found.w, found.img)
		other = j.unnamed(found.img, pull)
		place, _ = pull.ListPlace()
	}
	return cluster.SecretLookup{Other: other, Place: place, Here: h.Secret != nil, Live: h.Secret != nil && h.Secret.Live, Created: created, Problem: h.Problem, Others: h.Others, Elsewhere: h.Elsewhere, Unplaced: h.Unplaced, Similar: h.Similar}
}

// matchingSecrets returns pull secrets in the namespace of a failed pod that are meant for its image,
// except those that the pod names.
func (j *statusJoin) matchingSecrets(f *cluster.Failure) []cluster.MatchingSecret {
	if f.Registry == "" {
		return nil
	}
	named := func(string) bool { return false }
	if found, ok := j.find(f); ok {
		named = j.planner.Image(found.w, found.img).Names
	}
	secrets := j.secrets.Of(f.Namespace, f.Registry)
	if len(secrets) == 0 {
		secrets = j.secrets.Of("", f.Registry) // would not help the pod
	}
	var out []cluster.MatchingSecret
	for _, s := range secrets {
		if named(s.ID()) {
			continue
		}
		one := cluster.MatchingSecret{SecretName: cluster.SecretName{Namespace: s.Namespace, Name: s.Name}, Problem: s.ProblemFor(f.Image), Expired: s.Expired}
		if !slices.Contains(out, one) { // pasted outputs contain a Secret several times
			out = append(out, one)
		}
	}
	return out
}
