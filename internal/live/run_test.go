package live

import (
	"os"
	"runtime"
	"testing"
)

// kubectl is only run from an absolute folder in PATH.
func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	name := "kubectl"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := os.WriteFile(name, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", ".")
	if path, err := find("kubectl"); err == nil {
		t.Errorf("%s of the working directory is started", path)
	}
	t.Setenv("PATH", "")
	if _, err := find("kubectl"); err == nil || runtime.GOOS != "windows" && err.Error() != "kubectl not found in PATH" { // Windows also searches the working directory
		t.Errorf("an empty PATH: %v", err)
	}
}
