package manifests

import (
	"context"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// leaveOut records that an object which may be a workload is not parsed. unseen leaves open whether it may use a Secret
// while there is nothing else in the file. openShift tells whether it may be OpenShift's.
func (r *fileResult) leaveOut(c *stream.Doc, g *extract.Glance, unseen, openShift bool) {
	r.leftOut = true
	r.leftOpenShift = r.leftOpenShift || openShift
	r.leftTemplate = r.leftTemplate || extract.MayTemplate(c.Data)
	if unseen && len(r.objects) == 0 {
		r.leftUsers = true
		return
	}
	r.leftUsers = r.leftUsers || extract.MayUseSecrets(c, g)
}

// isEmpty reports whether nothing was read from a file of the context, and nothing is known about what was left out.
func (r *fileResult) isEmpty() bool {
	return r.err == nil && len(r.objects)+len(r.refs)+len(r.texts)+len(r.generated) == 0 && !r.OpenShift && !r.leftOpenShift &&
		len(r.Workloads)+len(r.Secrets)+len(r.ServiceAccounts)+len(r.PullSecretInjectors)+len(r.FolderNamespaces)+len(r.MountedSecrets)+
			len(r.Kustomizations)+len(r.ConfigMaps)+len(r.BuiltImages) == 0
}

// nothing, unseen and unseenAccounts are the results of all such files: those without objects that were left out, with such objects, and with service
// accounts among them.
var (
	nothing        = &fileResult{context: true, shared: true}
	unseen         = &fileResult{context: true, shared: true, leftOut: true}
	unseenAccounts = &fileResult{context: true, shared: true, leftOut: true, leftAccounts: true}
)

// isUnseen reports whether nothing of a file is known but what its name says.
func (r *fileResult) isUnseen() bool { return r == unseen || r == unseenAccounts }

// loadAll reads all inputs. It reads the context last if the names that matter there are in the others.
func (l *loader) loadAll(ctx context.Context, inputs []Input, results []*fileResult) {
	order := make([]int, 0, len(inputs))
	for i := range inputs {
		if !inputs[i].Context {
			order = append(order, i)
		}
	}
	linted := len(order)
	for i := range inputs {
		if inputs[i].Context {
			order = append(order, i)
		}
	}
	if !l.unseen || linted == len(order) {
		linted = 0
	}
	read := func(of []int) {
		l.each(ctx, len(of), func(l *loader, i int) { results[of[i]] = l.load(ctx, &inputs[of[i]]) })
	}
	if linted > 0 {
		read(order[:linted])
		l.names = extract.NewNames(namesIn(order[:linted], results))
		l.noValues, l.noAccounts = !takesValues(results), !nameAccounts(results)
	}
	read(order[linted:])
}

// namesIn returns the names of the Secrets that the results have or use, and of the service accounts that give them to
// pods. Names of other service accounts are in many documents and rarely matter.
func namesIn(of []int, results []*fileResult) []string {
	var out []string
	add := func(l *PullSecretList) {
		for i := range l.Names {
			name := l.Names[i].Name
			out = append(out, name)
			if at := strings.LastIndexByte(name, '-'); at > 0 && len(name)-at-1 == hashLength {
				out = append(out, name[:at])
			}
		}
	}
	for _, i := range of {
		r := results[i]
		if r == nil { // the run was interrupted
			continue
		}
		for _, w := range slices.Concat(r.Workloads, r.Values) {
			for _, l := range w.PullSecrets {
				add(l)
			}
			for _, pod := range w.Pods {
				if pod.ImagePullSecrets != nil {
					add(pod.ImagePullSecrets)
				}
			}
		}
		for _, s := range r.Secrets {
			if s.MayBeForPulls() {
				out = append(out, s.SecretName)
			}
		}
		for _, a := range r.ServiceAccounts {
			if a.ImagePullSecrets != nil {
				out = append(out, a.Name)
				add(a.ImagePullSecrets)
			}
		}
	}
	return out
}

// hashLength is the length of the hash that kustomize adds to the names of generated Secrets, after a hyphen.
const hashLength = 10

// fillContext reads the inputs again whose workloads were left out and matter.
func (l *loader) fillContext(ctx context.Context, inputs []Input, results []*fileResult, needs func(*Set) ContextNeeds) {
	var left []int
	for i, r := range results {
		if r != nil && r.leftOut {
			left = append(left, i)
		}
	}
	if len(left) == 0 || ctx.Err() != nil {
		return
	}
	need := needs(withoutContext(results))
	if len(need.Names) > 0 && !need.All && !need.SecretUsers && !l.names.HasAll(need.Names) {
		l.names = extract.NewNames(need.Names)
		if need.SecretUsers = !l.unseen || !l.names.HasAll(need.Names); !need.SecretUsers {
			l.each(ctx, len(left), func(l *loader, i int) { results[left[i]] = l.load(ctx, &inputs[left[i]]) })
		}
	}
	isOpenShift := slices.ContainsFunc(results, func(r *fileResult) bool { return r.OpenShift })
	if need.SecretUsers && !need.All {
		l.see(ctx, inputs, results)
	}
	again := left[:0]
	for _, i := range left {
		r := results[i]
		if r.leftOut && (need.All || need.SecretUsers && r.leftUsers || !isOpenShift && r.leftOpenShift || len(need.Files) > 0 && need.Files[source.CleanPath(inputs[i].Name)]) {
			again = append(again, i)
		}
	}
	all := *l
	all.sparse = false
	all.each(ctx, len(again), func(l *loader, i int) { results[again[i]] = l.load(ctx, &inputs[again[i]]) })
	if l.noAccounts && nameAccounts(results) {
		l.fillAccounts(ctx, inputs, results)
	}
}

// nameAccounts reports whether a pod names a service account, and it may matter whether that is defined. For a pod of the context, it does not, unless its
// workload has pull secrets for all pods: those with the pod's own list do not get the account's, and all others share no Secret.
func nameAccounts(results []*fileResult) bool {
	for _, r := range results {
		if r == nil { // not read yet, or the run was interrupted
			continue
		}
		for _, list := range [][]*Workload{r.Workloads, r.Values} {
			for _, w := range list {
				if (!r.context || len(w.PullSecrets) > 0) && slices.ContainsFunc(w.Pods, func(p *Pod) bool { return p.ServiceAccount.Name != "" }) {
					return true
				}
			}
		}
	}
	return false
}

// fillAccounts reads the inputs again whose service accounts were left out, since a pod of the context names one.
func (l *loader) fillAccounts(ctx context.Context, inputs []Input, results []*fileResult) {
	var left []int
	for i, r := range results {
		if r != nil && r.leftAccounts {
			left = append(left, i)
		}
	}
	all := *l
	all.noAccounts = false
	all.each(ctx, len(left), func(l *loader, i int) { results[left[i]] = l.load(ctx, &inputs[left[i]]) })
}

// see looks at the documents of the files that were left out as a whole.
func (l *loader) see(ctx context.Context, inputs []Input, results []*fileResult) {
	var left []int
	for i, r := range results {
		if r.isUnseen() {
			left = append(left, i)
		}
	}
	all := *l
	all.unseen = false
	all.each(ctx, len(left), func(l *loader, i int) { results[left[i]] = l.load(ctx, &inputs[left[i]]) })
}

// withoutContext is what decides about the workloads of the context.
func withoutContext(results []*fileResult) *Set {
	set := &Set{}
	for _, r := range results {
		if !r.context {
			set.Workloads, set.Values = append(set.Workloads, r.Workloads...), append(set.Values, r.Values...)
		}
		set.Secrets, set.ServiceAccounts = append(set.Secrets, r.Secrets...), append(set.ServiceAccounts, r.ServiceAccounts...)
		set.Kustomizations = append(set.Kustomizations, r.Kustomizations...)
	}
	return set
}
