package engine

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// lowerRoles lowers errors about templates in the files of an Ansible role, which its tasks may render.
func (l *Loaded) lowerRoles(findings []lint.Finding) {
	tasks := map[string]string{} // by the folder of the role
	for i := range findings {
		f := &findings[i]
		if f.Severity != lint.Error || f.Group != "invalid-reference" || !strings.Contains(f.Image, "{{") {
			continue
		}
		file := f.Span.File()
		if file == nil || file.InMemory {
			continue
		}
		role := roleOf(file.Name)
		if role == "" {
			continue
		}
		at, known := tasks[role]
		if !known {
			at = tasksOf(l.files(), role)
			tasks[role] = at
		}
		if at != "" {
			f.Severity, f.Pulls = lint.Warning, nil
			f.Related = slices.Clip(f.Related) // a list may be shared
			f.Related = append(f.Related, lint.Related{Span: source.Whole(&source.File{Name: at}), Message: "the tasks of this Ansible role may render it"})
			f.Help = fmt.Sprintf("render it first, as the role in %s does, and lint the output; or exclude the folder: --exclude '%s/**'", filepath.ToSlash(role), filepath.ToSlash(role))
		}
	}
}

// roleOf returns the folder of the Ansible role that a file would belong to by its place, or "".
func roleOf(name string) string {
	for dir := filepath.Dir(name); ; {
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		if base := filepath.Base(dir); base == "files" || base == "templates" {
			return up
		}
		dir = up
	}
}

// tasksOf returns the file of the tasks of a role, or "" if the folder is not a role.
func tasksOf(system files.FS, role string) string {
	for _, name := range []string{"main.yml", "main.yaml"} {
		name = filepath.Join(role, "tasks", name)
		if info, err := system.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}
