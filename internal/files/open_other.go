//go:build !unix

package files

// nonblock is 0: on these systems, opening a file does not block. Windows has named pipes, but not in the folders of a repository.
const nonblock = 0
