package extract

import (
	"testing"

	yaml "go.yaml.in/yaml/v4"
)

// What an object leaves in memory that the next one uses must not be seen there.
func TestReuse(t *testing.T) {
	t.Parallel()
	var f Found
	taken := f.visited()
	taken[&yaml.Node{}] = true
	f.dropTaken(taken)
	f.Reset()
	again := f.visited()
	if len(again) != 0 || f.taken != nil {
		t.Errorf("%v, %v", again, f.taken)
	}
	for range maxTaken + 1 {
		again[&yaml.Node{}] = true
	}
	if f.dropTaken(again); f.taken != nil {
		t.Error("a large map was kept")
	}
}
