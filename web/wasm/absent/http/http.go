// Package http replaces net/http when kustomize is built for the browser. It declares the names that kustomize uses,
// and has no network.
package http

import (
	"context"
	"errors"
	"io"
)

// Constants that kustomize uses.
const (
	MethodGet = "GET"
	StatusOK  = 200
)

// ErrAbsent is returned for every request.
var ErrAbsent = errors.New("there is no network here")

// DefaultClient fails every request.
var DefaultClient = &Client{}

// Client fails every request.
type Client struct{}

// Header is an empty header.
type Header map[string][]string

// Set does nothing.
func (Header) Set(string, string) {}

// Add does nothing.
func (Header) Add(string, string) {}

// Get returns "".
func (Header) Get(string) string { return "" }

// Request is a request that cannot be sent.
type Request struct{ Header Header }

// SetBasicAuth does nothing.
func (*Request) SetBasicAuth(string, string) {}

// Response is the type of responses; none is ever returned.
type Response struct {
	Status     string
	StatusCode int
	Header     Header
	Body       io.ReadCloser
}

// StatusText returns "".
func StatusText(int) string { return "" }

// Get returns ErrAbsent.
func Get(string) (*Response, error) { return nil, ErrAbsent }

// NewRequestWithContext returns ErrAbsent.
func NewRequestWithContext(context.Context, string, string, io.Reader) (*Request, error) {
	return nil, ErrAbsent
}

// Get returns ErrAbsent.
func (*Client) Get(string) (*Response, error) { return nil, ErrAbsent }

// Do returns ErrAbsent.
func (*Client) Do(*Request) (*Response, error) { return nil, ErrAbsent }
