//go:build js && wasm

// Command wasm is imagelint for a web page: it gives the page a function that takes texts and returns what is found in them. It knows nothing of
// the page, and reads nothing but what it is given.
package main

import (
	"syscall/js"

	"github.com/imagelint-dev/imagelint/internal/playground"
)

func main() {
	p := &playground.Playground{}
	js.Global().Set("imagelint", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) != 1 || args[0].Type() != js.TypeString {
			return `{"error":"imagelint takes one text"}`
		}
		return string(p.JSON([]byte(args[0].String())))
	}))
	js.Global().Call("imagelintReady")
	select {} // the page calls as long as it is open
}
