package lsp

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// maxItems limits the length of a completion list. Further typing narrows it.
const maxItems = 100

// Text that is being typed is often not valid YAML, so completion works on the text of the line.
var (
	directive = lazy.Regexp(`#\s*imagelint:(\w*)$`)
	ignored   = lazy.Regexp(`#\s*imagelint:ignore\s+(?:[\w*][\w-]*[\s,]+)*((?:[\w*][\w-]*)?)$`)
	keyValue  = lazy.Regexp(`["']?([A-Za-z][A-Za-z0-9_.-]*)["']?\s*:(?:\s+|\s*["'])["']?([^"'\s,{}\[\]]*)$`)
	listItem  = lazy.Regexp(`^\s*-\s+["']?([^"'\s:,{}\[\]]*)$`)
	inFlow    = lazy.Regexp(`(?:imagePullSecrets|pullSecrets)["']?\s*:\s*\[[^\]]*$`)
)

// cursor is the position at which completion was requested.
type cursor struct {
	d      *document
	line   int
	before string // text of the line before the cursor
	offset int
	v      *view // nil if nothing could be loaded
	cat    *catalog.Catalog
	e      encoding
}

// completion offers tags, names of Secrets and service accounts, rules, and configuration keys and values.
func (s *server) completion(ctx context.Context, p *positionParams) (*completionList, error) {
	none := &completionList{Items: []completionItem{}}
	w, r, d, err := s.fresh(ctx, p.TextDocument.URI)
	if err != nil || d == nil {
		return none, err
	}
	w.engines.Lock()
	defer w.engines.Unlock()
	c := &cursor{d: d, offset: d.offset(p.Position, s.encoding), v: r.view(), cat: catalog.Builtin(), e: s.encoding}
	if r.setup != nil {
		c.cat = r.setup.catalog
	}
	c.line = d.position(c.offset, encodingUTF8).Line
	c.before = d.text[d.starts[c.line]:c.offset]
	items := c.items()
	return &completionList{IsIncomplete: len(items) > maxItems, Items: append(none.Items, items[:min(len(items), maxItems)]...)}, nil
}

func (c *cursor) items() []completionItem {
	if isConfiguration(c.d.path) {
		return c.configItems()
	}
	if m := ignored().FindStringSubmatch(c.before); m != nil {
		return c.ruleItems(m[1])
	}
	if m := directive().FindStringSubmatch(c.before); m != nil {
		return []completionItem{c.item("ignore", m[1], 0, completionItem{Kind: itemKeyword, Detail: "suppress findings, with a reason"})}
	}
	if m := keyValue().FindStringSubmatch(c.before); m != nil {
		switch key, typed := m[1], m[2]; {
		case key == "serviceAccountName" || key == "serviceAccount":
			return c.accountItems(typed)
		case key == "name" && c.inPullSecrets():
			return c.secretItems(typed)
		case key == "tag" || key == "newTag":
			return c.tagItems(c.siblingImage(), typed)
		case strings.Contains(strings.ToLower(key), "image"):
			return c.imageItems(typed)
		}
		return nil
	}
	if m := listItem().FindStringSubmatch(c.before); m != nil && c.inPullSecrets() {
		return c.secretItems(m[1])
	}
	return nil
}

// item returns a completion that replaces the word around the cursor. Items are shown in the order given, not
// alphabetically. They have no filterText: it would equal the label, and Neovim 0.7 ignores the range of an item
// that has one.
func (c *cursor) item(text, typed string, order int, rest completionItem) completionItem {
	end := c.offset
	for end < len(c.d.text) && (c.d.text[end] >= '0' && c.d.text[end] <= '9' || c.d.text[end] >= 'A' && c.d.text[end] <= 'Z' || c.d.text[end] >= 'a' && c.d.text[end] <= 'z' || strings.IndexByte("._-", c.d.text[end]) >= 0) {
		end++
	}
	rest.Label = text
	rest.SortText = fmt.Sprintf("%05d", order)
	rest.TextEdit = &textEdit{c.d.textRange(c.offset-len(typed), end, c.e), text}
	return rest
}

