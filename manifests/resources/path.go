package resources

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A StepKind is the kind of a Step in a Path.
type StepKind uint8

const (
	// Key goes to the value under one key of a map.
	Key StepKind = iota
	// Glob goes to the values under every key of a map that begins with Name and ends with Value.
	Glob
	// Items goes to every item of a list.
	Items
	// Index goes to one item of a list.
	Index
	// Where stays on a map, if it holds the scalar Value under the key Name.
	Where
	// Descend goes to the node itself and to everything below it, through maps and lists.
	Descend
)

// A Step is one move from a node of an object to nodes below it.
type Step struct {
	Kind  StepKind
	Name  string // Key: the key; Glob: the text before the star; Where: the key
	Value string // Glob: the text after the star; Where: the required value
	Index int    // Index: counted from 0
}

// Matches reports whether a Key or Glob step matches a key of a map. For other kinds it returns
// false.
func (s Step) Matches(key string) bool {
	switch s.Kind {
	case Key:
		return key == s.Name
	case Glob:
		return len(key) >= len(s.Name)+len(s.Value) && strings.HasPrefix(key, s.Name) && strings.HasSuffix(key, s.Value)
	default:
		return false
	}
}

// A Path locates a field in an object, as steps from the root of the object. A path can match many
// nodes.
type Path []Step

// maxPath limits the length in bytes of a path that ParsePath accepts: a path nests no deeper than
// an object can.
const maxPath = 1024

// ParsePath reads the notation of a path, as the table and the configuration write it:
//
//	spec.image              keys, divided by dots; one dot in front is allowed
//	spec.containers[*]      every item of a list
//	spec.containers[0]      one item, counted from 0
//	spec.*.image            every key of a map; spec.*Mirrors and spec.image* for a suffix and a prefix
//	spec.**.image           at any depth below spec, spec itself included; once in a path, and never last
//	from[kind=Image].name   only if the map under "from" holds kind: Image
//	data["a.b"]             a key with characters that mean something here; data.a\.b says the same
//
// A bare key holds no white space, control characters, quotes, slashes, equals signs, brackets or braces.
// An error names the position of what it speaks of, in characters from 1.
func ParsePath(s string) (Path, error) {
	if len(s) > maxPath {
		return nil, fmt.Errorf("parse path %.32q...: longer than %d bytes", s, maxPath)
	}
	p := pathParser{in: s}
	if err := p.parse(); err != nil {
		return nil, fmt.Errorf("parse path %q: position %d: %w", s, utf8.RuneCountInString(s[:min(p.pos, len(s))])+1, err)
	}
	return p.out, nil
}

// String formats p in the notation that ParsePath reads, in one canonical form.
func (p Path) String() string {
	var b strings.Builder
	for i, s := range p {
		switch s.Kind {
		case Items:
			b.WriteString("[*]")
		case Index:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case Where:
			b.WriteString("[" + quoteUnlessBare(s.Name) + "=" + quoteUnlessBare(s.Value) + "]")
		case Key:
			if !isBare(s.Name) {
				b.WriteString("[" + quote(s.Name) + "]")
				continue
			}
			writeDotted(&b, i, s.Name)
		case Glob:
			writeDotted(&b, i, escape(s.Name)+"*"+escape(s.Value))
		case Descend:
			writeDotted(&b, i, "**")
		}
	}
	return b.String()
}

func writeDotted(b *strings.Builder, i int, s string) {
	if i > 0 {
		b.WriteByte('.')
	}
	b.WriteString(s)
}

// special are the characters that need a backslash in a bare key.
const special = ` .*[]{}()="'\/,`

func isSpecial(c byte) bool { return c < 0x20 || c == 0x7f || strings.IndexByte(special, c) >= 0 }

func isBare(s string) bool {
	for i := range len(s) {
		if isSpecial(s[i]) {
			return false
		}
	}
	return s != ""
}

