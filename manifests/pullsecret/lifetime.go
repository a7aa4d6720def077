package pullsecret

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
)

// Lifetime is what a credential itself says about its validity. Nothing is verified, and
// no clock is read: the caller decides whether it has expired.
type Lifetime struct {
	// ShortLived reports whether such credentials are valid for at most a day, so that a
	// Secret in a manifest soon becomes stale.
	ShortLived bool
	// Kind names the credential, as in "ECR authorization token". It is "" if the content
	// does not tell, as for passwords.
	Kind string
	// Expires is when it ends, in UTC, or zero if unknown.
	Expires time.Time
	// Issued is when it was created, in UTC, or zero if unknown.
	Issued time.Time
	// Valid is how long such credentials last from their creation. It is zero if that is
	// unknown or if they last until something else ends.
	Valid time.Duration
}

// shortLived is the maximum validity of short-lived credentials.
const shortLived = 24 * time.Hour

// Lifetime returns what username and password say about their validity. The zero Lifetime
// means nothing is known.
func (c Credential) Lifetime() Lifetime {
	username, password := c.Login()
	token, isToken := readJWT(password)
	if t, ok := registries.UserToken(username); ok {
		lifetime := Lifetime{ShortLived: t.Short, Kind: t.Kind, Valid: t.Valid}
		switch {
		case username == "AWS":
			lifetime.Expires = ecrExpiry(password)
		case isToken:
			lifetime.Expires, lifetime.Issued = token.Expires, token.Issued
			if token.Valid > 0 {
				lifetime.Valid = token.Valid
			}
		}
		return lifetime
	}
	if t, ok := registries.PasswordToken(password); ok {
		return Lifetime{ShortLived: t.Short, Kind: t.Kind, Valid: t.Valid}
	}
	if isToken {
		return token
	}
	return Lifetime{}
}

// EndsBy returns the latest time at which a short-lived credential without a date ends, if it was stored at a time; zero if
// the credential has a date, or its validity is not known.
func (l Lifetime) EndsBy(stored time.Time) time.Time {
	if !l.ShortLived || l.Valid <= 0 || !l.Expires.IsZero() || stored.IsZero() {
		return time.Time{}
	}
	return stored.Add(l.Valid)
}

// ecrExpiry reads the expiry of an ECR authorization token, which is base64
// around JSON with "expiration" in Unix seconds.
func ecrExpiry(password string) time.Time {
	payload, ok := decodeBase64(password)
	if !ok {
		return time.Time{}
	}
	var token struct {
		Expiration json.RawMessage `json:"expiration"`
	}
	if err := json.Unmarshal(payload, &token); err != nil {
		return time.Time{}
	}
	return unixTime(token.Expiration)
}

// readJWT reads the times of a JSON Web Token (RFC 7519) without verifying it.
func readJWT(password string) (Lifetime, bool) {
	header, rest, ok := strings.Cut(password, ".")
	if !ok || !strings.HasPrefix(header, "eyJ") { // base64 of `{"`
		return Lifetime{}, false
	}
	body, _, ok := strings.Cut(rest, ".")
	if !ok {
		return Lifetime{}, false
	}
	payload, ok := decodeBase64(body)
	if !ok {
		return Lifetime{}, false
	}
	var claims map[string]json.RawMessage
	if err := json.Unmarshal(payload, &claims); err != nil {
		return Lifetime{}, false
	}
	lifetime := Lifetime{Kind: "JSON Web Token", Expires: unixTime(claims["exp"]), Issued: unixTime(claims["iat"])}
	if _, ok := claims["kubernetes.io"]; ok || bytes.Equal(claims["iss"], []byte(`"kubernetes/serviceaccount"`)) {
		lifetime.Kind = "Kubernetes service account token"
	}
	if !lifetime.Expires.IsZero() && lifetime.Expires.After(lifetime.Issued) && !lifetime.Issued.IsZero() {
		lifetime.Valid = lifetime.Expires.Sub(lifetime.Issued)
		lifetime.ShortLived = lifetime.Valid <= shortLived
	}
	return lifetime, true
}

// unixTime reads a number of seconds since 1970, which may be quoted. It returns the zero
// time for anything that is not a time before the year 10000.
func unixTime(raw json.RawMessage) time.Time {
	const year10000 = 253402300800
	seconds, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || !(seconds >= 1 && seconds < year10000) {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
