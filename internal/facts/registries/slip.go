package registries

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// IsSlip reports whether a host that is not a known registry IsNear another one.
func IsSlip(typed, right string) bool {
	if !IsNear(typed, right) {
		return false
	}
	r, known := Lookup(typed)
	return !known || r.Anonymous == AnonymousReserved
}

// IsNear reports whether a host is another one with a single typing error. Hosts with different digits, ports or short top-level domains are different hosts,
// and so are those that differ in a short word, such as "a" in "registry-a.example.com".
func IsNear(typed, right string) bool {
	const shortWord = 4
	typed, right = strings.ToLower(typed), strings.ToLower(right)
	kind, got, want := near.SingleEdit(typed, right)
	if kind == near.NoEdit || isDigit(got) || isDigit(want) || !strings.Contains(right, ".") {
		return false
	}
	if topLevel(typed) != topLevel(right) {
		return isLongTopLevelSlip(typed, right) || isNoName(typed) && isTopLevelSlip(typed, right) || isNoName(right) && isTopLevelSlip(right, typed)
	}
	word, _ := wordAt(right, firstDifference(typed, right), separators)
	return len(word) >= shortWord
}

// IsNearPath reports whether a path in a registry is another one with a single typing error. As with hosts, different digits and short words tell names
// apart; and so do other separators, and another letter at the end of a word, as in "teama" and "teamb".
func IsNearPath(typed, right string) bool {
	const shortWord = 4
	kind, got, want := near.SingleEdit(typed, right)
	isOther := func(c byte) bool { return isDigit(c) || c != 0 && strings.IndexByte(pathSeparators, c) >= 0 }
	if isOther(got) || isOther(want) {
		return false
	}
	word, before := wordAt(right, firstDifference(typed, right), pathSeparators)
	switch kind {
	case near.Transposed, near.Deleted:
		return len(word) >= shortWord
	case near.Inserted:
		return len(word) >= shortWord && (before < len(word) || doubled(typed, right))
	case near.Substituted:
		return len(word) > shortWord && before < len(word)-1
	default:
		return false
	}
}

// IsEvidentSlip reports whether a host is another one with a typing error that hardly makes another name: two neighbors are exchanged, a letter is doubled,
// missing or too many inside of a long word, or replaced by its neighbor on the keyboard, or a top-level domain is misspelled. Hosts of known registries
// are none, except that a customer's part of a host may be misspelled. Single letters and codes tell environments, regions and customers apart:
// "registryeu" and "registryau", "registry-a" and "registry-b", "shopdweu" and "shopsweu".
func IsEvidentSlip(typed, right string) bool {
	typed, right = strings.ToLower(typed), strings.ToLower(right)
	if isOwnHost(typed, right) {
		return false
	}
	if isTopLevelSlip(typed, right) {
		return true
	}
	if isLongTopLevelSlip(typed, right) && (isCommonTopLevel(typed) || isCommonTopLevel(right)) {
		return isCommonTopLevel(right)
	}
	kind, got, want := near.SingleEdit(typed, right)
	if strings.IndexByte(separators, got) >= 0 || strings.IndexByte(separators, want) >= 0 || !IsNear(typed, right) {
		return false
	}
	if kind == near.Transposed || kind == near.Inserted && doubled(typed, right) {
		return true
	}
	at := firstDifference(typed, right)
	word, before := wordAt(right, at, separators)
	rest := word[before:]
	if kind != near.Inserted {
		rest = rest[1:]
	}
	if codes[word[:before]] || codes[rest] {
		return false
	}
	switch kind {
	case near.Inserted:
		return len(word) >= 6 && before >= 2 && len(rest) >= 3
	case near.Deleted:
		return len(word) >= 5 && before >= 1 && len(rest) >= 1 && !isAbbreviated(word[:before]+rest)
	case near.Substituted:
		const initials = "acdeilnpqstuw" // of environments, compass directions and "central"
		isCode := strings.IndexByte(initials, got) >= 0 && strings.IndexByte(initials, want) >= 0
		return len(word) >= 6 && before >= 1 && len(rest) >= 1 && strings.IndexByte(keyboard[want], got) >= 0 && !isCode
	default:
		return false
	}
}

