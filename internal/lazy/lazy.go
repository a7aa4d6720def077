// Package lazy makes what costs a program its start only when it is first used. It knows nothing of what it makes.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp is a pattern that is compiled when it is first wanted: most runs want few of them, and compiling all costs more than linting a file.
func Regexp(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
