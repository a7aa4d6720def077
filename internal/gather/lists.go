package gather

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// Folders of the sources for lists.
const (
	lsRemote    = "ls-remote"    // OWNER+NAME: the output of git ls-remote --tags https://github.com/OWNER/NAME
	releaseData = "release-data" // a clone of github.com/endoflife-date/release-data
	promoter    = "k8s.io"       // a clone of github.com/kubernetes/k8s.io
	imageMirror = "image-mirror" // a clone of github.com/rancher/image-mirror
)

// Refreshed is the result of updating lists.
type Refreshed struct {
	Lists []catalog.List
	// Notes names the lists that the sources do not cover.
	Notes []string
}

// Lists updates lists of tags from sources that were fetched before. A new tag gets the month of day. Listed tags stay listed: projects delete Git tags, but
// registries keep the images.
func Lists(lists []catalog.List, sources fs.FS, day catalog.Day) (Refreshed, error) {
	var out Refreshed
	promoted, err := promotedImages(sources)
	if err != nil {
		return out, err
	}
	mirrored, err := mirroredImages(sources)
	if err != nil {
		return out, err
	}
	for _, l := range lists {
		l = withoutPromoted(&l, promoted, &out, day)
		if len(l.Images) == 0 {
			continue
		}
		fresh, err := freshTags(sources, &l, mirrored)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			out.Notes = append(out.Notes, fmt.Sprintf("%s: the sources contain no data from %s", l.Images[0].Name, l.Source.Name))
		case err != nil:
			return out, fmt.Errorf("%s: %w", l.Images[0].Name, err)
		default:
			l = merged(&l, fresh, day)
		}
		out.Lists = append(out.Lists, l)
	}
	return out, nil
}

