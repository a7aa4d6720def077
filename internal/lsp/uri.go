package lsp

import (
	"net/url"
	"path/filepath"
	"strings"
)

// pathOf returns the file path of a URI, or "" if it is not a local file.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") || strings.Contains(u.Path, "\x00") {
		return ""
	}
	path := u.Path
	if len(path) > 2 && path[2] == ':' { // "/c:/k8s" is a Windows path
		path = path[1:]
		if filepath.Separator != '\\' {
			return ""
		}
	}
	return filepath.Clean(filepath.FromSlash(path))
}

// uriOf returns the URI of an absolute path.
func uriOf(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
