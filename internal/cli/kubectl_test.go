package cli_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// kubectl stands in for the program of that name in scripts: it prints the file cluster/RESOURCE.yaml, and cluster/RESOURCE.err to standard error,
// with which it fails. What it was asked is added to the file asked. .ci/kubectl runs the real one.
func kubectl() {
	asked, err := os.OpenFile("asked", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(asked, strings.Join(os.Args[1:], " "))
	}
	if err != nil {
		panic(err)
	}
	if len(os.Args) > 2 && os.Args[2] == "hooks" { // helm get hooks
		return
	}
	resource := strings.ReplaceAll(os.Args[slices.Index(os.Args, "--")+1], "/", "-")
	if text, err := os.ReadFile("cluster/" + resource + ".yaml"); err == nil {
		os.Stdout.Write(text)
	}
	if text, err := os.ReadFile("cluster/" + resource + ".err"); err == nil {
		os.Stderr.Write(text)
		os.Exit(1) //nolint:forbidigo // this is the program's main function
	}
}
