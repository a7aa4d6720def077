package config

import "github.com/imagelint-dev/imagelint/internal/near"

// Near returns the word that name probably means, or ""; see near.Word.
func Near(name string, words []string) string { return near.Word(name, words) }
