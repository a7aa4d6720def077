package model

import "github.com/imagelint-dev/imagelint/manifests/source"

// FieldMove is how a field gets to the pod spec: the lines that it takes away, and those that it puts there.
type FieldMove struct {
	From source.Span // the lines of the field, with the comments right above it
	At   source.Span // the empty place behind the line that opens the pod spec
	Text string      // what goes there
}

// YAMLValue is a value with all that belongs to it, so that another can be put in its place.
type YAMLValue struct {
	Span source.Span
	// Quote is the quote around it, "" for none.
	Quote string
	// Flow is true if it is in brackets or braces, or is in them itself.
	Flow bool
}

// ScalarStyle is how a string is written whose bytes in the file are not its value, so that another string can be put in its place.
type ScalarStyle struct {
	Span  source.Span // what the other string replaces: the text with its quotes; of a block, its line
	Quote string      // what goes around the other string: a quote, or "" in a block
	// Header is the indicator of a block whose value ends with a line break, and Strip the one by which it does not. Zero for what is quoted.
	Header source.Span
	Strip  string
}
