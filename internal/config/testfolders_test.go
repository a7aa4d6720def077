package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTestFolders(t *testing.T) {
	t.Parallel()
	for files, want := range map[string]string{
		"":                                 "",
		"k8s/web.yaml a.yaml":              "",
		"testdata/a.yaml testdata/b.yaml":  "testdata/**",
		"test/fixtures/a.yaml test/b.yaml": "test/fixtures/**",
		"internal/x/testdata/a.yml internal/y/testdata/deep/er/b.yaml": "**/testdata/**",
		"examples/shop/tests/a.yaml examples/shop/web.yaml":            "examples/shop/tests/**",
		"testdata/a.json test/main.go testing/a.yaml latest/b.yaml":    "",
		"charts/web/templates/tests/a.yaml charts/web/tests/a.yaml":    "charts/web/tests/**",
		"e2e/a.yaml fixtures/a.yaml ./tests/a.yaml":                    "e2e/** fixtures/** tests/**",
		"overlays/test/web.yaml test/web.yaml":                         "",
		"k8s/tests.yaml":                                               "",
	} {
		if diff := cmp.Diff(strings.Fields(want), append([]string(nil), TestFolders(strings.Fields(files))...)); diff != "" && want+strings.Join(TestFolders(strings.Fields(files)), "") != "" {
			t.Errorf("%s:\n%s", files, diff)
		}
	}
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("%d/testdata/a.yaml", i), fmt.Sprintf("%d/e2e/a.yaml", i))
	}
	if got := TestFolders(many); len(got) != 2 {
		t.Errorf("%q", got)
	}
}
