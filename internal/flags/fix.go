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
	case "true": // the flag without a value
		*m = FixSafe
	case "false":
		*m = FixNone
	default:
		return fmt.Errorf("invalid value %q: use safe or all", value)
	}
	return nil
}

// Check implements Checker.
func (*FixMode) Check(value string) error { return new(FixMode).Set(value) }

// String implements flag.Value.
func (m *FixMode) String() string { return string(*m) }

// IsBoolFlag tells the flag library that the value is optional.
func (*FixMode) IsBoolFlag() bool { return true }
