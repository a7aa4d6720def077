package extract

import (
	"bytes"
	"strconv"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// IsShared reports whether the name of a file says that it is more than workloads: a kustomization, charts that a tool
// installs, or a template.
func IsShared(name string) bool {
	return isKustomizationFile(name) || isInstaller(name) || isTemplateFile(name)
}

// MayShare reports whether a context document may contain more than workloads that use Secrets: objects that others
// use, that change others, or that give them pull secrets. If not, openShift is true if its object may be of one of
// OpenShift's API groups. values tells whether something may take chart values from ConfigMaps. It may only err towards
// true. It is for files that are not IsShared.
func MayShare(c *stream.Doc, g *Glance, values bool) (share, openShift bool) {
	notes, noted := c.Notes()
	if c.Item || (!noted || notes.Escapes) && spellsEscaped(c.Data) {
		return true, true
	}
	if g.Pods {
		return acting().in(c.Data), false
	}
	secret := holdsSecret(c.Data)
	if !secret && !outside().in(c.Data) || stream.LacksKey(c.Data, "kind") {
		return false, false
	}
	return secret || shared().in(c.Data) || bytes.Contains(c.Data, []byte("ConfigMap")) && (maySettle(c.Data) || values && mayGiveValues(c.Data)), bytes.Contains(c.Data, []byte("openshift.io"))
}

// MayUseSecrets reports whether an object may name a Secret, or a service account that does.
func MayUseSecrets(c *stream.Doc, g *Glance) bool {
	return !g.Pods || bytes.Contains(c.Data, []byte("ecret")) || bytes.Contains(c.Data, []byte("erviceAccount"))
}

// IsPlainAccount reports whether a document of the context is a service account without pull secrets. It has no other Secrets either, and is not the
// account of pods that name none. It matters only to pods that name an account. It may only err towards false.
func IsPlainAccount(c *stream.Doc, g *Glance) bool {
	if !g.Account {
		return false
	}
	notes, noted := c.Notes()
	return noted && !notes.Escapes && !bytes.Contains(c.Data, []byte("ecret")) && !bytes.Contains(c.Data, []byte("default")) && bytes.IndexByte(c.Data, '$') < 0 // Flux may replace a variable
}

// actingWords are in all workloads that create Secrets or give them to others. sharedWords are in all other objects
// that affect others, unless holdsSecret: each source of Secrets has one in its group or kind. outsideWords are in all
// other files with such an object, or with one of OpenShift's.
var (
	actingWords = []string{"docker-registry", "registry-creds", "imagepullsecret-patcher", "1password.io"}
	sharedWords = append([]string{
		"SecretProviderClass", "SecretSync", "SecretsApp", "secretgen", "ServiceAccount ", "Kustomiz", "kustomiz", "skaffold", "k14s.io", "imgpkg", "kyverno", "onepassword",
		"ImageStream ", "kind.x-k8s.io", "k3d.io", "ctlptl.dev", hostingName,
	}, actingWords...)
	outsideWords = append([]string{"ConfigMap", "openshift.io"}, sharedWords...)

	acting  = sync.OnceValue(func() *wordSearch { return newWordSearch(actingWords) })
	shared  = sync.OnceValue(func() *wordSearch { return newWordSearch(sharedWords) })
	outside = sync.OnceValue(func() *wordSearch { return newWordSearch(outsideWords) })
)

// holdsSecret reports whether a document may contain the kind Secret, or one that ends in it. Words are found faster
// without one that is this short.
func holdsSecret(data []byte) bool {
	const word = "Secret"
	for at := 0; ; at += len(word) {
		i := bytes.Index(data[at:], []byte(word))
		if i < 0 {
			return false
		}
		if at += i; mayBeKind(data[:at], data[at+len(word):]) {
			return true
		}
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// MayTemplate reports whether a document contains what all templates contain. The rest of a
// template's file is unpredictable.
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

// spellsEscaped reports whether an escape may encode a character of the words that identify
// objects.
func spellsEscaped(data []byte) bool {
	for before := data; ; {
		i := bytes.IndexByte(data, '\\')
		if i < 0 || i+1 >= len(data) {
			return false
		}
		c := data[i+1]
		data = data[i+2:]
		var digits int
		switch c {
		case '\n', '\r':
			if joinsWord(before[:len(before)-len(data)-2], data) {
				return true
			}
			continue
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		default:
			continue
		}
		if n, err := strconv.ParseUint(string(data[:min(digits, len(data))]), 16, 32); err == nil && n < 0x80 && stream.IsOfWord(byte(n)) {
			return true
		}
	}
}

// maxWordLen is more than the length in bytes of the longest word that identifies objects.
const maxWordLen = 32

// joinsWord reports whether an escaped line break may be inside one of these words.
func joinsWord(before, behind []byte) bool {
	before = before[max(0, len(before)-maxWordLen):]
	behind = bytes.TrimLeft(behind, " \t\r\n")
	behind = behind[:min(len(behind), maxWordLen)]
	from, to := len(before), 0
	for from > 0 && stream.IsOfWord(before[from-1]) {
		from--
	}
	for to < len(behind) && stream.IsOfWord(behind[to]) {
		to++
	}
	next := behind[to:]
	if from > 0 && before[from-1] == '{' || len(next) > 0 && bytes.IndexByte([]byte("{%@"), next[0]) >= 0 {
		return true // a template
	}
	if bytes.HasPrefix(next, []byte("\\\n")) || bytes.HasPrefix(next, []byte("\\\r")) {
		return true // a word on three lines
	}
	joined := append(append(make([]byte, 0, 2*maxWordLen), before[from:]...), behind[:to]...)
	return outside().in(joined) || bytes.Contains(joined, []byte("ecret")) || bytes.Contains(joined, []byte("erviceAccount"))
}
