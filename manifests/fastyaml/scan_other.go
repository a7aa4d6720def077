//go:build !amd64

package fastyaml

func scan(data []byte, from int, lines []int) (size, found int) { return scanWords(data, from, lines) }
