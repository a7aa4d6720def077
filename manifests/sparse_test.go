package manifests

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
)

// The context is read once, unless a name matters that only the context tells.
func TestContextIsReadOnce(t *testing.T) {
	t.Parallel()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {imagePullSecrets: [{name: %s}], containers: [{name: a, image: b}]}\n"
	for _, c := range []struct {
		name  string
		needs ContextNeeds
		reads int32 // of the context, which has three files, one of which is never read again
		found int   // workloads in it
	}{
		{"nothing", ContextNeeds{}, 3, 1},
		{"a name in a linted file", ContextNeeds{Names: []string{"regcred"}}, 3, 1},
		{"another name", ContextNeeds{Names: []string{"other", "regcred"}}, 5, 2},
		{"a name that cannot be searched for", ContextNeeds{Names: []string{"an other"}}, 7, 3},
		{"all users", ContextNeeds{SecretUsers: true}, 7, 3},
	} {
		var reads atomic.Int32
		var inputs []Input
		for i, name := range []string{"regcred", "other", "third", "regcred"} {
			isContext := i < 3
			inputs = append(inputs, Input{Name: fmt.Sprintf("%d.yaml", i), Context: isContext, Open: func() (io.ReadCloser, error) {
				if isContext {
					reads.Add(1)
				}
				return io.NopCloser(strings.NewReader(fmt.Sprintf(pod, "pod", name))), nil
			}})
		}
		set, err := Load(t.Context(), inputs, Options{Needs: func(*Set) ContextNeeds { return c.needs }})
		if err != nil {
			t.Fatal(err)
		}
		if reads.Load() != c.reads || len(set.Context) != c.found || len(set.Workloads) != 1 {
			t.Errorf("%s: %d reads, %d workloads of the context", c.name, reads.Load(), len(set.Context))
		}
	}
}
