package pullsecret

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// judge says whether any image can match a key, and why not. A usable key with a reason
// matches something, but probably not what was meant.
func judge(written string) (usable bool, why string) {
	host, keyPath, err := normalize(written)
	if err != nil {
		return false, unreadable(written)
	}
	p, ok := compile(host + keyPath)
	switch {
	case !ok:
		return false, "it is not a URL after unescaping, so the kubelet skips it"
	case host == "":
		return false, "it names no host"
	case strings.HasSuffix(host, ":") && strings.HasPrefix(keyPath, "//"):
		return false, fmt.Sprintf("the kubelet reads %q as the host", strings.TrimSuffix(host, ":"))
	}
	if why := badHost(p); why != "" {
		return false, why
	}
	if host == hubIndex && keyPath != "" {
		return false, hubPath(keyPath)
	}
	if why := badPath(p.path); why != "" {
		return false, why
	}
	if meant, ok := registries.KeyMeans(strings.ToLower(host)); ok && meant == hubHost {
		return true, fmt.Sprintf("images of Docker Hub are not looked up under %q", host)
	}
	if keyPath == "/v1" || keyPath == "/v2" {
		return true, endpointWhy(keyPath)
	}
	return true, ""
}

// unreadable says why url.Parse rejects a key; its own errors quote the key.
func unreadable(written string) string {
	switch {
	case strings.ContainsFunc(written, unicode.IsControl):
		return "it contains a control character, so the kubelet skips it"
	case strings.ContainsFunc(written, unicode.IsSpace):
		return "it contains white space, so the kubelet skips it"
	}
	if _, port := splitPort(intentOf(written).hostPort); strings.Trim(port, "0123456789") != "" {
		return "its port is not a number, so the kubelet skips it"
	}
	if strings.ContainsAny(written, "[]") {
		return "its brackets do not hold an IPv6 address, so the kubelet skips it"
	}
	return "it is not a URL, so the kubelet skips it"
}

func hubPath(keyPath string) string {
	if keyPath == "/v1" || keyPath == "/v2" {
		return fmt.Sprintf("without a trailing slash, the kubelet reads %q as a path, and with a path %q matches no image", keyPath, hubIndex)
	}
	return fmt.Sprintf("with a path, %q matches no image", hubIndex)
}

func endpointWhy(keyPath string) string {
	return fmt.Sprintf("without a trailing slash, the kubelet reads %q as a path, which matches only repositories whose name begins with %q", keyPath, keyPath[1:])
}

// badHost says why no image can have the host of a key, by the grammar of
// github.com/distribution/reference.
func badHost(p pattern) string {
	if strings.HasPrefix(p.host, "[") {
		return "the kubelet reads an IPv6 address without a port as a set of characters, which matches nothing"
	}
	if strings.Contains(p.host, ":") {
		return "" // an IPv6 address, whose brackets were removed with the port
	}
	for _, label := range p.labels {
		switch {
		case label == "":
			return "its host has an empty label, as before a final dot"
		case strings.ContainsFunc(label, notHostRune):
			return "its host contains a character that is not allowed in a registry name"
		case strings.HasPrefix(label, "-"), strings.HasSuffix(label, "-"):
			return "a label of its host begins or ends with a hyphen"
		}
	}
	if !p.glob && p.port == "" && len(p.labels) == 1 && p.host != "localhost" && strings.ToLower(p.host) == p.host {
		return "its host has neither dot nor port, so images that begin with it are on Docker Hub"
	}
	return ""
}

func notHostRune(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '*')
}

// badPath says why no repository can begin with the path of a key.
func badPath(p string) string {
	switch {
	case p == "":
		return ""
	case strings.Contains(p, "*"):
		return "its path contains \"*\", which is not a wildcard there"
	case strings.ContainsFunc(p, unicode.IsUpper):
		return "its path has upper-case letters, which no repository has"
	case strings.ContainsAny(p, ":@"):
		return "its path has a tag or a digest, and the kubelet looks up images without them"
	case strings.Contains(p, "//"):
		return "its path has an empty segment"
	case strings.ContainsFunc(p, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./", r))
	}):
		return "its path contains a character that is not allowed in a repository name"
	}
	return ""
}
