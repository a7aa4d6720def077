package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SecretLookup describes what the input contains about a Secret that is missing in a cluster.
type SecretLookup struct {
	// Here is true if the Secret is in the pod's namespace. Live is true if it was read from a
	// cluster.
	Here, Live bool
	// Created is the Secret's creation time as printed by the cluster, or "" if unknown.
	Created string
	// Problem says why the Secret, here or elsewhere, would not help. It is "" if the Secret may
	// help.
	Problem string
	// Others is true if that Secret is known to have keys for other registries only.
	Others bool
	// Elsewhere is another namespace with a Secret of that name. Unplaced is true if a Secret of that name has no
	// namespace. Similar is a Secret in the pod's namespace with a similar name.
	Elsewhere string
	Unplaced  bool
	Similar   string
	// Other is another Secret in the pod's namespace, which the pod does not name and which has credentials for the image, or "". Place says where to name it.
	Other, Place string
}

// missesSecret reports whether a denial is due to pull secrets that the kubelet could not retrieve. It is false if credentials
// were rejected or if another pull secret matches.
func (f *Failure) missesSecret() bool {
	if f.Lacking == "" || f.isRefused() || f.kind() == KindAccess && isOfficial(f.Image) && !f.isAnonymous() {
		return false
	}
	if f.Planned == nil || f.isAnonymous() {
		return true
	}
	if f.kind() == KindBackOff && len(f.Planned.Credentials) == 0 && f.Planned.Evident && f.Planned.DefectKind != "nowhere" {
		return false // another pull secret also has a defect
	}
	names := missingSecrets(f.Lacking)
	return !slices.ContainsFunc(f.Planned.Credentials, func(secret string) bool {
		_, name, _ := strings.Cut(secret, "/")
		return !slices.Contains(names, cmp.Or(name, secret))
	})
}

// blamesSecret reports whether a pull secret that the kubelet could not retrieve is the cause of a failure. It is not if the
// image is wrong, or if the input has that Secret, for other registries, and the pull may need no credentials.
func (o *Options) blamesSecret(f *Failure) bool {
	if !f.onSecrets() || !f.missesSecret() || o.known(f).isWrong() {
		return false
	}
	if o.LookUp == nil || f.kind() != KindAccess || f.isAnonymous() || f.Planned != nil && f.needsCredentials() {
		return true
	}
	names := missingSecrets(f.Lacking)
	return len(names) == 0 || slices.ContainsFunc(names[:min(len(names), maxMissing)], func(name string) bool { return !o.LookUp(f, name).Others })
}

// missing writes the answer for pull secrets that the kubelet could not retrieve, and says where
// the input has them.
func (gr *group) missing(a *Answer, f *Failure, o Options) {
	names := missingSecrets(cmp.Or(f.Lacking, f.Message))
	where, without := "the pod's namespace", "it"
	if gr.name != "" {
		where = fmt.Sprintf("namespace %q", gr.name)
	}
	var lacks string
	switch len(names) {
	case 0:
		lacks = "a pull secret that the pod names is not in " + where
	case 1:
		lacks = fmt.Sprintf("%s has no Secret %q", where, names[0])
	default:
		lacks, without = fmt.Sprintf("%s has no Secrets %s", where, strings.Join(quoted(names), ", ")), "them"
	}
	why := "the pull continues without " + without
	if a.Kind == KindAccess || a.Kind == KindLimit {
		why = fmt.Sprintf("%s is asked without %s", cmp.Or(f.Registry, "the registry"), without)
		if f.isAnonymous() {
			why += ": " + f.Entry.Cause
		} else { // the answer has other causes, too
			why += ", and denies the pull"
			a.Mistaken = ""
			a.Notes = append(a.Notes, fmt.Sprintf("if the Secret is not why: %s; %s", f.Entry.Cause, f.advice(f.Entry.Do)))
		}
		a.Confidence, a.Who, a.Do, a.Mistaken = Likely, Author, createSecret, cmp.Or(a.Mistaken, "a missing image")
	}
	for _, other := range gr.failures {
		if other.kind() == KindBackOff {
			a.Notes = append(a.Notes, "the message of the last pull is not in the input, and may have another cause: "+Fill(checkEvents, other))
			break
		}
	}
	a.Check = gr.check(checkSecrets, f)
	a.Cause = lacks + ", so " + why
	if o.LookUp == nil {
		return
	}
	for _, name := range names[:min(len(names), maxMissing)] {
		gr.noteLookup(a, f, name, o.LookUp(f, name))
	}
}

// maxMissing limits how many missing pull secrets are looked up in the input.
const maxMissing = 8

