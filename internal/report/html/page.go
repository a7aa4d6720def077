// Package html writes a report as one self-contained page: no server, no other files, no network. It knows
// markup and layout; all it knows about images and rules are the texts that it gets. These may come from a
// hostile manifest: html/template escapes them, and the page's content security policy runs no script but its
// own.
package html

import "iter"

// Page is the content of the page. Texts are plain and on one line.
type Page struct {
	// Verdict is the first line. Outcome is "fail", "pass" or "incomplete".
	Outcome, Verdict string
	// Summary is the last line of the text format, Examined what was examined.
	Summary, Examined string
	Version           string
	Counts            []Count
	// Unread are inputs that could not be read; MoreUnread is the number of those not listed.
	Unread     []string
	MoreUnread int
	// Causes are the failures that clusters reported, explained.
	Causes []Cause
	First  []First
	Rules  []Row
	Images []Row
	// MoreImages is the number of images with findings that are not in Images.
	MoreImages int
	// Total is the number of findings after folding, Folded the number before.
	Total, Folded int
	// Findings are written in this order, as many as fit.
	Findings  iter.Seq[Finding]
	Pulls     *Pulls
	Inventory *Inventory
	// Lists hold what is not among the findings: skipped, suppressed, in the baseline.
	Lists []List
}

// Count is a number with its label; Class colors it.
type Count struct {
	N     int
	Label string
	Class string
}

// First is a finding at the top, one of each rule. Its number links to it, and More counts the others of its
// rule.
type First struct {
	Number, More         int
	Rule                 string
	Message, Where, Help string
}

// Cause is a reason why images are not pulled, according to a cluster.
type Cause struct{ Text, Seen, Message, Do, Check string }

// Row is a rule or an image with its findings.
type Row struct {
	Name, About                      string
	URL                              string // of a rule's page
	Errors, Warnings, Infos, Fixable int
}

// Finding is a finding with its position, excerpt and notes.
type Finding struct {
	Severity, Message, Rule, URL string
	Place, File, Image           string
	Excerpt                      *Excerpt
	Notes                        []Note
	// Beside are findings about the same reference that are not why the pull fails.
	Beside []Beside
	// Also are further places; AllAlso is their number, which may exceed those listed.
	Also    []string
	AllAlso int
	// AlsoIn says what the objects there have in common, or is "".
	AlsoIn string
	// Fix is the title of a fix, and Command what applies it, or "" if no flag does.
	Fix, Command string
}

// Excerpt is a line of source: the text before, in and after the span.
type Excerpt struct {
	Line                   int
	Before, Marked, Behind string
}

// Note is a line with a label.
type Note struct{ Label, Text string }

// Beside is a finding shown under another one. Place is "" if it is that of the other one.
type Beside struct{ Severity, Place, Message, Rule string }

// List is a collapsible list.
type List struct {
	Title string
	Items []string
	More  int
}

// Inventory holds the images by registry.
type Inventory struct {
	Title      string
	Known      []Share
	Registries []Registry
	// More is the number of images that are not listed.
	More int
	// Probed says what registries were asked; "" for nothing.
	Probed string
}

// Share is the number of images about which the catalog says the same.
type Share struct {
	N           int
	Label, Word string
}

// Registry is a registry with its images.
type Registry struct {
	Name   string
	Images []Image
}

// Image is an image of the inventory. Worst is the highest severity of its findings, or "".
type Image struct {
	Name, Word, Known, Where string
	Uses                     int
	Worst                    string
}

// Pulls shows how images are pulled, with similar pulls grouped.
type Pulls struct {
	Title  string
	Groups []Group
	// More is the number of pulls whose groups are not in the table.
	More int
}

// Group holds pulls that go the same way: from pods through an account and its Secrets to a registry.
type Group struct {
	// Fails is true if they fail. Outcome says what happens in a word or two, Message in a sentence.
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

// Secret is a pull secret of a group. State is "ok" if its credentials are tried, "bad" if it is unusable,
// "unknown" if its content is not known, and "idle" if it is for other registries.
type Secret struct{ Name, State, Note string }