// isOwnHost reports whether a host is one of a known registry, and not only another customer's than the right one.
func isOwnHost(typed, right string) bool {
	r, known := Lookup(typed)
	if !known || r.Anonymous == AnonymousReserved {
		return false
	}
	other, _ := Lookup(right)
	return r != other || len(r.Tenants) == 0
}

// notTopLevels are further misspellings of "io" that are no top-level domains, and that are not its letters in another order.
var notTopLevels = []string{"iio", "ioo", "ip", "lo", "uo"}

// topLevelSlips are misspellings of top-level domains. Only "cm" is one itself.
var topLevelSlips = map[string]string{
	"cm": "com", "cmo": "com", "comm": "com", "con": "com", "coom": "com", "ocm": "com", "vom": "com", "xom": "com",
	"oi":  "io",
	"ent": "net", "nett": "net", "nte": "net",
	"ogr": "org", "orgg": "org", "rog": "org",
}

// isTopLevelSlip reports whether two hosts differ only in the top-level domain, which is misspelled.
func isTopLevelSlip(typed, right string) bool {
	name, port, _ := strings.Cut(typed, ":")
	other, otherPort, _ := strings.Cut(right, ":")
	end, meant := topLevel(name), topLevel(other)
	if port != otherPort || strings.TrimSuffix(name, end) != strings.TrimSuffix(other, meant) || !strings.Contains(name, ".") {
		return false
	}
	return meant != "" && (topLevelSlips[end] == meant || len(end) == 1 && isShortened(end, meant))
}

// isNoName reports whether the top-level domain of a host is a misspelling that does not exist.
func isNoName(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	end := topLevel(name)
	return len(end) < len(name) && isNoTopLevel(end)
}

// isNoTopLevel reports whether a word is not a top-level domain, but a misspelling of one. None has one letter.
func isNoTopLevel(word string) bool {
	return len(word) == 1 && isLower(word[0]) || word != "cm" && topLevelSlips[word] != "" || slices.Contains(notTopLevels, word)
}

// isShortened reports whether a letter is what is left of a short top-level domain.
func isShortened(letter, meant string) bool {
	const short = len("com")
	return 1 < len(meant) && len(meant) <= short && strings.Contains(meant, letter)
}

// isLongTopLevelSlip reports whether two hosts differ in one typing error in a long top-level domain, as "internal" and "intrenal" do. Unlike "io" and "co",
// few of those are neighbors of others.
func isLongTopLevelSlip(typed, right string) bool {
	const long = len("local")
	name, port, _ := strings.Cut(typed, ":")
	other, otherPort, _ := strings.Cut(right, ":")
	end, meant := topLevel(name), topLevel(other)
	if port != otherPort || strings.TrimSuffix(name, end) != strings.TrimSuffix(other, meant) || len(meant) < long || len(meant) == len(other) {
		return false
	}
	kind, got, want := near.SingleEdit(end, meant)
	if kind == near.NoEdit || isDigit(got) || isDigit(want) || got == '-' || want == '-' {
		return false
	}
	return !slices.Contains(neighborTopLevels, [2]string{min(end, meant), max(end, meant)})
}

// commonTopLevels are long top-level domains that companies use, some of them inside their networks only. What is nearly one of them is none.
var commonTopLevels = map[string]bool{
	"agency": true, "business": true, "cloud": true, "company": true, "digital": true, "example": true, "group": true, "internal": true, "intranet": true, "invalid": true,
	"local": true, "localdomain": true, "network": true, "online": true, "private": true, "services": true, "software": true, "solutions": true, "systems": true,
	"technology": true, "ventures": true,
}

