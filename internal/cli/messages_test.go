package cli_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/cluster"
)

// pageOrder is the order of the kinds on the page.
var pageOrder = []cluster.Kind{
	cluster.KindNotFound, cluster.KindAccess, cluster.KindSecret, cluster.KindLimit, cluster.KindPolicy, cluster.KindRegistry, cluster.KindDNS, cluster.KindConnect,
	cluster.KindTLS, cluster.KindSlow, cluster.KindName, cluster.KindImage, cluster.KindPlatform, cluster.KindNeverPull, cluster.KindVolume, cluster.KindSandbox, cluster.KindNode,
	cluster.KindCreate, cluster.KindBackOff,
}

// TestMessagesPage writes docs/messages.md from the table of messages.
func TestMessagesPage(t *testing.T) {
	t.Chdir("../..")
	var b strings.Builder
	b.WriteString(`# What clusters say of images

The messages that imagelint knows, by what they are about. ` + "`imagelint explain`" + ` and ` + "`imagelint pulls`" + ` answer with the entry of a message that is in a
status, an event or a line of a log; [troubleshooting.md](troubleshooting.md) explains how to get those. Written from the table in
internal/cluster by ` + "`go test ./internal/cli -update`" + `.
`)
	cell := strings.NewReplacer("{host}", "the host", "|", `\|`, "\n", " ", "{", "", "}", "")
	code := func(texts []string, sep string) string {
		var out []string
		for _, s := range texts {
			out = append(out, "`"+strings.TrimSpace(strings.ReplaceAll(s, "`", "'"))+"`")
		}
		return strings.Join(out, sep)
	}
	messages := cluster.Messages()
	slices.SortStableFunc(messages, func(a, b cluster.Message) int {
		return slices.Index(pageOrder, a.Kind) - slices.Index(pageOrder, b.Kind)
	})
	var kind cluster.Kind
	for _, m := range messages {
		if !slices.Contains(pageOrder, m.Kind) {
			t.Errorf("the page has no place for %q", m.Kind)
		}
		if m.Kind != kind {
			kind = m.Kind
			fmt.Fprintf(&b, "\n## %s\n\n| the message contains | the cause | sure; who fixes it | what to do | often taken for | source |\n|---|---|---|---|---|---|\n", kind)
		}
		says := code(m.All, " and ")
		if any := code(m.Any, " or "); any != "" {
			says = strings.TrimPrefix(says+" and "+any, " and ")
		}
		if m.Reasons != nil {
			says = strings.TrimPrefix(says+"; the status or event "+code(m.Reasons, ", "), "; ")
		}
		if m.Storage {
			says += ", of a layer at a host that the registry redirects to"
		}
		switch {
		case m.Relayed:
			says += ", passed on by a cache"
		case m.Hosts != nil:
			says += ", from " + code(m.Hosts, " or ")
		}
		source := m.Source
		if m.Versions != "" {
			source += " (" + m.Versions + ")"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", cell.Replace(says), cell.Replace(m.Cause), strings.TrimSuffix(fmt.Sprintf("%s; %s", m.Confidence, m.Who), "; "), cell.Replace(m.Do), cell.Replace(m.Mistaken), cell.Replace(source))
	}
	golden(t, "docs/messages.md", b.String())
}

// guideKinds are the kinds of causes in each part of the guide.
var guideKinds = []struct {
	begins string
	kinds  []cluster.Kind
}{
	{"`not found`,", []cluster.Kind{cluster.KindNotFound}},
	{"`pull access denied`,", []cluster.Kind{cluster.KindAccess}},
	{"`no such host`,", []cluster.Kind{cluster.KindDNS, cluster.KindConnect, cluster.KindTLS}},
	{"`connection reset by peer`,", []cluster.Kind{cluster.KindConnect, cluster.KindSlow}},
	{"`illegal base64", []cluster.Kind{cluster.KindSecret}},
}

// The messages in the guide are in the table, with the same kind of cause.
func TestTroubleshootingMessages(t *testing.T) {
	t.Chdir("../..")
	quoted := regexp.MustCompile("`[^`]+`")
	seen := map[string]bool{}
	for line := range strings.Lines(read(t, "docs/troubleshooting.md")) {
		for _, part := range guideKinds {
			if !strings.HasPrefix(line, part.begins) {
				continue
			}
			seen[part.begins] = true
			said, _, _ := strings.Cut(line, ": ")
			for _, text := range quoted.FindAllString(said, -1) {
				message := ": " + strings.Trim(text, "`")
				found, _ := cluster.Match("", message)
				if found == nil || !slices.Contains(part.kinds, found.Kind) {
					t.Errorf("the guide lists %q under %v, but the table says %+v", message, part.kinds, found)
				}
			}
		}
	}
	for _, part := range guideKinds {
		if !seen[part.begins] {
			t.Errorf("the guide has no line that begins with %s", part.begins)
		}
	}
}
