#!/usr/bin/env bash
# Installs imagelint for the next step: built from the action's commit, or from a release archive after verifying its checksum and GitHub's build
# attestation. Called by action.yml. Must work in bash 3.2, which macOS has.
set -euo pipefail

# fail MESSAGE: ends the step with an annotation.
fail() {
	local text=${1//'%'/%25}
	text=${text//$'\r'/%0D}
	printf '::error title=imagelint::%s\n' "${text//$'\n'/%0A}"
	exit 3
}

source_version() {
	command -v go >/dev/null || fail 'imagelint is built with Go, and there is none: use actions/setup-go before, or set "version" to a release'
	(cd "$ACTION_PATH" && GOWORK=off GOFLAGS='' CGO_ENABLED=0 go build -trimpath -tags urfave_cli_no_docs -o "$dir/imagelint$exe" .) ||
		fail 'imagelint could not be built'
}

fetch() { # fetch NAME: downloads a file of the release into this folder
	local base=${IMAGELINT_RELEASES:-https://github.com/imagelint-dev/imagelint/releases/download}
	curl --fail --silent --show-error --location --retry 3 --proto '=https,file' --proto-redir '=https' --output "$1" "$base/$INPUT_VERSION/$1" ||
		fail "could not get $base/$INPUT_VERSION/$1"
}

sha256() {
	if command -v sha256sum >/dev/null; then
		sha256sum "$1"
	else
		shasum -a 256 "$1"
	fi | cut -d ' ' -f 1
}

# attested NAME: fails unless GitHub attests that the release workflow built this file from the tag of this version. Unlike the checksum, the
# attestation does not come from the same place as the archive.
attested() {
	case ${IMAGELINT_ATTESTATION-verify} in
	verify) ;;
	skip)
		printf '::warning title=imagelint::the attestation of %s is not verified (IMAGELINT_ATTESTATION=skip)\n' "$1"
		return
		;;
	*) fail "IMAGELINT_ATTESTATION is \"$IMAGELINT_ATTESTATION\", and can be verify or skip" ;;
	esac
	command -v gh >/dev/null ||
		fail "there is no gh to verify the attestation of $1 with, so it is not run: install gh, set \"version\" to source, or trust the checksum alone with IMAGELINT_ATTESTATION=skip"
	gh attestation verify "$1" --repo imagelint-dev/imagelint --signer-workflow imagelint-dev/imagelint/.github/workflows/release.yml \
		--source-ref "refs/tags/$INPUT_VERSION" ||
		fail "the attestation of $1 cannot be verified, so it is not run"
}

release() {
	local os arch archive want got
	case ${RUNNER_OS-} in
	Linux) os=linux ;;
	macOS) os=darwin ;;
	Windows) os=windows ;;
	*) fail "there is no release for this runner's system, ${RUNNER_OS-unknown}: set \"version\" to source" ;;
	esac
	case ${RUNNER_ARCH-} in
	X64) arch=amd64 ;;
	ARM64) arch=arm64 ;;
	*) fail "there is no release for this runner's architecture, ${RUNNER_ARCH-unknown}: set \"version\" to source" ;;
	esac
	archive=imagelint_${INPUT_VERSION#v}_${os}_$arch.tar.gz
	[ "$os" != windows ] || archive=${archive%.tar.gz}.zip
	fetch checksums.txt
	fetch "$archive"
	want=$(awk -v name="$archive" '$2 == name {print $1}' checksums.txt)
	got=$(sha256 "$archive")
	[ -n "$want" ] || fail "checksums.txt of $INPUT_VERSION does not name $archive, so it is not run"
	[ "$got" = "$want" ] || fail "$archive has the checksum $got, and checksums.txt of $INPUT_VERSION says $want: it is not run"
	attested "$archive"
	if [ "$os" = windows ]; then
		unzip -q "$archive" imagelint.exe
	else
		tar -xzf "$archive" imagelint
	fi
}

dir=$(mktemp -d "$RUNNER_TEMP/imagelint.XXXXXX")
exe=''
[ "${RUNNER_OS-}" != Windows ] || exe=.exe
cd "$dir"
if [ "$INPUT_VERSION" = source ]; then
	source_version
elif [[ $INPUT_VERSION =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
	release
else
	fail "version \"$INPUT_VERSION\" is neither \"source\" nor a release, as v1.2.3"
fi
"$dir/imagelint$exe" --version
printf 'program=%s\n' "$dir/imagelint$exe" >>"$GITHUB_OUTPUT"
