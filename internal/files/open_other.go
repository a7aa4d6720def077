//go:build !unix

package files

// nonblock is nothing: these systems have no files that wait when they are opened, but for Windows' pipes, which are in no folder of a
// repository.
const nonblock = 0
