package cluster

import (
	"strconv"
	"strings"
)

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

// statusTexts are the names of status codes, those of net/http. Nothing else of that package is needed, and what explains a message holds nothing that
// could speak to a server.
var statusTexts = map[int]string{
	400: "Bad Request",
	401: "Unauthorized",
	402: "Payment Required",
	403: "Forbidden",
	404: "Not Found",
	405: "Method Not Allowed",
	406: "Not Acceptable",
	407: "Proxy Authentication Required",
	408: "Request Timeout",
	409: "Conflict",
	410: "Gone",
	411: "Length Required",
	412: "Precondition Failed",
	413: "Request Entity Too Large",
	414: "Request URI Too Long",
	415: "Unsupported Media Type",
	416: "Requested Range Not Satisfiable",
	417: "Expectation Failed",
	418: "I'm a teapot",
	421: "Misdirected Request",
	422: "Unprocessable Entity",
	423: "Locked",
	424: "Failed Dependency",
	425: "Too Early",
	426: "Upgrade Required",
	428: "Precondition Required",
	429: "Too Many Requests",
	431: "Request Header Fields Too Large",
	451: "Unavailable For Legal Reasons",
	500: "Internal Server Error",
	501: "Not Implemented",
	502: "Bad Gateway",
	503: "Service Unavailable",
	504: "Gateway Timeout",
	505: "HTTP Version Not Supported",
	506: "Variant Also Negotiates",
	507: "Insufficient Storage",
	508: "Loop Detected",
	510: "Not Extended",
	511: "Network Authentication Required",
}
