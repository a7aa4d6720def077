package catalog

import (
	_ "embed" // the catalog
	"sync"
)

//go:embed data/tags.bin
var builtin string

// Builtin returns the embedded catalog. Its checksum is verified by a test, not at start.
var Builtin = sync.OnceValue(func() *Catalog {
	c, err := open(builtin)
	if err != nil {
		panic(err)
	}
	return c
})
