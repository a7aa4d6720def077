// Package report turns the results of a run into text: findings, lists of images, and rule pages, in several
// formats. It knows how things are written and decides nothing: it does not filter, sort, level or suppress.
//
// Anything that comes from the input is escaped in text formats, so that a manifest cannot control a
// terminal.
package report

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Report is everything that a printer may use.
type Report struct {
	// Result is printed in its order.
	Result lint.Result
	// Baselined are findings hidden by a baseline; Older are findings that already existed in the compared
	// revision.
	Baselined, Older []lint.Finding
	// Set is read for its Stats and Skipped; nil counts as empty.
	Set *manifests.Set
	// Rules are those that could have reported, for their titles.
	Rules []lint.Rule
	// FailOn is the lowest severity that fails the run; lint.Off for none, and lint.Unset for errors.
	FailOn lint.Severity
	// RunErrors holds a message for each input that could not be read.
	RunErrors []string
	// Unexplained counts the pulls that fail according to the cluster, and that no finding is about.
	Unexplained int
	// Exit is the exit code of the run.
	Exit int
	// Known returns in a word what the catalog knows about an image; nil if no catalog was asked.
	Known func(*manifests.ImageRef) string
	known []knownCount // the counts; nil if they are not known yet
	// Pulls tells the pull plans of all images one at a time, for formats that show them, and returns the rest of the report; nil if there are none.
	Pulls func(each func(*Pull)) (PullReport, error)
	// Probed counts the registry requests; nil if there were none.
	Probed *Probed
}

// Probed counts requests to registries by kind, and images that needed none. As is the identity that was
// used.
type Probed struct {
	Heads, Gets, Tokens, Lists, Cached int
	As                                 lint.Asker
}

// Options are how to print. The zero value prints text without color for a width of 120.
type Options struct {
	// Color colors the formats for people.
	Color bool
	// Hyperlinks links rules in the text format to their pages, for terminals that support it.
	Hyperlinks bool
	// Width is the terminal's width in cells, or 0 if there is no terminal.
	Width int
	// Quiet prints only findings, without the suppressed ones that some formats would list.
	Quiet bool
	// Verbose lists what was not examined and what was suppressed.
	Verbose bool
	// NoFold prints each place of a repeated finding, in formats for people.
	NoFold bool
	// Version is imagelint's version, for formats that name their tool.
	Version string
	// Root is the absolute folder to which the run's relative paths, and those of other programs, are
	// relative; "" leaves absolute paths unchanged.
	Root string
	// Levels are the severities that the configuration sets, by rule ID, for the table and the pages of rules.
	Levels map[string]lint.Level
}

// Plain returns the options for output that is not a terminal.
func (o Options) Plain() Options {
	o.Color, o.Hyperlinks, o.Width = false, false, 0
	return o
}

// Format writes a report in one format. It returns the writer's error.
type Format func(w io.Writer, r Report, o Options) error

// formats are the formats in the order in which they are listed for people.
var formats = []struct {
	name  string
	write Format
}{
	{"text", writeText},
	{"short", writeShort},
	{"json", writeJSON},
	{"jsonl", writeJSONLines},
	{"sarif", writeSARIF},
	{"github", writeGitHub},
	{"gitlab", writeGitLab},
	{"junit", writeJUnit},
	{"checkstyle", writeCheckstyle},
	{"rdjson", writeRDJSON},
	{"markdown", writeMarkdown},
	{"html", writeHTML},
	{"prometheus", writePrometheus},
}

// meant are the formats that other names and extensions of files may mean. Only extensions choose a format: a name that is not listed would be a surprise.
var meant = map[string][]string{
	"codeclimate": {"gitlab"}, "github-actions": {"github"}, "junit-xml": {"junit"}, "md": {"markdown"}, "htm": {"html"}, "ndjson": {"jsonl"}, "prom": {"prometheus"}, "txt": {"text"},
	"plain": {"text"}, "xml": {"junit", "checkstyle"},
}

// FormatOf returns the format for a file's extension. Without one, and for logs, it is the default.
func FormatOf(file string) (string, error) {
	extension := extensionOf(file)
	if slices.Contains(forText, extension) {
		return formats[0].name, nil
	}
	switch formats := Meant(extension); len(formats) {
	case 0:
	case 1:
		return formats[0], nil
	default:
		return "", fmt.Errorf("the extension %q may mean %s: name the format with --format", "."+extension, strings.Join(formats, " or "))
	}
	return "", unknownExtension(extension, ".txt, .json, .jsonl, .sarif, .md, .html or .prom")
}

// inJSON are the formats that readers expect in files named .json.
var inJSON = []string{"json", "sarif", "gitlab", "rdjson"}

// Contradicts reports whether a file's extension is that of another format. That of text does not say what is in a file.
func Contradicts(file, format string) bool {
	extension := extensionOf(file)
	format = strings.ToLower(format)
	if slices.Contains(forText, extension) || extension == "json" && slices.Contains(inJSON, format) {
		return false
	}
	of := Meant(extension)
	return of != nil && !slices.Contains(of, format)
}

// forText are the extensions of files for which text is meant, though no format has the name.
var forText = []string{"", "txt", "log", "out"}

// extensionOf returns a file's extension in lower case, without the dot; "" for a hidden file without one.
func extensionOf(file string) string {
	base := filepath.Base(file)
	return strings.TrimPrefix(strings.ToLower(filepath.Ext(strings.TrimLeft(base, "."))), ".")
}

func unknownExtension(extension, known string) error {
	return fmt.Errorf("no format has the extension %q: use %s, or name the format with --format", "."+extension, known)
}

// Lookup returns the format of a name. The error lists all names, or those that an unlisted one may mean.
func Lookup(name string) (Format, error) {
	for _, f := range formats {
		if strings.EqualFold(f.name, name) {
			return f.write, nil
		}
	}
	return nil, unknownFormat(name, Names())
}

// Meant returns the formats that a word may name.
func Meant(word string) []string {
	word = strings.ToLower(word)
	if slices.Contains(Names(), word) {
		return []string{word}
	}
	return meant[word]
}

// ShowsStatus reports whether a format shows what clusters reported about images.
func ShowsStatus(name string) bool {
	return strings.EqualFold(name, "html")
}

// Names returns the names of all formats, the default first.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func unknownFormat(name string, known []string) error {
	if means := Meant(name); means != nil && slices.Contains(known, means[0]) {
		return fmt.Errorf("unknown format %q: use %s", name, strings.Join(means, " or "))
	}
	return fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(known, ", "))
}

const (
	// projectPage is imagelint's home page.
	projectPage = "https://github.com/imagelint-dev/imagelint"
	// rulesPage is the page of all rules, each under its ID.
	rulesPage = projectPage + "/blob/main/rules/README.md"
)

// playgroundPage lints in the browser, and has an example of each rule.
const playgroundPage = "https://imagelint-dev.github.io/imagelint/"

// policiesPage documents rules defined in the configuration.
const policiesPage = projectPage + "/blob/main/docs/policies.md"

// ruleURL returns the URL of a rule's page, or of the policies page for a rule of the configuration.
func ruleURL(id string, own bool) string {
	if own {
		return policiesPage
	}
	return rulesPage + "#" + url.PathEscape(id)
}
