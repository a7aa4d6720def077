package report

import (
	"bufio"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// RuleURL returns the URL of the page about a finding's rule.
func RuleURL(f *lint.Finding) string { return ruleURL(f.Rule, f.Own) }

// Brief returns a finding in one line: its message, and what to do.
func Brief(f *lint.Finding) string { return brief(f) }

// Where returns the position at which a finding is fixed: for rendered text the first place that made it,
// otherwise the finding's own.
func Where(f *lint.Finding) source.Span { return where(f) }

// OtherPlaces returns the positions of a finding except the one at which it is fixed.
func OtherPlaces(f *lint.Finding) []lint.Related { return otherPositions(f) }

// PullText returns the plan of one pull, as Pulls prints it, without the position of the image.
func PullText(p *Pull) string {
	var b strings.Builder
	w := bufio.NewWriter(&b)
	writePullText(w, p, newPalette(Options{}))
	_ = w.Flush() // a strings.Builder does not fail
	_, plan, _ := strings.Cut(strings.TrimRight(b.String(), "\n"), "\n")
	return visible(imageText(p.Image)) + "\n" + plan
}

// PullSecretText describes a pull secret: where it is from, and which keys it has.
func PullSecretText(u *plan.PullSecret) string { return visible(useText(u, u.Problem, "")) }

// AccountText describes a service account and the pull secrets that it names.
func AccountText(a plan.ServiceAccount) string { return visible(accountText(a)) }

// ObjectName returns an object as "Kind namespace/name".
func ObjectName(o *manifests.Object) string { return objectName(o) }

// TagText says when a tag was listed; the months have the format of CatalogTag.
func TagText(first, last string, current bool) string {
	return listed(CatalogTag{First: first, Last: last, Current: current})
}
