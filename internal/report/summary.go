package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report/html"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// skipReasons says why something was not examined, in the order of the summary.
var skipReasons = []struct {
	reason   string
	one, few string // in the summary, after a number
	sentence string
}{
	{manifests.SkipNotKubernetes, "not Kubernetes", "not Kubernetes", "contains no Kubernetes object"},
	{manifests.SkipTemplate, "template", "templates", "a template that was not rendered"},
	{manifests.SkipChart, "chart", "charts", "a Helm chart that was not rendered"},
	{manifests.SkipKustomization, "kustomization", "kustomizations", "a kustomization that was not built"},
	{manifests.SkipLibrary, "library chart", "library charts", "a library chart, which renders nothing by itself"},
	{manifests.SkipNoEngine + " helm", "chart without helm", "charts without helm", ""},
	{manifests.SkipNoEngine + " kustomize", "kustomization without kustomize", "kustomizations without kustomize", ""},
	{manifests.SkipNoEngine, "without the program that renders it", "without the program that renders them", "cannot be rendered"},
	{manifests.SkipPart, "part of a kustomization", "parts of kustomizations", "a part of a kustomization that could not be built"},
	{manifests.SkipNotRendered, "not rendered", "not rendered", "could not be rendered"},
	{manifests.SkipPartial, "partly rendered", "partly rendered", ""},
	{manifests.SkipValues, "values", "values", "values of a chart that are not YAML"},
	{manifests.SkipValuesFrom, "valuesFrom", "valuesFrom", "values that a HelmRelease takes from a ConfigMap or a Secret"},
	{manifests.SkipHelmHidden, "hidden by Helm", "hidden by Helm", "a Secret whose output Helm suppressed"},
	{manifests.SkipEmpty, "empty", "empty", "is empty"},
	{manifests.SkipTooLarge, "too large", "too large", "a document over the size limit that does not look like Kubernetes"},
	{manifests.SkipListAlias, "item with an alias", "items with aliases", "an item of a large List that uses an anchor of another item: write it out"},
	{manifests.SkipUnreadable, "unreadable", "unreadable", "cannot be read"},
	{manifests.SkipNotRegular, "not a file", "not files", "a socket, a device or a named pipe"},
	{manifests.SkipSymlink, "symbolic link", "symbolic links", "a symbolic link to a directory, which is not followed"},
	{manifests.SkipExcluded, "excluded", "excluded", "excluded by --exclude, --force-exclude or the configuration"},
	{manifests.SkipIgnored, "ignored by git", "ignored by git", "ignored by .gitignore and not tracked: use --no-gitignore to read it"},
	{manifests.SkipVendor, "vendor folder", "vendor folders", "a folder for third-party code: pass it as a path to read it"},
	{manifests.SkipOutside, "link out of the tree", "links out of the tree", "a symbolic link to a file outside of the repository: pass it as a path to read it"},
}

// skipSentence returns why something was not examined; an unknown reason is returned unchanged.
func skipSentence(reason string) string {
	for _, s := range skipReasons {
		if s.reason == reason {
			return s.sentence
		}
	}
	return visible(reason)
}

// skipWhy returns why something was not examined, or not completely.
func skipWhy(s *manifests.Skip) string {
	return strings.TrimPrefix(strings.TrimSuffix(skipSentence(s.Reason)+": "+visible(s.Detail), ": "), ": ")
}

// summary returns the last line of the text format: what was examined, what was found, and what was not
// examined.
func summary(r Report) string {
	out, sep := examined(&r), ": "
	if len(r.Result.Findings) == 0 {
		out, sep = none(&r)+": "+out, ", "
	}
	if found := counts(&r); len(found) > 0 {
		out += sep + strings.Join(found, ", ")
	}
	return out + unexamined(r) + after(leftOut(&r.Result)) + after(unexplained(&r))
}

// minShare is the minimum number of images for which the share that a catalog judges is shown. A share of a few images says little about the input, and
// would stand in the last line of every small run.
const minShare = 10

// none says that there are no findings in what was examined. A run that examined nothing, or not everything, has not
// shown that all is well, and the cluster may say otherwise.
func none(r *Report) string {
	if text := nothing(r); text != "" {
		return text
	}
	text := "no findings"
	unrendered := slices.ContainsFunc(r.Set.Skipped, isUnrendered)
	switch {
	case slices.ContainsFunc(r.Set.Skipped, func(s manifests.Skip) bool { return s.Reason == manifests.SkipEmpty && s.File == "<stdin>" }):
		return text + ", but standard input is empty"
	case len(r.RunErrors) > 0 && unrendered:
		text += " in what could be read and rendered"
	case len(r.RunErrors) > 0:
		text += " in the files that could be read"
	case unrendered:
		text += " in what could be rendered"
	}
	if r.Unexplained > 0 {
		text += ", but the cluster reports " + Count(r.Unexplained, "failing pull", "failing pulls")
	}
	return text
}

