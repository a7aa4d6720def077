package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// maxGlob bounds the length of a glob in bytes, because the cost of matching grows with it.
const maxGlob = 1024

// checkGlob accepts valid globs.
func checkGlob(v string) (out, message, help string) {
	if len(v) > maxGlob {
		return "", "the glob is longer than 1024 bytes", "write several"
	}
	if glob.Check(v) != nil {
		return "", quote(v) + " is not a valid glob", `close its brackets and braces, or escape them with "\"`
	}
	return v, "", ""
}

// checkPathGlob removes prefixes that would keep a glob from matching a cleaned path, and expands "dev/" to everything below it.
func checkPathGlob(v string) (out, message, help string) {
	if out, message, help = checkGlob(v); message != "" {
		return out, message, help
	}
	for strings.HasPrefix(out, "./") {
		out = strings.TrimLeft(out[2:], "/")
	}
	if out == "" || out == "." {
		return "**", "", ""
	}
	if strings.HasSuffix(out, "/") {
		out += "**"
	}
	return out, "", ""
}

func checkVersion(v string) (out, message, help string) {
	minor, message, help := kubernetesVersion(v)
	return strconv.Itoa(minor), message, help
}

// isLabel reports whether s is a DNS label, which Kubernetes requires for namespaces.
func isLabel(s string) bool {
	return s != "" && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-' && s[len(s)-1] != '-'
}

func checkNamespace(v string) (out, message, help string) {
	if !isLabel(v) {
		return "", quote(v) + " is not a valid namespace", "write lower-case letters, digits and dashes, 63 at most"
	}
	return v, "", ""
}

// checkRegistry accepts a host, optionally with a port and the start of a path.
func checkRegistry(v string) (out, message, help string) {
	is := quote(v) + " is not a valid registry"
	if _, rest, ok := strings.Cut(v, "://"); ok {
		return "", quote(v) + " has a scheme", "write " + quote(strings.TrimSuffix(rest, "/"))
	}
	switch {
	case strings.ContainsAny(v, " \t\r\n"):
		return "", quote(v) + " contains white space", "write a host, as in \"registry.example.com\""
	case strings.ContainsAny(v, "*?[{") && !strings.HasPrefix(v, "["):
		return "", quote(v) + " is a glob, but globs are not allowed here", "list every registry"
	case v != strings.ToLower(v):
		return "", quote(v) + " has upper-case letters", "write " + quote(strings.ToLower(v))
	}
	v = strings.TrimRight(v, "/")
	host, path, _ := strings.Cut(v, "/")
	if host == "" {
		return "", is, "write a host, as in \"registry.example.com\""
	}
	if host != "localhost" && !strings.ContainsAny(host, ".:") {
		return "", is, "include its host, as in " + quote("docker.io/"+v)
	}
	if strings.ContainsAny(path, ":@") {
		return "", quote(v) + " has a tag or a digest", "write only the host and a path prefix"
	}
	return v, "", ""
}

func checkTag(v string) (out, message, help string) {
	if strings.ContainsAny(v, ":/@") && !strings.Contains(v, "[") {
		return "", quote(v) + " is not a valid tag", "write only the tag, without the image's name"
	}
	return checkGlob(v)
}

// checkPlatform accepts operating systems that Kubernetes nodes run and architectures that images are built for.
func checkPlatform(v string) (out, message, help string) {
	systems := []string{"linux", "windows"}
	archs := []string{"amd64", "arm64", "arm", "386", "ppc64le", "riscv64", "s390x", "loong64", "mips64le"}
	names := map[string]string{"x86_64": "amd64", "x86-64": "amd64", "x64": "amd64", "aarch64": "arm64", "armv7": "arm/v7", "armv7l": "arm/v7", "i386": "386"}
	part := strings.Split(v, "/")
	is := quote(v) + " is not a valid platform"
	if len(part) == 1 && (slices.Contains(archs, v) || names[v] != "") {
		return "", is, "write " + quote("linux/"+orElse(names[v], v))
	}
	switch {
	case len(part) < 2 || len(part) > 3:
		return "", is, `write os/arch, as in "linux/amd64"`
	case !slices.Contains(systems, part[0]):
		return "", is, "the OS is " + or(systems)
	case names[part[1]] != "":
		return "", is, "write " + quote(part[0]+"/"+names[part[1]])
	case !slices.Contains(archs, part[1]):
		return "", is, didYouMeanArch(part, archs)
	case len(part) == 3 && (part[2] == "" || strings.Trim(part[2], "abcdefghijklmnopqrstuvwxyz0123456789.") != ""):
		return "", is, `write os/arch/variant, as in "linux/arm/v7"`
	}
	return v, "", ""
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func didYouMeanArch(part, archs []string) string {
	if n := Near(part[1], archs); n != "" {
		return "did you mean " + quote(part[0]+"/"+n) + "?"
	}
	return "the architectures are " + strings.Join(archs, ", ")
}

// checkSecret accepts globs of the form NAME and NAMESPACE/NAME.
func checkSecret(v string) (out, message, help string) {
	is := quote(v) + " is not a valid Secret name"
	if out, message, help = checkGlob(v); message != "" {
		return out, message, help
	}
	namespace, name, both := strings.Cut(v, "/")
	switch {
	case both && (namespace == "" || name == "") || strings.Contains(name, "/") || glob.Check(namespace) != nil || glob.Check(name) != nil: // a slash inside braces
		return "", is, "write NAME or NAMESPACE/NAME"
	case v != strings.ToLower(v):
		return "", is, "use lower-case letters"
	case strings.ContainsAny(v, " \t\r\n:"):
		return "", is, "write NAME or NAMESPACE/NAME"
	}
	return v, "", ""
}

// maxFindingsLimit is the highest limit of findings that a file may set. Only the command line can ask for an unlimited run.
const maxFindingsLimit = 999_999

func checkMaxFindings(v string) (out, message, help string) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > maxFindingsLimit {
		return "", quote(v) + " is not a valid number of findings", "write a number from 1 to 999999; --max-findings 0 keeps all"
	}
	return strconv.Itoa(n), "", ""
}

func checkFieldPath(v string) (out, message, help string) {
	if _, err := resources.ParsePath(v); err != nil {
		return "", strings.TrimPrefix(err.Error(), "parse "), ""
	}
	return v, "", ""
}

func checkGroup(v string) (out, message, help string) {
	if group, _, ok := strings.Cut(v, "/"); ok {
		return "", quote(v) + " is not a valid API group", "write " + quote(group) + ", without the version"
	}
	if strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		return "", quote(v) + " is not a valid API group", "write lower-case letters, digits, dots and dashes"
	}
	return v, "", ""
}

func checkKind(v string) (out, message, help string) {
	if strings.Trim(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return "", quote(v) + " is not a valid kind", `write it as in manifests, for example "Widget"`
	}
	return v, "", ""
}

func checkDate(v string) (out, message, help string) {
	if _, err := time.Parse(time.DateOnly, v); err != nil {
		return "", quote(v) + " is not a valid date", "write it as 2027-01-31"
	}
	return v, "", ""
}

// secretShapes returns the names of the shapes in package resources, in their order.
func secretShapes() []choice {
	return []choice{
		resources.ListOfNames:   {"objects", "a list of mappings with the key name, as in a pod spec"},
		resources.ListOfStrings: {"strings", "a list of names"},
		resources.String:        {"string", "one name"},
		resources.Name:          {"object", "one mapping with the key name"},
		resources.NameNamespace: {"object-with-namespace", "one mapping with the keys name and namespace"},
	}
}
