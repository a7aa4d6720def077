package gather

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// history follows the files of the library folder through the merged commits: a tag that was only in a pull request was never built.
func history(ctx context.Context, dir string) (map[string]*image, error) {
	b, err := openBlobs(ctx, dir)
	if err != nil {
		return nil, err
	}
	r := &replay{text: b.text, images: map[string]*image{}, words: map[string]string{}}
	err = lines(ctx, dir, r.line, "log", "--no-show-signature", "--no-color", "--reverse", "--format=C %H %ct", "--raw", "--no-abbrev", "--no-renames",
		"-m", "--first-parent", "--", "library", "stackbrew/library", "stackbrew")
	if err == nil {
		err = r.commit()
	}
	return r.images, errors.Join(err, b.close())
}

// replay parses the output of git log --raw.
type replay struct {
	text    func(id string) (string, error) // content of a file
	images  map[string]*image
	words   map[string]string // one shared copy of each kept word, so that whole files can be freed
	tags    int
	at      time.Time
	changes []change // of the current commit
}

// change is a file that a commit adds or changes. id is "" if it was removed.
type change struct{ name, id string }

func (r *replay) line(line string) error {
	if rest, ok := strings.CutPrefix(line, "C "); ok {
		if err := r.commit(); err != nil {
			return err
		}
		_, seconds, _ := strings.Cut(rest, " ")
		var err error
		r.at, err = unix(seconds)
		return err
	}
	// :100644 100644 OLD NEW M<TAB>library/nginx
	what, file, ok := strings.Cut(line, "\t")
	fields := strings.Fields(what)
	if !ok || len(fields) != 5 || !isImageFile(file) {
		return nil
	}
	c := change{name: path.Base(file)}
	if isFile(fields[1]) { // neither removed nor turned into a link or submodule
		c.id = fields[3]
	}
	r.changes = append(r.changes, c)
	return nil
}

// isFile reports whether a git mode is that of a regular file.
func isFile(mode string) bool { return strings.HasPrefix(mode, "100") }

// commit applies the changes of a commit.
func (r *replay) commit() error {
	there := map[string]bool{}
	for _, c := range r.changes {
		there[c.name] = there[c.name] || c.id != ""
	}
	for _, c := range r.changes {
		im := r.images[c.name]
		if im == nil {
			im = &image{tags: map[string]*tag{}}
			r.images[c.name] = im
		}
		switch {
		case c.id != "":
			text, err := r.text(c.id)
			if err != nil {
				return err
			}
			if err := r.list(im, parse(text)); err != nil {
				return err
			}
		case !there[c.name]: // not just moved to the other folder
			im.list(nil, r.at)
		}
	}
	r.changes = r.changes[:0]
	return nil
}

// maxTags bounds the number of published tags: ten times the known number.
const maxTags = 2_000_000

func (r *replay) list(im *image, tags map[string]string) error {
	before := len(im.tags)
	kept := make(map[string]string, len(tags))
	for name, arches := range tags {
		kept[r.keep(name)] = r.keep(arches)
	}
	im.list(kept, r.at)
	if r.tags += len(im.tags) - before; r.tags > maxTags {
		return fmt.Errorf("more than %d tags: this is not a clone of docker-library/official-images", maxTags)
	}
	return nil
}

// keep returns the shared copy of a word.
func (r *replay) keep(word string) string {
	one, ok := r.words[word]
	if !ok {
		one = strings.Clone(word)
		r.words[one] = one
	}
	return one
}

// isImageFile reports whether a file lists the tags of an image.
func isImageFile(file string) bool {
	dir, name := path.Split(file)
	return (dir == "library/" || dir == "stackbrew/library/") && isName(name)
}

// isName reports whether s is a valid image name.
func isName(name string) bool {
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return false
		}
	}
	return name != ""
}

// isNameByte reports whether a byte is valid in an image name.
func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-'
}

// deprecations returns the notes in docker-library/docs about why an image is deprecated, by image name.
func deprecations(ctx context.Context, dir string) (map[string]string, error) {
	ids := map[string]string{}
	err := lines(ctx, dir, func(line string) error {
		// 100644 blob ID<TAB>nginx/deprecated.md
		what, file, _ := strings.Cut(line, "\t")
		fields := strings.Fields(what)
		if name, ok := strings.CutSuffix(file, "/deprecated.md"); ok && isName(name) && len(fields) == 3 && isFile(fields[0]) {
			ids[name] = fields[2]
		}
		return nil
	}, "ls-tree", "-r", "HEAD")
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%s has no */deprecated.md: is it a clone of docker-library/docs?", dir)
	}
	b, err := openBlobs(ctx, dir)
	if err != nil {
		return nil, err
	}
	notes := map[string]string{}
	for name, id := range ids {
		if notes[name], err = b.text(id); err != nil {
			break
		}
	}
	return notes, errors.Join(err, b.close())
}
