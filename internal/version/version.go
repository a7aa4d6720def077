// Package version knows the version of this program.
package version

import (
	"runtime/debug"
	"strings"
)

// released is set by release builds: -ldflags "-X
// github.com/imagelint-dev/imagelint/internal/version.released=v1.2.3".
var released string

// String returns the version: the one set at build time, or the module's version from the build information,
// or, for a build from a checkout, the commit.
func String() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	v := info.Main.Version
	if v != "" && v != "(devel)" {
		return v
	}
	var revision, modified string
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				modified = "+changes"
			}
		}
	}
	if len(revision) > 12 {
		revision = revision[:12]
	}
	return strings.Trim("(devel) "+revision+modified, " ")
}
