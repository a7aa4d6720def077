package registries

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// directions are the words for a part of an area in the names of regions, which several clouds share.
var directions = []string{"central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"}

// garAreas are the areas in locations of the Artifact Registry. multiRegions are those that are locations on their own. habits are areas in the words of
// gcr.io and of other clouds.
//
// Source: the documentation of Google Artifact Registry, from general knowledge on 2026-11-30; no page was fetched.
var (
	garAreas     = []string{"africa", "asia", "australia", "europe", "me", "northamerica", "southamerica", "us"}
	multiRegions = []string{"asia", "europe", "us"}
	habits       = map[string]string{"eu": "europe", "usa": "us"}
)

// misspelledGAR reports whether a location of the right form does not exist: one without a number that is none of three, or one with a misspelled word.
// Google adds regions, so all others may exist. right is the intended location, or "".
func misspelledGAR(location string) (right string, wrong bool) {
	area, rest, isRegion := strings.Cut(location, "-")
	switch {
	case location == "region", location == "location": // placeholders of the documentation
		return "", false
	case !isRegion:
		if right, wrong = fixWord(area, multiRegions); !wrong {
			right = habits[area]
		}
		return right, !slices.Contains(multiRegions, area)
	}
	word := strings.TrimRight(rest, "0123456789")
	direction, wrongDirection := fixWord(word, directions)
	fixed, wrongArea := fixWord(area, garAreas)
	if habit := habits[area]; habit != "" {
		fixed, wrongArea = habit, true
	}
	if !wrongArea && !wrongDirection {
		return "", false
	}
	if fixed != "" && direction != "" {
		right = fixed + "-" + direction + rest[len(word):]
	}
	return right, true
}

// awsAreas are the areas in names of AWS regions. awsRegions are the regions, without their numbers.
//
// Source: the documentation of Amazon ECR, from general knowledge on 2026-11-30; no page was fetched.
var (
	awsAreas   = []string{"af", "ap", "ca", "cn", "eu", "il", "me", "mx", "sa", "us"}
	awsRegions = []string{
		"af-south", "ap-east", "ap-northeast", "ap-south", "ap-southeast", "ca-central", "ca-west", "cn-north", "cn-northwest", "eu-central", "eu-north", "eu-south", "eu-west",
		"il-central", "me-central", "me-south", "mx-central", "sa-east", "us-east", "us-gov-east", "us-gov-west", "us-west",
	}
)

// misspelledAWS reports whether a region of the right form has a misspelled word. AWS adds regions, so all others may exist; two letters of an area are only
// in the wrong order if that makes a region. right is the intended region, or "".
func misspelledAWS(region string) (right string, wrong bool) {
	area, rest, _ := strings.Cut(region, "-")
	number := rest[len(rest)-len("-1"):]
	rest = strings.TrimSuffix(rest, number)
	i := strings.LastIndexByte(rest, '-') + 1
	direction, wrongDirection := fixWord(rest[i:], directions)
	fixed, wrongArea := fixWord(area, awsAreas)
	if wrongArea && (direction == "" || !slices.Contains(awsRegions, fixed+"-"+rest[:i]+direction)) {
		fixed, wrongArea = area, false
	}
	if !wrongArea && !wrongDirection {
		return "", false
	}
	if direction != "" {
		right = fixed + "-" + rest[:i] + direction + number
	}
	return right, true
}

// fixWord reports whether a word is not in a list, but near one of it. That is fixed, or "" if there are several. Any other word is its own.
func fixWord(word string, words []string) (fixed string, wrong bool) {
	if slices.Contains(words, word) {
		return word, false
	}
	for _, w := range words {
		if !isNearWord(word, w) {
			continue
		}
		if wrong {
			return "", true
		}
		fixed, wrong = w, true
	}
	if !wrong {
		return word, false
	}
	return fixed, true
}

// isNearWord reports whether a word has one typing error. In a short one, two letters are exchanged or one is doubled.
func isNearWord(typed, right string) bool {
	const short = len("asia") - 1
	kind, _, _ := near.SingleEdit(typed, right)
	if len(right) > short {
		return kind != near.NoEdit
	}
	return kind == near.Transposed || kind == near.Inserted && doubled(typed, right)
}
