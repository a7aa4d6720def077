package imageref

import (
	"fmt"
	"strings"
)

// nameOnly returns a reference without tag and digest.
func nameOnly(s string) string {
	s, _, _ = strings.Cut(s, "@")
	if colon := tagColon(s); colon >= 0 {
		s = s[:colon]
	}
	return s
}

// hostFault finds mistakes in a first part that also looks like a registry to people.
func hostFault(s string) (fault, bool) {
	host := firstOf(nameOnly(s))
	if !isDotted(host) || isHost(host) || isComponent(host) {
		return fault{}, false
	}
	f := fault{cause: IllegalChar}
	if host[0] == '[' {
		f.at, f.detail = Range{0, len(host)}, quote(host)+" is not an IPv6 address with a port"
		return f, true
	}
	domain, _, _ := strings.Cut(host, ":")
	if i := indexOf(domain, func(c byte) bool { return !isAlnum(c) && c != '-' && c != '.' }); i >= 0 {
		f.at, f.detail = Range{i, i + 1}, quote(host[i:i+1])+" is not allowed in a registry's host name"
		return f, true
	}
	for start := 0; ; {
		label, _, more := strings.Cut(domain[start:], ".")
		end := start + len(label)
		switch {
		case label == "":
			// The wrong dot is the one before the empty label, or after it for the first label.
			f.at = Range{max(start-1, 0), min(max(end+1, 1), len(domain))}
			f.detail = `a part of the registry's host name is empty at "."`
			f.try = s[:f.at.Start] + s[f.at.End:]
			if start > 0 && more {
				f.try = s[:start] + s[end+1:]
			}
			return f, true
		case label[0] == '-':
			f.at, f.detail = Range{start, start + 1}, `a part of a host name cannot begin with "-"`
			return f, true
		case label[len(label)-1] == '-':
			f.at, f.detail = Range{end - 1, end}, `a part of a host name cannot end with "-"`
			return f, true
		}
		if !more {
			break
		}
		start = end + 1
	}
	f.at, f.detail = Range{0, len(host)}, quote(host)+" is not a host name with a port"
	return f, true
}

// pathStart returns the start of the repository in a name, after the registry.
func pathStart(name string) int {
	if first := firstOf(name); looksLikeHost(first) && isHost(first) {
		return len(first) + 1
	}
	return 0
}

// uppercase finds capitals in the repository. The parser reads a first part with capitals as a registry; it belongs to
// the finding only if more capitals follow, which shows that it was meant as an owner.
func uppercase(s string) (fault, bool) {
	name := nameOnly(s)
	start := pathStart(name)
	if indexOf(name[start:], isUpper) < 0 {
		return fault{}, false
	}
	if !isDotted(firstOf(name)) {
		start = 0
	}
	f := fault{cause: Uppercase, detail: "the repository name has upper-case letters"}
	first := start + indexOf(name[start:], isUpper)
	f.at.Start = strings.LastIndexByte(name[:first], '/') + 1
	last := len(name) - 1
	for !isUpper(name[last]) {
		last--
	}
	f.at.End = last + 1 + len(firstPart(name[last+1:]))
	f.try = s[:start] + strings.ToLower(name[start:]) + s[len(name):]
	return f, true
}

// firstPart returns s up to its first "/", or all of it.
func firstPart(s string) string {
	part, _, _ := strings.Cut(s, "/")
	return part
}

// separator finds other invalid characters in a repository, and misplaced ".", "_" and "-".
func separator(s string) (fault, bool) {
	name := nameOnly(s)
	for start := pathStart(name); start <= len(name); {
		part := firstPart(name[start:])
		if i := indexOf(part, notInPath); i >= 0 {
			return fault{
				cause: IllegalChar, at: Range{start + i, start + i + 1},
				detail: quote(part[i:i+1]) + " is not allowed in a repository name",
			}, true
		}
		if bad := badSeparator(part); bad != (Range{}) {
			return fault{
				cause: IllegalChar, at: Range{start + bad.Start, start + bad.End},
				detail: separatorDetail(part, bad),
			}, true
		}
		start += len(part) + 1
	}
	return fault{}, false
}

func separatorDetail(part string, bad Range) string {
	run := quote(bad.of(part))
	switch {
	case bad.Start == 0:
		return "a part of a repository name cannot begin with " + run
	case bad.End == len(part):
		return "a part of a repository name cannot end with " + run
	}
	return run + ` cannot join two parts of a name: use one ".", one or two "_", or any number of "-"`
}

// tooLong finds a repository that is too long, including the "library/" of Docker Hub names.
func tooLong(s string) (fault, bool) {
	name := nameOnly(s)
	start := pathStart(name)
	n := normalizedLen(firstOf(name), name, start)
	if n <= maxName {
		return fault{}, false
	}
	f := fault{cause: NameTooLong, at: Range{len(name) - (n - maxName), len(name)}}
	f.detail = fmt.Sprintf("the repository name is %d characters long, at most %d are allowed", n, maxName)
	if n > len(name)-start {
		f.detail = fmt.Sprintf("the repository name is %d characters long with its %q, at most %d are allowed", n, officialPath, maxName)
	}
	return f, true
}
