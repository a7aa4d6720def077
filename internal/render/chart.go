package render

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// Limits of a chart or kustomization on disk.
const (
	maxFiles  = 20_000
	maxBytes  = 256 << 20
	maxDepth  = 32
	maxSource = 8 << 20 // size of a file that is read for origins
)

// chart is a chart as its author wrote it.
type chart struct {
	name, kind          string // kind: "library", "application" or ""
	version, appVersion string
	path                string // as displayed: the folder or the archive
	archive             string // the outermost archive that contains the chart; "" for a folder
	files               map[string]chartFile
	meta                *document
	subs                map[string]*chart // by the key of their values
	absent              []*dependency     // dependencies that it does not contain
}

// chartFile is a file of a chart, on disk or in an archive.
type chartFile struct {
	disk string // as displayed
	data []byte // used if disk is ""
}

func (c *chart) read(name string) ([]byte, error) {
	f, ok := c.files[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("%s has no file %s", c.path, name)
	case f.disk == "":
		return f.data, nil
	}
	return readFile(f.disk)
}

// readFile reads a file that should be small.
func readFile(name string) ([]byte, error) { return readFrom(files.OS, name) }

func readFrom(system files.FS, name string) ([]byte, error) {
	data, err := files.ReadFrom(system, name, maxSource)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// document returns a YAML file of the chart, or nil if it does not exist or is not YAML.
func (c *chart) document(name string) *document {
	data, err := c.read(name)
	if err != nil {
		return nil
	}
	shown := c.files[name].disk
	if shown == "" {
		shown = join(c.path, name)
	}
	d, err := parse(shown, data)
	if err != nil {
		return nil
	}
	d.archive = c.archive
	return d
}

// loadChart reads a chart's files. It returns an error for a chart that must not be passed to helm.
func loadChart(p string) (*chart, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", p, files.Cause(err))
	}
	var files map[string]chartFile
	c := &chart{path: p}
	if info.IsDir() {
		files, err = listFolder(p)
	} else {
		c.archive = p
		files, err = readArchive(p)
	}
	if err != nil {
		return nil, err
	}
	return c, c.fill(files, 0)
}

// fill takes the chart's own files and its subcharts from a list of files.
func (c *chart) fill(files map[string]chartFile, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s nests charts more than %d levels deep", c.path, maxDepth)
	}
	c.files, c.subs = files, map[string]*chart{}
	c.meta = c.document("Chart.yaml")
	if c.meta == nil || c.meta.root == nil {
		return fmt.Errorf("%s has no readable Chart.yaml", c.path)
	}
	root := c.meta.root
	c.name, c.kind, c.version, c.appVersion = yamlnode.Text(root, "name"), yamlnode.Text(root, "type"), yamlnode.Text(root, "version"), yamlnode.Text(root, "appVersion")
	below := map[string]map[string]chartFile{}
	for name, f := range files {
		rest, ok := strings.CutPrefix(name, "charts/")
		if !ok {
			continue
		}
		folder, file, nested := strings.Cut(rest, "/")
		switch {
		case nested && below[folder] == nil:
			below[folder] = map[string]chartFile{file: f}
		case nested:
			below[folder][file] = f
		case strings.HasSuffix(rest, ".tgz"):
			if err := c.packed(name, f, depth); err != nil {
				return err
			}
		}
	}
	for folder, own := range below {
		if _, ok := own["Chart.yaml"]; !ok {
			continue
		}
		sub := &chart{path: join(c.path, "charts/"+folder), archive: c.archive}
		if err := sub.fill(own, depth+1); err != nil {
			return err
		}
		c.subs[sub.name] = sub
	}
	for _, doc := range []*document{c.meta, c.document("requirements.yaml")} {
		if doc == nil {
			continue
		}
		for _, dep := range yamlnode.Items(yamlnode.Field(doc.root, "dependencies")) {
			if alias := yamlnode.Text(dep, "alias"); alias != "" && c.subs[yamlnode.Text(dep, "name")] != nil {
				c.subs[alias] = c.subs[yamlnode.Text(dep, "name")]
			}
		}
	}
	return nil
}

// packed adds a subchart from an archive.
func (c *chart) packed(name string, f chartFile, depth int) error {
	var files map[string]chartFile
	var err error
	if f.disk != "" {
		files, err = readArchive(f.disk)
	} else {
		files, err = unpack(name, bytes.NewReader(f.data))
	}
	if err != nil {
		return err
	}
	sub := &chart{path: join(c.path, name), archive: c.archive}
	if sub.archive == "" {
		sub.archive = f.disk
	}
	if err := sub.fill(files, depth+1); err != nil {
		return err
	}
	c.subs[sub.name] = sub
	return nil
}

// isLibrary reports whether the chart is a library chart, which cannot be rendered.
func (c *chart) isLibrary() bool { return c.kind == "library" }

