package probe

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/lint"
)

// maxMessage limits how many bytes of the registry's own text are kept.
const maxMessage = 300

// words returns a registry's message about a refusal, from the standard error format. It returns "" if the
// message adds nothing to the status. The message is a single printable line. A message that repeats the
// credentials is dropped.
func (s *session) words(re reply) string {
	text := errorText(re)
	if text == "" || !utf8.ValidString(text) || s.repeatsLogin(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxMessage {
		end := maxMessage
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "..."
	}
	if isGeneric(text) {
		return ""
	}
	return text
}

// errorText returns the first message of a registry's error. Google's registry answers in plain text where it
// was shut down.
func errorText(re reply) string {
	var e struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(re.body, &e) == nil && len(e.Errors) > 0 {
		if e.Errors[0].Message != "" {
			return e.Errors[0].Message
		}
		return e.Errors[0].Code
	}
	if re.status == http.StatusPreconditionFailed && !isPage(re.header) && !strings.ContainsAny(string(re.body), "<{") {
		return string(re.body)
	}
	return ""
}

// repeatsLogin reports whether a text contains part of the session's credentials.
func (s *session) repeatsLogin(text string) bool {
	l := s.id.login()
	for _, secret := range []string{l.password, l.token, base64.StdEncoding.EncodeToString([]byte(l.user + ":" + l.password))} {
		if len(secret) > 3 && strings.Contains(text, secret) {
			return true
		}
	}
	return strings.Contains(text, "Bearer ") || strings.Contains(text, "eyJ") // part of any token
}

// isGeneric reports whether a message says no more than "denied" or "not found".
func isGeneric(text string) bool {
	switch strings.Trim(strings.ToLower(text), " .!") {
	case "authentication required", "requested access to the resource is denied", "unauthorized", "forbidden", "denied", "access denied", "not found",
		"manifest unknown", "name unknown", "repository name not known to registry", "access to the requested resource is not authorized",
		"access to the resource is denied", "insufficient_scope", "not authorized", "no basic auth credentials", "unknown", "error", "bad request":
		return true
	}
	return false
}

// isGone reports whether a message says that the content was removed, so that no credentials would help.
func isGone(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "has been deleted") || strings.Contains(words, "not found or deleted") ||
		strings.Contains(words, "container registry is") && strings.Contains(words, "shut")
}

// worded converts a registry's message to an answer. ok is false if the message is not informative.
func (s *session) worded(re reply) (lint.Answer, bool) {
	said := s.words(re)
	switch {
	case said == "":
		return lint.Answer{}, false
	case isGone(said):
		return lint.Answer{Outcome: lint.RepoMissing, Status: re.status, RegistryMessage: said}, true
	case re.status == http.StatusBadRequest && codeOf(re) == "NAME_INVALID":
		return lint.Answer{Outcome: lint.RepoMissing, Status: re.status, RegistryMessage: said}, true
	case isRefusal(re.status):
		return lint.Answer{Outcome: lint.Denied, Status: re.status, RegistryMessage: said}, true
	}
	return lint.Answer{}, false
}

func codeOf(re reply) string {
	var e struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(re.body, &e) != nil || len(e.Errors) == 0 {
		return ""
	}
	return strings.ToUpper(e.Errors[0].Code)
}

// isRefusal reports whether a status refuses the request permanently, rather than because of a rate limit or
// a proxy.
func isRefusal(status int) bool {
	switch status {
	case http.StatusProxyAuthRequired, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
}
