package walk

import (
	"io/fs"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// mostAhead limits the folders that are read ahead.
const mostAhead = 64

// folderAhead is a folder that is being read ahead.
type folderAhead struct {
	entries []fs.DirEntry
	err     error
	done    chan struct{}
}

// readAhead starts reading the subfolders of a folder, because a walk spends most of its time waiting for
// directory listings. Only the local file system is known to be safe for concurrent use.
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
		return // a single folder is walked next anyway
	}
	if w.ahead == nil {
		w.ahead = map[string]*folderAhead{}
	}
	for _, e := range entries {
		if !e.IsDir() || len(w.ahead) >= mostAhead {
			continue
		}
		name := Join(dir, e.Name())
		if alwaysSkipped(e.Name()) || e.Name() == "templates" || w.excluded(name) || ignores.match(inside(abs, e.Name()), true) {
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

// readDir reads a folder, or waits for it if it is being read ahead.
func (w *walker) readDir(name string) ([]fs.DirEntry, error) {
	f := w.ahead[name]
	if f == nil {
		return w.files.ReadDir(name)
	}
	delete(w.ahead, name)
	<-f.done
	return f.entries, f.err
}
