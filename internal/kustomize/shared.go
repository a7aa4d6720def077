package kustomize

import (
	"strconv"
	"strings"
)

const (
	// maxShared limits the memory for texts in bytes, and scalarSize is about what is kept of each scalar.
	maxShared  = 32 << 20
	scalarSize = 100
	// maxEqual limits how many equal texts are kept.
	maxEqual = 8
)

// sharedTexts keeps texts with marks, because the builds of a tree mostly use the same files. A text is found by its content, so it is never outdated. The
// zero value is ready for use.
type sharedTexts struct {
	known [2]map[string][]*markedText // resources, and patches
	size  int
	last  int // number of the last text
}

// marked returns a text with marks, at most about limit of them. It is not one of those that the build uses for other files with equal text.
func (s *sharedTexts) marked(data []byte, patch bool, limit int, used map[int]textUse) *markedText {
	known := &s.known[0]
	if patch {
		known = &s.known[1]
	}
	equal := (*known)[string(data)]
	for _, m := range equal {
		if _, ok := used[m.number]; !ok && len(m.marks) <= limit {
			return m
		}
	}
	s.last++
	m := putMarks(data, patch, s.last, limit)
	size := len(data) + len(m.data) + scalarSize*len(m.originals)
	if len(m.marks) > limit || len(equal) == maxEqual || size > maxShared/4 {
		return m
	}
	if s.size += size; s.size > maxShared {
		*s = sharedTexts{size: size, last: s.last}
	}
	if *known == nil {
		*known = map[string][]*markedText{}
	}
	(*known)[string(data)] = append((*known)[string(data)], m)
	return m
}

// textUse is a text with marks in a build.
type textUse struct {
	*markedText
	text *text
	kust *kustomizationFile
}

// markText returns a text with marks for kustomize, or nil if it needs none.
func (b *builder) markText(t *text, k *kustomizationFile, patch bool) []byte {
	m := b.shared.marked(t.src.Data, patch, maxMarks-b.nMarks, b.uses)
	if m.err != nil {
		b.failAt(Span{File: t.index}, "%s: %w", b.show(t.name), m.err)
	}
	b.uses[m.number] = textUse{m, t, k}
	b.nMarks += len(m.marks)
	for _, o := range m.objects {
		if o.name != "" && t.outer == nil { // others have no file of their own
			b.res.Patches = append(b.res.Patches, PatchObject{t.out(o.from, o.to, false), o.namespace, o.name})
		}
	}
	return m.data
}

// mark returns a mark that is not in a text.
func (b *builder) mark(m mark) string {
	b.marks = append(b.marks, m)
	b.nMarks++
	return strconv.Itoa(len(b.marks) - 1)
}

// marked returns what a mark stands for, or nil.
func (b *builder) marked(s string) *mark {
	first, second, inText := strings.Cut(s, ".")
	n, err := strconv.Atoi(first)
	if err != nil || n < 0 {
		return nil
	}
	if !inText {
		if n >= len(b.marks) {
			return nil
		}
		return &b.marks[n]
	}
	u, ok := b.uses[n]
	if n, err = strconv.Atoi(second); !ok || err != nil || n < 0 || n >= len(u.marks) {
		return nil
	}
	m := &u.marks[n]
	return &mark{at: u.text.out(m.from, m.to, m.exact), kust: u.kust, patch: m.patch, text: m.value}
}
