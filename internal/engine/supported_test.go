package engine

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/facts"
	"github.com/imagelint-dev/imagelint/lint"
)

// The supported versions are consecutive, and the newest is the default of the rules.
func TestSupportedKubernetes(t *testing.T) {
	t.Parallel()
	all := facts.SupportedKubernetes
	for i, minor := range all {
		if minor != lint.NewestKubernetes-len(all)+1+i {
			t.Errorf("%v, and the newest is %d", all, lint.NewestKubernetes)
		}
	}
	if len(all) != 3 {
		t.Errorf("%v: three versions get fixes", all)
	}
}

// The documentation lists the versions.
func TestSupportedKubernetesPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/gate.md")
	if err != nil {
		t.Fatal(err)
	}
	all := facts.SupportedKubernetes
	if want := fmt.Sprintf("for 1.%d, 1.%d and 1.%d as of ", all[0], all[1], all[2]); !strings.Contains(string(page), want) {
		t.Errorf("docs/gate.md does not say %q", want)
	}
}
