package inventory

import (
	"fmt"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
)

// NotListed says what may be missing from a list of images: what was not rendered or read, and images of values files that
// charts are not rendered with. Verbose names each.
func NotListed(loaded *engine.Loaded, list *report.ImageList, verbose bool) []string {
	return append(list.NotListed(verbose), unused(loaded, verbose)...)
}

// unused counts the images that are only in values files of rendered charts that no rendering uses.
func unused(loaded *engine.Loaded, verbose bool) []string {
	listed := map[string]bool{}
	set := loaded.All()
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		for _, img := range w.Images {
			if isWhole(img) {
				listed[img.Ref.Canonical()] = true
			}
		}
	}
	images := map[string]bool{} // of all files
	in := map[string]map[string]bool{}
	var files []string
	for _, w := range loaded.UnusedValues() {
		for _, img := range w.Images {
			if !isWhole(img) || listed[img.Ref.Canonical()] {
				continue
			}
			full := img.Ref.Canonical()
			file := img.Span.File().Name
			if in[file] == nil {
				in[file] = map[string]bool{}
				files = append(files, file)
			}
			images[full], in[file][full] = true, true
		}
	}
	if len(files) == 0 {
		return nil
	}
	slices.Sort(files)
	if !verbose {
		return []string{fmt.Sprintf("not listed: %s only in %s that no chart is rendered with; --verbose names them, and -f FILE renders with one, such as %s",
			report.Count(len(images), "image is", "images are"), report.Count(len(files), "values file", "values files"), files[0])}
	}
	var lines []string
	for _, file := range files {
		lines = append(lines, fmt.Sprintf("not listed: %s of %s, which no chart is rendered with: add -f %s", report.Count(len(in[file]), "image", "images"), file, file))
	}
	return lines
}

// isWhole reports whether an image of values or an object is a complete reference.
func isWhole(img *manifests.ImageRef) bool { return img.Err == nil && img.Ref.Repository != "" }

// unusedFile returns the first values file that names a chosen image and that no chart is rendered with; "" if there is none.
func unusedFile(loaded *engine.Loaded, chosen func(*manifests.ImageRef) bool) string {
	for _, w := range loaded.UnusedValues() {
		for _, img := range w.Images {
			if isWhole(img) && chosen(img) {
				return img.Span.File().Name
			}
		}
	}
	return ""
}
