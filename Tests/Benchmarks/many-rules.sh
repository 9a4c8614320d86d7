#!/usr/bin/env bash
# Prints a mask file of COUNT rules (default 300) in the proportions of real rule sets: secrets with a
# literal prefix, numbers that count only beside a keyword, and rules by field path.
set -euo pipefail
count="${1:-300}"

cat <<'HEAD'
version: 1
mask: generated
rules:
HEAD
for ((index = 0; index < count; index++)); do
  printf -v id '%03d' "$index"
  case $((index % 5)) in
    0 | 1)
      tests="[ { in: 'a zq${id}_abcdefghijklmnopqrst', out: 'a [REDACTED]' }, { in: 'zq${id}_short' } ]"
      printf '  - id: secret-%s\n    class: secret\n    match:\n      pattern: "\\\\bzq%s_[A-Za-z0-9]{20,40}\\\\b"\n' "$id" "$id"
      ;;
    2 | 3)
      number="A$((index % 10))-123456"
      tests="[ { in: 'holder$id $number', out: 'holder$id [REDACTED]' }, { in: 'order $number' } ]"
      printf '  - id: number-%s\n    class: pii\n    match:\n      pattern: "\\\\b[A-Z]%s-?[0-9]{6,8}\\\\b"\n' "$id" "$((index % 10))"
      printf '      keywords: { any: [holder%s, member%s], within: 40 }\n' "$id" "$id"
      ;;
    *)
      tests="[ { record: '{\"private$id\":\"x\"}', out: '{\"private$id\":\"[REDACTED]\"}' }, { record: '{\"private\":1}' } ]"
      printf "  - id: field-%s\n    class: other\n    match: { paths: ['**.private%s', 'vendor%s.account.number'] }\n" "$id" "$id" "$id"
      ;;
  esac
  printf '    transform: redact\n    tests: %s\n' "$tests"
done
