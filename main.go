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
	_ "github.com/imagelint-dev/imagelint/internal/stack" // before all other initialization
)

func main() {
	var expect func(int)
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		files := make(chan int, 1)
		expect = func(n int) {
			select {
			case files <- n:
			default: // only one announcement counts
			}
		}
		go tuneMemory(files)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the program at once
		time.Sleep(grace)
		// Do not wait for a run that ignores cancellation, such as one that reads a named pipe
		// without a writer.
		fmt.Fprintln(os.Stderr, "imagelint: cancelled")
		os.Exit(cli.ExitFailed)
	})
	c := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Executable: os.Executable, Expect: expect}
	os.Exit(plugin.Main(ctx, c, os.Args)) // on this goroutine, whose stack is large enough after initialization
}

// grace is how long a cancelled run may take to end.
var grace = 2 * time.Second

// tuneMemory raises the garbage collector's limit while the heap is small, which saves most runs a collection, and
// keeps it close to the live heap in large runs. It sets the limit only after a collection, because setting it stops
// the world, and once when it is known that many files will be read.
func tuneMemory(files <-chan int) {
	const step, percent = 20 * time.Millisecond, 400
	debug.SetGCPercent(percent)
	known := int64(0)
	debug.SetMemoryLimit(limitFor(known))
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.Tick(step)
	for {
		select {
		case n := <-files:
			if limit := limitForFiles(n); known == 0 && limit > limitFor(0) {
				debug.SetGCPercent(-1) // until the limit
				debug.SetMemoryLimit(limit)
			}
			continue
		case <-tick:
		}
		metrics.Read(live)
		if live[0].Value.Kind() != metrics.KindUint64 {
			continue
		}
		if now := int64(live[0].Value.Uint64()); now != known { //nolint:gosec // heap sizes fit an int64
			known = now
			debug.SetMemoryLimit(limitFor(now))
			debug.SetGCPercent(percent)
		}
	}
}

// limitForFiles returns the heap size at which to collect first when many files will be read. Each leaves about 11 KiB, a third of which is live until
// the end: for several thousand files, a collection costs more than it gains.
func limitForFiles(n int) int64 {
	const start, file, most = 30 << 20, 14 << 10, 120 << 20
	return start + min(int64(n)*file, most-start)
}

// limitFor returns the heap size at which to collect, for a given size of live data. Some room for garbage is needed,
// or the collector would run all the time. At first the room is 30 MiB plus four times the live data, up to 120 MiB in
// all, which is enough for most trees with a single collection. Above that, it is three quarters of the live data. A
// run with more than 88 MiB of live data will probably reach a quarter of a gigabyte; it gets that limit at once, since
// each collection on the way costs more than the one before. Beyond that, the room is about an eighth of the live data.
func limitFor(live int64) int64 {
	const small, smallMax, much, large, quarterGiB = 30 << 20, 120 << 20, 88 << 20, 12 << 20, 262 << 20
	room := max(live-live/4, 16*(live-much))
	return max(min(small+5*live, smallMax), live+max(min(room, quarterGiB-live), live/8+large))
}
