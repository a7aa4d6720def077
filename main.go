// Command imagelint says which container images in Kubernetes manifests will not be pulled, what the cluster will answer, and how to mend it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/imagelint-dev/imagelint/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}.Main(ctx, os.Args)
	stop()
	os.Exit(code)
}
