package report

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/report/html"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Limits of a page's lists. Findings are limited by size: html.MaxBytes.
const (
	htmlFirst  = 8     // findings at the top
	htmlPlaces = 50    // further places of a finding
	htmlRows   = 200   // images with findings
	htmlListed = 300   // items of each list of what is not reported
	htmlImages = 3000  // images of the inventory
	htmlText   = 2_000 // characters of a text
	htmlWidth  = 160   // characters of a source line
)

// writeHTML writes a self-contained page: what fails first, the findings with a filter, the pulls and the
// images.
func writeHTML(w io.Writer, r Report, o Options) error {
	folded := fold(r.Result.Findings, o)
	page := html.Page{
		Summary: summary(r) + after(fixable(r.Result.Findings)), Examined: "Checked: " + examined(&r) + unexamined(r), Version: visible(o.Version),
		Total: len(folded), Folded: len(r.Result.Findings), Findings: htmlFindings(folded), Rules: htmlRules(&r), First: htmlTop(folded, &r),
		Inventory: htmlInventory(&r),
	}
	page.Outcome, page.Verdict = htmlVerdict(&r)
	page.Counts = htmlCounts(&r)
	page.Images, page.MoreImages = htmlByImage(r.Result.Findings)
	for _, e := range r.RunErrors[:min(len(r.RunErrors), htmlListed)] {
		page.Unread = append(page.Unread, shown(e))
	}
	page.MoreUnread = len(r.RunErrors) - len(page.Unread)
	if r.Pulls != nil {
		groups := pullGroups{ways: map[*plan.Pull]string{}, at: map[string]*pullGroup{}}
		pulls, err := r.Pulls(groups.add)
		if err != nil {
			return err
		}
		page.Pulls, page.Causes = groups.html(pulls.Total), htmlCauses(pulls.Answers)
	}
	if !o.Quiet {
		page.Lists = htmlLists(&r)
	}
	return html.Write(w, &page)
}

// shown returns a text for the page: visible, on one line and truncated.
func shown(s string) string {
	s = visible(s)
	if len(s) <= htmlText {
		return s
	}
	at := htmlText
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return s[:at] + cutMark
}

// htmlVerdict says how the run ended, in a word and in a line.
func htmlVerdict(r *Report) (outcome, text string) {
	found := strings.Join(counts(r), ", ")
	switch failing := failures(r.Result.Findings, r.fails); {
	case failing > 0:
		return "fail", "Failed: " + found
	case len(r.RunErrors) > 0:
		return "incomplete", "Incomplete: " + Count(len(r.RunErrors), "input", "inputs") + " not read" + after(found)
	case nothing(r) != "" && r.Exit != 0:
		return "incomplete", "Incomplete: " + nothing(r) + after(found)
	case len(r.Result.Findings) == 0:
		return "pass", strings.TrimSuffix("Passed: "+none(r)+", "+found, ", ")
	}
	return "pass", "Passed: " + found
}

func htmlCounts(r *Report) []html.Count {
	var out []html.Count
	add := func(n int, class, one, few string) {
		if n != 1 {
			one = few
		}
		out = append(out, html.Count{N: n, Label: one, Class: class})
	}
	for _, s := range []struct {
		severity lint.Severity
		one, few string
	}{{lint.Error, "error", "errors"}, {lint.Warning, "warning", "warnings"}, {lint.Info, "info", "infos"}} {
		n, class := r.Result.Count(s.severity), ""
		if n > 0 {
			class = s.severity.String()
		}
		add(n, class, s.one, s.few)
	}
	if r.Set != nil {
		st := r.Set.Stats
		add(st.Workloads, "", "workload", "workloads")
		add(st.Images, "", "image", "images")
		add(st.Files, "", "file", "files")
	}
	return out
}

// htmlTop returns the first finding of each rule that fails the run or is an error.
func htmlTop(folded []folded, r *Report) []html.First {
	var out []html.First
	at := map[string]int{}
	for i := range folded {
		f := folded[i].Finding
		if f.Severity != lint.Error && !r.fails(f) {
			break // the most severe ones come first
		}
		if n, ok := at[f.Rule]; ok {
			out[n].More++
			continue
		}
		where := place(f.Span)
		if in := inside(f); in != "" {
			where = strings.TrimPrefix(where+", "+in, ", ")
		}
		if more := len(folded[i].elsewhere()); more > 0 {
			where += ", and " + Count(more, "more place", "more places")
		}
		at[f.Rule] = len(out)
		out = append(out, html.First{Number: i + 1, Rule: shown(f.Rule), Message: shown(f.Message), Where: shown(where), Help: shown(f.Help)})
	}
	return out[:min(len(out), htmlFirst)]
}