// listFolder lists a folder's files as helm and kustomize see them, following links. It refuses links out of
// the surrounding tree, whose targets would be read, and folders above the limits.
func listFolder(folder string) (map[string]chartFile, error) {
	root, err := treeOf(files.OS, folder)
	if err != nil {
		return nil, err
	}
	l := lister{root: root, files: map[string]chartFile{}}
	if err := l.list(folder, "", 0); err != nil {
		return nil, err
	}
	return l.files, nil
}

type lister struct {
	root  string
	files map[string]chartFile
	bytes int64
	seen  int
}

func (l *lister) list(folder, prefix string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s is nested more than %d folders deep", folder, maxDepth)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("read %s: %w", folder, files.Cause(err))
	}
	for _, e := range entries {
		name := join(folder, e.Name())
		if l.seen++; l.seen > maxFiles {
			return fmt.Errorf("it holds more than %d files", maxFiles)
		}
		if e.Type()&os.ModeSymlink != 0 {
			if err := inTree(l.root, name); err != nil {
				return err
			}
		}
		info, err := os.Stat(name)
		switch {
		case err != nil: // a dangling link; whatever needs its target reports it
		case info.IsDir() && e.Name() == ".git":
		case info.IsDir():
			if err := l.list(name, prefix+e.Name()+"/", depth+1); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			if l.bytes += info.Size(); l.bytes > maxBytes {
				return fmt.Errorf("it holds more than %d MiB", maxBytes>>20)
			}
			l.files[prefix+e.Name()] = chartFile{disk: name}
		default:
			return fmt.Errorf("%s is a pipe, a socket or a device", name)
		}
	}
	return nil
}

// treeOf returns the folder that links may not leave: the repository of folder, otherwise the working
// directory if it contains folder, otherwise folder's parent.
func treeOf(system files.FS, folder string) (string, error) {
	abs, err := system.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", folder, err)
	}
	abs, err = system.EvalSymlinks(abs)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", folder, files.Cause(err))
	}
	for dir := abs; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if _, err := system.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir, nil
		}
	}
	if here, err := system.Abs("."); err == nil {
		if here, err = system.EvalSymlinks(here); err == nil && here != abs && files.Below(abs, here) {
			return here, nil
		}
	}
	return filepath.Dir(abs), nil
}

// errLink is the error for a link that leads out of the tree.
var errLink = errors.New("leads out of the tree")

// EscapesTree reports whether an Output failed because it would read something outside of the tree.
func EscapesTree(err error) bool {
	return errors.Is(err, errLink) || errors.As(err, new(*files.EscapesRootError))
}

// inTree returns an error for a link that leads out of the tree.
func inTree(root, link string) error {
	to, err := filepath.EvalSymlinks(link)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		to, err = filepath.Abs(to)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", link, files.Cause(err))
	}
	if rel, err := filepath.Rel(root, to); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return fmt.Errorf("the link %s %w, to %s", link, errLink, to)
	}
	return nil
}

func readArchive(name string) (map[string]chartFile, error) {
	f, err := files.Open(name, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer f.Close()
	return unpack(name, f)
}

// unpack reads a packaged chart, whose files are in one folder.
func unpack(name string, r io.Reader) (map[string]chartFile, error) {
	bad := func(err error) error { return fmt.Errorf("%s is not a packaged chart: %w", name, err) }
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, bad(err)
	}
	files := map[string]chartFile{}
	limited := &io.LimitedReader{R: z, N: maxBytes}
	t := tar.NewReader(limited)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if limited.N <= 0 {
			return nil, fmt.Errorf("%s unpacks to more than %d MiB", name, maxBytes>>20)
		}
		if err != nil {
			return nil, bad(err)
		}
		_, inside, ok := strings.Cut(path.Clean(strings.ReplaceAll(h.Name, `\`, "/")), "/")
		if h.Typeflag != tar.TypeReg || !ok {
			continue
		}
		if len(files) > maxFiles {
			return nil, fmt.Errorf("%s holds more than %d files", name, maxFiles)
		}
		data, err := io.ReadAll(io.LimitReader(t, maxSource+1))
		if err != nil {
			return nil, bad(err)
		}
		if len(data) <= maxSource {
			files[inside] = chartFile{data: data}
		}
	}
}

// sourceFile finds the file that helm names in "# Source: web/charts/db/templates/x.yaml": the chart that
// contains it, the path of that chart's values, and its name in the chart.
func (c *chart) sourceFile(source string) (in *chart, values, name string, ok bool) {
	_, rest, _ := strings.Cut(source, "/")
	in = c
	for {
		sub, isSub := strings.CutPrefix(rest, "charts/")
		key, file, nested := strings.Cut(sub, "/")
		if !isSub || !nested || in.subs[key] == nil {
			break
		}
		in, rest, values = in.subs[key], file, below(values, key)
	}
	_, ok = in.files[rest]
	return in, values, rest, ok
}

// names returns the sorted names of the chart's files below a folder.
func (c *chart) names(folder string) []string {
	var out []string
	for name := range c.files {
		if strings.HasPrefix(name, folder) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
