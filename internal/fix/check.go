package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func fileOf(f *lint.Finding) string {
	if f.Span.File() == nil {
		return ""
	}
	return f.Span.File().Name
}

// objectKey returns a key for a finding's object and file that is stable between runs.
func objectKey(f *lint.Finding) string {
	key := fileOf(f)
	if o := f.Object; o != nil {
		key += "\x00" + o.Group() + "\x00" + o.Kind + "\x00" + o.Namespace + "\x00" + o.Name
	}
	return key
}

// placeKey returns a key for a rule and a place, whatever the text there is.
func placeKey(f *lint.Finding) string {
	where := f.Path
	if where == "" {
		where = f.Container
	}
	return f.Rule + "\x00" + objectKey(f) + "\x00" + where
}

// textKey returns a key for a message at a place.
func textKey(f *lint.Finding) string { return placeKey(f) + "\x00" + f.Message }

// keyOf returns a key for a fix that is stable between runs.
func keyOf(f *lint.Finding) string {
	if f.Fix == nil {
		return ""
	}
	return placeKey(f) + "\x00" + f.Message + "\x00" + f.Fix.Title
}

// blame is what a fix is said to make worse. It is only suspected if the finding is on an object that no fix of the batch changes, such as a workload
// that uses a changed Secret: then it may be caused by any of several fixes.
type blame struct {
	why       string
	suspected bool
}

// worse returns the fixes of a batch that make something worse, and what: they cause a new or more severe finding, or do not fix their own. A finding that
// is less severe than the fixed one is not worse, wherever it is: it is what the mistake was hiding. Nor is a finding of an object that was rejected before,
// nor a suppression that a fixed one used to excuse; see excuses.
// Nor is one elsewhere that has a fix itself; in the same place, it shows that the fix guessed wrong.
func (e *engine) worse(batch []candidate, after lint.Result) map[string]blame {
	blamed := map[string]blame{}
	before, now := bySeverity(e.result.Findings, placeKey), bySeverity(after.Findings, placeKey)
	textsBefore, textsNow := bySeverity(e.result.Findings, textKey), bySeverity(after.Findings, textKey)
	for _, c := range batch {
		if key := placeKey(c.Finding); len(now[key]) > len(before[key]) || slices.Equal(now[key], before[key]) {
			blamed[c.key] = blame{why: "it would not fix the finding"}
		}
	}
	byObject, byFile := map[string][]candidate{}, map[string][]candidate{}
	for _, c := range batch {
		object, file := objectKey(c.Finding), fileOf(c.Finding)
		byObject[object], byFile[file] = append(byObject[object], c), append(byFile[file], c)
	}
	for i := range after.Findings {
		f := &after.Findings[i]
		key := placeKey(f)
		severity, more := rise(before[key], now[key])
		if !more || slices.Equal(textsBefore[textKey(f)], textsNow[textKey(f)]) { // another one at this place is new
			continue
		}
		near, suspected := byObject[objectKey(f)], false
		switch {
		case near != nil && len(now[key]) > len(before[key]):
			near = slices.DeleteFunc(slices.Clone(near), func(c candidate) bool { return rejected(c.Finding, f) })
		case near == nil:
			near, suspected = byFile[fileOf(f)], true
			if near == nil {
				near = batch
			}
		}
		for _, c := range near {
			if severity < c.Severity || excuses(c.Finding, f) {
				continue
			}
			if severity <= c.Severity && (f.Path != c.Path || objectKey(f) != objectKey(c.Finding)) && e.next(f) {
				continue
			}
			if b, ok := blamed[c.key]; !ok || b.suspected && !suspected {
				blamed[c.key] = blame{fmt.Sprintf("it would cause %s at %s:%d", f.Rule, fileOf(f), f.Span.Start().Line), suspected}
			}
		}
	}
	return blamed
}

// rejected reports whether the API server would reject an object for one finding, so that nobody would see the other one, about another field.
func rejected(fixed, f *lint.Finding) bool {
	early, late := fixed.Cluster.Stage, f.Cluster.Stage
	return (early == lint.StageDecode || early == lint.StageValidation) && (late == lint.StageKubelet || late == lint.StageRuntime) && fixed.Path != f.Path
}

