package extract

import "testing"

// Helm's numbers are float64, which its templates print with %v. The right-hand sides are the
// output of helm template 3.21.
func TestPrintedNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ written, printed string }{
		{"1.10", "1.1"},
		{"7e10", "7e+10"},
		{"0777", "511"},
		{"1_000", "1000"},
		{"20240101", "2.0240101e+07"},
		{"1.0", "1"},
		{"999999", "999999"},
		{"1000000", "1e+06"},
		{"0x1F", "31"},
		{"08", "8"},
		{"1.35", "1.35"},
		{"1e3", "1000"},
		{"123456789012345678", "1.2345678901234568e+17"},
		{"0987654", "987654"},
		{"+5", "5"},
		{"1.", "1"},
		{".5", "0.5"},
		{"0o17", "15"},
		{"0b11", "3"},
		{"1.2345678901234567890", "1.2345678901234567"},
		{"12345678.5", "1.23456785e+07"},
		{"1e5", "100000"},
		{"1.0e+5", "100000"},
		{"00", "0"},
		{"1_0.5", "10.5"},
		{"2024-01-01", ""},
		{"12:30", ""},
		{"12e4567", ""},
		{"on", ""},
		{"~", ""},
		{`"1.10"`, ""},
		{"'7e10'", ""},
		{"!!str 1.10", ""},
		{".inf", ""},
		{".nan", ""},
		{"1.10-alpine", ""},
		{"v1.10", ""},
		{"1.10.0", ""},
	} {
		set := loadValues(t, "image: {tag: "+tt.written+"}\n")
		want := tt.printed
		if want == tt.written {
			want = ""
		}
		got := ""
		if len(set.NumberTags) == 1 {
			got = set.NumberTags[0].Printed
			if set.NumberTags[0].Text != tt.written {
				t.Errorf("%s is reported as %s", tt.written, set.NumberTags[0].Text)
			}
		}
		if got != want {
			t.Errorf("%s is printed as %q, want %q", tt.written, got, want)
		}
	}
}
