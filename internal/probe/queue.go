package probe

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/lint"
)

// queues groups questions by registry. Within a queue, questions of one repository are spread out, so that
// workers do not wait for the same token.
func queues(questions []lint.Question) [][]int {
	type repo struct{ registry, name string }
	var order []string
	repos := map[string][]repo{}
	of := map[repo][]int{}
	for i := range questions {
		r := repo{questions[i].Ref.Registry, questions[i].Ref.Repository}
		if repos[r.registry] == nil {
			order = append(order, r.registry)
		}
		if of[r] == nil {
			repos[r.registry] = append(repos[r.registry], r)
		}
		of[r] = append(of[r], i)
	}
	out := make([][]int, 0, len(order))
	for _, host := range order {
		var queue []int
		left := repos[host]
		for len(left) > 0 {
			rest := left[:0]
			for _, r := range left {
				queue = append(queue, of[r][0])
				if of[r] = of[r][1:]; len(of[r]) > 0 {
					rest = append(rest, r)
				}
			}
			left = rest
		}
		out = append(out, queue)
	}
	return out
}

// spread calls do for each number of each queue, in the queue's order. It bounds the concurrency per queue
// and overall.
func (p *Prober) spread(ctx context.Context, queues [][]int, do func(ctx context.Context, i int)) {
	var wait sync.WaitGroup
	for _, queue := range queues {
		wait.Go(func() {
			var several errgroup.Group
			several.SetLimit(min(perRegistry, p.o.Concurrency))
			for _, i := range queue {
				several.Go(func() error {
					p.withSlot(ctx, i, do)
					return nil
				})
			}
			_ = several.Wait() // do returns no errors
		})
	}
	wait.Wait()
}

// withSlot calls do when a slot is free, with the time limit of one image.
func (p *Prober) withSlot(ctx context.Context, i int, do func(ctx context.Context, i int)) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
	}
	each, cancel := context.WithTimeout(ctx, p.o.pauses.perImage)
	defer cancel()
	do(each, i)
}