// noteLookup looks up a missing pull secret in the input.
func (gr *group) noteLookup(a *Answer, f *Failure, name string, h SecretLookup) {
	say := func(format string, args ...any) { a.Notes = append(a.Notes, fmt.Sprintf(format, args...)) }
	gr.inInput = gr.inInput || h != SecretLookup{}
	switch {
	case h.Here:
		a.Cause = strings.Replace(a.Cause, " has no Secret", " had no Secret", 1)
		a.Cause += fmt.Sprintf("; the input has Secret %q, so the cluster differs from the input, or did when the kubelet looked", name)
		a.Check = secretCommand(gr.name, name)
		switch {
		case h.Problem != "":
			a.Do = fmt.Sprintf("make Secret %q again, which would not help as it is in the input: it %s; do so in the pod's own cluster and namespace", name, h.Problem)
		case h.Live:
			a.Do = h.wait(f)
		default:
			a.Do = "apply the Secret to the pod's own cluster and namespace; if it is there and came after the pull, the next try uses it"
		}
	case h.Elsewhere != "" && gr.name == "":
		say("the input has Secret %q in namespace %q: check that the pod is there%s", name, h.Elsewhere, unusableNote(h.Problem))
	case h.Elsewhere != "":
		say("the input has Secret %q in namespace %q: a pod cannot use a Secret in another namespace%s", name, h.Elsewhere, unusableNote(h.Problem))
	case h.Unplaced:
		say("the input has Secret %q without a namespace: it was applied to another one, or not at all", name)
	case h.Similar != "":
		say("the input has Secret %q in that namespace: write that name in imagePullSecrets, or create a Secret %q", h.Similar, name)
	}
	if !h.Here && h.Similar == "" && h.Other != "" {
		a.Do = fmt.Sprintf("name pull secret %s, which has credentials for the image, %s, or create Secret %q in the pod's namespace", h.Other, h.Place, name)
	}
}

// unusableNote extends a note about a Secret with the reason why it would not help. It returns "" if the
// Secret may help.
func unusableNote(problem string) string {
	if problem == "" {
		return ""
	}
	return ", and it would not help as it is: it " + problem
}

