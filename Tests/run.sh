#!/usr/bin/env bash
# Checks everything: packages, format, debug and release builds, mask files, the quick start, tests.
# Works in a fresh clone, as root, without a terminal. The last lines are those of the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

step "packages and compiler"
bash Tests/install.sh build tests

step "format"
swift format lint --strict --parallel -r Sources Tests Package.swift

step "debug build"
checks=(--explicit-target-dependency-import-check error)
swift build "${checks[@]}" --build-tests

step "release build"
release=(-c release --static-swift-stdlib --scratch-path .build-release --product maskline)
swift build "${release[@]}"
binary="$(swift build "${release[@]}" --show-bin-path)/maskline"

step "mask files and examples"
"$binary" check masks examples/masks
for config in examples/maskline.yaml examples/text-logs/maskline.yaml; do
  "$binary" check "$config"
done

step "instructions per byte"
bash Tests/Benchmarks/instructions.sh "$binary"

step "tests"
# The tests of the command line run the release build: as users do, and faster.
export CI="${CI:-1}"
export MASKLINE_BINARY="$binary"
export MASKLINE_RELEASE_BINARY="$binary"
# Sockets and timeouts first and by themselves: the other tests take all the processor they can get.
swift test "${checks[@]}" --skip-build --filter ProxyTests
swift test "${checks[@]}" --skip-build --skip ProxyTests
