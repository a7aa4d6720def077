package config

import "testing"

// BenchmarkParse is what a run pays for its configuration.
func BenchmarkParse(b *testing.B) {
	rules := table()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("c", []byte(everything), rules); err != nil {
			b.Fatal(err)
		}
	}
}