// Promoted returns lists for images of registry.k8s.io that have none yet. Images with a history keep it.
func Promoted(lists []catalog.List, sources fs.FS, day catalog.Day) ([]catalog.List, error) {
	promoted, err := promotedImages(sources)
	if err != nil {
		return nil, err
	}
	for i := range lists {
		for _, im := range lists[i].Images {
			delete(promoted, im.Name)
		}
	}
	names := make([]string, 0, len(promoted))
	for name := range promoted {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []catalog.List
	for _, name := range names {
		repository := strings.TrimPrefix(name, "registry.k8s.io/")
		if im, known := catalog.Builtin().Lookup("registry.k8s.io", repository); !known || im.Kind != catalog.History {
			out = append(out, promotedList(name, promoted[name], nil, day))
		}
	}
	return out, nil
}

// merged returns a list with more tags.
func merged(l *catalog.List, fresh map[string]catalog.Month, day catalog.Day) catalog.List {
	known := map[string]bool{}
	for i := range l.Tags {
		known[l.Tags[i].Name] = true
	}
	out := *l
	out.Tags = slices.Clone(l.Tags)
	names := make([]string, 0, len(fresh))
	for name := range fresh {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !known[name] && isTag(name) {
			month := fresh[name]
			if month == 0 {
				month = day.Month()
			}
			out.Tags = append(out.Tags, catalog.Tag{Name: name, First: month})
		}
	}
	out.Source.Day, out.Source.Revision = day, ""
	return out
}

// freshTags returns the current tags in the source of a list, with the month of each if the source has it.
func freshTags(sources fs.FS, l *catalog.List, mirrored map[string][]string) (map[string]catalog.Month, error) {
	source, _, _ := strings.Cut(l.Source.Name, " ")
	switch {
	case source != "github.com/rancher/image-mirror" && !isApplied(l.Source.Rule):
		return nil, fs.ErrNotExist
	case strings.HasPrefix(l.Source.Name, "endoflife-date/release-data "):
		_, rest, _ := strings.Cut(l.Source.Name, " ")
		file, _, _ := strings.Cut(rest, " ")
		data, err := fs.ReadFile(sources, path.Join(releaseData, file))
		if err != nil {
			return nil, err
		}
		versions, err := parseReleaseData(data)
		return renamed(versions, l.Source.Rule), err
	case source == "github.com/rancher/image-mirror":
		tags, ok := mirrored[l.Images[0].Name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		out := map[string]catalog.Month{}
		for _, t := range tags {
			out[t] = 0
		}
		return out, nil
	case strings.HasPrefix(source, "github.com/") && strings.HasSuffix(l.Source.Name, " git tags"):
		data, err := fs.ReadFile(sources, path.Join(lsRemote, strings.ReplaceAll(strings.TrimPrefix(source, "github.com/"), "/", "+")))
		if err != nil {
			return nil, err
		}
		out := map[string]catalog.Month{}
		for _, t := range parseLsRemote(data) {
			out[t] = 0
		}
		return renamed(out, l.Source.Rule), nil
	}
	return nil, fs.ErrNotExist
}

// isApplied reports whether renamed implements a rule. Lists with other rules are maintained by hand.
func isApplied(rule string) bool {
	rule, _, _ = narrowed(rule)
	switch rule {
	case "git tag as it is", "version as it is", "git tag without leading v", "v + version", "git tag RELEASE.*":
		return true
	}
	return strings.HasPrefix(rule, "pre:")
}

// narrowed splits off the end of a rule for two images that share the releases of a project: ", only 1." or ", without 1.".
func narrowed(rule string) (base, only, without string) {
	base, only, _ = strings.Cut(rule, ", only ")
	base, without, _ = strings.Cut(base, ", without ")
	return base, only, without
}

// renamed converts release names to image tags by the rule of a list.
func renamed(names map[string]catalog.Month, rule string) map[string]catalog.Month {
	rule, only, without := narrowed(rule)
	out := map[string]catalog.Month{}
	for name, month := range names {
		tag, ok := name, true
		switch rule {
		case "git tag as it is", "version as it is":
		case "git tag without leading v":
			tag = strings.TrimPrefix(name, "v")
		case "v + version":
			tag = "v" + name
		case "git tag RELEASE.*":
			ok = strings.HasPrefix(name, "RELEASE.")
		default:
			prefix, is := strings.CutPrefix(rule, "pre:")
			tag, ok = strings.CutPrefix(name, prefix)
			ok = ok && is
		}
		if ok && tag != "" && strings.HasPrefix(tag, only) && (without == "" || !strings.HasPrefix(tag, without)) {
			out[tag] = month
		}
	}
	return out
}

// parseLsRemote returns the tag names in the output of git ls-remote --tags.
func parseLsRemote(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		_, ref, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if name, is := strings.CutPrefix(ref, "refs/tags/"); ok && is && !strings.HasSuffix(name, "^{}") {
			out = append(out, name)
		}
	}
	return out
}

// parseReleaseData returns the versions of a product with the month of each.
func parseReleaseData(data []byte) (map[string]catalog.Month, error) {
	var product struct {
		Versions map[string]struct{ Date string }
	}
	if err := json.Unmarshal(data, &product); err != nil {
		return nil, fmt.Errorf("read release data: %w", err)
	}
	out := map[string]catalog.Month{}
	for name, v := range product.Versions {
		t, err := time.Parse(time.DateOnly, v.Date)
		if err != nil {
			return nil, fmt.Errorf("read release data: version %q: %w", name, err)
		}
		out[name] = catalog.DayOf(t).Month()
	}
	return out, nil
}

// promotedImages reads the manifests of the registry.k8s.io promoter: the digest of each tag, by image.
func promotedImages(sources fs.FS) (map[string]map[string]string, error) {
	files, err := fs.Glob(sources, promoter+"/registry.k8s.io/images/*/images.yaml")
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]string{}
	for _, file := range files {
		data, err := fs.ReadFile(sources, file)
		if err != nil {
			return nil, err
		}
		folders, err := promotedFolders(sources, path.Base(path.Dir(file)))
		if err != nil {
			return nil, err
		}
		for name, tags := range parseImages(data) {
			for _, folder := range folders {
				out["registry.k8s.io/"+path.Join(folder, name)] = tags
			}
		}
	}
	return out, nil
}

// promotedFolders returns the registry folders for the images of a project: the part after "images" in its manifest, which is the same for each region.
func promotedFolders(sources fs.FS, project string) ([]string, error) {
	data, err := fs.ReadFile(sources, path.Join(promoter, "registry.k8s.io/manifests", project, "promoter-manifest.yaml"))
	if err != nil {
		return nil, err
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "- name: ")
		_, folder, is := strings.Cut(name, "k8s-artifacts-prod")
		folder = strings.Trim(folder, "/")
		if folder == "images" || strings.HasPrefix(folder, "images/") {
			folder = strings.Trim(strings.TrimPrefix(folder, "images"), "/")
		}
		if ok && is && !slices.Contains(out, folder) {
			out = append(out, folder)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the promoter's manifest of %s names no registry", project)
	}
	return out, nil
}