func htmlRules(r *Report) []html.Row {
	about := map[string]string{}
	for i := range r.Rules {
		about[r.Rules[i].ID] = r.Rules[i].Doc.Title
	}
	var out []html.Row
	for _, c := range byRule(r.Result.Findings) {
		out = append(out, html.Row{
			Name: shown(c.rule), About: shown(about[c.rule]), URL: ruleURL(c.rule, c.own), Errors: c.errors, Warnings: c.warnings, Infos: c.infos, Fixable: c.fixable,
		})
	}
	return out
}

// htmlByImage counts findings by image, sorted by severity.
func htmlByImage(findings []lint.Finding) (rows []html.Row, more int) {
	type count struct {
		name                    string
		errors, warnings, infos int32
	}
	var counts []count // of all images, and not rows: most of many are not shown
	at := map[string]int{}
	for i := range findings {
		f := &findings[i]
		if f.Image == "" {
			continue
		}
		n, ok := at[f.Image]
		if !ok {
			n = len(counts)
			counts, at[f.Image] = append(counts, count{name: shown(f.Image)}), n
		}
		switch c := &counts[n]; f.Severity {
		case lint.Error:
			c.errors++
		case lint.Warning:
			c.warnings++
		default:
			c.infos++
		}
	}
	slices.SortFunc(counts, func(a, b count) int {
		return cmp.Or(cmp.Compare(b.errors, a.errors), cmp.Compare(b.warnings, a.warnings), cmp.Compare(b.infos, a.infos), cmp.Compare(a.name, b.name))
	})
	n := min(len(counts), htmlRows)
	for _, c := range counts[:n] {
		rows = append(rows, html.Row{Name: c.name, Errors: int(c.errors), Warnings: int(c.warnings), Infos: int(c.infos)})
	}
	return rows, len(counts) - n
}

// htmlFindings yields the findings in the order of the text format, one at a time.
func htmlFindings(all []folded) iter.Seq[html.Finding] {
	return func(yield func(html.Finding) bool) {
		for i := range all {
			if !yield(htmlFinding(&all[i])) {
				return
			}
		}
	}
}

func htmlFinding(f *folded) html.Finding {
	out := html.Finding{
		Severity: f.Severity.String(), Message: shown(f.Message), Rule: shown(f.Rule), URL: ruleURL(f.Rule, f.Own), Place: shown(place(f.Span)), Image: shown(f.Image),
		Excerpt: htmlExcerpt(f.Finding),
	}
	if f.Span.File() != nil {
		out.File = shown(f.Span.File().Name)
	}
	for _, n := range notes(f.Finding) {
		out.Notes = append(out.Notes, html.Note{Label: n.label, Text: shown(n.text)})
	}
	for _, b := range f.groupedNotes() {
		out.Beside = append(out.Beside, html.Beside{Severity: b.Severity.String(), Place: shown(f.noteAt(b)), Message: shown(b.Message), Rule: shown(b.Rule)})
	}
	places := f.elsewhere()
	out.AllAlso, out.AlsoIn = len(places), f.inObjects(len(places))
	for _, at := range places[:min(len(places), htmlPlaces)] {
		out.Also = append(out.Also, shown(at))
	}
	if fix := f.Fix; fix != nil {
		if out.Fix = shown(fix.Title); fix.Title == f.Help {
			out.Fix = "makes that change"
		}
		if isFixedByFlag(f.Finding) {
			if out.Command = "--fix=all"; fix.Safe {
				out.Command = "--fix"
			}
		} else if fix.Title == f.Help {
			out.Fix = "" // the help says it
		}
	}
	return out
}

// htmlExcerpt returns a finding's line split around the span; nil if the text format shows none.
func htmlExcerpt(f *lint.Finding) *html.Excerpt {
	if f.Span.IsZero() || f.Span.Start().Line <= 0 || f.Span.Excerpt().Text == "" && f.Span.Excerpt().Col == 0 {
		return nil
	}
	s := excerpt(f.Span, htmlWidth)
	from := byteOfCell(s.text, s.from)
	to := from + byteOfCell(s.text[from:], s.to-s.from)
	return &html.Excerpt{Line: f.Span.Start().Line, Before: s.text[:from], Marked: s.text[from:to], Behind: s.text[to:]}
}

// byteOfCell returns the offset in text after a number of cells.
func byteOfCell(text string, cells int) int {
	for i, r := range text {
		if cells <= 0 {
			return i
		}
		cells -= runeCells(r)
	}
	return len(text)
}

// htmlCauses returns the first causes that clusters reported.
func htmlCauses(answers []cluster.Answer) []html.Cause {
	var out []html.Cause
	for i := range answers[:min(len(answers), maxFailing)] {
		a := &answers[i]
		seen := failurePlaces(a.Failures)
		if n := len(seen) - placesShown; n > 0 {
			seen = append(seen[:placesShown], fmt.Sprintf("and %d more", n))
		}
		out = append(out, html.Cause{
			Text: shown(redactedMessage(a.Cause)), Seen: shown(redactedMessage(strings.Join(seen, "; "))), Message: shown(redactedMessage(a.Message)),
			Do: shown(a.Do), Check: shown(redactedMessage(a.Check)),
		})
	}
	return out
}

