package config

import "testing"

// BenchmarkParse measures what a configuration costs each run.
func BenchmarkParse(b *testing.B) {
	rules := table()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("c", []byte(everything), rules); err != nil {
			b.Fatal(err)
		}
	}
}
