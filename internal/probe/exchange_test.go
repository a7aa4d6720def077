package probe

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// A configuration is accepted only if it has the digest and size in the manifest. A manifest requested by
// digest is accepted only if it has that digest.
func TestVerified(t *testing.T) {
	t.Parallel()
	const host, config, other = "reg.example.com", `{"os":"linux","architecture":"arm64"}`, `{"os":"linux","architecture":"amd64"}`
	manifest := func(size int, data string) string {
		return fmt.Sprintf(`{"config":{"mediaType":%q,"digest":%q,"size":%d,"data":%q},"layers":[]}`, types.OCIConfigJSON, digestOf([]byte(config)), size, base64.StdEncoding.EncodeToString([]byte(data)))
	}
	without := func(size int) string { return strings.Replace(manifest(size, ""), `,"data":""`, "", 1) }
	arm := []string{"linux/arm64"}
	for name, c := range map[string]struct {
		manifest, blob string
		byDigest       string
		platforms      []string
		mismatch       bool
	}{
		"as named":              {manifest: without(len(config)), blob: config, platforms: arm},
		"other content":         {manifest: without(len(config)), blob: other},
		"another size":          {manifest: without(len(config) + 1), blob: config},
		"none":                  {manifest: without(len(config))},
		"in the manifest":       {manifest: manifest(len(config), config), platforms: arm},
		"other, in it":          {manifest: manifest(len(config), other), blob: config},
		"another size, in it":   {manifest: manifest(len(config)+1, config), blob: config},
		"by digest":             {manifest: without(len(config)), blob: config, byDigest: digestOf([]byte(without(len(config)))), platforms: arm},
		"by another digest":     {manifest: without(len(config)), blob: config, byDigest: someDigest, mismatch: true},
		"too long for a config": {manifest: without(maxManifest + 1), blob: config + strings.Repeat(" ", maxManifest+1-len(config))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, map[string]http.Handler{host: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := c.manifest
				if strings.Contains(r.URL.Path, "/blobs/") {
					if body = c.blob; body == "" {
						fail(w, http.StatusNotFound, "BLOB_UNKNOWN", "")
						return
					}
				} else {
					w.Header().Set("Content-Type", string(types.OCIManifestSchema1))
				}
				if c.byDigest == "" {
					w.Header().Set("Docker-Content-Digest", digestOf([]byte(c.manifest)))
				}
				fmt.Fprint(w, body)
			})})
			reference := ":1"
			if c.byDigest != "" {
				reference = "@" + c.byDigest
			}
			q := question(t, host+"/a/b"+reference)
			q.Platforms = arm
			f := w.ask(t, w.options(), q)[0]
			if f.Pod.Outcome == lint.Exists == c.mismatch || !slices.Equal(f.Platforms, c.platforms) {
				t.Errorf("%+v", f)
			}
		})
	}
}
