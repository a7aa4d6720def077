package walk

import (
	"runtime"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// maxBranchDepth is how deep below the folder that the user named folders are walked concurrently. Below that, most
// are so small that starting a goroutine costs more than it gains.
const maxBranchDepth = 2

// branchesEach is the number of branches for each further processor: while it walks one, others must be ready, or it would fall asleep between them.
const branchesEach = 8

// branch is a folder that another goroutine walks, after what was found before it.
type branch struct {
	before Result
	found  Result
	done   chan struct{}
}

// free returns a channel that limits the branches of a walk, or nil if there must be none: only the local file system
// is known to be safe for concurrent use, and several paths need to know what was found before.
func (w *walker) free() chan struct{} {
	if w.files != files.OS || !w.alone {
		return nil
	}
	return make(chan struct{}, branchesEach*(runtime.GOMAXPROCS(0)-1))
}

// branchOff lets another goroutine walk a folder, unless all are busy. walk is called with a walker of its own.
func (w *walker) branchOff(walk func(w *walker)) bool {
	if w.depth > maxBranchDepth {
		return false
	}
	select {
	case w.slots <- struct{}{}:
	default: // also without slots
		return false
	}
	b := &branch{before: w.res, done: make(chan struct{})}
	w.res = Result{}
	w.branches = append(w.branches, b)
	own := *w
	own.seen, own.branches = map[string]bool{}, nil
	go func() {
		defer close(b.done)
		walk(&own)
		own.join()
		b.found = own.res
		<-own.slots
	}()
	return true
}

// join waits for all branches, and puts what they found in order.
func (w *walker) join() {
	if len(w.branches) == 0 {
		return
	}
	parts := make([]*Result, 0, 2*len(w.branches)+1)
	files := 0
	for _, b := range w.branches {
		<-b.done
		parts = append(parts, &b.before, &b.found)
		files += len(b.before.Files) + len(b.found.Files)
	}
	all := Result{Files: make([]File, 0, files+len(w.res.Files))} // they are most of it
	for _, r := range append(parts, &w.res) {
		all.add(r)
	}
	w.res, w.branches = all, nil
}

func (r *Result) add(more *Result) {
	r.Files = append(r.Files, more.Files...)
	r.Skipped = append(r.Skipped, more.Skipped...)
	r.Charts = append(r.Charts, more.Charts...)
	r.Kustomizations = append(r.Kustomizations, more.Kustomizations...)
	r.Tiltfiles = append(r.Tiltfiles, more.Tiltfiles...)
	r.Configs = append(r.Configs, more.Configs...)
	r.Excluded += more.Excluded
}
