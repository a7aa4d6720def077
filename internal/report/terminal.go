package report

// Escape returns s as a terminal can show it; see visible. It is for texts that contain input and are printed
// elsewhere, such as errors with a file's name.
func Escape(s string) string { return visible(s) }

// EscapePath is Escape for a file name at the beginning of a line.
func EscapePath(name string) string { return visiblePath(name) }
