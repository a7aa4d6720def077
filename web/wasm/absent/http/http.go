// Package http stands in place of net/http where kustomize's library is built for a browser: it has the names that the library uses, and no network.
package http

import (
	"context"
	"errors"
	"io"
)

// What the library names.
const (
	MethodGet = "GET"
	StatusOK  = 200
)

// ErrAbsent is the error of every request.
var ErrAbsent = errors.New("there is no network here")

// DefaultClient sends nothing.
var DefaultClient = &Client{}

// Client sends nothing.
type Client struct{}

// Header is what a request or an answer would have.
type Header map[string][]string

// Set keeps nothing.
func (Header) Set(string, string) {}

// Add keeps nothing.
func (Header) Add(string, string) {}

// Get is empty.
func (Header) Get(string) string { return "" }

// Request is one that is never sent.
type Request struct{ Header Header }

// SetBasicAuth keeps nothing.
func (*Request) SetBasicAuth(string, string) {}

// Response is one that never comes.
type Response struct {
	Status     string
	StatusCode int
	Header     Header
	Body       io.ReadCloser
}

// StatusText is empty.
func StatusText(int) string { return "" }

// Get fails.
func Get(string) (*Response, error) { return nil, ErrAbsent }

// NewRequestWithContext fails.
func NewRequestWithContext(context.Context, string, string, io.Reader) (*Request, error) {
	return nil, ErrAbsent
}

// Get fails.
func (*Client) Get(string) (*Response, error) { return nil, ErrAbsent }

// Do fails.
func (*Client) Do(*Request) (*Response, error) { return nil, ErrAbsent }
