package report

import (
	"io"
	"testing"
)

func BenchmarkFormats(b *testing.B) {
	r := sample(b)
	one := r.Result.Findings
	r.Result.Findings = nil
	for range 2500 {
		r.Result.Findings = append(r.Result.Findings, one...)
	}
	for _, name := range Names() {
		write, err := Lookup(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := write(io.Discard, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(r.Result.Findings)), "ns/finding")
		})
	}
}
