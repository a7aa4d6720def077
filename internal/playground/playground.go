// Package playground answers a web page: texts go in, and what imagelint finds in them comes out as JSON, with places as the page's editor counts
// them. It knows no browser; all that it says is the engine's and the reports'.
package playground

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// configName is the file that holds the settings, at the top.
const configName = ".imagelint.yaml"

// mostFindings is how many findings of a rule a page lists.
const mostFindings = 200

// Playground lints one state of the files after the other. It is not safe for concurrent use. The zero value has seen nothing yet.
type Playground struct {
	engine engine.Engine
	seen   map[string]version
	states int64
	// Now tells the time, by which credentials have expired; nil for time.Now.
	Now func() time.Time
}

// version is a text and the state of the files in which it came.
type version struct {
	text  string
	since time.Time
}

// File is a text with the path that it stands for.
type File struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Request is what the page asks.
type Request struct {
	Files []File `json:"files"`
}

// Answer is what it is told.
type Answer struct {
	// Report is the report in the format json, Places has where its findings are, one by one.
	Report json.RawMessage `json:"report"`
	Places []Places        `json:"places"`
	// Pulls is the plan in the format json, Images are where its images are written, one by one.
	Pulls  json.RawMessage `json:"pulls"`
	Images []Image         `json:"images"`
	// Notes are what the page cannot do of what the files ask for.
	Notes []string `json:"notes"`
}

// Place is a stretch of a file, in UTF-16 code units.
type Place struct {
	File string `json:"file"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// Places are those of a finding.
type Places struct {
	Place
	Related []Place `json:"related"`
	Edits   []Place `json:"edits"`
}

// Image is a place with what there is to say of the image there.
type Image struct {
	Place
	// Known is a word of rules.Known, Text the pull plan.
	Known string `json:"known"`
	Text  string `json:"text"`
}

// JSON answers a request that is JSON. An error has the answer {"error":"..."}.
func (p *Playground) JSON(request []byte) []byte {
	var req Request
	if err := json.Unmarshal(request, &req); err != nil {
		return failure(fmt.Errorf("read the request: %w", err))
	}
	answer, err := p.Lint(context.Background(), req)
	if err != nil {
		return failure(err)
	}
	out, err := json.Marshal(answer)
	if err != nil {
		return failure(err)
	}
	return out
}

func failure(err error) []byte {
	out, marshalErr := json.Marshal(map[string]string{"error": err.Error()})
	if marshalErr != nil {
		return []byte(`{"error":"the answer cannot be written"}`)
	}
	return out
}

// Lint answers a request.
func (p *Playground) Lint(ctx context.Context, req Request) (*Answer, error) {
	out := &Answer{Places: []Places{}, Images: []Image{}, Notes: []string{}}
	cfg, err := settings(req)
	if err != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("%s is not used: %v", configName, err))
		cfg = &config.Config{}
	}
	if len(cfg.Policies) > 0 {
		out.Notes = append(out.Notes, "policies of "+configName+" are not checked on this page")
	}
	all, now := rules.All(), p.now()
	linter := lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly),
		MaxFindings: cmp.Or(cfg.MaxFindings.Or(mostFindings), mostFindings),
		Settings:    cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	linter.Settings.KnownSecrets, linter.Settings.Overrides = cfg.KnownSecrets, cfg.ForFiles(all)
	loaded, err := p.engine.Load(ctx, engine.Request{
		Paths: []string{"."}, Files: p.files(req.Files), Config: cfg, Linter: linter, Status: engine.StatusRecognized,
		Render: engine.Render{BuildHere: true},
	})
	if err != nil {
		return nil, err
	}
	response, err := loaded.Lint(ctx)
	if err != nil {
		return nil, err
	}
	t := newTexts(req.Files)
	var b bytes.Buffer
	write, err := report.Lookup("json")
	if err == nil {
		err = write(&b, report.Report{Result: response.Result, Set: response.Set, Rules: all, RunErrors: response.Errors, FailOn: lint.Error}, report.Options{})
	}
	if err != nil {
		return nil, err
	}
	out.Report = b.Bytes()
	for i := range response.Result.Findings {
		out.Places = append(out.Places, t.places(&response.Result.Findings[i]))
	}
	loaded.TraceOrigins(ctx)
	return out, out.pulls(loaded, t, now)
}

// pulls tells how each image is pulled.
func (a *Answer) pulls(loaded *engine.Loaded, t texts, now time.Time) error {
	plans, _ := inventory.Pulls(loaded, inventory.PullChoice{}, now)
	var b bytes.Buffer
	if err := report.Pulls(&b, "json", plans, report.Options{}); err != nil {
		return err
	}
	a.Pulls = b.Bytes()
	known := rules.Known(catalog.Builtin())
	for i := range plans.Pulls {
		pull := plans.Pulls[i : i+1]
		var text bytes.Buffer
		if err := report.Pulls(&text, "text", report.PullReport{Pulls: pull, Total: 1, Whole: true}, report.Options{}); err != nil {
			return err
		}
		a.Images = append(a.Images, Image{t.place(pull[0].Image.Span), known(pull[0].Image), plan(text.String())})
	}
	return nil
}

// plan is the text of one plan, without the summary above it and the place, which the page shows.
func plan(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "  "); ok {
			out.WriteString(rest)
		}
	}
	return out.String()
}

func (p *Playground) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now() //nolint:forbidigo // the page's clock
}

// settings are those of the file that has the name for it.
func settings(req Request) (*config.Config, error) {
	for _, f := range req.Files {
		if f.Name == configName {
			return config.Parse(configName, []byte(f.Text), rules.All())
		}
	}
	return &config.Config{}, nil
}

// files are the texts as files. One that has not changed has the time that it had, so that it is not read again.
func (p *Playground) files(all []File) files.FS {
	p.states++
	seen := make(map[string]version, len(all))
	entries := make([]files.Entry, 0, len(all))
	for _, f := range all {
		v, ok := p.seen[f.Name]
		if !ok || v.text != f.Text {
			v = version{f.Text, time.Unix(p.states, 0)}
		}
		seen[f.Name] = v
		entries = append(entries, files.Entry{
			Path: f.Name, Size: int64(len(f.Text)), Modified: v.since,
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte(f.Text))), nil },
		})
	}
	p.seen = seen
	return files.NewListing("/", nil, entries)
}
