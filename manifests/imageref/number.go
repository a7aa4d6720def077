package imageref

import "strings"

// maxExact is the number of decimal digits that survive a float64.
const maxExact = 15

// scientific finds a number in the tag or the host that was converted to a float: an all-digit commit ID, a date, an
// AWS account. Go prints floats from 1e+06 or 1e+21 on in this way, depending on the encoder.
func scientific(s string) (fault, bool) {
	for i := 1; i+3 < len(s); i++ {
		if s[i] != 'e' && s[i] != 'E' || s[i+1] != '+' {
			continue
		}
		start := mantissa(s, i)
		digits := runOf(s[i+2:], isNum)
		end := i + 2 + digits
		if start < 0 || digits < 2 || end < len(s) && isWord(s[end]) {
			continue
		}
		f := fault{cause: TagScientific, at: Range{start, end}}
		f.detail = quote(s[start:end]) + " is an unquoted number printed in scientific notation"
		if n := expand(s[start:i], s[i+2:end]); n != "" {
			if strings.HasPrefix(s[end:], ".dkr.ecr.") && len(n) < 12 {
				n = strings.Repeat("0", 12-len(n)) + n // AWS account IDs have twelve digits
			}
			f.try = s[:start] + n + s[end:]
		}
		return f, true
	}
	return fault{}, false
}

// mantissa returns the start of the number before the exponent at s[e], or -1.
func mantissa(s string, e int) int {
	start := digitsStart(s, e)
	if start == e {
		return -1
	}
	if start > 0 && s[start-1] == '.' {
		if whole := digitsStart(s, start-1); whole < start-1 {
			start = whole
		}
	}
	before := start
	if before > 0 && s[before-1] == 'v' {
		before--
	}
	if before > 0 && (isWord(s[before-1]) && s[before-1] != '_' || s[before-1] == '.') {
		return -1
	}
	return start
}

// digitsStart returns the start of the digits that end before s[end].
func digitsStart(s string, end int) int {
	for end > 0 && isNum(s[end-1]) {
		end--
	}
	return end
}

// expand returns the integer of a mantissa and a decimal exponent, or "" if it is not one or digits were lost.
func expand(mantissa, exponent string) string {
	exp := 0
	for _, c := range []byte(exponent) {
		if exp = exp*10 + int(c-'0'); exp > maxExact {
			return ""
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if exp < len(fraction) || len(whole)+exp > maxExact {
		return ""
	}
	return whole + fraction + strings.Repeat("0", exp-len(fraction))
}