// wait says whether waiting helps if the cluster has the Secret, judging by the ages of the Secret
// and the pod.
func (h *SecretLookup) wait(f *Failure) string {
	planned := ""
	if f.Planned != nil {
		planned = f.Planned.Created
	}
	secret, pod := moment(h.Created), moment(cmp.Or(planned, f.Started))
	switch {
	case secret.IsZero() || pod.IsZero():
		return "wait for the next try if the Secret was created after the pull; otherwise the Secret in the input is from another cluster, or the kubelet could not read it"
	case secret.After(pod):
		return fmt.Sprintf("wait for the next try, or delete the pod: the Secret was created after the pod, at %s", secret.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("look whether the Secret in the input is from the pod's own cluster: it was there before the pod, since %s, so waiting does not help; otherwise the kubelet could not read it", secret.UTC().Format(time.RFC3339))
}

// moment parses a timestamp of an object or a description. It returns the zero time for anything
// else.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, time.RFC1123Z} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// MissingSecrets returns the pull secrets that the cluster lacks in the namespace of a failed pod.
func (f *Failure) MissingSecrets() []string { return missingSecrets(f.Lacking) }

// missingSecrets returns the names in "Unable to retrieve some image pull secrets (a, b); ...", the one in a description of a service account, or the
// one in the kubelet's log: "Unable to retrieve pull secret" with secret="shop/a", or "... shop/a for pod ...".
func missingSecrets(message string) []string {
	if _, after, ok := strings.Cut(message, "Unable to retrieve pull secret"); ok {
		id := quotedAfter(after, "secret=")
		if id == "" {
			id, _, _ = strings.Cut(strings.TrimSpace(after), " ")
		}
		if _, name, ok := strings.Cut(id, "/"); ok {
			return []string{name}
		}
		return nil
	}
	if name, ok := strings.CutPrefix(strings.TrimSuffix(message, notFoundMark), secretsOfAccount+": "); ok {
		return []string{name}
	}
	_, after, _ := strings.Cut(message, "(")
	inside, _, ok := strings.Cut(after, ")")
	if !ok || inside == "" {
		return nil
	}
	return strings.Split(inside, ", ")
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return out
}

// MatchingSecret is a pull secret in the input that is meant for an image.
type MatchingSecret struct {
	SecretName
	// Problem says why the pull secret would not help, or is "" if it may.
	Problem string
	// Expired is true if that is because its credentials have expired.
	Expired bool
}

// noteMatching adds notes about pull secrets in the input that are meant for the image of a failed pod, and
// about what is missing to tell whether the pod uses them.
func noteMatching(f *Failure, secrets []MatchingSecret, say func(string, ...any)) {
	missing := missingSecrets(f.Lacking)
	secrets = slices.DeleteFunc(secrets, func(s MatchingSecret) bool {
		return slices.Contains(missing, s.Name) || f.Planned != nil && s.Problem != "" // would not help
	})
	if len(secrets) == 0 || f.Kind != "" {
		return
	}
	slices.SortStableFunc(secrets, func(a, b MatchingSecret) int { return cmp.Compare(min(len(a.Problem), 1), min(len(b.Problem), 1)) })
	registry := cmp.Or(f.Registry, "the registry")
	for i, s := range secrets {
		if i == maxOthers {
			say("more pull secrets in the input are for %s", registry)
			break
		}
		id := s.Name
		if s.Namespace != "" {
			id = s.Namespace + "/" + id
		}
		switch {
		case s.Namespace != "" && f.Namespace != "" && s.Namespace != f.Namespace:
			say("pull secret %s in the input is for %s, but a pod in namespace %q cannot use it%s: create it there", id, registry, f.Namespace, unusableNote(s.Problem))
		case f.Planned != nil:
			say("the pod does not name pull secret %s, which has credentials for %s", id, registry)
		case s.Problem != "":
			say("pull secret %s in the input %s: if the pod names it, that is likely why", id, s.Problem)
		default:
			where := ""
			if f.Namespace == "" && s.Namespace != "" {
				where = fmt.Sprintf(" and is in namespace %q", s.Namespace)
			}
			say("pull secret %s in the input has credentials for %s: check that the pod names it%s", id, registry, where)
		}
	}
	if f.Planned == nil && f.Name != "" {
		say("the pod itself is not in the input, so which pull secrets it names is not known: %s", Fill("kubectl get pod {pod} -n {namespace} -o yaml", f))
	}
}

// attributeToMatching assigns the fix to the author of the manifests instead of the platform team, if the
// input has a pull secret for the image that does not work, and names one that has expired.
func (gr *group) attributeToMatching(a *Answer, f *Failure, o Options) {
	if f.Planned != nil || o.Matching == nil || !f.mayNeedOther() {
		return
	}
	matching := o.Matching(f)
	if a.Who == Platform && slices.ContainsFunc(matching, func(s MatchingSecret) bool { return s.Problem != "" }) {
		a.Who = Author
	}
	if len(matching) == 1 && matching[0].Expired && matching[0].Namespace == f.Namespace && f.Kind == "" && gr.scope != "namespace" {
		s := &matching[0]
		a.Cause += fmt.Sprintf("; pull secret %s in the input %s", idsOf([]SecretName{s.SecretName}), s.Problem)
		a.Do = "renew the credentials in that Secret if the pod names it; otherwise " + a.Do
		a.Check = (&fault{kind: kindExpired, secret: s.SecretName}).check(gr, f)
	}
}

// nameSecret advises to name the pull secrets in the namespaces of pods without any that have credentials for the image. For a registry for which nodes can have
// credentials of their own, other pods must use the Secret. It is no advice if such a Secret fails another pod.
func (g *gatherer) nameSecret(gr *group, a *Answer, f *Failure) {
	if a.Kind != KindAccess || gr.fault.kind != "" || gr.scope != "image" || f.isRefused() || isOfficial(f.Image) {
		return
	}
	var secrets []SecretName
	for _, one := range gr.failures {
		p := one.Planned
		if p == nil || !p.Nameless || p.Unnamed.Name == "" || p.Ambient && p.NamedBy == "" || g.denied[deniedKey{idsOf([]SecretName{p.Unnamed}), f.Registry}] {
			return
		}
		if !slices.Contains(secrets, p.Unnamed) {
			secrets = append(secrets, p.Unnamed)
		}
		if len(secrets) > maxOthers {
			return
		}
	}
	gr.unnamed = secrets
	do := fmt.Sprintf("name pull secret %s, which has credentials for %s, in the pod's imagePullSecrets or in those of its service account", idsOf(secrets), f.Registry)
	if by := f.Planned.NamedBy; by != "" && len(secrets) == 1 {
		do += ", as " + by + " does"
	}
	if len(secrets) > 1 {
		do = fmt.Sprintf("name the pull secret of each pod's namespace that has credentials for %s (%s) in the pod's imagePullSecrets or in those of its service account", f.Registry, idsOf(secrets))
	}
	if a.Confidence == Possible { // or there is no such image
		do = "check the name; then " + do
	}
	a.Who, a.Do, a.Check = Author, do, gr.check(checkPulls, f)
}

// mayNeedOther reports whether the pod's own pull secrets do not explain a failure, so that other pull
// secrets in the input may.
func (f *Failure) mayNeedOther() bool {
	if !f.onSecrets() {
		return false
	}
	p := f.Planned
	return p == nil || p.Nameless && p.Defect == "" || p.Absent != nil || p.DefectKind == "nowhere"
}
