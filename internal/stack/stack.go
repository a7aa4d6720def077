// Package stack gives the first goroutine a large stack when the program starts. It imports nothing, so that it is
// initialized as one of the first packages, while the stack holds next to nothing: a stack grows by being copied, and
// each time the call frames on it have to be looked up in tables that are not in memory yet. The initialization of
// other packages and a run over one file would make it grow four times.
package stack

var _ = use(0)

// use needs a stack of more than 24 KiB.
//
//go:noinline
func use(i int) byte {
	var room [24 << 10]byte
	return room[i]
}
