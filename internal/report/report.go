// Package report turns what a run found into text: findings, lists of images, and the pages of rules, in several formats.
// It knows how things are written and decides nothing: it does not filter, sort, level or suppress.
//
// Whatever comes from the input is escaped before it reaches a text format, so that a manifest cannot speak to a terminal.
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

// Report is all that a printer may see.
type Report struct {
	// Result is printed in the order it has.
	Result lint.Result
	// Baselined are the findings that a baseline hides, and Older those that are no newer than the state that the run compares with.
	Baselined, Older []lint.Finding
	// Set is read for its Stats and what was Skipped; nil counts as empty.
	Set *manifests.Set
	// Rules are those that could have reported, for their titles.
	Rules []lint.Rule
	// FailOn is the severity from which on the run fails; lint.Off for never, and lint.Unset for errors.
	FailOn lint.Severity
	// RunErrors names the inputs that could not be read, one message each.
	RunErrors []string
	// Exit is the exit code of the run.
	Exit int
	// Known says what the catalog knows of an image, in a word; nil where nobody asked.
	Known func(*manifests.ImageRef) string
	// Pulls are the pull plans of all images, for the formats that show them; nil where there are none.
	Pulls func() PullReport
	// Judged counts the images of the set that a catalog judges; nil where there is none. Only the formats with a summary ask for it.
	Judged func() int
	// Probed is what asking registries cost; nil where none was asked.
	Probed *Probed
}

// Probed counts the requests to registries by kind, and the images that needed none; As is whom they were asked for.
type Probed struct {
	Heads, Gets, Tokens, Lists, Cached int
	As                                 lint.Asker
}

// Options are how to print. The zero value prints text without color for a width of 120.
type Options struct {
	// Color paints the formats that are meant for people.
	Color bool
	// Hyperlinks makes rules in the text format links to their pages, for a terminal that has links.
	Hyperlinks bool
	// Width is the terminal's, in cells; 0 where there is none.
	Width int
	// Quiet leaves all but the findings out, also what is suppressed in a format that would list it among them.
	Quiet bool
	// Verbose names what was not examined and what was suppressed.
	Verbose bool
	// NoFold prints each place of a finding that occurs in several, in the formats for people.
	NoFold bool
	// Version is imagelint's own, for the formats that name their tool.
	Version string
	// Root is the absolute path of the folder that the run's relative paths start from, which other programs' paths are relative to as well; ""
	// leaves absolute paths as they are.
	Root string
}

// Format writes a report in one format. Its error is the writer's.
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

// aliases are other names for formats, and the extensions of files in them.
var aliases = map[string]string{
	"codeclimate": "gitlab", "github-actions": "github", "junit-xml": "junit", "md": "markdown", "htm": "html", "ndjson": "jsonl", "prom": "prometheus", "txt": "text", "xml": "junit", "plain": "text",
}

// FormatOf is the format of a file by the extension of its name, the default one where that says nothing.
func FormatOf(file string) string {
	extension := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if format, ok := aliases[extension]; ok {
		extension = format
	}
	if slices.Contains(Names(), extension) {
		return extension
	}
	return formats[0].name
}

// Lookup returns the format of a name or an alias. The error lists the names there are.
func Lookup(name string) (Format, error) {
	if format, ok := aliases[strings.ToLower(name)]; ok {
		name = format
	}
	for _, f := range formats {
		if strings.EqualFold(f.name, name) {
			return f.write, nil
		}
	}
	return nil, unknownFormat(name, Names())
}

// ShowsStatus reports whether a format shows what clusters said of images.
func ShowsStatus(name string) bool {
	return strings.EqualFold(name, "html") || aliases[strings.ToLower(name)] == "html"
}

// Names are the names of all formats, the default first.
func Names() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func unknownFormat(name string, known []string) error {
	return fmt.Errorf("unknown format %q: use one of %s", name, strings.Join(known, ", "))
}

const (
	// projectPage is where imagelint is at home.
	projectPage = "https://github.com/imagelint-dev/imagelint"
	// rulesPage is where the pages of all rules stand, each under its ID.
	rulesPage = projectPage + "/blob/main/rules/README.md"
)

// playgroundPage lints in the browser, and has an example of each rule.
const playgroundPage = "https://imagelint-dev.github.io/imagelint/"

// policiesPage tells about rules that a configuration defines.
const policiesPage = projectPage + "/blob/main/docs/policies.md"

// ruleURL is the address of a rule's page; of one that a configuration defines, that of them all.
func ruleURL(id string, own bool) string {
	if own {
		return policiesPage
	}
	return rulesPage + "#" + url.PathEscape(id)
}
