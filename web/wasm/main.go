//go:build js && wasm

// Command wasm is the linter for a web page: it exposes a function that takes files and returns findings. It does no
// I/O.
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
	select {} // the page calls the function as long as it is open
}
