package resources

import "strings"

// An entry is a row of the table. It consists of constants, so that the program starts without
// building anything.
type entry struct {
	group, kind string
	flags       uint8
	data        string // lines of a letter, a space and a value; the generator has the letters too
}

const (
	flagBuiltin uint8 = 1 << iota
	flagRemote
	flagSkip
	flagComplete // the opposite of Kind.Patch, because most kinds are not patches
	flagUnverified
	flagClosed
	flagFetched
)

// decode reads a row. It panics if the row is broken; a test reads all rows.
func (e *entry) decode() *Kind {
	k := &Kind{
		Group: e.group, Kind: e.kind,
		Builtin: e.flags&flagBuiltin != 0,
		Remote:  e.flags&flagRemote != 0,
		Skip:    e.flags&flagSkip != 0,
		Patch:   e.flags&flagComplete == 0,

		Unverified: e.flags&flagUnverified != 0,
		Closed:     e.flags&flagClosed != 0,
		Fetched:    e.flags&flagFetched != 0,
	}
	for line := range strings.SplitSeq(e.data, "\n") {
		if line != "" {
			k.add(line[0], line[2:])
		}
	}
	return k
}

func (k *Kind) add(letter byte, value string) {
	switch letter {
	case 'i':
		k.Images = append(k.Images, mustParse(value))
	case 'u':
		k.Untagged = append(k.Untagged, mustParse(value))
	case 'm':
		k.Mirrored = append(k.Mirrored, mustParse(value))
	case 'f':
		k.Parts = append(k.Parts, mustParse(value))
	case 'o':
		k.ImageObjects = append(k.ImageObjects, mustParseObject(value))
	case 'q':
		k.Partial = append(k.Partial, mustParseObject(value))
	case 'p':
		k.PodSpecs = append(k.PodSpecs, mustParse(value))
	case 'c':
		k.Containers = append(k.Containers, mustParse(value))
	case 'v':
		k.Volumes = append(k.Volumes, mustParse(value))
	case '0', '1', '2', '3', '4':
		k.PullSecrets = append(k.PullSecrets, PullSecret{Path: mustParse(value), Shape: Shape(letter - '0')})
	case 'a':
		k.ServiceAccounts = append(k.ServiceAccounts, mustParse(value))
	case 'e':
		k.Embedded = append(k.Embedded, mustParse(value))
	case 'w':
		k.Values = append(k.Values, mustParse(value))
	case 'r':
		k.NotRun = append(k.NotRun, mustParse(value))
	case 'n':
		k.NotImage = append(k.NotImage, mustParse(value))
	case 'h':
		k.Placeholders = append(k.Placeholders, value)
	default:
		panic("resources: table has the unknown letter " + string(letter))
	}
}

func mustParse(s string) Path {
	p, err := ParsePath(s)
	if err != nil {
		panic("resources: table: " + err.Error())
	}
	return p
}

// mustParseObject reads a path and, in braces, the parts of a reference: "spec.image{repository,tag=version}" is a map under
// spec.image, whose key repository holds the repository and whose key version holds the tag.
func mustParseObject(s string) ImageObject {
	path, parts, _ := strings.Cut(strings.TrimSuffix(s, "}"), "{")
	o := ImageObject{Path: mustParse(path)}
	for part := range strings.SplitSeq(parts, ",") {
		role, key, renamed := strings.Cut(part, "=")
		if !renamed {
			key = role
		}
		*o.part(role) = mustParse(key)
	}
	return o
}

func (o *ImageObject) part(role string) *Path {
	switch role {
	case "registry":
		return &o.Registry
	case "repository":
		return &o.Repository
	case "name":
		return &o.Name
	case "tag":
		return &o.Tag
	case "digest":
		return &o.Digest
	case "version":
		return &o.Version
	case "url":
		return &o.URL
	case "reference":
		return &o.Reference
	default:
		panic("resources: table has the unknown part " + role)
	}
}
