#!/usr/bin/env bash
# Fuzzes with libFuzzer: Tests/Fuzz/run.sh TARGET [SECONDS], TARGET one of records, views, maskfiles.
# Found inputs stay in Tests/Fuzz/.build/corpus/TARGET; one that fails is written to
# Tests/Fuzz/FailCases/TARGET, which the usual tests replay: commit it with its mend.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
target=${1:-}
seconds=${2:-300}
case "$target" in
  records) product=FuzzRecords ;;
  views) product=FuzzViews ;;
  maskfiles) product=FuzzMaskFiles ;;
  *) echo "run.sh: name a target: records, views or maskfiles" >&2; exit 64 ;;
esac
# Optimized, with assertions: indices into bytes are checked. The compiler counts edges in a way that
# libFuzzer no longer reads, so the counters that it does read are asked for as well.
build=(-c release --sanitize fuzzer --sanitize address -Xswiftc -parse-as-library
  -Xswiftc -assert-config -Xswiftc Debug
  -Xswiftc -Xllvm -Xswiftc -sanitizer-coverage-inline-8bit-counters
  -Xswiftc -Xllvm -Xswiftc -sanitizer-coverage-pc-table --product "$product")
swift build "${build[@]}"
corpus=.build/corpus/$target
mkdir -p "$corpus" "FailCases/$target"
seeds=()
[[ $target == maskfiles ]] && seeds=(../../masks ../../examples/masks)
# Leaks are not looked for: PCRE2's and Swift's global memory is never given back.
ASAN_OPTIONS=detect_leaks=0 exec "$(swift build "${build[@]}" --show-bin-path)/$product" \
  -max_total_time="$seconds" -dict="Dictionaries/$target.dict" -timeout=20 -max_len=4096 \
  -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="FailCases/$target/" \
  "$corpus" "${seeds[@]}"
