package gather

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"time"
)

// git runs a command that changes nothing, and returns its output.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-C", dir}, args...)...) //nolint:gosec // fixed commands; dir is the user's
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n"); line != "" {
		err = errors.New(line)
	}
	return "", fmt.Errorf("git %s in %s: %w", args[0], dir, err)
}

// headOf is the newest commit of a clone. A shallow one is an error: tags that are no longer listed are in the history alone.
func headOf(ctx context.Context, dir string) (commit, error) {
	shallow, err := git(ctx, dir, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return commit{}, err
	}
	if strings.TrimSpace(shallow) == "true" {
		return commit{}, fmt.Errorf("the clone in %s is shallow, and its history is needed: run git fetch --unshallow there", dir)
	}
	out, err := git(ctx, dir, "log", "--no-show-signature", "-1", "--format=%H %ct")
	if err != nil {
		return commit{}, err
	}
	hash, seconds, _ := strings.Cut(strings.TrimSpace(out), " ")
	at, err := unix(seconds)
	return commit{hash, at}, err
}

func unix(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of a commit: %w", err)
	}
	return time.Unix(n, 0), nil
}

// history follows the files of the folder library through the merged states: a tag that stood in a pull request alone was never built.
func history(ctx context.Context, dir string) (map[string]*image, error) {
	log, err := git(ctx, dir, "log", "--no-show-signature", "--reverse", "--format=C %H %ct", "--raw", "--no-abbrev", "--no-renames", "-m", "--first-parent",
		"--", "library", "stackbrew/library", "stackbrew")
	if err != nil {
		return nil, err
	}
	blobs, err := openBlobs(ctx, dir)
	if err != nil {
		return nil, err
	}
	images, err := replay(log, blobs.tags)
	return images, errors.Join(err, blobs.close())
}

// replay reads the output of git log --raw; tags reads the list that a blob is.
func replay(log string, tags func(id string) (map[string]string, error)) (map[string]*image, error) {
	images := map[string]*image{}
	var at time.Time
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "C "); ok {
			_, seconds, _ := strings.Cut(rest, " ")
			var err error
			if at, err = unix(seconds); err != nil {
				return nil, err
			}
			continue
		}
		// :100644 100644 OLD NEW M<TAB>library/nginx
		change, file, ok := strings.Cut(line, "\t")
		fields := strings.Fields(change)
		if !ok || len(fields) != 5 || !isImageFile(file) {
			continue
		}
		name := path.Base(file)
		im := images[name]
		if im == nil {
			im = &image{tags: map[string]*tag{}}
			images[name] = im
		}
		if fields[4] == "D" {
			im.list(nil, at)
			continue
		}
		listed, err := tags(fields[3])
		if err != nil {
			return nil, err
		}
		im.list(listed, at)
	}
	return images, nil
}

// isImageFile reports whether a file lists the tags of an image.
func isImageFile(file string) bool {
	dir, name := path.Split(file)
	if dir != "library/" && dir != "stackbrew/library/" || name == "" {
		return false
	}
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return false
		}
	}
	return true
}

// isNameByte reports whether the name of an image may hold a byte.
func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-'
}

// blobs asks one git process for the contents of files.
type blobs struct {
	cmd    *exec.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
	seen   map[string]map[string]string
}

func openBlobs(ctx context.Context, dir string) (*blobs, error) {
	cmd := exec.CommandContext(ctx, "git", "--no-optional-locks", "-C", dir, "cat-file", "--batch")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answer, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	return &blobs{cmd: cmd, ask: ask, answer: bufio.NewReader(answer), seen: map[string]map[string]string{}}, nil
}

func (b *blobs) close() error {
	if err := errors.Join(b.ask.Close(), b.cmd.Wait()); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	return nil
}

// mostBlob is the most that a list of tags may hold, in bytes.
const mostBlob = 16 << 20

// tags reads the list of tags that a blob is.
func (b *blobs) tags(id string) (map[string]string, error) {
	if tags, ok := b.seen[id]; ok {
		return tags, nil
	}
	if _, err := io.WriteString(b.ask, id+"\n"); err != nil {
		return nil, fmt.Errorf("ask git for %s: %w", id, err)
	}
	head, err := b.answer.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read %s from git: %w", id, err)
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return nil, fmt.Errorf("read %s from git: it is missing in the clone", id)
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil || size < 0 || size > mostBlob {
		return nil, fmt.Errorf("read %s from git: its size is %s", id, fields[2])
	}
	data := make([]byte, size+1) // and the line end behind it
	if _, err := io.ReadFull(b.answer, data); err != nil {
		return nil, fmt.Errorf("read %s from git: %w", id, err)
	}
	tags := parse(string(data[:size]))
	b.seen[id] = tags
	return tags, nil
}

// deprecations are the notes of docker-library/docs that say why an image is deprecated, by its name.
func deprecations(ctx context.Context, dir string) (map[string]string, error) {
	files, err := git(ctx, dir, "ls-tree", "-r", "--name-only", "HEAD")
	if err != nil {
		return nil, err
	}
	notes := map[string]string{}
	for file := range strings.Lines(files) {
		file = strings.TrimSuffix(file, "\n")
		if name, ok := strings.CutSuffix(file, "/deprecated.md"); ok && isImageFile("library/"+name) {
			if notes[name], err = git(ctx, dir, "cat-file", "blob", "HEAD:"+file); err != nil {
				return nil, err
			}
		}
	}
	return notes, nil
}
