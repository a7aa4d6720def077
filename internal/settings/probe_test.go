package settings

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/rules"
)

// The mirrors of a configuration that is not trusted are compared with, but not asked.
func TestUntrustedMirrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const mirrors = "probe: {mirrors: [{registry: docker.io, at: mirror.example.com/hub}], timeout: 5s}\n"
	put("base.yaml", mirrors)
	for name, text := range map[string]string{"its own": mirrors, "extended": "extends: ./base.yaml\n"} {
		put(config.Name, text)
		for _, trusted := range []bool{false, true} {
			cfg, err := config.LoadFound(config.Found{Path: filepath.Join(dir, config.Name), Root: dir}, rules.All(), trusted)
			if err != nil {
				t.Fatal(err)
			}
			o, err := ProbeOptions(cfg, false)
			if err != nil || len(o.Mirrors) > 0 != trusted || o.Timeout == 0 {
				t.Errorf("%s, trusted %v: asks %v, error %v", name, trusted, o.Mirrors, err)
			}
			if len(cfg.Mirrors) != 1 || len(cfg.Bounds.LeftOut) > 0 == trusted {
				t.Errorf("%s, trusted %v: compares with %v, left out %q", name, trusted, cfg.Mirrors, cfg.Bounds.LeftOut)
			}
		}
	}
}
