package catalog

import (
	_ "embed" // the catalog
	"sync"
)

//go:embed data/tags.bin
var builtin string

// Builtin returns the catalog that the program is built with. A test opens it with its checksum.
var Builtin = sync.OnceValue(func() *Catalog {
	c, err := open(builtin)
	if err != nil {
		panic(err)
	}
	return c
})
