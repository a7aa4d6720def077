package registries

import "strings"

// shape is the form of the part of a host before the suffix of a family.
type shape uint8

const (
	shapeAny    shape = iota
	shapeLabel        // one label
	shapeECR          // 123456789012.dkr.ecr.us-east-1
	shapeACR          // myregistry, myregistry-hash, myregistry.westeurope.data
	shapeGAR          // us-central1-docker
	shapeOCIR         // fra, ocir.eu-frankfurt-1
	shapeICR          // us, private.de
	shapeAliyun       // registry.cn-hangzhou, team-registry-vpc.cn-beijing.cr
	shapeSWR          // swr.cn-north-4
)

// fits reports whether left, the part of a host before suffix, has the shape.
func (s shape) fits(left, suffix string) bool {
	first, rest, dotted := strings.Cut(left, ".")
	switch s {
	case shapeAny:
		return left != ""
	case shapeLabel:
		return all(left, isLabel)
	case shapeECR:
		registry, region, ok := cutECR(rest)
		if suffix == ".amazonaws.eu" && !isAWSRegion(region) {
			region = strings.TrimPrefix(region, "eu")
		}
		return ok && isAccount(first) && isAWSRegion(region) && isInChina(region) == strings.HasSuffix(suffix, ".cn") && strings.HasPrefix(registry, "dkr-") == strings.HasPrefix(suffix, ".on.")
	case shapeACR:
		name, hash, hashed := strings.Cut(first, "-")
		return len(name) >= 5 && len(name) <= 50 && all(name, isAlnum) && (!hashed || all(hash, isAlnum)) &&
			(!dotted || isACRRegional(rest))
	case shapeGAR:
		location, ok := strings.CutSuffix(left, "-docker")
		return ok && isGARLocation(location)
	case shapeOCIR:
		if suffix == ".ocir.io" {
			return all(left, isLabel)
		}
		return first == "ocir" && all(rest, isLabel)
	case shapeICR:
		region := left
		if first == "private" {
			region = rest
		}
		switch region {
		case "us", "uk", "de", "au", "jp", "jp2", "ca", "br", "es":
			return true
		}
		return left == "private"
	case shapeAliyun:
		if region, ok := strings.CutSuffix(rest, ".personal"); ok && suffix == ".cr.aliyuncs.com" {
			return strings.HasPrefix(first, "crpi-") && all(first, isLabel) && isAliyunRegion(region)
		}
		return isAliyunRegistry(first) && isAliyunRegion(rest)
	case shapeSWR:
		return first == "swr" && all(rest, isLabel)
	}
	return false
}

// cutECR splits "dkr.ecr.us-east-1" into the fixed part and the region. Dual-stack hosts use "dkr-ecr".
func cutECR(s string) (registry, region string, ok bool) {
	for _, p := range []string{"dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips."} {
		if region, ok = strings.CutPrefix(s, p); ok {
			return p, region, true
		}
	}
	return "", "", false
}

func isAccount(s string) bool { return len(s) == 12 && all(s, isDigit) }

// isInChina reports whether an AWS region is in China, where hosts have other domains.
func isInChina(region string) bool { return strings.HasPrefix(region, "cn-") }

// isAWSRegion reports whether s has the form of "us-east-1" or "us-gov-west-1", and no misspelled word.
func isAWSRegion(s string) bool {
	if !hasFormOfAWS(s) {
		return false
	}
	_, wrong := misspelledAWS(s)
	return !wrong
}

func hasFormOfAWS(s string) bool {
	first, rest, _ := strings.Cut(s, "-")
	i := strings.LastIndexByte(rest, '-')
	if i < 0 || len(first) != 2 || !all(first, isLower) || len(rest)-i != 2 || !isDigit(rest[i+1]) {
		return false
	}
	for part := range strings.SplitSeq(rest[:i], "-") {
		if !all(part, isLower) {
			return false
		}
	}
	return true
}

// isACRRegional reports whether s has the form of "westeurope.data" or "westeurope.geo", which regional endpoints add to the registry name.
func isACRRegional(s string) bool {
	region, kind, ok := strings.Cut(s, ".")
	return ok && (kind == "data" || kind == "geo") && all(region, isAlnum)
}

// isGARLocation reports whether s has the form of "us" or "europe-west2", and no misspelled word.
func isGARLocation(s string) bool {
	if !hasFormOfGAR(s) {
		return false
	}
	_, wrong := misspelledGAR(s)
	return !wrong
}

func hasFormOfGAR(s string) bool {
	area, zone, two := strings.Cut(s, "-")
	if !all(area, isLower) || !two {
		return all(area, isLower)
	}
	word := strings.TrimRight(zone, "0123456789")
	return word != zone && all(word, isLower)
}

func isAliyunRegistry(s string) bool {
	s = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "-internal"), "-vpc"), "-intl")
	return s == "registry" || strings.HasSuffix(s, "-registry") && all(s, isLabel)
}

// isAliyunRegion reports whether s has the form of "cn-hangzhou" or "ap-southeast-1".
func isAliyunRegion(s string) bool {
	area, rest, _ := strings.Cut(s, "-")
	city, number, numbered := strings.Cut(rest, "-")
	return all(area, isLower) && all(city, isLower) && (!numbered || len(number) == 1 && isDigit(number[0]))
}

func isAlnum(b byte) bool { return isLower(b) || isDigit(b) }

func isLabel(b byte) bool { return isAlnum(b) || b == '-' }
