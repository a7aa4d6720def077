// Command imagelint says which container images in Kubernetes manifests will not be pulled, what the cluster will answer, and how to fix it.
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
	_ "github.com/imagelint-dev/imagelint/internal/stack" // before all else is initialized
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		go tuneMemory()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, func() {
		stop() // a second signal ends the program at once
		time.Sleep(grace)
		// It waits where nothing can wake it: for a named pipe that nobody writes to, say.
		fmt.Fprintln(os.Stderr, "imagelint: cancelled")
		os.Exit(cli.ExitFailed)
	})
	c := cli.Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Environ: os.Environ, Executable: os.Executable}
	os.Exit(plugin.Main(ctx, c, os.Args)) // here, where initialization has made the stack large enough
}

// grace is how long a run has to end by itself once it is cancelled.
var grace = 2 * time.Second

// tuneMemory lets garbage lie while there is little of it, which spares most runs the collector, and keeps a large run close to what it
// really holds. The limit is set only when the collector has found something new: setting it stops the program.
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

// limitFor is up to where the memory may grow before it is collected, given what of it is alive. Without room there, the collector would never rest: some
// tens of megabytes are cheap while next to nothing is alive, and four times what is alive up to a hundred megabytes or so in all, which most trees do
// not fill twice. Three quarters of what is alive are enough then; a run with more will reach a quarter of a gigabyte, and has it at once, since each
// collection on the way there costs more than the one before. Beyond that an eighth of what is alive and a little is what it can spare.
func limitFor(live int64) int64 {
	const small, most, much, large, middling = 30 << 20, 120 << 20, 76 << 20, 12 << 20, 262 << 20
	room := max(live-live/4, 16*(live-much))
	return max(min(small+5*live, most), live+max(min(room, middling-live), live/8+large))
}
