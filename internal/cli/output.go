package cli

import (
	"os"
	"path/filepath"
)

// twice is the error of a file that is named for a second report, which would overwrite the first one.
func twice(before []output, file string) error {
	if file == "" {
		return nil
	}
	for _, o := range before {
		if o.file != "" && sameFile(o.file, file) {
			return usagef("--output: %s is named twice, and the second report would replace the first: give each its own file", file)
		}
	}
	return nil
}

// sameFile reports whether two names stand for one regular file. Several reports can go to one device.
func sameFile(a, b string) bool {
	info, err := os.Stat(a)
	if err != nil {
		absA, errA := filepath.Abs(a)
		absB, errB := filepath.Abs(b)
		return errA == nil && errB == nil && absA == absB
	}
	other, err := os.Stat(b)
	return err == nil && info.Mode().IsRegular() && os.SameFile(info, other)
}