// parseImages parses a promoter file: a list of names, each with a mapping of digests to tags. It only supports this format.
func parseImages(text []byte) map[string]map[string]string {
	out := map[string]map[string]string{}
	var tags map[string]string
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if name, ok := strings.CutPrefix(line, "- name: "); ok {
			tags = map[string]string{}
			out[strings.Trim(name, `"'`)] = tags
			continue
		}
		digest, list, ok := strings.Cut(line, ": [")
		digest = strings.Trim(digest, `"'`)
		if !ok || tags == nil || !strings.HasPrefix(digest, "sha256:") {
			continue
		}
		list, _, _ = strings.Cut(list, "]")
		for tag := range strings.SplitSeq(list, ",") {
			if tag = strings.Trim(strings.TrimSpace(tag), `"'`); isTag(tag) {
				tags[tag] = digest
			}
		}
	}
	return out
}

// withoutPromoted removes images from a list if the promoter knows all their tags. They get their own lists, with the known months.
func withoutPromoted(l *catalog.List, promoted map[string]map[string]string, out *Refreshed, day catalog.Day) catalog.List {
	rest := *l
	rest.Images = nil
	for _, im := range l.Images {
		tags, ok := promoted[im.Name]
		if !ok {
			rest.Images = append(rest.Images, im)
			continue
		}
		out.Lists = append(out.Lists, promotedList(im.Name, tags, l.Tags, day))
	}
	return rest
}

// promotedList returns the complete list of an image of registry.k8s.io.
func promotedList(name string, tags map[string]string, before []catalog.Tag, day catalog.Day) catalog.List {
	l := catalog.List{
		Images: []catalog.ListImage{{Name: name}}, Kind: catalog.Complete,
		Source: catalog.Source{Name: "github.com/kubernetes/k8s.io registry.k8s.io/images", Day: day},
	}
	first := map[string]catalog.Month{}
	for _, t := range before {
		first[t.Name] = t.First
	}
	names := make([]string, 0, len(tags))
	for tag := range tags {
		names = append(names, tag)
	}
	slices.Sort(names)
	for _, tag := range names {
		month, known := first[tag]
		if !known && len(before) > 0 {
			month = day.Month()
		}
		l.Tags = append(l.Tags, catalog.Tag{Name: tag, First: month, Digest: tags[tag]})
	}
	return l
}

// mirroredImages returns the mirrored tags, from the old list and from the file that replaced it.
func mirroredImages(sources fs.FS) (map[string][]string, error) {
	out := map[string][]string{}
	for name, parse := range map[string]func([]byte, map[string][]string){"images-list": parseImagesList, "regsync.yaml": parseRegsync, "regsync-daily.yaml": parseRegsync} {
		data, err := fs.ReadFile(sources, path.Join(imageMirror, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			parse(data, out)
		}
	}
	for _, tags := range out {
		slices.Sort(tags)
	}
	return out, nil
}

// parseImagesList parses lines of source, target and tag.
func parseImagesList(text []byte, out map[string][]string) {
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && !strings.HasPrefix(f[0], "#") && isTag(f[2]) {
			name := "docker.io/" + strings.TrimPrefix(f[1], "docker.io/")
			out[name] = append(out[name], f[2])
		}
	}
}

// parseRegsync parses the targets of a regsync file, which are images with tags.
func parseRegsync(text []byte, out map[string][]string) {
	for line := range strings.Lines(string(text)) {
		target, ok := strings.CutPrefix(strings.TrimSpace(line), "target: ")
		i := strings.LastIndexByte(target, ':')
		if !ok || i < strings.LastIndexByte(target, '/') || !isTag(target[i+1:]) {
			continue
		}
		name := target[:i]
		if host, _, _ := strings.Cut(name, "/"); !strings.Contains(host, ".") {
			name = "docker.io/" + name
		}
		out[name] = append(out[name], target[i+1:])
	}
}
