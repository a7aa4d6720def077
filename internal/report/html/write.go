package html

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strconv"
	"sync"
)

// MaxBytes limits the size of a page's findings, so that a browser on a phone can still filter them. The
// first finding is always included.
const MaxBytes = 8 << 20

var (
	//go:embed page.tmpl
	pageText string
	//go:embed style.css
	style string
	//go:embed script.js
	script string
)

// parsed is the template, parsed on first use: most runs write no page.
var parsed = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own, and the policy of the page names its hash
		"script": func() template.JS { return template.JS(script) },  //nolint:gosec // the same
		"policy": policy,
		"bar":    bar,
		"draw":   draw,
		"count":  Counted,
	}).Parse(pageText)
})

// policy returns the content security policy: only this style and this script; no images, frames, forms or
// requests.
func policy() string {
	return "default-src 'none'; style-src '" + hash(style) + "'; script-src '" + hash(script) + "'; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Counted returns a number with its noun: "1 image", "2 images".
func Counted(n int, one, few string) string {
	if n == 1 {
		few = one
	}
	return strconv.Itoa(n) + " " + few
}

// numbered is a finding with its number on the page.
type numbered struct {
	Number int
	Finding
}

// Write writes the page. It holds one finding in memory at a time.
func Write(w io.Writer, p *Page) error {
	t, err := parsed()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	if err := t.ExecuteTemplate(out, "top", p); err != nil {
		return err
	}
	var one bytes.Buffer
	room, n := MaxBytes, 0
	for f := range p.Findings {
		one.Reset()
		if err := t.ExecuteTemplate(&one, "finding", numbered{n + 1, f}); err != nil {
			return err
		}
		if room -= one.Len(); room < 0 && n > 0 {
			break
		}
		n++
		if _, err := one.WriteTo(out); err != nil {
			return err
		}
	}
	rest := struct {
		*Page
		Left int
	}{p, p.Total - n}
	if err := t.ExecuteTemplate(out, "bottom", rest); err != nil {
		return err
	}
	return out.Flush()
}
