#!/usr/bin/env bash
# Runs imagelint with the action's inputs, which are environment variables and never evaluated as commands. Writes annotations to the log, a job
# summary, SARIF for upload-sarif, and counts as outputs. Exits with imagelint's exit code. Called by action.yml. Must work in bash 3.2.
set -euo pipefail

# fail CODE MESSAGE: ends the step with an annotation.
fail() {
	local text=${2//'%'/%25}
	text=${text//$'\r'/%0D}
	printf '::error title=imagelint::%s\n' "${text//$'\n'/%0A}"
	exit "$1"
}

# lines TEXT: puts the non-empty lines of a text into list, without surrounding spaces.
lines() {
	local line
	list=()
	while IFS= read -r line || [ -n "$line" ]; do
		line=${line#"${line%%[![:space:]]*}"}
		line=${line%"${line##*[![:space:]]}"}
		[ -z "$line" ] || list+=("$line")
	done <<<"$1"
}

# encode TEXT: escapes a path for a URI.
encode() {
	local LC_ALL=C i c out=''
	for ((i = 0; i < ${#1}; i++)); do
		c=${1:i:1}
		case $c in
		[A-Za-z0-9._~/-]) out+=$c ;;
		*) out+=$(printf '%%%02X' "'$c" | sed 's/%F*\([0-9A-F][0-9A-F]\)$/%\1/') ;;
		esac
	done
	printf '%s' "$out"
}

# quote TEXT: escapes text for the replacement in sed's s|||.
quote() { printf '%s' "$1" | sed 's/[\\&|]/\\&/g'; }

# count NAME: prints a number from the summary of the JSON report.
count() { sed -n 's/^ *"summary":{\(.*,\)\{0,1\}"'"$1"'":\([0-9][0-9]*\).*/\2/p' "$dir/findings.json" | head -n 1; }

# ours: succeeds if the event shows that the checked-out code comes from this repository. Pull request and workflow_run events contain the source
# repository; other events about pull requests, such as comments, do not.
ours() {
	case ${GITHUB_EVENT_NAME-} in
	push | schedule | workflow_dispatch | repository_dispatch | release | merge_group | create) return 0 ;;
	pull_request | pull_request_target | pull_request_review | pull_request_review_comment | workflow_run)
		[ -n "$HEAD_REPOSITORY" ] && [ "$HEAD_REPOSITORY" = "${GITHUB_REPOSITORY-}" ]
		;;
	*) return 1 ;;
	esac
}

dir=$(mktemp -d "$RUNNER_TEMP/imagelint.XXXXXX")
cd "$GITHUB_WORKSPACE"
root=$(pwd -P)
cd -- "$INPUT_WORKING_DIRECTORY" 2>/dev/null || fail 3 "there is no folder \"$INPUT_WORKING_DIRECTORY\" to work in"
below=$(pwd -P)
below=${below#"$root"}
below=${below#/}
below=${below:+$below/}

# GitHub opens an alert for each result of a SARIF file, suppressed or not: --quiet leaves those out.
args=(--quiet --format json --output "$dir/findings.json" --format sarif --output "$dir/imagelint.sarif" --format markdown --output "$dir/summary.md")
lines "$INPUT_FORMAT"
for format in ${list[@]+"${list[@]}"}; do
	args+=(--format "$format")
done
lines "$INPUT_OUTPUT"
for output in ${list[@]+"${list[@]}"}; do
	args+=(--output "$output")
done
[ -z "$INPUT_CONFIG" ] || args+=(--config "$INPUT_CONFIG")
[ -z "$INPUT_FAIL_ON" ] || args+=(--fail-on "$INPUT_FAIL_ON")
probe=
case $INPUT_PROBE in
true) probe=yes ;;
false | '') ;;
*) fail 2 "probe is \"$INPUT_PROBE\", and can be true or false" ;;
esac
# --probe-strict: a gate must not pass images that it could not check.
case $INPUT_GATE in
[0-9]*)
	if ours; then
		probe=yes
		args+=(--wait "$INPUT_GATE" --probe-strict --probe-as "${IMAGELINT_PROBE_AS:-anonymous}")
	else
		printf '::notice title=imagelint::gate is off: this run may be for what somebody without access to this repository has written\n'
	fi
	;;
false | '') ;;
*) fail 2 "gate is \"$INPUT_GATE\", and can be a time, such as 15m, or false" ;;
esac
[ -z "$probe" ] || args+=(--probe)
# Only the input counts, because the flag's variable would also apply to forks.
export IMAGELINT_TRUST_CONFIG=
case $INPUT_TRUST_CONFIG in
true)
	if ours; then
		args+=(--trust-config)
	else
		printf '::notice title=imagelint::trust-config is off: this run may be for what somebody without access to this repository has written\n'
	fi
	;;
false | '') ;;
*) fail 2 "trust-config is \"$INPUT_TRUST_CONFIG\", and can be true or false" ;;
esac
lines "$INPUT_PATHS"
[ ${#list[@]} -gt 0 ] || list=(.)

# GitHub expects paths relative to the repository root; imagelint writes them relative to the working directory.
property=${below//'%'/%25}
property=${property//:/%3A}
property=$(quote "${property//,/%2C}")
uri=$(quote "$(encode "$below")")
set +e
"$PROGRAM" lint "${args[@]}" -- "${list[@]}" </dev/null |
	sed -E "s|^(::[a-z]+ ([^:]*,)?file=)([^/])|\\1$property\\3|"
status=${PIPESTATUS[0]}
set -e

if [ -s "$dir/imagelint.sarif" ]; then
	if [ -n "$below" ]; then
		sed -E "s|\"uri\":\"([^\"]*)\",\"uriBaseId\":\"%SRCROOT%\"|\"uri\":\"$uri\\1\",\"uriBaseId\":\"%SRCROOT%\"|g" "$dir/imagelint.sarif" >"$dir/moved"
		mv "$dir/moved" "$dir/imagelint.sarif"
	fi
	printf 'sarif-file=%s\n' "$dir/imagelint.sarif" >>"$GITHUB_OUTPUT"
fi
if [ -s "$dir/findings.json" ]; then
	errors=$(count errors) warnings=$(count warnings) infos=$(count infos)
	printf 'findings=%d\nerrors=%d\n' $((errors + warnings + infos)) "$errors" >>"$GITHUB_OUTPUT"
fi
if [ -s "$dir/summary.md" ] && [ -n "${GITHUB_STEP_SUMMARY-}" ]; then
	cat "$dir/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi

case $status in
0 | 1) exit "$status" ;;
2) fail 2 'wrong input or configuration, or nothing to examine (exit code 2): the log of this step says which' ;;
3) fail 3 'the run failed (exit code 3): the log of this step says why' ;;
*) fail "$status" "imagelint ended with exit code $status" ;;
esac
