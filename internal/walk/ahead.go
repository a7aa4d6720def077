package walk

import (
	"io/fs"
	"path/filepath"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// mostAhead is how many folders are read before the walk comes to them.
const mostAhead = 64

// folderAhead is a folder that is read while the walk is elsewhere.
type folderAhead struct {
	entries []fs.DirEntry
	err     error
	done    chan struct{}
}

// readAhead begins to read the folders in a folder: the walk spends most of its time waiting for their lists. Only the machine's files are known to
// serve several at once.
func (w *walker) readAhead(dir, abs string, entries []fs.DirEntry, ignores *ignoreList) {
	if w.files != files.OS {
		return
	}
	folders := 0
	for _, e := range entries {
		if e.IsDir() {
			folders++
		}
	}
	if folders < 2 {
		return // the walk comes to it at once
	}
	if w.ahead == nil {
		w.ahead = map[string]*folderAhead{}
	}
	for _, e := range entries {
		name := Join(dir, e.Name())
		if !e.IsDir() || len(w.ahead) >= mostAhead || alwaysSkipped(e.Name()) || e.Name() == "templates" || w.excluded(name) || ignores.match(filepath.Join(abs, e.Name()), true) {
			continue
		}
		f := &folderAhead{done: make(chan struct{})}
		w.ahead[name] = f
		go func() {
			defer close(f.done)
			f.entries, f.err = w.files.ReadDir(name)
		}()
	}
}

// readDir reads a folder, or waits for it where it is being read.
func (w *walker) readDir(name string) ([]fs.DirEntry, error) {
	f := w.ahead[name]
	if f == nil {
		return w.files.ReadDir(name)
	}
	delete(w.ahead, name)
	<-f.done
	return f.entries, f.err
}
