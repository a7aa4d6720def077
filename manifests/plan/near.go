package plan

import (
	"math/bits"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// nearIndex finds names that are a typo away from another.
type nearIndex[T any] struct {
	named map[nearKey][]nearName[T]
	cache map[nearQuery]nearName[T]
	words map[[2]string]nearName[T] // by namespace and wordsOf the name
}

// nearKey is what two similar names must have in common. Numbers are counters and seldom mistyped,
// so their digits must be equal.
type nearKey struct {
	namespace, digits string
	at                Scope
}

type nearName[T any] struct {
	name  string
	marks uint64 // a set of the letters
	value T
	found bool
}

type nearQuery struct {
	namespace, name string
	at              Scope
	limit           int
}

func newNearIndex[T any]() nearIndex[T] {
	return nearIndex[T]{named: map[nearKey][]nearName[T]{}, cache: map[nearQuery]nearName[T]{}, words: map[[2]string]nearName[T]{}}
}

func (x *nearIndex[T]) add(namespace, name string, at Scope, value T) {
	if len(name) > near.Longest {
		return
	}
	k := nearKey{namespace, digitsOf(name), at}
	x.named[k] = append(x.named[k], nearName[T]{name, marksOf(name), value, true})
}

// addWords indexes a value by the words of its name; the first with the same words is kept.
func (x *nearIndex[T]) addWords(namespace, name string, value T) {
	k := [2]string{namespace, wordsOf(name)}
	if _, ok := x.words[k]; !ok && len(name) <= near.Longest {
		x.words[k] = nearName[T]{name: name, value: value, found: true}
	}
}

// sameWords returns a value whose name has the same words: "registry-cred" for "regcred".
func (x *nearIndex[T]) sameWords(namespace, name string) (value T, ok bool) {
	if len(name) > near.Longest {
		return value, false
	}
	n := x.words[[2]string{namespace, wordsOf(name)}]
	return n.value, n.found && n.name != name
}

// similar returns a value whose name is a typo away, or else has the same words.
func (x *nearIndex[T]) similar(namespace, name string) (value T, ok bool) {
	if value, ok = x.find(namespace, name, Scope{}, 2); ok {
		return value, true
	}
	return x.sameWords(namespace, name)
}

// longWords are words that names of pull secrets abbreviate, the longest first.
var longWords = strings.NewReplacer("-", "", "_", "", ".", "", "credentials", "cred", "credential", "cred", "creds", "cred", "registry", "reg", "secrets", "secret")

// wordsOf normalizes a name so that spellings of the same words are equal.
func wordsOf(name string) string { return longWords.Replace(strings.ToLower(name)) }

// find returns the value with the nearest name, if it is within limit typos.
func (x *nearIndex[T]) find(namespace, name string, at Scope, limit int) (value T, ok bool) {
	if len(name) > near.Longest {
		return value, false
	}
	query := nearQuery{namespace, name, at, limit}
	if n, ok := x.cache[query]; ok {
		return n.value, n.found
	}
	// Fold case and underscores, which other tools allow in names.
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	marks := marksOf(name)
	var best nearName[T]
	among := x.named[nearKey{namespace, digitsOf(name), at}]
	if len(among) > maxAmong {
		among = nil
	}
	for _, n := range among {
		if bits.OnesCount64(n.marks^marks) > 2*limit {
			continue
		}
		if d := typosBetween(n.name, name, limit); d <= limit {
			best, limit = n, d-1
		}
	}
	x.cache[query] = best
	return best.value, best.found
}

// maxAmong is the maximum number of names to compare with. Larger sets are generated, and so are missing names.
const maxAmong = 512

func digitsOf(name string) string {
	if !strings.ContainsAny(name, "0123456789") { // as most
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, name)
}

func marksOf(name string) uint64 {
	var marks uint64
	for i := range len(name) {
		marks |= 1 << (name[i] % 64)
	}
	return marks
}

// typosBetween returns the number of typos between two names; more than limit if they are more likely different names.
func typosBetween(a, b string, limit int) int {
	if a == b {
		return 0
	}
	if strings.Count(a, "-") != strings.Count(b, "-") {
		if strings.ReplaceAll(a, "-", "") == strings.ReplaceAll(b, "-", "") {
			return 1
		}
		return limit + 1
	}
	x, y := a, b
	for {
		// Names of several words often differ in one word on purpose, as in "regcred-eu" and "regcred-us": compare
		// only that word.
		hx, tx, ok := strings.Cut(x, "-")
		hy, ty, _ := strings.Cut(y, "-")
		if !ok || hx != hy {
			break
		}
		x, y = tx, ty
	}
	for {
		i, j := strings.LastIndexByte(x, '-'), strings.LastIndexByte(y, '-')
		if i < 0 || j < 0 || x[i:] != y[j:] {
			break
		}
		x, y = x[:i], y[:j]
	}
	if d := near.Distance(x, y, limit); d <= limit && (d < (min(len(x), len(y))+2)/3 || d == 1 && isShortTypo(x, y)) {
		return d
	}
	return limit + 1
}

// isShortTypo reports whether two words with one edit between them are one word and its misspelling, although the shorter is
// too short to tell by its length: "dev" and "dve" may be two names, "pull" and "pul" are not.
func isShortTypo(x, y string) bool {
	if len(x) < len(y) {
		x, y = y, x
	}
	if len(x) == len(y) || len(y) < 2 {
		return false
	}
	if pullWords[x] {
		return true
	}
	i := 0
	for i < len(y) && x[i] == y[i] {
		i++
	}
	letter := x[i]
	if i == 0 || x[i-1] != letter || strings.Count(x, string(letter)) == len(x) {
		return false // not a double letter, or a counter such as "x", "xx"
	}
	// "vi" and "vii", "xl" and "xxl", "ap" and "app" are different names.
	return letter != 'i' && letter != 'x' && !cloudRegions[y]
}

// pullWords are short words in names of pull secrets. With a letter missing, they are typos, not other names.
var pullWords = map[string]bool{"auth": true, "cred": true, "pass": true, "pull": true}

// cloudRegions are words of two letters that begin the names of cloud regions.
var cloudRegions = map[string]bool{"af": true, "ap": true, "ca": true, "cn": true, "eu": true, "il": true, "me": true, "mx": true, "sa": true, "us": true}

// Names finds the name nearest to another one, among those of a namespace and a scope. It is not safe for concurrent use.
type Names struct{ index nearIndex[string] }

// NewNames returns an index without names.
func NewNames() *Names { return &Names{newNearIndex[string]()} }

// Add adds a name. Names must not be added twice.
func (n *Names) Add(namespace string, at Scope, name string) { n.index.add(namespace, name, at, name) }

// Similar returns the nearest name that is a typo or two away, or "".
func (n *Names) Similar(namespace string, at Scope, name string) string {
	similar, _ := n.index.find(namespace, name, at, 2)
	return similar
}
