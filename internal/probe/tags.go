package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
)

const (
	maxTags     = 20000    // tags of a repository that are considered
	maxTagBytes = 32 << 20 // size of all lists that are kept at once
)

// listState is the result of requesting the tags.
type listState uint8

const (
	unlisted listState = iota // refused, or failed
	listed
	noRepository
)

type tagList struct {
	asked bool
	state listState
	tags  []string
	bytes int // memory used by the tags, as counted by room
}

func (l tagList) has(tag string) bool { return slices.Contains(l.tags, tag) }

// mayList reports whether the tags of a repository may be listed: as the pod, always; as the user, only if
// allowed.
func (p *Prober) mayList(s *session) bool { return !s.id.own || p.o.Login == LoginTags }

// tagList requests the tags of a repository, once. It reads one page, which costs one request.
func (p *Prober) tagList(ctx context.Context, s *session) tagList {
	select {
	case s.list <- struct{}{}:
		defer func() { <-s.list }()
	case <-ctx.Done():
		return tagList{}
	}
	if s.tags.asked {
		return s.tags
	}
	tags, _, err := p.exchange(s, kindTags, maxTagsBody).tags(ctx, firstPage)
	if err != nil && ctx.Err() != nil {
		return tagList{}
	}
	s.tags.asked = true
	switch {
	case err == nil:
		s.tags.state = listed
		if n, ok := p.room(tags); ok {
			s.tags.tags, s.tags.bytes = tags, n
		}
	case says(err, codeNameUnknown, "NOT_FOUND"):
		// A registry that knows the repository would list tags with status 200; a page outside the API
		// proves nothing.
		s.tags.state = noRepository
	}
	return s.tags
}

// room reserves memory to keep tags, and reports whether there is enough.
func (p *Prober) room(tags []string) (n int, ok bool) {
	for _, t := range tags {
		n += len(t) + 16
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tagBytes+n > maxTagBytes {
		return 0, false
	}
	p.tagBytes += n
	return n, true
}

// dropTags frees the memory of a list that is no longer needed.
func (p *Prober) dropTags(s *session) {
	s.list <- struct{}{}
	defer func() { <-s.list }()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tagBytes -= s.tags.bytes
	s.tags.tags, s.tags.bytes = nil, 0
}

// parseTags parses {"tags": [...]} as far as possible, even if it is truncated. ok is false if it is
// something else.
func parseTags(body []byte) (tags []string, ok bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		if name != "tags" {
			var skip json.RawMessage
			if d.Decode(&skip) != nil {
				return nil, false
			}
			continue
		}
		t, err := d.Token()
		if err != nil || t != json.Delim('[') {
			return nil, err == nil && t == nil
		}
		for d.More() && len(tags) < maxTags {
			var tag string
			if d.Decode(&tag) != nil {
				break
			}
			if isTag(tag) {
				tags = append(tags, tag)
			}
		}
		return tags, true
	}
	return nil, false
}

// isTag reports whether text from a registry is a valid tag.
func isTag(s string) bool {
	return s != "" && len(s) <= 128 && s[0] != '.' && s[0] != '-' &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}
