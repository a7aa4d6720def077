package report

import (
	"github.com/fatih/color"

	"github.com/imagelint-dev/imagelint/lint"
)

// palette holds the colors of one writer. Each is switched individually, so that the library's global switch,
// which follows the process's standard output, has no effect.
type palette struct {
	bold, faint, gutter, label *color.Color
	severity                   [lint.Error + 1]*color.Color
}

func newPalette(o Options) *palette {
	paint := func(a ...color.Attribute) *color.Color {
		c := color.New(a...)
		if o.Color {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	p := &palette{
		bold:   paint(color.Bold),
		faint:  paint(color.Faint),
		gutter: paint(color.FgBlue, color.Bold),
		label:  paint(color.Bold),
	}
	p.severity = [...]*color.Color{
		lint.Unset:   p.bold,
		lint.Off:     p.faint,
		lint.Info:    paint(color.FgCyan, color.Bold),
		lint.Warning: paint(color.FgYellow, color.Bold),
		lint.Error:   paint(color.FgRed, color.Bold),
	}
	return p
}
