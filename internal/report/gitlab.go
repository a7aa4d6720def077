package report

import (
	"bufio"
	"io"

	"github.com/imagelint-dev/imagelint/lint"
)

// gitlabSeverities maps severities to GitLab's. blocker and minor are unused, so that each level maps to
// exactly one.
var gitlabSeverities = map[lint.Severity]string{lint.Error: "critical", lint.Warning: "major", lint.Info: "info"}

// gitlabIssue is an entry of GitLab's code quality report, a subset of the Code Climate specification:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type gitlabIssue struct {
	Type        string         `json:"type"`
	CheckName   string         `json:"check_name"`
	Description string         `json:"description"`
	Content     gitlabContent  `json:"content"`
	Categories  []string       `json:"categories"`
	Location    gitlabLocation `json:"location"`
	Severity    string         `json:"severity"`
	Fingerprint string         `json:"fingerprint"`
}

type gitlabContent struct {
	Body string `json:"body"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// writeGitLab writes a list with one issue per line.
func writeGitLab(w io.Writer, r Report, o Options) error {
	b := bufio.NewWriter(w)
	prints := Fingerprints(r.Result.Findings)
	err := writeItems(b, newJSONEncoder(), "", len(prints), func(i int) any {
		f := &r.Result.Findings[i]
		at := where(f)
		lines := gitlabLines{1, 1}
		if re := regionOf(at); re != nil {
			lines = gitlabLines{re.StartLine, max(re.StartLine, re.EndLine)}
		}
		severity, ok := gitlabSeverities[f.Severity]
		if !ok {
			severity = "info"
		}
		return gitlabIssue{
			Type: "issue", CheckName: f.Rule, Description: brief(f), Content: gitlabContent{markdownLines(explained(f)) + "\n\n" + markdownLink(f.Rule, f.Own)},
			Categories: []string{"Bug Risk"}, Location: gitlabLocation{pathOr(at, o.Root), lines}, Severity: severity, Fingerprint: prints[i],
		}
	})
	if err != nil {
		return err
	}
	writeAll(b, []byte("\n"))
	return b.Flush()
}
