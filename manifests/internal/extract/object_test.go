package extract

import (
	"strings"
	"testing"
)

// Nested objects are read up to a depth beyond any real use.
func TestDepth(t *testing.T) {
	t.Parallel()
	for depth, images := range map[int]int{1: 1, maxObjects - 1: 1, maxObjects: 0, 500: 0} {
		text := strings.Repeat("{apiVersion: v1, kind: List, items: [", depth) +
			"{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: a, image: 'a:1'}]}}" + strings.Repeat("]}", depth) + "\n"
		if set := loadText(t, "x.yaml", text); len(set.Workloads) != images || len(set.Broken) > 0 {
			t.Errorf("%d Lists around a Pod: %d workloads, want %d; broken %v", depth, len(set.Workloads), images, set.Broken)
		}
	}
}
