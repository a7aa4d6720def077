package lsp

import (
	"slices"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// view finds Secrets, accounts and images by position in a result. Its planner caches, so callers hold the
// engines' lock.
type view struct {
	set     *manifests.Set
	planner *plan.Planner
	plans   *inventory.Plans // nil until a hover asks
	uses    []use
	built   bool
}

// view returns the view of a result, or nil if nothing was loaded.
func (r *result) view() *view {
	if r == nil || r.loaded == nil {
		return nil
	}
	if r.seen == nil {
		o := r.loaded.Settings().PlanOptions()
		o.Now = r.loaded.Settings().Now
		r.seen = &view{set: r.loaded.Set(), planner: plan.New(r.loaded.Set(), o)}
	}
	return r.seen
}

// pulls returns the pull plans. They are made for the first hover: completion and definition need none.
func (v *view) pulls(loaded *engine.Loaded) *inventory.Plans {
	if v.plans == nil {
		v.plans = inventory.NewPlans(v.set, v.planner, loaded.Causes(loaded.Settings().Now))
	}
	return v.plans
}

// use is a place that names a Secret or a service account.
type use struct {
	span    source.Span
	by      *manifests.Object
	secret  *plan.PullSecret // nil for an account
	account *plan.ServiceAccount
	named   bool // the span is the name; false if the object uses account "default" implicitly
}

// all returns every use of a Secret or service account.
func (v *view) all() []use {
	if v.built {
		return v.uses
	}
	v.built = true
	list := func(l *manifests.PullSecretList, o *manifests.Object, namespace, from string) {
		if l == nil {
			return
		}
		for i := range l.Names {
			n := &l.Names[i]
			ns := namespace
			if n.Namespace != "" {
				ns = n.Namespace
			}
			found := v.planner.Resolve(ns, n, from, o)
			v.uses = append(v.uses, use{span: n.Span, by: o, secret: &found, named: true})
		}
	}
	for _, w := range slices.Concat(v.set.Workloads, v.set.Context) {
		ns := v.planner.Namespace(w.Namespace, w.Object)
		for _, pod := range w.Pods {
			list(pod.ImagePullSecrets, w.Object, ns, plan.FromPod)
			pull := v.planner.Pod(w, pod)
			if account := &pull.ServiceAccount; account.Named {
				v.uses = append(v.uses, use{span: pod.ServiceAccount.At.Span, by: w.Object, account: account, named: true})
			} else if account.Found != nil {
				v.uses = append(v.uses, use{span: w.Span, by: w.Object, account: account})
			}
		}
		for _, l := range w.PullSecrets {
			list(l, w.Object, ns, plan.FromResource)
		}
	}
	for _, a := range v.set.ServiceAccounts {
		list(a.ImagePullSecrets, a.Object, v.planner.Namespace(a.Namespace, a.Object), plan.FromServiceAccount)
	}
	return v.uses
}

// target is the Secret or service account at a position.
type target struct {
	span    source.Span // where the target was found
	use     *use        // nil if the position is in the object itself
	secret  *manifests.Secret
	account *manifests.ServiceAccount
}

// at returns the Secret or service account that is named or defined at an offset.
func (v *view) at(path string, offset int) (target, bool) {
	uses := v.all()
	for i := range uses {
		u := &uses[i]
		if !u.named || !covers(u.span, path, offset) {
			continue
		}
		t := target{span: u.span, use: u}
		if u.secret != nil && u.secret.Match != nil {
			t.secret = u.secret.Secret
		} else if u.account != nil {
			t.account = u.account.Found
		}
		return t, true
	}
	for _, s := range v.set.Secrets {
		if covers(s.Span, path, offset) {
			return target{span: s.Span, secret: s}, true
		}
	}
	for _, a := range v.set.ServiceAccounts {
		if covers(a.Span, path, offset) {
			return target{span: a.Span, account: a}, true
		}
	}
	return target{}, false
}

// object returns the target's object, or nil if it does not exist.
func (t target) object() *manifests.Object {
	switch {
	case t.secret != nil:
		return t.secret.Object
	case t.account != nil:
		return t.account.Object
	}
	return nil
}

// users returns the uses of a target, also of one that does not exist.
func (v *view) users(t target) []use {
	var out []use
	for _, u := range v.all() {
		var same bool
		switch {
		case t.secret != nil:
			same = u.secret != nil && u.secret.Match != nil && u.secret.Secret == t.secret
		case t.account != nil:
			same = u.account != nil && u.account.Found == t.account
		case t.use.secret != nil:
			same = u.secret != nil && u.secret.Ref.Name == t.use.secret.Ref.Name && u.secret.Namespace == t.use.secret.Namespace
		default:
			same = u.account != nil && u.account.Name == t.use.account.Name && u.account.Namespace == t.use.account.Namespace
		}
		if same && !slices.ContainsFunc(out, func(o use) bool { return o.span.File == u.span.File && o.span.Start == u.span.Start }) {
			out = append(out, u)
		}
	}
	return out
}

// image is an image and the object that contains it.
type image struct {
	*manifests.ImageRef
	workload *manifests.Workload
	span     source.Span // the part of the reference at the position
}

// images returns the images at an offset: several if a YAML anchor puts one text into several objects.
func (v *view) images(path string, offset int) []image {
	var out []image
	for _, w := range slices.Concat(v.set.Workloads, v.set.Context, v.set.Values) {
		if w.Doc == nil || w.Doc.Span.File == nil || w.Doc.Span.File.Name != path {
			continue
		}
		for _, img := range w.Images {
			if span, ok := partAt(img, path, offset); ok {
				out = append(out, image{img, w, span})
			}
		}
	}
	return out
}

func partAt(img *manifests.ImageRef, path string, offset int) (source.Span, bool) {
	for _, p := range img.Parts {
		if covers(p.Span, path, offset) {
			return p.Span, true
		}
	}
	for _, p := range img.Pieces {
		if covers(p.Span, path, offset) {
			return p.Span, true
		}
	}
	return img.Span, img.State == manifests.StateString && covers(img.Span, path, offset)
}

// covers reports whether an offset is in a span or directly after it, where a cursor may be.
func covers(s source.Span, path string, offset int) bool {
	return s.File != nil && s.File.Name == path && offset >= s.Start.Offset && offset <= s.End.Offset
}
