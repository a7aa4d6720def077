package files

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// Standard input is read completely within its bounds, and is an error above them.
func TestBoundedInput(t *testing.T) {
	t.Parallel()
	const limit, maxLine = 100, 40
	for _, c := range []struct {
		name, text, err string
	}{
		{"empty", "", ""},
		{"as much as may be", strings.Repeat("123456789\n", 10), ""},
		{"one byte more", strings.Repeat("123456789\n", 10) + "x", "the input is larger than 0 MiB: pass files, or lint it in parts"},
		{"a line as long as may be", strings.Repeat("x", 40) + "\n" + strings.Repeat("x", 40), ""},
		{"a longer line", "a\n" + strings.Repeat("x", 41), "a line is longer than 0 MiB"},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text)), iotest.DataErrReader(strings.NewReader(c.text))} {
			got, err := io.ReadAll(&bounded{r: interruptible(t.Context(), r), limit: limit, maxLine: maxLine})
			switch {
			case c.err == "" && (err != nil || string(got) != c.text):
				t.Errorf("%s: %q, %v", c.name, got, err)
			case c.err != "" && (err == nil || err.Error() != c.err):
				t.Errorf("%s: error %v, want %s", c.name, err, c.err)
			}
		}
	}
}

// Content that is read in pieces is unchanged, followed by the error of the source.
func TestInterruptible(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789abcdef\n", 100_000)
	if got, err := io.ReadAll(interruptible(t.Context(), strings.NewReader(long))); err != nil || string(got) != long {
		t.Errorf("%d bytes of %d, %v", len(got), len(long), err)
	}
	if err := iotest.TestReader(interruptible(t.Context(), strings.NewReader("some text")), []byte("some text")); err != nil {
		t.Error(err)
	}
	broken := errors.New("broken")
	got, err := io.ReadAll(interruptible(t.Context(), io.MultiReader(strings.NewReader("a"), iotest.ErrReader(broken))))
	if string(got) != "a" || !errors.Is(err, broken) {
		t.Errorf("%q, %v", got, err)
	}
}

// A blocked read ends when the context does.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	defer w.Close()
	in := interruptible(ctx, r)
	if _, err := w.Write([]byte("a")); err != nil { // the reader takes it before it waits for more
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(in); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