// isCommonTopLevel reports whether the top-level domain of a host is a common long one.
func isCommonTopLevel(host string) bool {
	name, _, _ := strings.Cut(host, ":")
	return commonTopLevels[topLevel(name)]
}

// neighborTopLevels are the pairs of top-level domains that are one typing error apart, and of which one has five letters or more.
//
// Source: the section of the Public Suffix List that ICANN administers, as Debian packages it, compared on 2026-11-30.
var neighborTopLevels = [][2]string{
	{"accountant", "accountants"},
	{"audi", "audio"},
	{"auto", "autos"},
	{"bank", "ubank"},
	{"beats", "boats"},
	{"bing", "bingo"},
	{"booking", "cooking"},
	{"cards", "cars"},
	{"career", "careers"},
	{"case", "chase"},
	{"chanel", "channel"},
	{"citi", "citic"},
	{"coupon", "coupons"},
	{"cruise", "cruises"},
	{"deal", "deals"},
	{"email", "gmail"},
	{"game", "games"},
	{"gift", "gifts"},
	{"giving", "living"},
	{"horse", "house"},
	{"hoteles", "hotels"},
	{"lexus", "nexus"},
	{"loan", "loans"},
	{"lotte", "lotto"},
	{"market", "markets"},
	{"nissan", "nissay"},
	{"paris", "pars"},
	{"paris", "parts"},
	{"pars", "parts"},
	{"parts", "party"},
	{"photo", "photos"},
	{"reise", "reisen"},
	{"review", "reviews"},
	{"rich", "ricoh"},
	{"sport", "spot"},
	{"swatch", "watch"},
	{"theater", "theatre"},
	{"tjmaxx", "tkmaxx"},
	{"today", "toray"},
	{"work", "works"},
}

// codes stand for regions and environments before or after the rest of a word.
var codes = map[string]bool{
	"ae": true, "au": true, "br": true, "ca": true, "ch": true, "cn": true, "de": true, "es": true, "eu": true, "fr": true, "ie": true, "in": true, "it": true, "jp": true,
	"kr": true, "nl": true, "se": true, "sg": true, "uk": true, "us": true, "za": true,
	"ap": true, "apac": true, "emea": true, "cus": true, "eus": true, "neu": true, "weu": true, "wus": true,
	"dev": true, "prd": true, "prod": true, "qa": true, "stage": true, "staging": true, "stg": true, "test": true, "tst": true, "uat": true,
}

// isAbbreviated reports whether a word has the short form of an environment's name, of which a letter is missing by intention.
func isAbbreviated(word string) bool {
	for _, short := range []string{"prd", "stg", "tst"} {
		if strings.HasPrefix(word, short) || strings.HasSuffix(word, short) {
			return true
		}
	}
	return false
}

// keyboard has the neighbors of each letter on a keyboard.
var keyboard = map[byte]string{
	'a': "qwsz", 'b': "vghn", 'c': "xdfv", 'd': "serfcx", 'e': "wrsd", 'f': "drtgvc", 'g': "ftyhbv", 'h': "gyujnb", 'i': "uojk", 'j': "huikmn", 'k': "jiolm", 'l': "kop", 'm': "njk",
	'n': "bhjm", 'o': "ipkl", 'p': "ol", 'q': "wa", 'r': "etdf", 's': "awedxz", 't': "ryfg", 'u': "yihj", 'v': "cfgb", 'w': "qeas", 'x': "zsdc", 'y': "tugh", 'z': "asx",
}

// wordAt returns the word of a host or a path at an index, and the index in it.
func wordAt(name string, at int, separators string) (word string, before int) {
	begin := strings.LastIndexAny(name[:at], separators) + 1
	end := len(name)
	if n := strings.IndexAny(name[at:], separators); n >= 0 {
		end = at + n
	}
	return name[begin:end], at - begin
}

// firstDifference returns the index from which two texts differ.
func firstDifference(a, b string) int {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	return at
}

// separators end the words of a host, and pathSeparators those of a path.
const (
	separators     = ".-:"
	pathSeparators = "-._/"
)
