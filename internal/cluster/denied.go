package cluster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// scopeDenied is the scope of a group of images that one registry denies with the same credentials.
const scopeDenied = "denied"

// minDenied is the number of images from which on a denial that may also mean a wrong name is taken for one of the credentials. It is two where the message
// says that these are rejected.
const minDenied = 3

// join joins groups of images that a registry denies with the same credentials, since several names are rarely wrong at once, and those of images whose pull
// secret has one fault.
func (g *gatherer) join(groups []group, o *Options) []group {
	keys, of := make([]string, len(groups)), map[string][]int{}
	for i := range groups {
		if keys[i] = cmp.Or(g.blamed(&groups[i], o), o.denial(&groups[i])); keys[i] != "" {
			of[keys[i]] = append(of[keys[i]], i)
		}
	}
	var out []group
	for i, gr := range groups {
		same := of[keys[i]]
		if f := gr.failures[0]; len(same) >= minDenied || len(same) == minDenied-1 && (gr.fault.kind != "" || f.isRefused() || f.isRejected()) {
			if i != same[0] {
				continue
			}
			gr.scope, gr.name = scopeDenied, f.Registry
			if gr.fault.kind != "" {
				gr.scope = "registry"
			}
			for _, other := range same[1:] {
				gr.failures = append(gr.failures, groups[other].failures...)
			}
		}
		out = append(out, gr)
	}
	return out
}

// denial returns what groups that are joined have in common, or "" for a group that is not joined: if nothing shows that it is denied with credentials, or if
// the name of its image is known to be wrong, or to be missing.
func (o *Options) denial(gr *group) string {
	first := gr.failures[0]
	key := strings.Join(append([]string{first.id(), fmt.Sprint(first.isRejected()), first.Registry}, first.credentials()...), " ")
	for _, f := range gr.failures {
		if gr.scope != "image" || gr.fault.kind != "" || f.kind() != KindAccess || f.Kind != "" || f.Registry == "" || f.has() != hasTried || f.isAnonymous() || f.isRelayed() ||
			isOfficial(f.Image) || len(o.known(f).Flaws) > 0 || !slices.Equal(f.credentials(), first.credentials()) {
			return ""
		}
	}
	return key
}

// blamed is denial for images whose pull secret has a fault. It returns "" for a group of pods with several faults, and if the same image fails with valid
// credentials, too.
func (g *gatherer) blamed(gr *group, o *Options) string {
	if gr.scope != "image" || gr.fault.kind == "" || gr.fault.secret.Name == "" || gr.fault.unsent {
		return ""
	}
	first := gr.failures[0]
	for _, f := range gr.failures {
		if f.Kind != "" || f.Registry == "" || f.kind() == KindBackOff && f.Planned.Public || o.fault(f).text != gr.fault.text || len(o.known(f).Flaws) > 0 || g.alsoDenied(f) != nil {
			return ""
		}
	}
	return strings.Join([]string{first.id(), first.Registry, idsOf([]SecretName{gr.fault.secret}), gr.fault.kind, gr.fault.text}, " ")
}

// credentials lists the pull secrets of a pod with credentials for its image.
func (f *Failure) credentials() []string {
	if f.Planned == nil {
		return nil
	}
	return f.Planned.Credentials
}

// vague lists entries that leave open whether the name of the image is wrong.
var vague = []string{"authentication-required", "denied", "denied-or-absent", "forbidden", "token-refused"}

// adaptToDenied writes the answer for several images that a registry denies with the same credentials. It comes after the advice for one of them.
func (gr *group) adaptToDenied(a *Answer, f *Failure, m *Message) {
	_, images := gr.count()
	cause := fmt.Sprintf("%s denies %d images with the credentials of %s", gr.name, images, gr.secrets(f))
	switch {
	case f.isRejected():
		cause += ", which it rejects"
	case !slices.Contains(vague, m.ID):
		cause += ": " + strings.Replace(m.Cause, ofSecret, "", 1)
	}
	a.Cause = cause
	if m.ID == layerDenied { // which already says that the names are right
		return
	}
	a.Mistaken = fmt.Sprintf("a wrong name: %d names are denied alike", images)
	a.Do = strings.NewReplacer("check the name first; then whether", "check whether", "check the name; then ", "check ", "then the name, and the permission", "then the permission", "the repository", "the repositories").Replace(a.Do)
	if a.Confidence == Possible {
		a.Confidence = Likely
	}
	if !slices.Contains(permissions, m.ID) {
		a.Who = Credentials
	}
	if path := gr.path(); path != "" && !f.isRefused() && !f.isRejected() {
		a.Notes = append(a.Notes, fmt.Sprintf("all of the names begin with %q: if that is wrong, they are denied in the same way", path))
	}
}

// path returns the part before the last slash that the repositories of a group have in common, or "".
func (gr *group) path() string {
	path := ""
	for i, f := range gr.failures {
		name, _, _ := strings.Cut(strings.TrimPrefix(canonical(f.Image), f.Registry+"/"), "@")
		of := name[:strings.LastIndexByte(name, '/')+1]
		if i == 0 {
			path = of
		}
		for path != "" && !strings.HasPrefix(of, path) {
			path = path[:strings.LastIndexByte(path[:len(path)-1], '/')+1]
		}
	}
	return path
}
