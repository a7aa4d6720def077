package git

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// withoutFilters are arguments that switch off every filter that the configuration defines. git starts the program of a filter to see whether a
// file has changed, and which files go through which filter is decided by attributes, which come with the repository. Attributes cannot be
// switched off in every version of git, and in none those of .git/info; a filter without a program lets the content through as it is.
func (r *Repository) withoutFilters(ctx context.Context) ([]string, error) {
	// What is included, under whatever condition, and the configuration of the user and the system are listed, too.
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
			// An argument of git ends the name of a key there.
			return nil, fmt.Errorf("the configuration of git defines a filter %q, which cannot be switched off: rename it", name)
		}
		for _, setting := range []string{"clean=", "smudge=", "process=", "required=false"} {
			args = append(args, "-c", "filter."+name+"."+setting)
		}
	}
	return args, nil
}
