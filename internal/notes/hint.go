package notes

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Hint describes what the input contains if it has no Kubernetes objects.
func Hint(loaded *engine.Loaded, set *manifests.Set) string {
	excluded := ""
	for _, s := range set.Skipped {
		switch s.Reason {
		case manifests.SkipChart:
			return "; " + s.File + " is part of a Helm chart that was not rendered: pass the chart's folder, without --render=false"
		case manifests.SkipLibrary:
			return "; " + s.File + " is a library chart, which renders nothing by itself: lint a chart that uses it"
		case manifests.SkipNoEngine, manifests.SkipNotRendered:
			return "; " + s.File + " is not rendered: " + s.Detail
		case manifests.SkipPartial:
			return "; " + s.File + " is not rendered completely: " + s.Detail
		case manifests.SkipExcluded:
			excluded = "; " + s.File + " is excluded by --exclude, --force-exclude or the configuration"
		case manifests.SkipTemplate:
			return "; " + s.File + " is a template: render it first"
		case manifests.SkipNotKubernetes:
			if name, isText := textInput(s.File); isText {
				return "; for the text of kubectl or a log, run \"imagelint explain " + name + "\""
			}
			if broken := report.BrokenDocuments(loaded.NotYAML(s.File)); len(broken) > 0 {
				return "; " + broken[0]
			}
		case manifests.SkipValues:
			if broken := report.BrokenDocuments(loaded.NotYAML(s.File)); len(broken) > 0 {
				return "; " + broken[0]
			}
		}
	}
	return excluded
}

// Elsewhere says which folders Flux or Argo CD apply that are not among the paths of a run, if the run has nothing else to lint: a folder of
// Kustomizations without any images looks correct otherwise.
func (n Notes) Elsewhere(set *manifests.Set, paths []string) {
	if set.Stats.Workloads > 0 || len(set.Values) > 0 {
		return
	}
	var found []string
	tool := ""
	for _, k := range set.Kustomizations {
		if at := appliedFolder(k); at != "" && !config.Holds(paths, at) && !slices.Contains(found, at) {
			found, tool = append(found, at), cmp.Or(tool, k.Tool)
		}
	}
	switch {
	case len(found) == 1:
		n.printf("%s applies %s, which is not part of this run: pass that folder as well", tool, found[0])
	case len(found) > 1:
		n.printf("%s applies %s, which are not part of this run: pass these folders as well", tool, Paths(found))
	}
}

// appliedFolder finds the folder that a Kustomization of Flux or an Application applies: its path starts at the root of the repository, which is any
// folder above its file. It returns "" if the folder is in another repository, or above the working directory.
func appliedFolder(k *manifests.Kustomization) string {
	if k.Path == "" || k.Path == "." || !filepath.IsLocal(k.Path) || !filepath.IsLocal(k.Folder) {
		return ""
	}
	for root := filepath.Clean(k.Folder); ; root = filepath.Dir(root) {
		at := filepath.Join(root, k.Path)
		if info, err := os.Lstat(at); err == nil && info.IsDir() {
			return at
		}
		if root == "." {
			return ""
		}
	}
}

// Paths returns the first few paths of a run for a message.
func Paths(paths []string) string {
	more := ""
	if len(paths) > 3 {
		more = fmt.Sprintf(" and %d more paths", len(paths)-1)
		paths = paths[:1]
	}
	shown := slices.Clone(paths)
	for i, p := range shown {
		if p == "-" {
			shown[i] = "standard input"
		}
	}
	return strings.Join(shown, ", ") + more
}

// textInput is how an input is named on the command line, and whether it may hold the text of kubectl or a log.
func textInput(file string) (string, bool) {
	if file == "<stdin>" {
		return "-", true
	}
	ext := filepath.Ext(file)
	return file, ext == "" || ext == ".txt" || ext == ".log"
}

// maxBroken is the number of broken documents that are named.
const maxBroken = 10

// Unread reports documents that are not valid YAML, and which texts were truncated.
func (n Notes) Unread(loaded *engine.Loaded) {
	broken := report.BrokenDocuments(loaded.Set())
	for _, line := range broken[:min(maxBroken, len(broken))] {
		n.printf("%s", line)
	}
	if more := len(broken) - maxBroken; more > 0 {
		n.printf("%d more documents are not valid YAML", more)
	}
	text, _ := loaded.StatusText()
	if text.Cut > 0 {
		n.printf("%d lines were too long and were cut", text.Cut)
	}
	if text.Dropped > 0 {
		n.printf("%d messages were over the limit and were skipped", text.Dropped)
	}
}

// SuggestCommand suggests the command for which an unreadable path was probably meant.
func (n Notes) SuggestCommand(path string, commands []string) {
	if _, err := os.Lstat(path); err == nil || strings.ContainsAny(path, `./\`) {
		return
	}
	if near := config.Near(path, commands); near != "" {
		n.printf("did you mean the command %q?", "imagelint "+near)
	}
}

// SuggestPod says how to read a pod of a cluster, which was named in place of a file.
func (n Notes) SuggestPod(path, pod string) {
	if _, err := os.Lstat(path); err != nil {
		n.printf("paths are files; for a pod of a cluster, run \"kubectl imagelint pulls pod/%s\", or \"kubectl get pod %[1]s -o yaml | imagelint pulls -\"", pod)
	}
}