// excuses reports whether a fixed finding may be why an unused suppression was not reported: no other rule judges an image that is invalid, or that may be
// a slip. The suppression was unused before, too.
func excuses(fixed, f *lint.Finding) bool {
	return f.Rule == lint.RuleIgnoreUnused && fixed.IsOfReference()
}

// next reports whether a finding that a fix reveals is fixed after it. One that was fixed before is not, or two fixes could undo each other for ever. Nor is
// one on built text, which may be about the same text of a file.
func (e *engine) next(f *lint.Finding) bool {
	return f.Fix != nil && !e.o.Built && (f.Fix.Safe || e.o.All) && e.dropped[keyOf(f)] == "" &&
		!slices.ContainsFunc(e.fixed, func(fixed lint.Finding) bool { return placeKey(&fixed) == placeKey(f) })
}

// rise returns the severity of the most severe finding that a place has now and did not have before.
func rise(had, has []lint.Severity) (severity lint.Severity, more bool) {
	for n, s := range has {
		if n >= len(had) || s > had[n] {
			return s, true
		}
	}
	return 0, false
}

// bySeverity returns the severities of the findings with each key, the highest first.
func bySeverity(findings []lint.Finding, keyOf func(*lint.Finding) string) map[string][]lint.Severity {
	out := map[string][]lint.Severity{}
	for i := range findings {
		key := keyOf(&findings[i])
		out[key] = append(out[key], findings[i].Severity)
	}
	for _, list := range out {
		slices.Sort(list)
		slices.Reverse(list)
	}
	return out
}

// misread returns how a file with the fixes would be read differently from what they say, or "".
func misread(list []candidate, users map[valueKey]int, before, after []byte) string {
	if list[0].Fix.NewValue == "" {
		return "" // it moves lines, and the linter reads them again
	}
	values, err := changes(before, after)
	if err != nil {
		return "the file would be parsed differently: " + strings.TrimSpace(err.Error())
	}
	changed, mine := map[string]int{}, map[string]int{}
	for _, v := range values {
		changed[v]++
	}
	for _, c := range list {
		at := c.Fix.Edits[len(c.Fix.Edits)-1].Span
		mine[c.Fix.NewValue] += users[usedAt(at)]
	}
	for v, n := range changed {
		if n > mine[v] {
			return "something else uses this text through an anchor"
		}
	}
	for _, c := range list {
		if changed[c.Fix.NewValue] == 0 {
			return "the text would not be parsed as " + c.Fix.NewValue
		}
	}
	return ""
}

// valueKey identifies a value that may have several users.
type valueKey struct {
	file   string
	offset int
}

func usedAt(s source.Span) valueKey {
	if s.File() == nil {
		return valueKey{}
	}
	return valueKey{s.File().Name, s.Start().Offset}
}

// users counts how many places of the input use each value with a finding. It is more than one if they share an anchor.
func (e *engine) users() map[valueKey]int {
	out := map[valueKey]int{}
	use := func(s source.Span) { out[usedAt(s)]++ }
	names := func(l *manifests.PullSecretList) {
		if l != nil {
			for _, n := range l.Names {
				use(n.Span)
			}
		}
	}
	for _, w := range slices.Concat(e.set.Workloads, e.set.Context, e.set.Values) {
		for _, img := range w.Images {
			switch {
			case img.Style != nil:
				use(img.Style.Span)
			case img.Field == manifests.FieldSplit:
				for _, p := range img.Parts() {
					use(p.Span)
				}
				if a := img.Assembly; a != nil && a.EmptyDigest != nil {
					use(*a.EmptyDigest)
				}
			default:
				use(img.Span)
			}
			if img.PullPolicy != nil {
				use(img.PullPolicy.Span)
			}
			if policy := img.ValuesPolicy(); policy != nil {
				use(policy.Span)
			}
		}
		for _, pod := range w.Pods {
			if at := pod.ServiceAccount.At; at != nil {
				use(at.Span)
			}
			names(pod.ImagePullSecrets)
		}
		for _, l := range w.PullSecrets {
			names(l)
		}
	}
	for _, a := range e.set.ServiceAccounts {
		names(a.ImagePullSecrets)
	}
	for _, s := range e.set.Secrets {
		use(s.TypeSpan)
	}
	return out
}