func (c *cursor) ruleItems(typed string) []completionItem {
	var out []completionItem
	groups := map[string]bool{}
	for _, r := range rules.All() {
		if strings.HasPrefix(r.ID, typed) {
			out = append(out, c.item(r.ID, typed, len(out), completionItem{Kind: itemEnum, Detail: r.Doc.Title}))
		}
		groups[r.Group] = true
	}
	for _, r := range rules.All() {
		if groups[r.Group] && strings.HasPrefix(r.Group, typed) {
			out = append(out, c.item(r.Group, typed, len(out), completionItem{Kind: itemEnum, Detail: "all rules of the group"}))
		}
		delete(groups, r.Group)
	}
	return out
}

// imageItems returns the tags of the typed image, once its tag has begun.
func (c *cursor) imageItems(typed string) []completionItem {
	at := strings.LastIndexByte(typed, ':')
	if at < 1 || at < strings.LastIndexByte(typed, '/') || strings.Contains(typed, "@") {
		return nil
	}
	return c.tagItems(typed[:at], typed[at+1:])
}

// tagItems returns the tags of an image that the catalog knows, the highest version first.
func (c *cursor) tagItems(name, typed string) []completionItem {
	ref, err := imageref.Parse(name)
	if err != nil || ref.Tag != "" || ref.Digest != "" {
		return nil
	}
	im, ok := c.cat.Lookup(ref.Registry, ref.Repository)
	if !ok {
		return nil
	}
	all, err := im.Near("", math.MaxInt)
	if err != nil {
		return nil
	}
	var out []completionItem
	for i := range all {
		if t := &all[i]; strings.HasPrefix(t.Name, typed) && len(out) <= maxItems {
			out = append(out, c.item(t.Name, typed, len(out), completionItem{Kind: itemValue, Detail: report.TagText(month(t.First), month(t.Last), t.Current), Documentation: t.Platforms()}))
		}
	}
	return out
}

// month formats a month for display; "" if unknown.
func month(m catalog.Month) string {
	if m == 0 {
		return ""
	}
	return m.String()
}

// siblingImage returns the image that the tag under the cursor belongs to, in chart values or in a
// kustomization's images.
func (c *cursor) siblingImage() string {
	values := c.siblings()
	name := values["newName"]
	for _, key := range []string{"repository", "name"} {
		if name == "" {
			name = values[key]
		}
	}
	if registry := values["registry"]; registry != "" && name != "" {
		name = registry + "/" + name
	}
	return name
}

var (
	pair = lazy.Regexp(`["']?([A-Za-z][A-Za-z0-9_-]*)["']?\s*:\s+["']?([^"'\s,{}\[\]#]+)`)
	head = lazy.Regexp(`^(\s*(?:- +)?)["']?([A-Za-z][A-Za-z0-9_-]*)["']?\s*:\s+["']?([^"'\s,{}\[\]#]+)`)
)

// siblings returns the keys next to the cursor's, with their values: those in the same braces or on lines of
// the same depth.
func (c *cursor) siblings() map[string]string {
	out := map[string]string{}
	line := c.d.line(c.line)
	if open := strings.LastIndexByte(c.before, '{'); open >= 0 && !strings.Contains(c.before[open:], "}") {
		end := len(line)
		if n := strings.IndexByte(line[len(c.before):], '}'); n >= 0 {
			end = len(c.before) + n
		}
		for _, m := range pair().FindAllStringSubmatch(line[open:end], -1) {
			out[m[1]] = m[2]
		}
		return out
	}
	column := depth(line)
	look := func(n int) (goOn bool) {
		line := c.d.line(n)
		if strings.TrimSpace(line) == "" {
			return true
		}
		if m := head().FindStringSubmatch(line); m != nil && len(m[1]) == column && out[m[2]] == "" {
			out[m[2]] = m[3]
		}
		return depth(line) >= column
	}
	for n := c.line; n >= 0 && look(n) && !isItem(c.d.line(n), column); n-- {
	}
	for n := c.line + 1; n < len(c.d.starts) && !isItem(c.d.line(n), column) && look(n); n++ {
	}
	return out
}

// depth returns the column at which a line's text begins, after any list dash.
func depth(line string) int { return len(line) - len(strings.TrimLeft(line, " -")) }

