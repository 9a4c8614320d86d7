#!/usr/bin/env bash
# Plants made-up sensitive values and harmless look-alikes in log records, masks them with Maskline (and with Presidio's
# patterns where it is installed: pip install presidio-analyzer), and prints what leaked, what was changed in vain, and how fast.
#
#   Tests/Evaluation/run.sh [RECORDS] [SEED] [PRESIDIO-RECORDS]      default: 100000 1 2000
#   MASKLINE=path/to/maskline MASKS=pci,pii Tests/Evaluation/run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
records=${1:-100000} seed=${2:-1} presidioRecords=${3:-2000}
maskline=${MASKLINE:-$root/.build-release/release/maskline}
[[ -x $maskline ]] || maskline=$root/.build/release/maskline
[[ -x $maskline ]] || { echo "run.sh: build it first: swift build -c release (or set MASKLINE)" >&2; exit 69; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 "$here/generate.py" "$records" "$seed" "$folder/made"
bytes=$(stat -c %s "$folder/made.ndjson")

now() { date +%s.%N; }
rate() { awk -v bytes="$1" -v from="$2" -v to="$3" 'BEGIN { printf "%.1f MB/s (start included)\n", bytes / 1e6 / (to - from) }'; }

echo "== Maskline, masks ${MASKS:-default}, seed $seed"
from=$(now)
"$maskline" pipe --second-opinion 100 ${MASKS:+--masks "$MASKS"} <"$folder/made.ndjson" >"$folder/maskline.ndjson" 2>"$folder/summary"
to=$(now)
python3 "$here/judge.py" "$folder/made.labels" "$folder/made.ndjson" "$folder/maskline.ndjson"
echo
echo "speed: $(rate "$bytes" "$from" "$to")"
# The second opinion reads every record: it withholds one in which it finds a card number that masking left.
echo "with a second opinion on every record:  $(head -n 1 "$folder/summary")"
cat >"$folder/broken.yaml" <<'RULES'
version: 1
mask: broken
rules:
  - id: pan
    class: pan
    description: A rule for card numbers that finds none
    match: { pattern: '9990000[0-9]{15}' }
    transform: redact
    tests: [{ in: '9990000000000000000000', out: '[REDACTED]' }, { in: '4111111111111111' }]
RULES
"$maskline" pipe --second-opinion 100 --masks "$folder/broken.yaml" <"$folder/made.ndjson" >"$folder/broken.ndjson" 2>"$folder/summary"
echo "and of records with a card number, behind a rule that is broken, it withholds: $(python3 - "$folder" <<'PYTHON'
import json, sys
found = planted = 0
folder = sys.argv[1]
for label, line in zip(open(folder + "/made.labels"), open(folder + "/broken.ndjson")):
    if any(secret[0] == "pan" for secret in json.loads(label)["secrets"]):
        planted += 1
        found += '"withheld":"leakPrevented"' in line
print(f"{found} of {planted}")
PYTHON
)"

if python3 -c 'import presidio_analyzer' 2>/dev/null; then
  echo
  echo "== Presidio, its pattern recognizers alone, the first $presidioRecords records"
  head -n "$presidioRecords" "$folder/made.ndjson" >"$folder/part.ndjson"
  head -n "$presidioRecords" "$folder/made.labels" >"$folder/part.labels"
  from=$(now)
  python3 "$here/presidio.py" <"$folder/part.ndjson" >"$folder/presidio.ndjson"
  to=$(now)
  python3 "$here/judge.py" "$folder/part.labels" "$folder/part.ndjson" "$folder/presidio.ndjson"
  echo
  echo "speed: $(rate "$(stat -c %s "$folder/part.ndjson")" "$from" "$to")"
else
  echo "Presidio is not installed (pip install presidio-analyzer): no comparison"
fi
