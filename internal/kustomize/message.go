package kustomize

import (
	"encoding/binary"
	"errors"
	"reflect"
)

// errMessage is the error for a message that appendValue did not write.
var errMessage = errors.New("it is incomplete")

// appendValue appends the encoding of a value of bools, ints, strings, slices and structs. Both ends run the
// same program, so messages contain no type information. encoding/gob would do the same, but its initialization
// costs time at every start of the program.
func appendValue(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer:
		return appendValue(b, v.Elem())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Int:
		return binary.AppendVarint(b, v.Int())
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...) //nolint:gosec // a length
	case reflect.Slice:
		b = binary.AppendUvarint(b, uint64(v.Len())) //nolint:gosec // a length
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return append(b, v.Bytes()...)
		}
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		for i := range v.NumField() {
			b = appendValue(b, v.Field(i))
		}
		return b
	default:
		panic("a message cannot hold a value of type " + v.Type().String())
	}
}

// readValue decodes into v, which must be the zero value, what appendValue encoded, and returns the remaining
// bytes. Bytes are not copied.
func readValue(b []byte, v reflect.Value) (rest []byte, err error) {
	switch v.Kind() {
	case reflect.Pointer:
		return readValue(b, v.Elem())
	case reflect.Bool:
		if len(b) == 0 {
			return nil, errMessage
		}
		v.SetBool(b[0] != 0)
		return b[1:], nil
	case reflect.Int:
		i, n := binary.Varint(b)
		if n <= 0 {
			return nil, errMessage
		}
		v.SetInt(i)
		return b[n:], nil
	case reflect.String, reflect.Slice:
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) { //nolint:gosec // every element takes at least one byte
			return nil, errMessage
		}
		return readList(b[n:], v, int(length)) //nolint:gosec // at most the length of b
	case reflect.Struct:
		for i := range v.NumField() {
			if b, err = readValue(b, v.Field(i)); err != nil {
				return nil, err
			}
		}
		return b, nil
	default:
		panic("a message cannot hold a value of type " + v.Type().String())
	}
}

func readList(b []byte, v reflect.Value, length int) (rest []byte, err error) {
	switch {
	case v.Kind() == reflect.String:
		v.SetString(string(b[:length]))
		return b[length:], nil
	case length == 0:
		return b, nil
	case v.Type().Elem().Kind() == reflect.Uint8:
		v.SetBytes(b[:length:length])
		return b[length:], nil
	}
	v.Set(reflect.MakeSlice(v.Type(), length, length))
	for i := range length {
		if b, err = readValue(b, v.Index(i)); err != nil {
			return nil, err
		}
	}
	return b, nil
}
