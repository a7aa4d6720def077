package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// FieldMove is an edit that moves a field into the pod spec: it removes From and inserts Text at At.
type FieldMove struct {
	From source.Span // the lines of the field, with the comments right above it
	At   source.Span // the empty range after the line that opens the pod spec
	Text string      // the inserted text
}

// YAMLValue is the text of a value with its quotes, tag and anchor, for fixes that replace it.
type YAMLValue struct {
	Span source.Span
	// Quote is the surrounding quote, or "".
	Quote string
	// Flow is true in flow style: inside brackets or braces.
	Flow bool
}

// ScalarStyle describes a string whose bytes in the file differ from its value (a block, or quotes with escapes), for
// fixes that replace it.
type ScalarStyle struct {
	Span  source.Span // the text to replace: with its quotes, or the line of a block
	Quote string      // the quote around the new text, or "" in a block
	// Header is the indicator of a block whose value ends with a line break, and Strip the indicator that removes it.
	// Zero for a quoted string.
	Header source.Span
	Strip  string
}
