package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
)

// template renders a chart.
func (r *Renderer) template(ctx context.Context, o *Output) {
	c, err := loadChart(o.Path)
	if err != nil {
		o.failed(err)
		return
	}
	o.chart = c
	if c.isLibrary() {
		o.fail(manifests.SkipLibrary, nil)
		return
	}
	if err := c.lacking(0); err != nil {
		o.failed(err)
		return
	}
	var values *value
	if len(c.absent) > 0 {
		values = o.values()
		o.omitted = c.left(values)
	}
	res, err := r.helmTemplate(ctx, o, nil, nil)
	if url := remoteSchema(err); url != "" && r.skipsSchema() {
		o.unvalidated = true
		if res, err = r.helmTemplate(ctx, o, nil, nil); err == nil {
			o.omitted = append(o.omitted, Omitted{Path: o.Path, Why: fmt.Sprintf("its values are not validated: its schema refers to %s, which is not fetched", url)})
		}
	}
	if lacks := c.incomplete(values); len(lacks) > 0 && (err != nil || len(bytes.TrimSpace(res)) == 0) && ctx.Err() == nil && !errors.Is(err, ErrNoEngine) {
		o.omitted = nil
		o.failed(fmt.Errorf("its %s not in charts/: run helm dependency build %s", dependencies(lacks, ""), o.Path))
		return
	}
	if err != nil {
		o.failed(err)
		return
	}
	o.Data, o.first = res, o.spent
}

// addressIn matches the URL in helm's error about a schema that it cannot load.
var addressIn = lazy(`https?://[^\s"'#]+`)

// remoteSchema returns the URL that a schema refers to, if that is why helm rejected the values.
func remoteSchema(err error) string {
	var said *engineError
	if !errors.As(err, &said) || !strings.Contains(said.text, "schema") {
		return ""
	}
	for _, sign := range []string{"failing loading", "dial tcp", "proxyconnect", "Could not read schema"} {
		if strings.Contains(said.text, sign) {
			return strings.TrimRight(addressIn().FindString(said.text), ":,")
		}
	}
	return ""
}

// helmTemplate runs helm template with additional values files and --set-string arguments.
func (r *Renderer) helmTemplate(ctx context.Context, o *Output, values, setString []string) ([]byte, error) {
	if err := r.known(ctx, &r.helm); err != nil {
		return nil, err
	}
	folder, remove, err := o.folder()
	if err != nil {
		return nil, err
	}
	defer remove()
	inside, removeInside, err := o.inside()
	if err != nil {
		return nil, err
	}
	defer removeInside()
	args, err := helmArgs(o, folder, inside, values, setString)
	if err != nil {
		return nil, err
	}
	if (o.unvalidated || len(values)+len(setString) > 0) && r.skipsSchema() {
		args = slices.Insert(args, 1, "--skip-schema-validation") // the schema does not affect which fields a value ends up in
	}
	began := time.Now() //nolint:forbidigo // measures how long a program runs
	res, err := r.run(ctx, &r.helm, o.remaining(r.opts.Timeout), args...)
	o.spent += time.Since(began) //nolint:forbidigo // the same
	if said := (*engineError)(nil); errors.As(err, &said) {
		for i, f := range inside {
			said.text = strings.ReplaceAll(said.text, f, join(o.Path, o.Inside[i]))
		}
		said.text = strings.ReplaceAll(said.text, folder, o.Path)
	}
	if err != nil {
		return nil, err
	}
	return res.out, nil
}

// helmArgs returns the arguments of helm template, with absolute file names.
func helmArgs(o *Output, folder string, inside, values, setString []string) ([]string, error) {
	release := o.Release
	if release == "" {
		release = "release-name" // helm's own default
	}
	args := []string{"template", "--include-crds"}
	for _, f := range append(inside, o.Values...) {
		abs, err := absolute(f)
		if err != nil {
			return nil, err
		}
		args = append(args, "--values", abs)
	}
	for _, f := range values {
		args = append(args, "--values", f)
	}
	for _, s := range o.Set {
		args = append(args, "--set", s)
	}
	for _, s := range append(o.SetString[:len(o.SetString):len(o.SetString)], setString...) {
		args = append(args, "--set-string", s)
	}
	if o.Namespace != "" {
		args = append(args, "--namespace", o.Namespace)
	}
	if o.KubeVersion != "" {
		args = append(args, "--kube-version", o.KubeVersion)
	}
	for _, a := range o.APIVersions {
		args = append(args, "--api-versions", a)
	}
	return append(args, "--", release, folder), nil
}

// skipsSchema reports whether helm has the flag --skip-schema-validation, added in 3.16.
func (r *Renderer) skipsSchema() bool {
	major, minor := r.helmVersion()
	return major > 3 || major == 3 && minor >= 16
}

// helmVersion returns helm's version as known read it; zero if unknown.
func (r *Renderer) helmVersion() (major, minor int) {
	parts := strings.SplitN(strings.TrimPrefix(r.helm.version, "v"), ".", 3)
	if len(parts) < 2 {
		return 0, 0
	}
	major, _ = strconv.Atoi(parts[0]) // zero if not a number
	minor, _ = strconv.Atoi(strings.TrimRight(parts[1], "+"))
	return major, minor
}

// writeTemp writes a temporary file for an engine, and returns its name and a func that removes it.
func writeTemp(pattern string, data []byte) (name string, remove func(), err error) {
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary file: %w", err)
	}
	remove = func() { _ = os.Remove(f.Name()) } // leftover temporary files are harmless
	if _, err := f.Write(data); err != nil {
		_ = f.Close() // the first error counts
		remove()
		return "", nil, fmt.Errorf("write a temporary file: %w", err)
	}
	if err := f.Close(); err != nil {
		remove()
		return "", nil, fmt.Errorf("write a temporary file: %w", err)
	}
	return f.Name(), remove, nil
}
