package flags

import "fmt"

// FixMode is the value of --fix, which selects the fixes to apply. The value is optional: --fix means --fix=safe.
type FixMode string

// Values of FixMode.
const (
	FixNone FixMode = ""
	FixSafe FixMode = "safe"
	FixAll  FixMode = "all"
)

// Set implements flag.Value.
func (m *FixMode) Set(value string) error {
	switch value {
	case "safe", "all":
		*m = FixMode(value)
		return nil
	}
	b, err := parseBool(value)
	if err != nil {
		return fmt.Errorf("invalid value %q: use safe or all", value)
	}
	if *m = FixNone; b == "true" {
		*m = FixSafe
	}
	return nil
}

// Check implements Checker.
func (*FixMode) Check(value string) error { return new(FixMode).Set(value) }

// String implements flag.Value.
func (m *FixMode) String() string { return string(*m) }

// IsBoolFlag tells the flag library that the value is optional.
func (*FixMode) IsBoolFlag() bool { return true }
