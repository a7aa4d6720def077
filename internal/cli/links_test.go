package cli_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/rules"
)

var (
	mdLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	mdHeading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	mdCode    = regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]+`")
	notAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// pages returns the pages of the documentation.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(found, "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "rules/README.md")
}

// anchors returns the link targets of a page, as GitHub names them.
func anchors(text string) []string {
	var out []string
	for _, m := range mdHeading.FindAllStringSubmatch(text, -1) {
		name := strings.ReplaceAll(notAnchor.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")
		out = append(out, name)
	}
	return out
}

// TestLinks follows each link of the documentation within the repository.
func TestLinks(t *testing.T) {
	t.Chdir("../..")
	links := 0
	for _, page := range pages(t) {
		for _, m := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(read(t, page), ""), -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			links++
			file := page
			if target != "" {
				file = path.Join(path.Dir(filepath.ToSlash(page)), target)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s leads to %s, which does not exist", page, file)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(read(t, file)), anchor) {
				t.Errorf("%s leads to %s, which has no heading #%s", page, file, anchor)
			}
		}
	}
	if links < 100 {
		t.Errorf("%d links followed, which cannot be all", links)
	}
}

// TestExamplesParse: each YAML block in the documentation is valid.
func TestExamplesParse(t *testing.T) {
	t.Chdir("../..")
	block := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
	found := 0
	for _, page := range pages(t) {
		for _, m := range block.FindAllStringSubmatch(read(t, page), -1) {
			if page == "rules/README.md" {
				continue // what is bad may be no YAML at all
			}
			found++
			var v any
			if err := yaml.Unmarshal([]byte(m[1]), &v); err != nil {
				t.Errorf("%s: %v:\n%s", page, err, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("%d blocks of YAML, which cannot be all", found)
	}
}

// sections returns the sections of a page by heading.
func sections(text string) map[string]string {
	out := map[string]string{}
	for _, s := range strings.Split("\n"+text, "\n## ")[1:] {
		title, body, _ := strings.Cut(s, "\n")
		out[title] = body
	}
	return out
}

// TestTroubleshooting compares the guide with the statuses that rules report: a rule must be listed in the
// section of its status.
func TestTroubleshooting(t *testing.T) {
	t.Chdir("../..")
	guide := read(t, "docs/troubleshooting.md")
	under := sections(guide)
	section := func(reason string) string {
		switch {
		case strings.HasPrefix(reason, "illegal base64"), strings.HasPrefix(reason, "unable to parse auth"), reason == "json":
			return "A sentence instead of a word"
		case reason == "Warning":
			reason = "BadRequest" // what is refused and what is only warned of are one section
		}
		for title := range under {
			if words := strings.FieldsFunc(title, func(r rune) bool { return r == ',' || r == ':' }); slices.ContainsFunc(words, func(w string) bool { return strings.TrimSpace(w) == reason }) {
				return title
			}
		}
		return ""
	}
	first := regexp.MustCompile(`^\S+:\d+:\d+: (?:error|warning|info): .* \[([a-z0-9-]+)\]$`)
	wants, err := filepath.Glob("fixtures/*/want.txt")
	if err != nil {
		t.Fatal(err)
	}
	statuses := map[string]bool{}
	for _, file := range wants {
		rule := ""
		for line := range strings.Lines(read(t, file)) {
			line = strings.TrimRight(line, "\n")
			if m := first.FindStringSubmatch(line); m != nil {
				rule = m[1]
			}
			_, shown, ok := strings.Cut(line, "   = cluster: ")
			reason, _, status := strings.Cut(shown, ": ")
			if !ok || !status {
				continue
			}
			statuses[reason] = true
			title := section(reason)
			if title == "" {
				t.Errorf("%s: the guide has no section for %q", file, reason)
			} else if link := "(../rules/README.md#" + rule + ")"; !strings.Contains(under[title], link) {
				t.Errorf("%s: %s is not in the section %q", file, rule, title)
			}
		}
	}
	if len(statuses) < 8 {
		t.Errorf("%d statuses in the fixtures, which cannot be all", len(statuses))
	}
	for _, r := range rules.All() {
		if r.Group == "registry-probe" && !strings.Contains(guide, "(../rules/README.md#"+r.ID+")") {
			t.Errorf("the guide does not name %s", r.ID)
		}
	}
}
