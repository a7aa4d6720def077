package cluster

import (
	"strconv"
	"strings"
)

// statusTexts are the words that registries' status codes are written with. Those of net/http are the same, and bring all of that package.
var statusTexts = map[int]string{
	400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
	407: "Proxy Authentication Required", 412: "Precondition Failed", 429: "Too Many Requests", 451: "Unavailable For Legal Reasons",
	500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}

// OfCode is the message that containerd shows for a status code that someone read off, as "401" or "HTTP 401"; "" where the text is none, or where
// the table has nothing about it.
func OfCode(text string) string {
	digits := strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(text)), "http"))
	code, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 3 || code < 400 {
		return ""
	}
	message := strings.TrimSpace("unexpected status: " + digits + " " + statusTexts[code])
	if found, _ := Match("", message); found == nil {
		return ""
	}
	return message
}
