package report

import (
	"cmp"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// knownWords are what a catalog can know of an image, in the order in which they are listed; those of rules.Known.
var knownWords = []string{"published", "unpublished", "moved", "repository", "unknown"}

// knownCount is how many image references the catalog knows the same of.
type knownCount struct {
	word string
	n    int
}

// knownImages counts the image references of the workloads by what the catalog knows of them; the words of the table are always there.
func knownImages(r *Report) []knownCount {
	count := map[string]int{}
	for _, word := range knownWords {
		count[word] = 0
	}
	for _, img := range workloadImages(r.Set) {
		count[r.Known(img)]++
	}
	out := make([]knownCount, 0, len(count))
	for word, n := range count {
		out = append(out, knownCount{word, n})
	}
	slices.SortFunc(out, func(a, b knownCount) int {
		return cmp.Or(wordOrder(a.word)-wordOrder(b.word), cmp.Compare(a.word, b.word))
	})
	return out
}

// wordOrder is the place of a word; one that is not in the table comes last.
func wordOrder(word string) int {
	if i := slices.Index(knownWords, word); i >= 0 {
		return i
	}
	return len(knownWords)
}

// workloadImages are the image references that workloads write.
func workloadImages(set *manifests.Set) []*manifests.ImageRef {
	var out []*manifests.ImageRef
	if set == nil {
		return out
	}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Raw != "" {
				out = append(out, img)
			}
		}
	}
	return out
}
