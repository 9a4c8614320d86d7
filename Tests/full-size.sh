#!/usr/bin/env bash
# Runs at their full size the tests that the usual run shortens: 10,000 ways to cut a stream, a
# million pairs of rule and subject, 100,000 records per property, a million replacements, 100,000
# clusters and 1,000 topologies with their network policies. The tests are built optimized, in a
# folder of their own. MASKLINE_SEED repeats a run.
#
#   Tests/full-size.sh [FILTER]     FILTER as for swift test; default: every test with a full size
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
filter=${1:-'MaskingTests|PatternsTests.DifferentialTests|NetworkPoliciesTests'}

export MASKLINE_FULL=1 MASKLINE_PAIRS=${MASKLINE_PAIRS:-1000000}
export MASKLINE_RANDOM_CASES=${MASKLINE_RANDOM_CASES:-100000}
export MASKLINE_RANDOM_TOPOLOGIES=${MASKLINE_RANDOM_TOPOLOGIES:-1000}
optimized=(-c release -Xswiftc -enable-testing --scratch-path .build-checks)
swift build "${optimized[@]}" --build-tests
begin=$SECONDS
swift test "${optimized[@]}" --skip-build --filter "$filter"
echo "full size: $((SECONDS - begin)) s"
