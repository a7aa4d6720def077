package cluster

import (
	"net/http"
	"testing"
)

// The names of status codes are those of the standard library.
func TestStatusTexts(t *testing.T) {
	t.Parallel()
	for code := 400; code < 600; code++ {
		if got, want := statusTexts[code], http.StatusText(code); got != want {
			t.Errorf("%d is called %q, want %q", code, got, want)
		}
	}
}
