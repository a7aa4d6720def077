package lint

import (
	"cmp"
	"maps"
	"slices"
)

// collector keeps the findings of a run within its limit: for each rule the first ones by file and position, in
// whatever order they arrive. It never holds more than twice the limit.
type collector struct {
	most  int                // per rule; 0 means no limit
	more  map[string]int     // dropped findings, by rule
	class func(*Finding) int // nil puts all findings into one class
	lists map[kind]*list
	// images is the number of images in the set, which bounds how much memory lists reserve.
	images int
	left   map[string]*Omitted
}

// kind is what findings are counted by.
type kind struct {
	rule       string
	suppressed bool
	class      int
}

// list holds findings of one kind.
type list struct {
	findings []Finding
	most     int
	full     bool // it was cut, so findings after the last one are dropped
}

func newCollector(most int, more map[string]int, class func(*Finding) int) *collector {
	return &collector{most: most, more: more, class: class, lists: map[kind]*list{}, left: map[string]*Omitted{}}
}

func (c *collector) kindOf(f *Finding) kind {
	k := kind{rule: f.Rule, suppressed: f.Suppressed != ""}
	if c.class != nil {
		k.class = c.class(f)
	}
	return k
}

func (c *collector) add(f Finding) {
	k := c.kindOf(&f)
	l := c.lists[k]
	if l == nil {
		l = &list{}
		if c.most > 0 {
			l.most = c.most + c.more[f.Rule]
		}
		c.lists[k] = l
	}
	if l.full && compare(&f, &l.findings[l.most-1]) > 0 {
		c.leaveOut(&f)
		return
	}
	if n := len(l.findings); n == cap(l.findings) { // append would reserve too much
		more := max(n, 4)
		if left := c.images - n; left > n/4 { // rules rarely have more findings than there are images
			more = min(more, left)
		}
		if l.most > 0 {
			more = min(more, 2*l.most-n) // the length at which it is cut
		}
		l.findings = slices.Grow(l.findings, more)
	}
	l.findings = append(l.findings, f)
	if l.most > 0 && len(l.findings) >= 2*l.most {
		c.cut(l)
	}
}

// cut sorts a list, joins equal findings, and drops those beyond the limit.
func (c *collector) cut(l *list) {
	l.findings = finish(l.findings)
	if l.most == 0 || len(l.findings) <= l.most {
		return
	}
	for i := range l.findings[l.most:] {
		c.leaveOut(&l.findings[l.most+i])
	}
	clear(l.findings[l.most:])
	l.findings, l.full = l.findings[:l.most], true
}

func (c *collector) leaveOut(f *Finding) {
	l := c.left[f.Rule]
	if l == nil {
		l = &Omitted{Rule: f.Rule}
		c.left[f.Rule] = l
	}
	switch {
	case f.Suppressed != "":
		l.Suppressed++
	case f.Severity == Error:
		l.Errors++
	case f.Severity == Warning:
		l.Warnings++
	default:
		l.Infos++
	}
}

// result returns the kept findings, sorted.
func (c *collector) result() Result {
	var res Result
	for _, k := range slices.SortedFunc(maps.Keys(c.lists), func(a, b kind) int { return cmp.Compare(a.rule, b.rule) }) {
		l := c.lists[k]
		c.cut(l)
		to := &res.Findings
		if k.suppressed {
			to = &res.Suppressed
		}
		// append to the longest list, to copy as little as possible
		if *to, l.findings = longer(*to, l.findings); len(l.findings) > 0 {
			*to = append(*to, l.findings...)
		}
		delete(c.lists, k)
	}
	sortFindings(res.Findings)
	sortFindings(res.Suppressed)
	res.Omitted = c.lefts()
	return res
}

func longer(a, b []Finding) (long, short []Finding) {
	if len(b) > len(a) {
		return b, a
	}
	return a, b
}

// lefts counts the dropped findings by rule.
func (c *collector) lefts() []Omitted {
	var out []Omitted
	for _, rule := range slices.Sorted(maps.Keys(c.left)) {
		out = append(out, *c.left[rule])
	}
	return out
}
