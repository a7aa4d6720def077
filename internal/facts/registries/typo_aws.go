package registries

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// awsTypo checks the fixed parts and the lengths in "123456789012.dkr.ecr.us-east-1.amazonaws.com".
func awsTypo(host string) (Typo, bool) {
	if left, ok := strings.CutSuffix(host, ".amazon.com"); ok && strings.Contains(left, ".dkr.ecr.") {
		return awsTypoOf(left+".amazonaws.com", `ends in "amazon.com", and registries of AWS end in "amazonaws.com"`), true
	}
	left, ok := strings.CutSuffix(host, ".amazonaws.com")
	suffix := ".amazonaws.com"
	if !ok {
		if left, ok = strings.CutSuffix(host, suffixInChina); !ok {
			return awsDomainTypo(host)
		}
		suffix = suffixInChina
	}
	if _, region, ok := cutECR(left); ok && isAWSRegion(region) {
		return Typo{Why: "lacks the number of an AWS account, as in \"123456789012.dkr.ecr.us-east-1.amazonaws.com\""}, true
	}
	account, rest, _ := strings.Cut(left, ".")
	if registry, region, ok := cutECR(rest); ok && !strings.Contains(region, ".") {
		switch {
		case !all(account, isDigit):
			return Typo{}, false // a placeholder, not a mistake
		case !isAccount(account):
			return Typo{Why: fmt.Sprintf("has an account number of %d digits, and AWS account numbers have 12", len(account))}, true
		case hasFormOfAWS(region) && !isAWSRegion(region):
			right, _ := misspelledAWS(region)
			return awsTypoOf(account+"."+registry+right+suffixOf(right), fmt.Sprintf("has the region %q, which AWS does not have", region)), true
		case isAWSRegion(region) && suffix != suffixOf(region):
			return awsTypoOf(account+"."+registry+region+suffixOf(region), fmt.Sprintf("ends in %q, and registries in %s end in %q", suffix[1:], region, suffixOf(region)[1:])), true
		case !isAWSRegion(region):
			why := fmt.Sprintf("has the region %q, and AWS regions read as \"us-east-1\"", region)
			return awsTypoOf(account+"."+registry+fixRegion(region)+suffix, why), true
		}
		return Typo{}, false
	}
	for _, p := range []struct{ has, lacks string }{{"ecr.", "dkr"}, {"dkr.", "ecr"}} {
		if region, ok := strings.CutPrefix(rest, p.has); ok && isAccount(account) && isAWSRegion(region) {
			return awsTypoOf(account+".dkr.ecr."+region+suffix, fmt.Sprintf("lacks the part %q of a registry of AWS", p.lacks)), true
		}
	}
	return awsPartTypo(left, suffix)
}

// suffixInChina ends the registries of AWS in China.
const suffixInChina = ".amazonaws.com.cn"

// suffixOf returns the end of hosts in an AWS region.
func suffixOf(region string) string {
	if isInChina(region) {
		return suffixInChina
	}
	return ".amazonaws.com"
}

// awsPartTypo matches a misspelled part between the account and the region: "123456789012.drk.ecr.us-east-1.amazonaws.com".
func awsPartTypo(left, suffix string) (Typo, bool) {
	const account, part = 12, ".dkr.ecr"
	i := strings.LastIndexByte(left, '.')
	if i <= account || !isAccount(left[:account]) || !isAWSRegion(left[i+1:]) {
		return Typo{}, false
	}
	typed := left[account:i]
	if near.Distance(typed, part, 1) != 1 && typed != ".ecr.dkr" {
		return Typo{}, false
	}
	return awsTypoOf(left[:account]+part+left[i:]+suffix, fmt.Sprintf("has %q in place of %q, as in registries of AWS", typed, part)), true
}

// awsDomainTypo matches a misspelled domain after all other parts of a registry of AWS: "123456789012.dkr.ecr.us-east-1.amazonaws.con".
func awsDomainTypo(host string) (Typo, bool) {
	account, rest, _ := strings.Cut(host, ".")
	_, rest, ok := cutECR(rest)
	region, domain, dotted := strings.Cut(rest, ".")
	if !ok || !dotted || !isAccount(account) || !isAWSRegion(region) {
		return Typo{}, false
	}
	const name, maxTypos = "amazonaws", 2
	typed, end, _ := strings.Cut(domain, ".")
	isEnd := end == "co" || end == "cn" || topLevelSlips[end] == "com"
	isName := typed != name && near.Distance(typed, name, maxTypos) <= maxTypos && (end == "com" || end == "com.cn")
	if domain != "aws.com" && !isName && !(typed == name && isEnd) {
		return Typo{}, false
	}
	right := strings.TrimSuffix(host, "."+domain) + suffixOf(region)
	return awsTypoOf(right, fmt.Sprintf("ends in %q, and registries of AWS end in %q", domain, suffixOf(region)[1:])), true
}

// awsTypoOf suggests right only if it is a valid host.
func awsTypoOf(right, why string) Typo {
	if h, ok := Lookup(right); !ok || h.ID != "ecr" {
		right = ""
	}
	return Typo{Right: right, Why: why}
}

// fixRegion converts "us-east1", the form of Google, to "us-east-1".
func fixRegion(region string) string {
	if n := len(region); n > 1 && isDigit(region[n-1]) && isLower(region[n-2]) {
		return region[:n-1] + "-" + region[n-1:]
	}
	return region
}
