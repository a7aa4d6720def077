package main

import "testing"

// The collector always has some room, and live data plus room stay within the limit.
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

// Only many files are a reason to collect later, and no number of files raises the limit above that of a large heap.
func TestLimitForFiles(t *testing.T) {
	t.Parallel()
	for files, want := range map[int]int64{1: 30<<20 + 14<<10, 5000: 30<<20 + 5000*14<<10, 1 << 30: 120 << 20} {
		if got := limitForFiles(files); got != want || got > limitFor(64<<20) {
			t.Errorf("%d files: %d, want %d", files, got, want)
		}
	}
}
