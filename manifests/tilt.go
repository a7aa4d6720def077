package manifests

import (
	"bytes"
	"path"
	"regexp"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// TiltFile is the name of the files that tell Tilt what to build.
const TiltFile = "Tiltfile"

// tiltBuild matches the calls by which a Tiltfile builds an image that it names in quotes: as the first argument, or as ref.
var tiltBuild = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(?:docker_build|custom_build|docker_build_with_restart|docker_build_sub|custom_build_with_restart|nix_build|ko_build|podman_build|bazel_build)\(\s*(?:ref\s*=\s*)?["']([^"'{}%\s]+)["']`)
})

// TiltImages are the images that a Tiltfile builds. It is a program, of which nothing is run: what it does not name in quotes is not known.
func TiltImages(file string, data []byte) []BuiltImage {
	var out []BuiltImage
	folder := path.Dir(source.CleanPath(file))
	data = bytes.Clone(data)
	for line := range bytes.Lines(data) {
		if at := bytes.TrimLeft(line, " \t"); len(at) > 0 && at[0] == '#' {
			clear(line) // a comment
		}
	}
	for _, m := range tiltBuild().FindAllSubmatch(data, -1) {
		out = append(out, BuiltImage{Tool: "Tilt", Folder: folder, Image: string(m[1])})
	}
	return out
}
