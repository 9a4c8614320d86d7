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
      printf '  - id: secret-%s\n    class: secret\n    match:\n      pattern: "\\\\bzq%s_[A-Za-z0-9]{20,40}\\\\b"\n' "$id" "$id"
      ;;
    2 | 3)
      printf '  - id: number-%s\n    class: pii\n    match:\n      pattern: "\\\\b[A-Z]%s-?[0-9]{6,8}\\\\b"\n' "$id" "$((index % 10))"
      printf '      keywords: { any: [holder%s, member%s], within: 40 }\n' "$id" "$id"
      ;;
    *)
      printf "  - id: field-%s\n    class: other\n    match: { paths: ['**.private%s', 'vendor%s.account.number'] }\n" "$id" "$id" "$id"
      ;;
  esac
  printf '    transform: redact\n'
done
