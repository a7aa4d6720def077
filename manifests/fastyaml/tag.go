package fastyaml

import (
	"strconv"
	"strings"
	"time"
)

const (
	tagStr       = "!!str"
	tagInt       = "!!int"
	tagFloat     = "!!float"
	tagBool      = "!!bool"
	tagNull      = "!!null"
	tagTimestamp = "!!timestamp"
	tagSeq       = "!!seq"
	tagMap       = "!!map"
)

// tagOf returns the tag that the full parser gives a plain scalar. It returns "" for a merge key,
// which is outside of the subset.
func tagOf(v string) string {
	if v == "" {
		return tagNull
	}
	switch c := v[0]; c {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '-':
		return tagOfNumber(v)
	case '.':
		switch v {
		case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF":
			return tagFloat
		}
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return tagFloat
		}
	case 't', 'T', 'f', 'F', 'n', 'N', '~', '<':
		switch v {
		case "true", "True", "TRUE", "false", "False", "FALSE":
			return tagBool
		case "~", "null", "Null", "NULL":
			return tagNull
		case "<<":
			return ""
		}
	}
	return tagStr
}

// tagOfNumber is tagOf for text that begins with a digit or a sign.
func tagOfNumber(v string) string {
	decimal := len(v) < 19 && v[0] != '0' && v[0] != '+'
	for i := range len(v) {
		switch c := v[i]; {
		case c >= '0' && c <= '9', c == '-' && i == 0 && len(v) > 1 && v[1] != '0':
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', strings.IndexByte("xXoO_+-.,: tTZnN", c) >= 0, c == 'i' || c == 'I':
			decimal = false
		default:
			// No number and no time contains this character.
			return tagStr
		}
	}
	if decimal {
		return tagInt
	}
	switch v {
	case "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", "-0", "-0.0":
		return tagFloat
	}
	if isTime(v) {
		return tagTimestamp
	}
	digits := v
	if strings.IndexByte(v, '_') >= 0 {
		digits = strings.ReplaceAll(v, "_", "")
	}
	if isInteger(digits) {
		return tagInt
	}
	if isFloat(digits) {
		if _, err := strconv.ParseFloat(digits, 64); err == nil {
			return tagFloat
		}
	}
	return tagStr
}

// isInteger reports whether v is an integer in any base that Go knows.
func isInteger(v string) bool {
	if strings.IndexByte(v, '.') >= 0 { // a version or an address, most often; Go's parser would allocate an error
		return false
	}
	if _, err := strconv.ParseInt(v, 0, 64); err == nil {
		return true
	}
	_, err := strconv.ParseUint(strings.TrimPrefix(v, "+"), 0, 64)
	return err == nil
}

// isTime reports whether v is a date, or a date and a time, in one of the forms that the full
// parser accepts.
func isTime(v string) bool {
	if len(v) < 5 || v[4] != '-' {
		return false
	}
	for i := range 4 {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
	}
	for _, layout := range [...]string{
		"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2",
	} {
		if _, err := time.Parse(layout, v); err == nil {
			return true
		}
	}
	return false
}

// isFloat reports whether v is [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
func isFloat(v string) bool {
	v = v[sign(v):]
	whole := digits(v)
	v = v[whole:]
	if strings.HasPrefix(v, ".") {
		part := digits(v[1:])
		if whole == 0 && part == 0 {
			return false
		}
		v = v[1+part:]
	} else if whole == 0 {
		return false
	}
	if v == "" {
		return true
	}
	if v[0] != 'e' && v[0] != 'E' {
		return false
	}
	v = v[1:]
	v = v[sign(v):]
	return v != "" && digits(v) == len(v)
}

// sign returns the length of the sign at the start of v.
func sign(v string) int {
	if v != "" && (v[0] == '-' || v[0] == '+') {
		return 1
	}
	return 0
}

// digits returns the number of digits at the start of v.
func digits(v string) int {
	n := 0
	for n < len(v) && v[n] >= '0' && v[n] <= '9' {
		n++
	}
	return n
}
