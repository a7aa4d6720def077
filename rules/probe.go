package rules

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// groupProbe is the group of rules about registries' answers.
const groupProbe = "registry-probe"

// probed is an image with the registry's answer.
type probed struct {
	w      *manifests.Workload
	img    *manifests.ImageRef
	result *lint.ProbeResult
}

// probedWith yields the images for which a registry's answer has one of the outcomes.
func probedWith(p *lint.Pass, outcomes ...lint.Outcome) iter.Seq[probed] {
	return func(yield func(probed) bool) {
		for w, img := range p.Parsed() {
			f, ok := p.ProbeResult(img)
			if !ok {
				continue
			}
			for _, o := range outcomes {
				if f.Pod.Outcome == o && !yield(probed{w, img, f}) {
					return
				}
			}
		}
	}
}

// imageText returns the start of a message, which names the image.
func (a probed) imageText() string {
	return "image " + quote(a.img.Raw)
}

// report adds a finding about a registry's answer. A note says how often the registry was asked, and with which credentials unless with the
// pod's.
func (a probed) report(p *lint.Pass, f lint.Finding) {
	var note string
	switch a.result.As {
	case lint.AsPod:
		note = "asked as the pod"
	case lint.AsMe:
		note = "asked with your own logins"
	case lint.AsAnonymous:
		note = "asked anonymously"
	}
	if wanted := p.Platforms(a.img); len(wanted) > 0 {
		note += " for " + sentence(platformNames(wanted))
	}
	if a.result.Asked > 0 {
		note += fmt.Sprintf(", %s in %s, since %s", times(a.result.Asked), a.result.Waited.Round(time.Second), a.result.Since.UTC().Format(time.RFC3339))
	}
	if a.result.Asked > 0 || a.result.As != lint.AsPod {
		f.Related = append(f.Related, lint.Related{Message: note})
	}
	p.ReportImage(a.w, a.img, f)
}