// htmlLists returns what is not among the findings: skipped, suppressed, in the baseline or not new.
func htmlLists(r *Report) []html.List {
	var out []html.List
	add := func(title string, n int, item func(int) string) {
		if n == 0 {
			return
		}
		l := html.List{Title: title, More: max(0, n-htmlListed)}
		for i := range min(n, htmlListed) {
			l.Items = append(l.Items, shown(item(i)))
		}
		out = append(out, l)
	}
	hidden := func(title string, all []lint.Finding) {
		add(strconv.Itoa(len(all))+" "+title, len(all), func(i int) string {
			f := &all[i]
			text := strings.TrimPrefix(place(f.Span)+": ", ": ") + f.Message + " [" + f.Rule + "]"
			if f.Suppressed != "" {
				text += " -- " + f.Suppressed
			}
			return text
		})
	}
	if r.Set != nil {
		skipped := r.Set.Skipped
		add(notLooked(skipped), len(skipped), func(i int) string { return skipText(skipped[i]) })
	}
	hidden("suppressed", r.Result.Suppressed)
	hidden("in the baseline", r.Baselined)
	hidden("not new", r.Older)
	return out
}

// skipText says what was skipped, and why.
func skipText(s manifests.Skip) string {
	at := visiblePath(s.File)
	if s.Line > 0 {
		at += ":" + strconv.Itoa(s.Line)
	}
	return at + ": " + skipWhy(&s)
}

// htmlUnknown is the answer about an image that a catalog does not have. htmlUnparsed is shown in place of it for a reference that cannot be parsed.
const (
	htmlUnknown  = "unknown"
	htmlUnparsed = "cannot be parsed"
)

// htmlKnown holds a catalog's answers in words.
var htmlKnown = map[string]string{
	"published": "published", "unpublished": "not published", "moved": "moved or removed", "repository": "repository known, tag not", htmlUnknown: "not in the catalog",
}

// htmlInventory returns the images by registry; nil if no catalog was asked.
func htmlInventory(r *Report) *html.Inventory {
	all := workloadImages(r.Set)
	if r.Known == nil || len(all) == 0 {
		return nil
	}
	out := &html.Inventory{}
	counts := knownImages(r)
	unparsed := 0
	for _, img := range all {
		if normalized(img) == "" && r.Known(img) == htmlUnknown {
			unparsed++
		}
	}
	for _, k := range counts {
		n := k.n
		if k.word == htmlUnknown {
			n -= unparsed
		}
		out.Known = append(out.Known, html.Share{N: n, Word: k.word, Label: cmp.Or(htmlKnown[k.word], k.word)})
	}
	if unparsed > 0 { // a catalog was not asked about them
		out.Known = append(out.Known, html.Share{N: unparsed, Word: htmlUnknown, Label: htmlUnparsed})
	}
	out.Title = fmt.Sprintf("The catalog judges %d of %s offline.", judged(counts), Count(len(all), "reference", "references"))
	if p := r.Probed; p != nil {
		out.Probed = fmt.Sprintf("Registries were asked with %s; %s.", Count(p.Heads+p.Gets+p.Tokens+p.Lists, "request", "requests"),
			Count(p.Cached, "image was answered from the cache", "images were answered from the cache"))
	}
	worst := map[string]lint.Severity{}
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		worst[f.Image] = max(worst[f.Image], f.Severity)
	}
	at := map[string]*html.Image{}
	of := map[string][]*html.Image{}
	listed := 0
	for _, img := range all {
		name := cmp.Or(normalized(img), img.Raw)
		one, met := at[name]
		if !met {
			if listed++; listed <= htmlImages {
				word := r.Known(img)
				one = &html.Image{Name: shown(name), Word: word, Known: cmp.Or(htmlKnown[word], word), Where: shown(place(img.Span))}
				if word == htmlUnknown && normalized(img) == "" {
					one.Known = htmlUnparsed
				}
				registry := "Cannot be parsed"
				if normalized(img) != "" {
					registry = shown(img.Ref.Registry)
				}
				of[registry] = append(of[registry], one)
			}
			at[name] = one
		}
		if one == nil {
			continue // only counted
		}
		one.Uses++
		if s := worst[img.Raw]; s > lint.Off && (one.Worst == "" || s.String() == lint.Error.String()) {
			one.Worst = s.String()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		reg := html.Registry{Name: name}
		slices.SortStableFunc(of[name], func(a, b *html.Image) int { return cmp.Compare(a.Name, b.Name) })
		for _, one := range of[name] {
			reg.Images = append(reg.Images, *one)
		}
		out.Registries = append(out.Registries, reg)
	}
	out.More = max(0, listed-htmlImages)
	return out
}
