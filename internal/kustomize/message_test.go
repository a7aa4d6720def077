package kustomize

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fill sets every field of a value to something other than zero.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n) * []int64{-1, 1 << 30}[*n%2])
	case reflect.Uint8:
		v.SetUint(uint64(*n) & 0xff)
	case reflect.String:
		v.SetString(strings.Repeat("a\xff\x00é", *n)) // file names can contain any bytes
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			fill(t, v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("no message can contain %s", v.Type())
	}
}

// Requests and results survive encoding and decoding, and truncated messages are rejected.
func TestMessages(t *testing.T) {
	t.Parallel()
	request, result, n := &Request{}, &Result{}, 0
	fill(t, reflect.ValueOf(request).Elem(), &n)
	fill(t, reflect.ValueOf(result).Elem(), &n)
	for _, sent := range []any{&Request{}, &Result{}, request, result} {
		exchanged(t, sent)
		whole := appendValue(nil, reflect.ValueOf(sent))
		for i := 0; i < len(whole); i += 1 + i/500 { // all beginnings of long ones would take seconds
			if rest, err := readValue(whole[:i], reflect.New(reflect.TypeOf(sent).Elem())); err == nil {
				t.Fatalf("%T: %d of %d bytes are read, with %d left", sent, i, len(whole), len(rest))
			}
		}
	}
}

func exchanged(t *testing.T, sent any) {
	t.Helper()
	var b bytes.Buffer
	if err := Send(&b, sent); err != nil {
		t.Fatal(err)
	}
	received := reflect.New(reflect.TypeOf(sent).Elem()).Interface()
	if err := Receive(&b, received); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sent, received); diff != "" || b.Len() > 0 {
		t.Errorf("(-sent +received):\n%s", diff)
	}
}

// Lengths in a message do not determine how much memory is allocated.
func FuzzMessage(f *testing.F) {
	f.Add(appendValue(nil, reflect.ValueOf(&Result{Data: []byte("a"), Files: []string{"b"}})))
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Result
		if rest, err := readValue(b, reflect.ValueOf(&r)); err == nil && len(rest) > len(b) {
			t.Errorf("%d bytes are left of %d", len(rest), len(b))
		}
	})
}
