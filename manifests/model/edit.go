package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// FieldMove is an edit that moves a field into the pod spec: it removes From and inserts Text at At.
type FieldMove struct {
	From source.Span // the lines of the field, with the comments right above it
	At   source.Span // the empty place behind the line that opens the pod spec
	Text string      // what goes there
}

// YAMLValue is the text of a value with its quotes, tag and anchor, so that a fix can replace it.
type YAMLValue struct {
	Span source.Span
	// Quote is the quote around it, "" for none.
	Quote string
	// Flow is true in flow style: it has brackets or braces, or is inside of some.
	Flow bool
}

// ScalarStyle is how a string is written whose bytes in the file differ from its value (a block, or quotes with escapes), so that a fix can replace it.
type ScalarStyle struct {
	Span  source.Span // what the other string replaces: the text with its quotes; of a block, its line
	Quote string      // what goes around the other string: a quote, or "" in a block
	// Header is the indicator of a block whose value ends with a line break, and Strip the one by which it does not. Zero for what is quoted.
	Header source.Span
	Strip  string
}
