package pullsecret

import "fmt"

// Stage is the cluster component that rejects a payload.
type Stage int

const (
	// APIServer rejects the Secret when it is applied.
	APIServer Stage = iota + 1
	// Kubelet fails every pull of every pod that names the Secret, including those of
	// public images.
	Kubelet
)

// String returns "API server" or "kubelet".
func (s Stage) String() string {
	switch s {
	case APIServer:
		return "API server"
	case Kubelet:
		return "kubelet"
	}
	return "no stage"
}

// Problem is a defect of a payload.
type Problem int

// Problems that the API server rejects, followed by those that the kubelet rejects.
const (
	// NotJSON: the payload is not JSON text, and none of the next four.
	NotJSON Problem = iota + 1
	// Empty: the payload is empty or blank.
	Empty
	// DoubleBase64: the payload is base64 text around the JSON.
	DoubleBase64
	// ByteOrderMark: the payload begins with a byte order mark, of UTF-8 or UTF-16.
	ByteOrderMark
	// NotObject: the payload is JSON, but neither an object nor null.
	NotObject
	// DoubleJSON: the payload is a JSON string around the JSON.
	DoubleJSON
	// NumberRange: a number somewhere in the payload is out of range for float64.
	NumberRange
	// AuthsNotObject: "auths" is neither an object nor null.
	AuthsNotObject
	// EntryNotObject: the entry of a registry is neither an object nor null.
	EntryNotObject
	// WrongFieldType: username, password, email or auth is neither a string nor null.
	WrongFieldType
	// AuthBase64: "auth" is not base64 in the standard alphabet.
	AuthBase64
	// AuthNoColon: "auth" is base64, but has no colon between username and password.
	AuthNoColon
	// HTTPHeaders: "HttpHeaders" is not an object of strings.
	HTTPHeaders
)

// String describes the problem in a few words that follow the name of the payload: "is
// not JSON".
func (p Problem) String() string {
	switch p {
	case NotJSON:
		return "is not JSON"
	case Empty:
		return "is empty"
	case DoubleBase64:
		return "is base64 twice over"
	case ByteOrderMark:
		return "begins with a byte order mark"
	case NotObject:
		return "is not a JSON object"
	case DoubleJSON:
		return "is a JSON string around the JSON"
	case NumberRange:
		return "has a number that is out of range"
	case AuthsNotObject:
		return `has "auths" that is not an object`
	case EntryNotObject:
		return "has an entry that is not an object"
	case WrongFieldType:
		return "has an entry with a field that is not a string"
	case AuthBase64:
		return `has an entry whose "auth" is not base64`
	case AuthNoColon:
		return `has an entry whose "auth" has no colon`
	case HTTPHeaders:
		return `has "HttpHeaders" that is not an object of strings`
	}
	return "has no problem"
}

// Malformed says why the cluster does not accept a payload. It contains no bytes of the
// payload except the registry's key, and the single character that the API server itself
// shows for a JSON syntax error.
type Malformed struct {
	Kind    Kind
	Stage   Stage
	Problem Problem
	// Key is the registry key with the defect, masked as in [Key].Written, or "" if the
	// whole payload is defective.
	Key string
	// Text is the cause in the cluster's own words, such as "illegal base64 data at input
	// byte 0".
	Text string
	// Offset is the byte in the payload where the defect is, or begins. It is -1 if there
	// is no such position.
	Offset int
}

// Error describes the problem, followed by the cluster's own text.
func (m *Malformed) Error() string {
	if m.Key != "" {
		return fmt.Sprintf("%s %v, at key %q: %s", m.Kind.DataKey(), m.Problem, m.Key, m.Text)
	}
	return fmt.Sprintf("%s %v: %s", m.Kind.DataKey(), m.Problem, m.Text)
}

// ClusterText returns what kubectl shows: the API server's field error with its own
// redaction, or the kubelet's text, which is the reason of the waiting container since
// 1.33, and before that the message of ErrImagePull.
func (m *Malformed) ClusterText() string {
	if m.Stage == APIServer {
		return fmt.Sprintf("data[%s]: Invalid value: \"<secret contents redacted>\": %s", m.Kind.DataKey(), m.Text)
	}
	return m.Text
}
