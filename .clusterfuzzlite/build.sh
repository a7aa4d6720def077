#!/bin/bash -eu
# Called in the container: makes a fuzzer of each target, named after its package, with the seeds in testdata/fuzz beside it. The build rewrites
# testing.F, and wants this module for that; go.mod of the copy in the container names it.
export GOTOOLCHAIN=auto
go get github.com/AdamKorczynski/go-118-fuzz-build/testing

targets=$(grep -rn '^func Fuzz' --include='*_test.go' . | sed -E 's|^\./(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' | sort -u)
while read -r dir target; do
	fuzzer=$(printf '%s_%s' "$dir" "$target" | tr '/' '_')
	compile_native_go_fuzzer_v2 "github.com/imagelint-dev/imagelint/$dir" "$target" "$fuzzer"
	if [ -d "$dir/testdata/fuzz/$target" ]; then
		zip -q -j "$OUT/${fuzzer}_seed_corpus.zip" "$dir/testdata/fuzz/$target"/*
	fi
done <<<"$targets"
