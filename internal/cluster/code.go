package cluster

import (
	"fmt"
	"net/http"
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
	message := strings.TrimSpace(fmt.Sprintf("unexpected status: %d %s", code, http.StatusText(code)))
	if found, _ := Match("", message); found == nil {
		return ""
	}
	return message
}