// isItem reports whether the line begins a list item whose keys are in the given column.
func isItem(line string, column int) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " "), "-") && depth(line) <= column
}

// inPullSecrets reports whether the cursor is in a list of pull secrets.
func (c *cursor) inPullSecrets() bool {
	if inFlow().MatchString(c.before) {
		return true
	}
	line := c.d.line(c.line)
	dash := len(line) - len(strings.TrimLeft(line, " "))
	if !strings.HasPrefix(strings.TrimSpace(line), "-") {
		return false
	}
	for n := c.line - 1; n >= 0; n-- {
		above := c.d.line(n)
		text := strings.TrimSpace(above)
		column := len(above) - len(strings.TrimLeft(above, " "))
		if text == "" || text[0] == '#' || column > dash || column == dash && text[0] == '-' {
			continue
		}
		key := strings.Trim(strings.TrimLeft(strings.TrimSuffix(strings.TrimSpace(strings.SplitN(text, " #", 2)[0]), ":"), "- "), `"'`)
		return key == "imagePullSecrets" || key == "pullSecrets"
	}
	return false
}

var namespaced = lazy.Regexp(`(?m)^[^#\n]*\bnamespace["']?\s*:\s+["']?([^"'\s,{}\[\]#]+)`)

// namespace returns the namespace of the object around the cursor, or "" if it sets none.
func (c *cursor) namespace() string {
	from, to := c.line, c.line+1
	for from > 0 && !strings.HasPrefix(c.d.line(from), "---") {
		from--
	}
	for to < len(c.d.starts) && !strings.HasPrefix(c.d.line(to), "---") {
		to++
	}
	end := len(c.d.text)
	if to < len(c.d.starts) {
		end = c.d.starts[to]
	}
	if m := namespaced().FindStringSubmatch(c.d.text[c.d.starts[from]:end]); m != nil {
		return m[1]
	}
	return ""
}

// secretItems returns the pull secrets of the workspace. Those in the pod's namespace come first; the others
// cannot be used.
func (c *cursor) secretItems(typed string) []completionItem {
	var all []named
	for _, s := range c.secrets() {
		ns := c.v.planner.Namespace(s.SecretNamespace, s.Object)
		found := c.v.planner.Resolve(ns, &manifests.PullSecretName{Name: s.SecretName}, plan.FromPod, s.Object)
		all = append(all, named{s.SecretName, ns, report.PullSecretText(&found)})
	}
	return c.nameItems(all, typed)
}

// secrets returns the Secrets that a pull can use.
func (c *cursor) secrets() []*manifests.Secret {
	if c.v == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.v.planner.Secrets()), func(s *manifests.Secret) bool {
		_, pulls := pullsecret.KindOf(s.Type)
		return !pulls && s.Payload == nil && !s.ContentUnknown || s.Merges
	})
}

func (c *cursor) accountItems(typed string) []completionItem {
	if c.v == nil {
		return nil
	}
	var all []named
	for _, a := range c.v.planner.ServiceAccounts() {
		ns := c.v.planner.Namespace(a.Namespace, a.Object)
		all = append(all, named{a.Name, ns, report.AccountText(plan.ServiceAccount{Namespace: ns, Name: a.Name, Found: a})})
	}
	return c.nameItems(all, typed)
}

// named is an object that completion can offer.
type named struct{ name, namespace, about string }

func (c *cursor) nameItems(all []named, typed string) []completionItem {
	here := c.v.planner.Namespace(c.namespace(), nil)
	rank := func(n named) int {
		if n.namespace == here {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b named) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return strings.Compare(a.name, b.name)
	})
	var out []completionItem
	seen := map[string]bool{}
	for _, n := range all {
		if seen[n.name] || n.name == "" || !strings.HasPrefix(n.name, typed) {
			continue
		}
		seen[n.name] = true
		detail := "no namespace set"
		if n.namespace != "" {
			detail = "namespace " + n.namespace
		}
		out = append(out, c.item(n.name, typed, len(out), completionItem{Kind: itemReference, Detail: detail, Documentation: n.about}))
	}
	return out
}