// platformNames returns platforms as people write them.
func platformNames(all []string) []string {
	out := slices.Clone(all)
	for i := range out {
		out[i] = strings.TrimSuffix(out[i], "/*")
	}
	return out
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// credentials returns how the pod would pull, as far as the input shows.
func (a probed) credentials(p *lint.Pass) plan.Verdict {
	return p.Plan.Verdict(a.img, p.Plan.Image(a.w, a.img))
}

// unasked returns the severity of a finding about a registry that could not be asked, which --probe-strict makes an error.
func unasked(p *lint.Pass, s lint.Severity) lint.Severity {
	if p.Settings.ProbeStrict {
		return lint.Error
	}
	return s
}

// unlessUnseen returns the severity of a denial: a warning if credentials that are not in the input may allow the pull.
func (a probed) unlessUnseen(p *lint.Pass) lint.Severity {
	s := byConfidence(a.img)
	if a.result.As == lint.AsPod && a.credentials(p).Outcome == plan.Unknown {
		s = min(s, lint.Warning)
	}
	return s
}

// fails reports whether the pull fails before a registry is asked, which another rule reports. Then the answer to an anonymous request means
// nothing.
func (a probed) fails(p *lint.Pass) bool {
	return a.result.As == lint.AsPod && a.credentials(p).Outcome == plan.Fails
}

// bringsNone returns the reason for a denial if nothing else is known: the pod has no credentials, as far as the input shows.
func (a probed) bringsNone(p *lint.Pass) string {
	switch a.result.As {
	case lint.AsAnonymous:
		return "it refuses anonymous pulls"
	case lint.AsMe:
		return "it refuses you"
	}
	if a.credentials(p).Outcome == plan.Unknown {
		return "these manifests have no credentials for it"
	}
	return "the pod has no credentials for it"
}

// isAmbient reports whether nodes may have their own credentials for the registry of an image.
func isAmbient(img *manifests.ImageRef) bool {
	h, ok := catalog.LookupHost(img.Ref.Registry)
	return ok && h.Ambient
}

// registryName returns the usual name of a registry.
func registryName(img *manifests.ImageRef) string {
	if r, _ := catalog.LookupHost(img.Ref.Registry); r.Title != "" && img.Ref.Registry == r.Hosts[0] {
		return r.Title
	}
	return img.Ref.Registry
}

// unauthorized returns containerd's message for a denied image.
func unauthorized(img *manifests.ImageRef, a lint.Answer) string {
	if a.FromTokenService || a.Status != 401 && a.Status != 0 {
		return containerdRefusal(img, a)
	}
	return denied
}

// containerdRefusal returns containerd's message for a denied request, from the token service, which it asks first, or from the registry.
func containerdRefusal(img *manifests.ImageRef, a lint.Answer) string {
	status := map[int]string{400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found", 410: "410 Gone", 412: "412 Precondition Failed", 451: "451 Unavailable For Legal Reasons"}[a.Status]
	if status == "" {
		status = "401 Unauthorized"
	}
	switch {
	case !a.FromTokenService:
		return cannotResolve(img) + ": unexpected status from HEAD request: " + status
	case a.Secret == "":
		return cannotResolve(img) + ": failed to authorize: failed to fetch anonymous token: " + status
	}
	return cannotResolve(img) + ": failed to authorize: failed to fetch oauth token: " + status
}

// tagOf returns the tag that a runtime pulls.
func tagOf(img *manifests.ImageRef) string {
	if img.Ref.Tag == "" {
		return "latest"
	}
	return img.Ref.Tag
}

// nearTags lists existing tags.
func nearTags(f *lint.ProbeResult) string {
	quoted := make([]string, 0, len(f.SimilarTags))
	for _, t := range f.SimilarTags {
		quoted = append(quoted, quote(t))
	}
	switch len(quoted) {
	case 0:
		return ""
	case 1:
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// settles maps suspicions to the answers that replace them. Answers about a tag or a secret do not affect the others: a mutable tag stays
// mutable, and a registry that has moved will close, whether or not it answers today.
var settles = map[string]func(*lint.ProbeResult) bool{
	"image-host-only":            isSettled,
	"image-id-as-name":           isSettled,
	"image-localhost-registry":   isAbsent, // what it serves here, it may not serve on a node
	"image-path-depth":           isSettled,
	"image-placeholder":          isSettled,
	"image-plain-http-suspect":   isSettled,
	"image-registry-typo":        isSettled,
	"image-tag-mangled-number":   isSettled,
	"image-unknown-official":     isSettled,
	"pull-secret-absent":         isServedToPods,
	"registry-internal-endpoint": isAbsent, // what is reachable here may not be reachable from a node
}

// isServed reports whether the registry serves the image with the credentials that were used.
func isServed(f *lint.ProbeResult) bool { return f.Pod.Outcome == lint.Exists }

// isServedToPods reports whether the registry serves the image to the pod or anonymously.
func isServedToPods(f *lint.ProbeResult) bool { return isServed(f) && f.As != lint.AsMe }

// isAbsent reports whether the registry's answer means that the pull fails.
func isAbsent(f *lint.ProbeResult) bool {
	return f.Pod.Outcome > lint.Exists && f.Pod.Outcome < lint.Inconclusive
}

// isUnanswered reports whether no registry answered: that a well-known registry cannot be reached from here shows
// nothing about its images.
func isUnanswered(f *lint.ProbeResult) bool {
	return f.Pod.Outcome == lint.PlainHTTP || f.Pod.Outcome == lint.Untrusted || f.Pod.Outcome == lint.Unreachable
}

func isSettled(f *lint.ProbeResult) bool { return isServed(f) || isAbsent(f) }

// withSettledByProbe sets SettledByProbe in the rules of a table.
func withSettledByProbe(all []lint.Rule) []lint.Rule {
	for i := range all {
		settled := settles[all[i].ID]
		if settled == nil {
			continue
		}
		all[i].SettledByProbe = func(img *manifests.ImageRef, f *lint.ProbeResult) bool {
			return !(isUnanswered(f) && isWellKnown(img)) && settled(f)
		}
	}
	return all
}

// orSimilarName adds the name of a similar Docker Official Image to a help.
func orSimilarName(img *manifests.ImageRef, help string) string {
	name, ok := hubName(img)
	if !ok {
		return help
	}
	near, typo := catalog.Builtin().NearOfficial(name)
	if target, alias := catalog.Alias(name); !typo && alias && target != "" {
		near, typo = target, true
	}
	if typo && near != name {
		return fmt.Sprintf("did you mean %s?", quote(near))
	}
	return "push it to a registry that the nodes can reach and add that registry to the name, or load it onto each node and set imagePullPolicy: Never"
}
