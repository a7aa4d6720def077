// Package stack gives the first goroutine a large stack when the program starts. A stack grows by being copied, and
// each copy looks up its call frames in tables that are not in memory yet. Without this package, the initialization
// of other packages and a run over one file would grow the stack four times. The package imports nothing, so that it
// is initialized early, while the stack is almost empty.
package stack

var _ = use(0)

// use needs a stack of more than 24 KiB.
//
//go:noinline
func use(i int) byte {
	var room [24 << 10]byte
	return room[i]
}
