package inventory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Index finds the places that name or define Secrets and service accounts. Its planner caches, so it is not safe
// for concurrent use.
type Index struct {
	set     *manifests.Set
	planner *plan.Planner
	uses    []Use
	users   map[nameKey][]Use // by target; nil until first needed
	built   bool
}

// NewIndex returns the index of a set.
func NewIndex(set *manifests.Set, planner *plan.Planner) *Index {
	return &Index{set: set, planner: planner}
}

// Use is a place that names a Secret or a service account.
type Use struct {
	Span    source.Span
	By      *manifests.Object
	Secret  *plan.PullSecret // nil for an account
	Account *plan.ServiceAccount
	Named   bool // true if the span is the name; false if the object uses account "default" implicitly
}

// Target is the Secret or service account at a place.
type Target struct {
	Span    source.Span // where the target was found
	Use     *Use        // nil if the place is in the object itself
	Secret  *manifests.Secret
	Account *manifests.ServiceAccount
}

// nameKey tells targets apart: by object if there is one, or else by kind, namespace and name.
type nameKey struct {
	object          any
	secret          bool
	namespace, name string
}

func (u *Use) key() nameKey {
	switch {
	case u.Secret != nil && u.Secret.Match != nil:
		return nameKey{object: u.Secret.Secret}
	case u.Secret != nil:
		return nameKey{secret: true, namespace: u.Secret.Namespace, name: u.Secret.Ref.Name}
	case u.Account.Found != nil:
		return nameKey{object: u.Account.Found}
	default:
		return nameKey{namespace: u.Account.Namespace, name: u.Account.Name}
	}
}

func (t Target) key() nameKey {
	switch {
	case t.Secret != nil:
		return nameKey{object: t.Secret}
	case t.Account != nil:
		return nameKey{object: t.Account}
	default:
		return t.Use.key()
	}
}

// All returns every use of a Secret or service account.
func (x *Index) All() []Use {
	if x.built {
		return x.uses
	}
	x.built = true
	for _, w := range slices.Concat(x.set.Workloads, x.set.Context) {
		ns := x.planner.Namespace(w.Namespace, w.Object)
		for _, pod := range w.Pods {
			x.list(pod.ImagePullSecrets, w.Object, ns, plan.FromPod)
			pull := x.planner.Pod(w, pod)
			if account := &pull.ServiceAccount; account.Named {
				x.uses = append(x.uses, Use{Span: pod.ServiceAccount.At.Span, By: w.Object, Account: account, Named: true})
			} else if account.Found != nil {
				x.uses = append(x.uses, Use{Span: w.Span, By: w.Object, Account: account})
			}
		}
		for _, l := range w.PullSecrets {
			x.list(l, w.Object, ns, plan.FromResource)
		}
	}
	for _, a := range x.set.ServiceAccounts {
		x.list(a.ImagePullSecrets, a.Object, x.planner.Namespace(a.Namespace, a.Object), plan.FromServiceAccount)
	}
	return x.uses
}

// list adds the uses in a list of pull secrets.
func (x *Index) list(l *manifests.PullSecretList, o *manifests.Object, namespace, from string) {
	if l == nil {
		return
	}
	for i := range l.Names {
		name := &l.Names[i]
		ns := namespace
		if name.Namespace != "" {
			ns = name.Namespace
		}
		found := x.planner.Resolve(ns, name, from, o)
		x.uses = append(x.uses, Use{Span: name.Span, By: o, Secret: &found, Named: true})
	}
}

// Targets yields the target of each name, and each target that an object defines.
func (x *Index) Targets(yield func(Target) bool) {
	uses := x.All()
	for i := range uses {
		u := &uses[i]
		if !u.Named {
			continue
		}
		t := Target{Span: u.Span, Use: u}
		if u.Secret != nil && u.Secret.Match != nil {
			t.Secret = u.Secret.Secret
		} else if u.Account != nil {
			t.Account = u.Account.Found
		}
		if !yield(t) {
			return
		}
	}
	for _, s := range x.set.Secrets {
		if !yield(Target{Span: s.Span, Secret: s}) {
			return
		}
	}
	for _, a := range x.set.ServiceAccounts {
		if !yield(Target{Span: a.Span, Account: a}) {
			return
		}
	}
}

// Object returns the target's object, or nil if it does not exist.
func (t Target) Object() *manifests.Object {
	switch {
	case t.Secret != nil:
		return t.Secret.Object
	case t.Account != nil:
		return t.Account.Object
	}
	return nil
}

// Users returns the uses of a target, also of one that does not exist.
func (x *Index) Users(t Target) []Use {
	if x.users == nil {
		type place struct {
			file   *source.File
			offset int
			key    nameKey
		}
		x.users = map[nameKey][]Use{}
		seen := map[place]bool{}
		for _, u := range x.All() {
			key := u.key()
			if p := (place{u.Span.File(), u.Span.Start().Offset, key}); !seen[p] {
				seen[p] = true
				x.users[key] = append(x.users[key], u)
			}
		}
	}
	return x.users[t.key()]
}

// maxUsers limits the users that Text lists.
const maxUsers = 10

// Text describes a Secret or service account and who uses it. It never shows passwords or tokens.
func (x *Index) Text(t Target) string {
	var lines []string
	switch {
	case t.Use != nil && t.Use.Secret != nil:
		lines = append(lines, "pull secret "+report.PullSecretText(t.Use.Secret))
	case t.Secret != nil:
		ns := x.planner.Namespace(t.Secret.SecretNamespace, t.Secret.Object)
		found := x.planner.Resolve(ns, &manifests.PullSecretName{Name: t.Secret.SecretName}, plan.FromPod, t.Secret.Object)
		lines = append(lines, "Secret "+report.PullSecretText(&found))
	case t.Use != nil:
		lines = append(lines, "service account "+report.AccountText(*t.Use.Account))
	default:
		ns := x.planner.Namespace(t.Account.Namespace, t.Account.Object)
		lines = append(lines, "service account "+report.AccountText(plan.ServiceAccount{Namespace: ns, Name: t.Account.Name, Found: t.Account}))
	}
	users := x.Users(t)
	if len(users) == 0 {
		return lines[0] + "\nused by: nothing in these manifests"
	}
	for i, u := range users {
		if i == maxUsers {
			lines = append(lines, fmt.Sprintf("         and %d more", len(users)-maxUsers))
			break
		}
		label := "used by: "
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		lines = append(lines, label+report.ObjectName(u.By))
	}
	return strings.Join(lines, "\n")
}
