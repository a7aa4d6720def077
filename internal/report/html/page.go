// Package html writes a report as one file for a browser: no server, no other file, no network. It knows markup and how a page is laid out; of images
// and rules it knows only the words that it is given. All of them may come from a hostile manifest: html/template escapes each for its place, and the
// page's own policy lets no script run but the one that is here.
package html

import "iter"

// Page is all that the page shows. Texts are plain text on one line.
type Page struct {
	// Verdict is the first line, and Outcome one of "fail", "pass" and "incomplete".
	Outcome, Verdict string
	// Summary is the last line of the terminal's report, Examined what was examined.
	Summary, Examined string
	Version           string
	Counts            []Count
	// Unread are the inputs that could not be read, of which MoreUnread are not listed.
	Unread     []string
	MoreUnread int
	// Causes are what clusters said and why.
	Causes []Cause
	First  []First
	Rules  []Row
	Images []Row
	// MoreImages are images with findings that are not in Images.
	MoreImages int
	// Total is how many findings there are, once folded, and Folded how many unfolded.
	Total, Folded int
	// Findings are written in this order, as many as there is room for.
	Findings  iter.Seq[Finding]
	Pulls     *Pulls
	Inventory *Inventory
	// Lists are what is not shown among the findings: skipped, suppressed, in the baseline.
	Lists []List
}

// Count is a number with what it counts; Class colors it.
type Count struct {
	N     int
	Label string
	Class string
}

// First is a finding that stands at the top, one of each rule; its number leads to it, and there are More of its rule.
type First struct {
	Number, More         int
	Rule                 string
	Message, Where, Help string
}

// Cause is why images are not pulled, from what a cluster said.
type Cause struct{ Text, Seen, Message, Do, Check string }

// Row is a rule or an image with its findings.
type Row struct {
	Name, About                      string
	URL                              string // of a rule's page
	Errors, Warnings, Infos, Fixable int
}

// Finding is a finding with its place, what the place looks like, and what is known of it.
type Finding struct {
	Severity, Message, Rule, URL string
	Place, File, Image           string
	Excerpt                      *Excerpt
	Notes                        []Note
	// Beside are findings about the same reference that are not why the pull fails.
	Beside []Beside
	// Also are further places, of AllAlso; there are more than are listed.
	Also    []string
	AllAlso int
	// Fix is the title of a fix, and Command what makes it, "" where no flag does.
	Fix, Command string
}

// Excerpt is a line of source: the text before, within and behind the span.
type Excerpt struct {
	Line                   int
	Before, Marked, Behind string
}

// Note is a line with a label.
type Note struct{ Label, Text string }

// Beside is a finding under another one.
type Beside struct{ Severity, Message, Rule string }

// List is a list behind a line that can be opened.
type List struct {
	Title string
	Items []string
	More  int
}

// Inventory are the images by registry.
type Inventory struct {
	Title      string
	Known      []Share
	Registries []Registry
	// More are images that are not listed.
	More int
	// Probed says what was asked of registries, "" for nothing.
	Probed string
}

// Share is how many images the catalog knows the same of.
type Share struct {
	N           int
	Label, Word string
}

// Registry is a registry with its images.
type Registry struct {
	Name   string
	Images []Image
}

// Image is an image of the inventory; Worst is the severity of the worst finding about it, "" for none.
type Image struct {
	Name, Word, Known, Where string
	Uses                     int
	Worst                    string
}

// Pulls are how images are pulled, in groups of pulls that go the same way.
type Pulls struct {
	Title  string
	Groups []Group
	// More are pulls of groups that are not in the table.
	More int
}

// Group are pulls that go the same way: from pods over an account and its Secrets to a registry.
type Group struct {
	// Fails is true if they fail; Outcome says in a word or two what happens, Message in a sentence.
	Fails                     bool
	Outcome, Message          string
	Pods, Images, PodsSummary string
	Count                     int
	Account, AccountNote      string
	Secrets                   []Secret
	MoreSecrets               int
	Registry                  string
	// Anonymous is true if no credentials are sent, Never if no registry is asked.
	Anonymous, Never bool
}

// Secret is a pull secret of a group. State is "ok" for one whose credentials are tried, "bad" for one that is of no use, "unknown" for one whose content
// is not known, and "idle" for one that is for other registries.
type Secret struct{ Name, State, Note string }
