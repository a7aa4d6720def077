package report

import (
	"cmp"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// knownWords are what a catalog can say about an image, in display order; see rules.Known.
var knownWords = []string{"published", "unpublished", "moved", "repository", "unknown"}

// knownCount is the number of image references about which the catalog says the same.
type knownCount struct {
	word string
	n    int
}

// CountKnown counts now what the catalog knows about the images, so that only the HTML format needs the workloads of the
// set.
func (r *Report) CountKnown() {
	if r.Known != nil {
		r.known = knownImages(r)
	}
}

// knownImages counts the workloads' image references by what the catalog knows about them. All of knownWords
// are included.
func knownImages(r *Report) []knownCount {
	if r.known != nil {
		return r.known
	}
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

// judged returns how many of the image references a catalog judges: it knows whether they can be pulled.
func judged(counts []knownCount) int {
	n := 0
	for _, k := range counts {
		if k.word == "published" || k.word == "unpublished" || k.word == "moved" {
			n += k.n
		}
	}
	return n
}

// wordOrder returns the position of a word; unknown ones come last.
func wordOrder(word string) int {
	if i := slices.Index(knownWords, word); i >= 0 {
		return i
	}
	return len(knownWords)
}

// workloadImages returns the image references in workloads.
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