// unexplained says how to learn why pulls fail that no finding is about.
func unexplained(r *Report) string {
	switch {
	case r.Unexplained == 0:
		return ""
	case len(r.Result.Findings) > 0:
		return "the cluster reports " + Count(r.Unexplained, "failing pull", "failing pulls") + " that no finding is about; imagelint pulls says why"
	}
	return "imagelint pulls says why"
}

// nothing says that no object was examined, or returns "". Values that were linted in place of their chart are not what the user asked about.
func nothing(r *Report) string {
	switch {
	case r.Set == nil || r.Set.Stats.Objects == 0 && r.Set.Stats.Values == 0:
		return "nothing checked"
	case r.Set.Stats.Objects == 0 && slices.ContainsFunc(r.Set.Skipped, func(s manifests.Skip) bool { return s.Reason == manifests.SkipChart || isUnrendered(s) }):
		return "nothing checked but values"
	}
	return ""
}

// isUnrendered reports whether a chart or a kustomization was to be rendered, and could not be, or only in part.
func isUnrendered(s manifests.Skip) bool {
	return s.Reason == manifests.SkipNotRendered || s.Reason == manifests.SkipPartial || s.Reason == manifests.SkipNoEngine
}

// Unrendered says how many charts and kustomizations were not rendered, or only in part, by reason. It returns "" for none.
func Unrendered(skips []manifests.Skip) string {
	return notLooked(slices.DeleteFunc(slices.Clone(skips), func(s manifests.Skip) bool {
		return !isUnrendered(s) && s.Reason != manifests.SkipChart && s.Reason != manifests.SkipKustomization
	}))
}

// examined says what was examined.
func examined(r *Report) string {
	var stats manifests.Stats
	if r.Set != nil {
		stats = r.Set.Stats
	}
	images := Count(stats.Images, "image", "images")
	if r.Known != nil && stats.Images >= minShare {
		images += " (" + strconv.Itoa(judged(knownImages(r))) + " whose tags are known offline)"
	}
	out := []string{Count(stats.Files, "file", "files"), Count(stats.Documents, "document", "documents"), Count(stats.Workloads, "workload", "workloads"), images}
	if stats.Values > 0 {
		out = append(out, Count(stats.Values, "values file", "values files"))
	}
	return strings.Join(out, ", ")
}

// unexamined says what was not examined, to follow other text.
func unexamined(r Report) string {
	var skips []manifests.Skip
	if r.Set != nil {
		skips = r.Set.Skipped
	}
	return after(notRead(len(r.RunErrors))) + after(notLooked(skips))
}

// after returns a further part of a sentence, if there is one.
func after(part string) string {
	if part == "" {
		return ""
	}
	return "; " + part
}

// counts returns the numbers of findings by severity.
func counts(r *Report) []string {
	var out []string
	for _, l := range []struct {
		n        int
		one, few string
	}{
		{r.Result.Count(lint.Error), "error", "errors"},
		{r.Result.Count(lint.Warning), "warning", "warnings"},
		{r.Result.Count(lint.Info), "info", "infos"},
		{len(r.Result.Suppressed) + suppressedLeft(r.Result.Omitted), "suppressed", "suppressed"},
		{len(r.Baselined), "in the baseline", "in the baseline"},
		{len(r.Older), "not new", "not new"},
	} {
		if l.n > 0 {
			out = append(out, Count(l.n, l.one, l.few))
		}
	}
	return out
}

// leftOut says how many findings were dropped.
func leftOut(r *lint.Result) string {
	if n := r.OmittedFindings(); n > 0 {
		return strconv.Itoa(n) + " more left out (--max-findings)"
	}
	return ""
}

func suppressedLeft(left []lint.Omitted) int {
	n := 0
	for i := range left {
		n += left[i].Suppressed
	}
	return n
}

// Count returns a number with its noun: "1 image", "2 images".
func Count(n int, one, few string) string { return html.Counted(n, one, few) }

func notRead(n int) string {
	if n == 0 {
		return ""
	}
	return Count(n, "input", "inputs") + " not read"
}

// notLooked says how much was not examined, by reason.
func notLooked(skips []manifests.Skip) string {
	if len(skips) == 0 {
		return ""
	}
	by := map[string]int{}
	for _, s := range skips {
		reason := s.Reason
		if s.Missing != "" {
			reason += " " + s.Missing
		}
		by[reason]++
	}
	met := maps.Clone(by)
	var parts []string
	for _, s := range skipReasons {
		if n := by[s.reason]; n > 0 {
			parts = append(parts, Count(n, s.one, s.few))
			delete(by, s.reason)
		}
	}
	for _, reason := range slices.SortedFunc(maps.Keys(by), cmp.Compare[string]) {
		parts = append(parts, strconv.Itoa(by[reason])+" "+visible(reason))
	}
	if met[manifests.SkipChart]+met[manifests.SkipKustomization] > 0 {
		parts[len(parts)-1] += "; --render renders charts and kustomizations"
	}
	return strconv.Itoa(len(skips)) + " skipped (" + strings.Join(parts, ", ") + ")"
}
