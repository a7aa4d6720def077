package main

import "testing"

// The room of the collector never shrinks to nothing, and what is alive and its room together stay within what runs may take.
func TestLimit(t *testing.T) {
	t.Parallel()
	for live := int64(0); live < 2<<30; live += 1 << 20 {
		room := limitFor(live) - live
		if room < 24<<20 {
			t.Fatalf("%d MiB alive: room for %d MiB", live>>20, room>>20)
		}
		if live < 68<<20 && live+room > 120<<20 || live < 185<<20 && live+room > 262<<20 {
			t.Fatalf("%d MiB alive: %d MiB in all", live>>20, (live+room)>>20)
		}
	}
}
