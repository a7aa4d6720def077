package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report/html"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

const (
	htmlGroups  = 60 // groups of pulls in the table
	htmlSecrets = 4  // Secrets of a group
)

// pullGroup holds pulls that go the same way; first represents them.
type pullGroup struct {
	first   *Pull
	n       int
	images  []string // the first few
	objects []string // the first few
}

// pullGroups groups pulls by the way they go. It does not keep them.
type pullGroups struct {
	ways    map[*plan.Pull]string // the pods' part of a way, shared by their images
	at      map[string]*pullGroup
	groups  []*pullGroup
	failing int
}

func (r *pullGroups) add(p *Pull) {
	way, ok := r.ways[p.Plan]
	if !ok {
		way = podText(p)
		r.ways[p.Plan] = way
	}
	key := strings.Join([]string{way, pulledFrom(p), string(p.Verdict.Outcome), p.Verdict.Reason, credentialNames(p), clusterText(p)}, "\x00")
	g := r.at[key]
	if g == nil {
		first := *p
		g = &pullGroup{first: &first}
		r.at[key] = g
		r.groups = append(r.groups, g)
	}
	g.n++
	g.images = addFew(g.images, imageText(p.Image))
	g.objects = addFew(g.objects, objectName(p.Workload.Object))
	if p.Fails() {
		r.failing++
	}
}

// html returns the groups for the page, sorted by rank and then by size; nil if there are none.
func (r *pullGroups) html(total int) *html.Pulls {
	if len(r.groups) == 0 {
		return nil
	}
	slices.SortStableFunc(r.groups, func(a, b *pullGroup) int { return cmp.Or(a.rank()-b.rank(), b.n-a.n) })
	out := &html.Pulls{Title: pullsTitle(r.failing, total)}
	for i, g := range r.groups {
		if i < htmlGroups {
			out.Groups = append(out.Groups, g.html())
		} else {
			out.More += g.n
		}
	}
	return out
}

// rank sorts groups: failing ones first, then those with an unusable Secret, then those with an unknown
// outcome.
func (g *pullGroup) rank() int {
	switch {
	case g.first.Fails():
		return 0
	case g.first.Plan.Unusable || g.first.Plan.Undefined:
		return 1
	case g.first.Verdict.Outcome == plan.Unknown:
		return 2
	}
	return 3
}

// maxNames limits the names that are kept of a group; beyond it, the number of distinct names is not needed.
const maxNames = 4

// addFew adds a new text, up to one more than are shown.
func addFew(list []string, s string) []string {
	if len(list) < maxNames && !slices.Contains(list, s) {
		list = append(list, s)
	}
	return list
}

// few joins the first names of a list.
func few(list []string) string {
	if len(list) < maxNames {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:maxNames-1], ", ") + " and more"
}

func pullsTitle(failing, total int) string {
	if failing > 0 {
		return fmt.Sprintf("%d of %s cannot succeed, by the manifests or by what the cluster said.", failing, Count(total, "pull", "pulls"))
	}
	return "None of " + Count(total, "pull", "pulls") + " is refused before a registry is asked. Whether the registry has the image is not in this picture."
}

// podText returns the part of a way that all images of a pod share.
func podText(p *Pull) string {
	parts := []string{p.Plan.Namespace, accountText(p.Plan.ServiceAccount)}
	for i := range p.Plan.PullSecrets {
		parts = append(parts, useText(&p.Plan.PullSecrets[i], p.problem(i), ""))
	}
	return strings.Join(parts, "\x00")
}

// pulledFrom returns the registry of an image, or a description if it is unknown.
func pulledFrom(p *Pull) string {
	if p.Image.State == manifests.StateString && p.Image.Err == nil && p.Image.Ref.Registry != "" {
		return p.Image.Ref.Registry
	}
	return "not a valid image"
}

// credentialNames returns the Secrets that are tried.
func credentialNames(p *Pull) string {
	var out []string
	for _, c := range p.Verdict.Credentials {
		out = append(out, c.Secret)
	}
	return strings.Join(slices.Compact(out), "\x00")
}

func clusterText(p *Pull) string {
	if p.Said == nil {
		return ""
	}
	return redactedMessage(p.Said.Status)
}

// html returns the group for the page.
func (g *pullGroup) html() html.Group {
	p := g.first
	out := html.Group{
		Fails: p.Fails(), Count: g.n, Pods: shown(g.objects[0]), PodsSummary: shown(few(g.objects)), Images: shown(few(g.images)), Registry: shown(pulledFrom(p)),
		Outcome: outcomeText(p), Message: shown(p.Verdict.Message), Anonymous: p.Verdict.Outcome == plan.Anonymous, Never: p.Verdict.Outcome == plan.Never,
	}
	if len(g.objects) > 1 {
		out.Pods += " and more"
	}
	if p.Said != nil {
		out.Message = shown("cluster: " + statusText(p.Said))
	}
	out.Account, out.AccountNote = htmlAccount(p.Plan.ServiceAccount)
	tried := map[string]bool{}
	for _, c := range p.Verdict.Credentials {
		tried[c.Secret] = true
	}
	for i := range p.Plan.PullSecrets[:min(len(p.Plan.PullSecrets), htmlSecrets)] {
		out.Secrets = append(out.Secrets, htmlSecret(&p.Plan.PullSecrets[i], p.problem(i), p.unmatched(i), tried))
	}
	out.MoreSecrets = len(p.Plan.PullSecrets) - len(out.Secrets)
	return out
}

// outcomeText says what happens, in a few words.
func outcomeText(p *Pull) string {
	switch {
	case p.Said != nil && p.Said.IsPulled():
		return shown("fails after the pull: " + redactedMessage(p.Said.Status))
	case p.Said != nil:
		return shown("fails: " + redactedMessage(p.Said.Status))
	case p.Verdict.Outcome == plan.Credentials:
		return "with credentials"
	case p.Verdict.Outcome == plan.Unknown:
		return "not known"
	case p.Verdict.Reason != "":
		return shown(string(p.Verdict.Outcome) + ": " + p.Verdict.Reason)
	}
	return string(p.Verdict.Outcome)
}

// htmlAccount returns a service account's name and a note about it.
func htmlAccount(a plan.ServiceAccount) (name, note string) {
	if a.ByOperator {
		return "chosen by an operator", "not in these manifests"
	}
	_, note, _ = strings.Cut(accountText(a), ", ")
	if !a.Named {
		note = strings.TrimSuffix("by default, "+note, ", ")
	}
	return shown(plan.SecretID(a.Namespace, a.Name)), shown(note)
}

// htmlSecret returns a pull secret and its effect for an image.
func htmlSecret(u *plan.PullSecret, problem, unmatched string, tried map[string]bool) html.Secret {
	id := plan.SecretID(u.Namespace, u.Ref.Name)
	_, note, _ := strings.Cut(useText(u, problem, unmatched), ": ")
	out := html.Secret{Name: shown(id), Note: shown(note)}
	switch {
	case problem != u.Problem && !u.Usable:
		out.State = "unknown"
	case problem != "":
		out.State = "bad"
	case tried[id]:
		out.State = "ok"
	case u.Usable:
		out.State = "idle"
	default:
		out.State = "unknown"
	}
	return out
}
