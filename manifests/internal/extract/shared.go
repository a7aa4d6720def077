package extract

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// MayShare reports whether a document that is not reported on may hold more than workloads that use Secrets: what others use, what changes them, or what
// gives pull secrets to them. It may err only towards true.
func MayShare(c *stream.Doc, g *Glance) bool {
	name := c.File.Name
	if c.Item || isKustomizationFile(name) || isInstaller(name) || isTemplateFile(name) || spellsEscaped(c.Data) {
		return true
	}
	if g.Pods {
		return acting().in(c.Data)
	}
	return shared().in(c.Data) || bytes.Contains(c.Data, []byte("ConfigMap")) && (maySettle(c.Data) || mayGiveValues(c.Data))
}

// MayMatter reports whether a file that is not reported on may hold more than workloads. It may err only towards true: where it does not, MayShare is true
// of none of its documents, and none is OpenShift's.
func MayMatter(name string, data []byte) bool {
	return isKustomizationFile(name) || isInstaller(name) || isTemplateFile(name) || outside().in(data) || spellsEscaped(data)
}

// MayBeOpenShift reports whether an object may be of one of OpenShift's API groups.
func MayBeOpenShift(c *stream.Doc) bool { return bytes.Contains(c.Data, []byte("openshift.io")) }

// MayUseSecrets reports whether an object may name a Secret, or a service account that does.
func MayUseSecrets(c *stream.Doc, g *Glance) bool {
	return !g.Pods || bytes.Contains(c.Data, []byte("ecret")) || bytes.Contains(c.Data, []byte("erviceAccount"))
}

// actingWords are in all workloads that make Secrets, or give them to others. sharedWords are in all other objects that matter to others: each source of
// Secrets has one in its group or its kind. outsideWords are in all files with such an object, or with one of OpenShift's.
var (
	actingWords = []string{"docker-registry", "registry-creds", "imagepullsecret-patcher", "1password"}
	sharedWords = append([]string{
		"Secret ", "SecretProviderClass", "SecretSync", "SecretsApp", "secretgen", "ServiceAccount ", "ustomiz", "skaffold", "k14s.io", "kyverno", "onepassword",
	}, actingWords...)
	outsideWords = append([]string{"ConfigMap", "openshift.io"}, sharedWords...)

	acting  = sync.OnceValue(func() *wordSearch { return newWordSearch(actingWords) })
	shared  = sync.OnceValue(func() *wordSearch { return newWordSearch(sharedWords) })
	outside = sync.OnceValue(func() *wordSearch { return newWordSearch(outsideWords) })
)

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// MayTemplate reports whether a document holds what is in all templates: what else is in their files is not known.
func MayTemplate(data []byte) bool {
	for rest := data; ; {
		i := bytes.IndexByte(rest, '{')
		if i < 0 || i+1 == len(rest) {
			break
		}
		if rest[i+1] == '{' || rest[i+1] == '%' {
			return true
		}
		rest = rest[i+1:]
	}
	return bytes.Contains(data, []byte("#@"))
}

// spellsEscaped reports whether an escape may stand for a character of the words by which objects are told.
func spellsEscaped(data []byte) bool {
	for {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i+1 >= len(data) {
			return false
		}
		c := data[i+1]
		data = data[i+2:]
		var digits int
		switch c {
		case '\n', '\r':
			return true
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default:
			continue
		}
		if n, err := strconv.ParseUint(string(data[:min(digits, len(data))]), 16, 32); err == nil && n < 0x80 && isOfWord(byte(n)) {
			return true
		}
	}
}

func isOfWord(c byte) bool {
	return isLetter(c) || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '/'
}