func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if isSpecial(s[i]) {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func quoteUnlessBare(s string) string {
	if isBare(s) {
		return s
	}
	return quote(s)
}

// quote uses only two escapes, \" and \\, so that it can be read without a table.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

type pathParser struct {
	in  string
	pos int // in bytes; the position for errors
	out Path
}

func (p *pathParser) parse() error {
	if p.in == "" {
		return errors.New("the path is empty")
	}
	for i, c := range p.in { // checked once, so that the code below need not check again
		if c < 0x20 || c == 0x7f || c == utf8.RuneError && !strings.HasPrefix(p.in[i:], "\uFFFD") {
			p.pos = i
			return errors.New("a control character or a byte that is not UTF-8")
		}
	}
	p.accept('.')
	for first := true; p.pos < len(p.in); first = false {
		switch {
		case p.accept('['):
			if err := p.bracket(); err != nil {
				return err
			}
		case first || p.accept('.') || p.pos == 1 && p.in[0] == '.':
			if err := p.dotted(); err != nil {
				return err
			}
		default:
			return fmt.Errorf("expected a dot or a bracket before %q", p.rune())
		}
	}
	if len(p.out) == 0 {
		return errors.New("expected a key at the end of the path")
	}
	if p.out[len(p.out)-1].Kind == Descend {
		return errors.New(`a path cannot end in "**": add the key to look for`)
	}
	return nil
}

func (p *pathParser) accept(c byte) bool {
	if p.pos < len(p.in) && p.in[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// rune returns the character at the position, for messages.
func (p *pathParser) rune() rune {
	r, _ := utf8.DecodeRuneInString(p.in[p.pos:])
	return r
}

// dotted reads a bare key, a glob or "**".
func (p *pathParser) dotted() error {
	start := p.pos
	var part [2]strings.Builder // before and after the star
	stars := 0
	for p.pos < len(p.in) {
		c := p.in[p.pos]
		switch {
		case c == '.' || c == '[':
			return p.finishDotted(start, stars, part[0].String(), part[min(stars, 1)].String())
		case c == '*':
			stars++
			if stars > 2 || stars == 2 && p.pos != start+1 {
				return errors.New("a key can contain one star")
			}
		case c == '\\' && p.pos+1 < len(p.in):
			p.pos++
			_, n := utf8.DecodeRuneInString(p.in[p.pos:])
			part[min(stars, 1)].WriteString(p.in[p.pos : p.pos+n])
			p.pos += n - 1
		case c == '/':
			return errors.New(`unexpected slash: separate keys with dots, or write a key with a slash as ["a/b"]`)
		case isSpecial(c):
			return fmt.Errorf(`unexpected %q in a key: write the key as ["..."]`, p.rune())
		default:
			part[min(stars, 1)].WriteByte(c)
		}
		p.pos++
	}
	return p.finishDotted(start, stars, part[0].String(), part[min(stars, 1)].String())
}

func (p *pathParser) finishDotted(start, stars int, before, behind string) error {
	switch {
	case p.pos == start:
		return errors.New("expected a key")
	case stars == 0:
		p.out = append(p.out, Step{Kind: Key, Name: before})
	case stars == 1:
		p.out = append(p.out, Step{Kind: Glob, Name: before, Value: behind})
	case p.pos != start+2:
		p.pos = start
		return errors.New(`"**" must be alone between dots`)
	default:
		for _, s := range p.out {
			if s.Kind == Descend { // each further one would multiply the nodes to visit
				p.pos = start
				return errors.New(`a path can contain "**" once`)
			}
		}
		p.out = append(p.out, Step{Kind: Descend})
	}
	return nil
}

// bracket reads what follows an opening bracket, up to and including the closing one.
func (p *pathParser) bracket() error {
	start := p.pos
	switch {
	case p.accept(']'):
		p.pos = start
		return errors.New("empty brackets: write [*] for every item")
	case p.accept('*'):
		p.out = append(p.out, Step{Kind: Items})
		return p.closing()
	}
	quoted := p.pos < len(p.in) && p.in[p.pos] == '"'
	name, err := p.word()
	if err != nil {
		return err
	}
	if p.accept('=') {
		value, err := p.word()
		if err != nil {
			return err
		}
		p.out = append(p.out, Step{Kind: Where, Name: name, Value: value})
		return p.closing()
	}
	if quoted {
		p.out = append(p.out, Step{Kind: Key, Name: name})
		return p.closing()
	}
	index, err := strconv.ParseUint(name, 10, 31)
	if err != nil {
		p.pos = start
		return fmt.Errorf(`%q is not a valid index: use [*], [0], ["key"] or [key=value]`, name)
	}
	p.out = append(p.out, Step{Kind: Index, Index: int(index)})
	return p.closing()
}

func (p *pathParser) closing() error {
	if !p.accept(']') {
		return errors.New("expected a closing bracket")
	}
	return nil
}

// word reads a quoted string, or at least one bare character.
func (p *pathParser) word() (string, error) {
	start := p.pos
	if !p.accept('"') {
		for p.pos < len(p.in) && !isSpecial(p.in[p.pos]) {
			p.pos++
		}
		if p.pos == start {
			return "", errors.New(`expected an index, a star, a quoted key or key=value`)
		}
		return p.in[start:p.pos], nil
	}
	var b strings.Builder
	for p.pos < len(p.in) {
		c := p.in[p.pos]
		p.pos++
		switch c {
		case '"':
			return b.String(), nil
		case '\\':
			if !p.accept('"') && !p.accept('\\') {
				return "", errors.New(`in quotes, a backslash can only precede " or \`)
			}
			c = p.in[p.pos-1]
		}
		b.WriteByte(c)
	}
	p.pos = start
	return "", errors.New("the quote is not closed")
}
