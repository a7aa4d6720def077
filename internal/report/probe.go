package report

import (
	"time"

	"github.com/imagelint-dev/imagelint/lint"
)

// jsonProbe is what registries were asked and what they answered.
type jsonProbe struct {
	As       string       `json:"as"`       // as whom the registries were asked
	Requests jsonRequests `json:"requests"` // number of requests
	Images   []jsonAsked  `json:"images"`   // every image asked about, including those that exist, sorted by image
}

type jsonRequests struct {
	Total  int `json:"total"`  // requests of all kinds
	Heads  int `json:"heads"`  // requests that check whether a manifest exists
	Gets   int `json:"gets"`   // manifests and configurations read
	Tokens int `json:"tokens"` // tokens fetched
	Lists  int `json:"lists"`  // tag lists read
	Cached int `json:"cached"` // answers cached by an earlier run
}

type jsonAsked struct {
	Image            string   `json:"image"`                      // the normalized reference
	As               string   `json:"as"`                         // as whom the registry was asked
	Secret           string   `json:"secret,omitempty"`           // the pull secret that was used, as NAMESPACE/NAME
	Login            bool     `json:"login,omitempty"`            // whether one of this machine's logins was used
	Platforms        []string `json:"platforms,omitempty"`        // the requested platforms
	MissingPlatforms []string `json:"missingPlatforms,omitempty"` // requested platforms for which the image does not exist
	Has              []string `json:"has,omitempty"`              // all platforms for which it exists, if the registry says so
	Status           string   `json:"status"`                     // the answer in a word; an image that lacks a platform is missing
	Answer           string   `json:"answer"`                     // the registry's answer
	HTTP             int      `json:"http,omitempty"`             // its HTTP status
	Detail           string   `json:"detail,omitempty"`           // details of the answer
	Said             string   `json:"said,omitempty"`             // the registry's message, if it says more
	You              string   `json:"you,omitempty"`              // the answer for your own logins, if "as" is denied
	Digest           string   `json:"digest,omitempty"`           // digest of the manifest
	Modified         string   `json:"modified,omitempty"`         // when it was pushed, if the registry says so (RFC 3339)
	NotImage         string   `json:"notImage,omitempty"`         // what it is, if not a container image
	Nearest          []string `json:"nearest"`                    // tags similar to the missing one, the nearest first
	Asked            int      `json:"asked,omitempty"`            // with --wait, how often the registry was asked about it
	Since            string   `json:"since,omitempty"`            // with --wait, when it was first asked (RFC 3339)
	Waited           int      `json:"waited,omitempty"`           // with --wait, how many seconds were waited
}

// newJSONProbe returns nil if nothing was to be asked.
func newJSONProbe(r Report) *jsonProbe {
	c := r.Probed
	if c == nil {
		return nil
	}
	p := &jsonProbe{
		As: c.As.String(), Images: make([]jsonAsked, 0, len(r.Result.Asked)),
		Requests: jsonRequests{c.Heads + c.Gets + c.Tokens + c.Lists, c.Heads, c.Gets, c.Tokens, c.Lists, c.Cached},
	}
	for i := range r.Result.Asked {
		p.Images = append(p.Images, newJSONAsked(&r.Result.Asked[i]))
	}
	return p
}

func newJSONAsked(one *lint.Asked) jsonAsked {
	a, pod := one.Answer, one.Answer.Pod
	j := jsonAsked{
		Image: one.Question.Ref.Canonical(), As: a.As.String(), Secret: pod.Secret, Login: pod.Login,
		Platforms: one.Question.Platforms, MissingPlatforms: one.Question.Lacking(a.Platforms), Has: a.Platforms,
		Answer: pod.Outcome.String(), HTTP: pod.Status, Detail: pod.Detail, Said: pod.RegistryMessage, Digest: pod.Digest, NotImage: a.NotImage,
		Nearest: append([]string{}, a.SimilarTags...), Asked: a.Asked, Waited: int(a.Waited.Round(time.Second).Seconds()),
	}
	j.Status = probeStatus(pod.Outcome)
	if len(j.MissingPlatforms) > 0 {
		j.Status = "missing"
	}
	if a.User.Outcome != lint.NotAsked && !a.Public {
		j.You = a.User.Outcome.String()
	}
	if !pod.Modified.IsZero() {
		j.Modified = pod.Modified.UTC().Format(time.RFC3339)
	}
	if a.Asked > 0 {
		j.Since = a.Since.UTC().Format(time.RFC3339)
	}
	return j
}

// probeStatus returns an outcome in one word.
func probeStatus(o lint.Outcome) string {
	switch o {
	case lint.NotAsked:
		return "not asked"
	case lint.Exists:
		return "there"
	case lint.TagMissing, lint.DigestMissing, lint.RepoMissing:
		return "missing"
	case lint.Denied, lint.Rejected:
		return "denied"
	default:
		return "unknown"
	}
}
