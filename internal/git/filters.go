package git

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// withoutFilters returns arguments that disable all configured filters. git would run a filter to see whether a file has changed, and
// attributes, which come with the repository, select the filter. Not every git version can disable attributes, and none can disable those in
// .git/info. A filter without a program leaves the content unchanged.
func (r *Repository) withoutFilters(ctx context.Context) ([]string, error) {
	// The list includes the user and system configuration, and conditional includes.
	out, err := run(ctx, r.Top, "config", "--null", "--name-only", "--list")
	if err != nil {
		return nil, err
	}
	var names []string
	for key := range strings.SplitSeq(out, "\x00") {
		rest, ok := strings.CutPrefix(key, "filter.")
		if end := strings.LastIndexByte(rest, '.'); ok && end >= 0 {
			names = append(names, rest[:end])
		}
	}
	slices.Sort(names)
	var args []string
	for _, name := range slices.Compact(names) {
		if strings.Contains(name, "=") {
			// The key would end at this character in a git argument.
			return nil, fmt.Errorf("the configuration of git defines a filter %q, which cannot be switched off: rename it", name)
		}
		for _, setting := range []string{"clean=", "smudge=", "process=", "required=false"} {
			args = append(args, "-c", "filter."+name+"."+setting)
		}
	}
	return args, nil
}
