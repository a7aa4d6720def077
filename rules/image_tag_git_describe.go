package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// ImageTagGitDescribe reports the tag of a build between two releases.
var ImageTagGitDescribe = lint.Rule{
	ID: "image-tag-git-describe", Group: "tag", Severity: lint.Info, Levels: "info",
	Check: checkImageTagGitDescribe,
	Doc: lint.Doc{
		Title: `tag names a build between two releases`,
		Why:   `"git describe" prints v1.4.2-3-g12701a6 for a working copy three commits after v1.4.2, and build tools use it as a tag. Release pipelines publish v1.4.2; only the registry knows whether this build was pushed.`,
		Bad:   `image: ghcr.io/acme/app:v1.4.2-3-g12701a6`,
		Good:  `image: ghcr.io/acme/app:v1.4.2`,
		Since: "0.1.0",
	},
}

func checkImageTagGitDescribe(p *lint.Pass) {
	for w, img := range p.Parsed() {
		release, commits, ok := described(img.Ref.Tag)
		if !ok || img.Ref.Digest != "" || p.IsLocal(img) || isNever(img) {
			continue
		}
		at := imageref.Locate(img.Raw).Tag
		p.ReportImage(w, img, lint.Finding{
			Severity: lint.Info, Span: img.At(at.Start, at.End),
			Message: fmt.Sprintf("image %s: the tag %s names a build %s after %s", quote(img.Raw), quote(img.Ref.Tag), counted(commits), quote(release)),
			Help:    fmt.Sprintf("write the tag of a release, such as %s, unless this build was pushed", quote(release)),
		})
	}
}

func counted(commits string) string {
	if commits == "1" {
		return "1 commit"
	}
	return commits + " commits"
}

// described splits the output of git describe: a version, a number of commits, and "g" followed by a short commit hash.
func described(tag string) (release, commits string, ok bool) {
	tag = strings.TrimSuffix(tag, "-dirty")
	rest, hash, ok := cutLast(tag)
	if !ok || len(hash) < len("g1234567") || hash[0] != 'g' || strings.Trim(hash[1:], "0123456789abcdef") != "" {
		return "", "", false
	}
	release, commits, ok = cutLast(rest)
	if !ok || commits == "" || commits[0] == '0' || strings.Trim(commits, "0123456789") != "" {
		return "", "", false // zero commits after the tag is the tag itself
	}
	version := strings.TrimPrefix(release, "v")
	number, _, dotted := strings.Cut(version, ".")
	return release, commits, dotted && number != "" && strings.Trim(number, "0123456789") == ""
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
