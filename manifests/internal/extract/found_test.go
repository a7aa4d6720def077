package extract

import (
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/model"
)

// What an object leaves in memory that the next one uses must not be seen there.
func TestReuse(t *testing.T) {
	t.Parallel()
	var f Found
	obj := &model.Object{}
	w, taken := f.workloadOf(&model.Object{Kind: "A"})
	w.Unknown = []model.UnknownField{{Key: "x"}}
	taken[&yaml.Node{}] = true
	f.drop(w)
	f.dropTaken(taken)
	f.Reset()
	again, none := f.workloadOf(obj)
	if again != w || again.Object != obj || again.Unknown != nil || len(none) != 0 {
		t.Errorf("%+v, %v", again, none)
	}
	if other, _ := f.workloadOf(obj); other == w {
		t.Error("two objects got the same workload")
	}
	for range maxTaken + 1 {
		none[&yaml.Node{}] = true
	}
	if f.dropTaken(none); f.taken != nil {
		t.Error("a large map was kept")
	}
}
