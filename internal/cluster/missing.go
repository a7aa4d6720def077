package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Held is what the input has of a Secret that a cluster misses.
type Held struct {
	// Here is true if it is in the pod's namespace. Live is true if it was read from a cluster.
	Here, Live bool
	// Problem says why it is of no use even so; "" if it may be of use.
	Problem string
	// Elsewhere is another namespace with one of that name, Unplaced is true if one sets no namespace, and Similar is a Secret of the pod's
	// namespace with a similar name.
	Elsewhere string
	Unplaced  bool
	Similar   string
}

// lacks reports whether a denial is due to pull secrets that the kubelet could not retrieve: not if credentials were rejected, or if those of other pull
// secrets match.
func (f *Failure) lacks() bool {
	if f.Lacking == "" || slices.Contains(refused, f.id()) {
		return false
	}
	if f.Planned == nil || slices.Contains(anonymous, f.id()) {
		return true
	}
	if f.kind() == KindBackOff && len(f.Planned.Credentials) == 0 && f.Planned.Evident && f.Planned.DefectKind != "nowhere" {
		return false // another pull secret has a defect, too
	}
	names := lacking(f.Lacking)
	return !slices.ContainsFunc(f.Planned.Credentials, func(secret string) bool {
		_, name, _ := strings.Cut(secret, "/")
		return !slices.Contains(names, cmp.Or(name, secret))
	})
}

// missing writes the answer for pull secrets that the kubelet could not retrieve, and says where they are in the input.
func (gr *group) missing(a *Answer, f *Failure, o Options) {
	names := lacking(cmp.Or(f.Lacking, f.Message))
	secret, where, why := "a pull secret of the pod", "the pod's namespace", "the pull goes on without it"
	if len(names) > 0 {
		secret = "Secret " + strings.Join(quoted(names), ", ")
	}
	if gr.name != "" {
		where = fmt.Sprintf("namespace %q", gr.name)
	}
	if a.Kind == KindAccess || a.Kind == KindLimit {
		why = fmt.Sprintf("%s is asked without it: %s", cmp.Or(f.Registry, "the registry"), f.Entry.Cause)
		a.Sure, a.Who, a.Do, a.Mistaken = Likely, Author, createSecret, cmp.Or(a.Mistaken, "a missing image")
	}
	for _, other := range gr.failures {
		if other.kind() == KindBackOff {
			a.Notes = append(a.Notes, "the message of the last pull is not here, and may have another cause: "+Fill(checkEvents, other))
			break
		}
	}
	a.Check = Fill(checkSecrets, f)
	a.Cause = fmt.Sprintf("%s has no %s, so %s", where, secret, why)
	if o.Held == nil {
		return
	}
	for _, name := range names[:min(len(names), mostLacking)] {
		gr.held(a, name, o.Held(gr.name, name))
	}
}

// mostLacking is how many missing pull secrets are looked up in the input.
const mostLacking = 8

// held compares a missing pull secret with what the input has of it.
func (gr *group) held(a *Answer, name string, h Held) {
	say := func(format string, args ...any) { a.Notes = append(a.Notes, fmt.Sprintf(format, args...)) }
	gr.told = gr.told || h != Held{}
	switch {
	case h.Here:
		a.Cause = strings.Replace(a.Cause, " has no Secret", " had no Secret", 1)
		a.Cause += fmt.Sprintf("; the input has Secret %q, so the cluster differs from the input, or did when the kubelet looked", name)
		a.Check = getSecret(gr.name, name)
		if h.Live {
			a.Do = "wait for the next try: the Secret was created after the pull; if the kubelet still misses it, the dump is from another cluster"
		} else {
			a.Do = "apply the Secret to the pod's own cluster and namespace; if it is there, it came after the pull, and the next try uses it"
		}
		if h.Problem != "" {
			say("Secret %q would not help as it is in the input: it %s", name, h.Problem)
		}
	case h.Elsewhere != "" && gr.name == "":
		say("the input has Secret %q in namespace %q: check that the pod is there", name, h.Elsewhere)
	case h.Elsewhere != "":
		say("the input has Secret %q in namespace %q: a pod cannot use a Secret in another namespace", name, h.Elsewhere)
	case h.Unplaced:
		say("the input has Secret %q without a namespace: it was applied to another one, or not at all", name)
	case h.Similar != "":
		say("the input has Secret %q in that namespace: write that name in imagePullSecrets, or create a Secret %q", h.Similar, name)
	}
}

// lacking returns the names in "Unable to retrieve some image pull secrets (a, b); ...", or the one in the kubelet's log: "Unable to retrieve pull secret"
// with secret="shop/a", or "... shop/a for pod ...".
func lacking(message string) []string {
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

// Fitting is a pull secret of the input that is meant for an image.
type Fitting struct {
	SecretName
	// Problem says why it is of no use; "" if it may be of use.
	Problem string
}

// fit notes pull secrets of the input that are meant for the image of a failed pod, and what the input lacks to tell whether the pod uses them.
func fit(f *Failure, secrets []Fitting, say func(string, ...any)) {
	missing := lacking(f.Lacking)
	secrets = slices.DeleteFunc(secrets, func(s Fitting) bool {
		return slices.Contains(missing, s.Name) || f.Planned != nil && s.Problem != "" // would not help
	})
	if len(secrets) == 0 || f.Kind != "" {
		return
	}
	slices.SortStableFunc(secrets, func(a, b Fitting) int { return cmp.Compare(min(len(a.Problem), 1), min(len(b.Problem), 1)) })
	registry := cmp.Or(f.Registry, "the registry")
	for i, s := range secrets {
		if i == mostOthers {
			say("more pull secrets in the input are for %s", registry)
			break
		}
		id := s.Name
		if s.Namespace != "" {
			id = s.Namespace + "/" + id
		}
		switch {
		case f.Planned != nil:
			say("the pod does not name pull secret %s, which has credentials for %s", id, registry)
		case s.Problem != "":
			say("pull secret %s in the input %s: if the pod names it, that is likely why", id, s.Problem)
		default:
			say("pull secret %s in the input has credentials for %s: check that the pod names it", id, registry)
		}
	}
	if f.Planned == nil && f.Name != "" {
		say("the pod itself is not in the input, so which pull secrets it names is not known: %s", Fill("kubectl get pod {pod} -n {namespace} -o yaml", f))
	}
}

// wantsFit reports whether the pull secrets that a pod names do not explain a failure, so that others of the input may.
func (f *Failure) wantsFit() bool {
	if !f.onSecrets() {
		return false
	}
	p := f.Planned
	return p == nil || p.Nameless && p.Defect == "" || p.Absent != nil || p.DefectKind == "nowhere"
}
