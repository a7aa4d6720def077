package render

import (
	"regexp"
	"sync"
)

// lazy is a pattern that is compiled when it is first wanted: most runs render nothing.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
