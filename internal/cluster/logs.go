package cluster

import (
	"encoding/json"
	"strconv"
	"strings"
)

// isLog reports whether a line is a log line: klog, logrus, journal or JSON.
func isLog(text string) bool {
	if _, rest := journal(text); rest != text {
		return true
	}
	return isKlog(text) || strings.HasPrefix(text, `time="`) && strings.Contains(text, " level=") ||
		strings.HasPrefix(text, "{") && (strings.Contains(text, `"msg":`) || strings.Contains(text, `"MESSAGE"`))
}

// isKlog reports whether text starts with a klog header: "E1129 09:12:44.017701".
func isKlog(text string) bool {
	if len(text) < 14 || !strings.ContainsRune("IWEF", rune(text[0])) || text[5] != ' ' || text[8] != ':' || text[11] != ':' {
		return false
	}
	return strings.Trim(text[1:5]+text[6:8]+text[9:11], "0123456789") == ""
}

// journal cuts the prefix of journald and syslog: "Nov 29 09:12:44 worker-1 kubelet[1234]: ".
func journal(text string) (node, rest string) {
	front, rest, ok := strings.Cut(text, "]: ")
	if !ok || len(front) > 200 {
		return "", text
	}
	words := strings.Fields(front)
	if len(words) < 3 || !strings.Contains(words[len(words)-1], "[") || strings.ContainsAny(front, `"{=`) {
		return "", text
	}
	return words[len(words)-2], rest
}

// log reads a log line. It keeps failed pulls only.
func (p *textReader) log(text string) {
	node, text := journal(text)
	fields := map[string]string{}
	if strings.HasPrefix(text, "{") {
		if !jsonFields(text, fields) {
			return
		}
		if entry := fields["MESSAGE"]; entry != "" { // journalctl -o json
			node = first(fields["_HOSTNAME"], node)
			fields = map[string]string{}
			text = entry
		}
	}
	if len(fields) == 0 {
		keyValues(text, fields)
	}
	message := first(fields["err"], fields["error"], fields["msg"], quotedText(text), text)
	if inner := fields["msg"]; inner != "" && message != inner && strings.Contains(inner, "failed:") {
		message = inner
	}
	if _, after, ok := strings.Cut(text, "] "); ok && strings.Contains(after, "Unable to retrieve pull secret") {
		message = after // the name is in a field next to the error
	}
	// containerd logs each host that fails before it tries the next one. The result of the pull
	// follows.
	if !aboutImages(text) || strings.Contains(text, "level=debug") || strings.Contains(text, "trying next host") {
		return
	}
	found, _ := Match("", message)
	failed := strings.Contains(text, "Failed to pull image") || strings.Contains(text, "PullImage") && strings.Contains(text, "failed")
	if found == nil && !failed {
		return
	}
	s := Observation{From: "log", Node: node, Message: message, Image: first(fields["image"], quotedAfter(text, "PullImage "), quotedAfter(text, `PullImage \`), imageIn(message), quotedAfter(message, "reference "), imageIn(unescaped(message)), wordAfter(message, "Failed to pull image "))}
	s.Namespace, s.Name = podOf(fields["pod"])
	s.Container = first(quotedAfter(unescaped(message), "for "), fields["containerName"])
	p.add(s)
}

// aboutImages reports whether a line is about images.
func aboutImages(text string) bool {
	for _, word := range []string{"image", "Image", "pull", "Pull", "manifest", "sandbox"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// podOf splits "shop/cart-0".
func podOf(text string) (namespace, name string) {
	if namespace, name, ok := strings.Cut(text, "/"); ok {
		return namespace, name
	}
	return "", text
}

// unescaped removes one level of escaped quotes.
func unescaped(text string) string { return strings.ReplaceAll(text, `\"`, `"`) }

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// jsonFields reads the string fields of a JSON line. A pod may also be an object with name and namespace.
func jsonFields(text string, into map[string]string) bool {
	var all map[string]any
	if json.Unmarshal([]byte(text), &all) != nil {
		return false
	}
	for key, value := range all {
		switch v := value.(type) {
		case string:
			into[key] = v
		case map[string]any:
			name, _ := v["name"].(string)
			namespace, _ := v["namespace"].(string)
			if name != "" {
				into[key] = namespace + "/" + name
			}
		}
	}
	return true
}

// keyValues reads the key="value" and key=value pairs of a line.
func keyValues(text string, into map[string]string) {
	for i := 0; i < len(text); {
		eq := strings.IndexByte(text[i:], '=')
		if eq < 0 {
			return
		}
		start := strings.LastIndexAny(text[i:i+eq], " \t]") + 1
		key, at := text[i+start:i+eq], i+eq+1
		value, n := valueAt(text[at:])
		if _, there := into[key]; !there && key != "" && len(key) < 40 && !strings.ContainsAny(key, `"{}`) {
			into[key] = value
		}
		i = at + max(n, 1)
	}
}

// valueAt returns the value at the start of text, and its length in bytes.
func valueAt(text string) (value string, n int) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, " \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], end
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return strings.Trim(text, `"`), len(text)
	}
	value, err = strconv.Unquote(quoted)
	if err != nil {
		return strings.Trim(quoted, `"`), len(quoted)
	}
	return value, len(quoted)
}

// quotedText returns the quoted message after the source location of a klog line: `...] "Failed to pull image" err=...`.
func quotedText(text string) string {
	_, after, ok := strings.Cut(text, "] ")
	if !ok {
		return ""
	}
	if value, n := valueAt(after); strings.HasPrefix(after, `"`) && n > 0 {
		return value
	}
	return after
}
