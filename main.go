// Command imagelint reports which container images in Kubernetes manifests will not be pulled, how the cluster will
// fail, and how to fix it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"runtime/metrics"
	"syscall"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/plugin"
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		go tuneMemory()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ended := make(chan int, 1)
	go func() {
		c := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Executable: os.Executable}
		ended <- plugin.Main(ctx, c, os.Args)
	}()
	select {
	case code := <-ended:
		os.Exit(code)
	case <-ctx.Done():
	}
	stop() // a second signal ends the program at once
	select {
	case code := <-ended:
		os.Exit(code)
	case <-time.After(grace):
		// The run waits where a cancelled context has no effect, such as on a named pipe without a writer.
		fmt.Fprintln(os.Stderr, "imagelint: cancelled")
		os.Exit(cli.ExitFailed)
	}
}

// grace is how long a cancelled run may take to end.
var grace = 2 * time.Second

// tuneMemory raises the garbage collector's limit while the heap is small, which saves most runs a collection, and
// keeps it close to the live heap in large runs. It sets the limit only after a collection, because setting it stops
// the world.
func tuneMemory() {
	const step = 20 * time.Millisecond
	debug.SetGCPercent(400)
	known := int64(0)
	debug.SetMemoryLimit(limitFor(known))
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	for range time.Tick(step) {
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 {
			continue
		}
		if now := int64(live[0].Value.Uint64()); now != known { //nolint:gosec // a heap fits an int64
			known = now
			debug.SetMemoryLimit(limitFor(now))
		}
	}
}

// limitFor returns the heap size at which to collect, for a given size of live data. It leaves room for garbage of
// four times the live data plus 30 MiB while both fit in 250 MiB, and of a quarter plus 24 MiB beyond that. Without
// such room the collector would never rest.
func limitFor(live int64) int64 {
	const small, large, middling = 30 << 20, 24 << 20, 250 << 20
	return live + max(min(small+4*live, middling-live), live/4+large)
}
