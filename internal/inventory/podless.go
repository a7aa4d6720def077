package inventory

import (
	"fmt"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// maxUnusable is the maximum number of Secrets whose defects Podless names.
const maxUnusable = 3

// Podless says that an input has no pods. If it has Secrets, it also lists their defects and the
// commands that show more.
func Podless(loaded *engine.Loaded, paths []string, now time.Time) string {
	text := "no pod or workload in the input"
	set := loaded.Set()
	if len(set.Secrets) == 0 {
		return text
	}
	o := loaded.Settings().PlanOptions()
	o.Now = now
	for i, s := range plan.New(set, o).Useless(set) {
		if i == maxUnusable {
			text += "; more Secrets are of no use"
			break
		}
		text += fmt.Sprintf("; Secret %s %s", s.ID(), s.Problem)
	}
	files := strings.Join(paths, " ")
	return text + fmt.Sprintf("; run \"imagelint %s\" to check Secrets, or \"imagelint pulls %s POD.yaml\" to see whether a pod can use them", files, files)
}
