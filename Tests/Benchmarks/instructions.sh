#!/usr/bin/env bash
# The gate on speed that holds on a noisy machine: instructions per byte of `maskline pipe`, counted by
# callgrind on the same records every time, for each shape; the start of the program is taken off.
#
#   Tests/Benchmarks/instructions.sh BINARY             compares with instructions.txt; 3 % more fails
#   Tests/Benchmarks/instructions.sh BINARY --update    writes instructions.txt
#
# Counts depend on what the processor can do, as valgrind shows it: it has AVX2 but hides AVX-512. On a
# processor without AVX2 the portable kernel runs, whose counts are others: then nothing is compared.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
table="$here/instructions.txt"
tolerance_percent=3

binary="${1:?usage: instructions.sh BINARY [--update]}"
update="${2:-}"

if ! grep -q '\bavx2\b' /proc/cpuinfo; then
  echo "instructions.sh: this processor has no AVX2, the counts of $table do not hold here; nothing compared"
  exit 0
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# callgrind of valgrind 3.19 cannot read Swift's DWARF 5.
strip --strip-debug -o "$work/maskline" "$binary"

count() { # FILE: instructions of one run of the pipe
  local output
  # Swift's hash tables are seeded at random unless told otherwise.
  if ! output=$(SWIFT_DETERMINISTIC_HASHING=1 GLIBC_TUNABLES= valgrind --tool=callgrind \
    --callgrind-out-file=/dev/null "$work/maskline" pipe --summary none <"$1" 2>&1 >/dev/null); then
    echo "instructions.sh: valgrind failed:" >&2
    printf '%s\n' "$output" >&2
    exit 1
  fi
  sed -n 's/.*Collected : \([0-9]*\).*/\1/p' <<<"$output"
}

# Kilobytes of each shape: what takes about as long as the others, and a line of 1 MiB where it must be.
shapes=(mixed:384 dense:192 clean:384 long:1024 escaped:192 numbers:128 tiny:96 nonascii:256)

measure() { # SHAPE KILOBYTES
  local sample="$work/$1.ndjson"
  "$work/maskline" bench --generate "$2KB" --shape "$1" --seed 1 >"$sample"
  awk -v all="$(count "$sample")" -v start="$start" -v bytes="$(stat -c %s "$sample")" \
    'BEGIN { printf "%.3f\n", (all - start) / bytes }' >"$work/$1.count"
}

start=$(count /dev/null)
# Two at a time: counting is not timing, so the runs do not disturb each other.
for entry in "${shapes[@]}"; do
  while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
  measure "${entry%:*}" "${entry#*:}" &
done
wait

for entry in "${shapes[@]}"; do
  [[ -s $work/${entry%:*}.count ]] || {
    echo "instructions.sh: no count for ${entry%:*}" >&2
    exit 1
  }
done

compiler=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
if [[ $update == --update ]]; then
  {
    echo "# Instructions per byte of maskline pipe with the default packs, by Tests/Benchmarks/instructions.sh."
    echo "# start: millions of instructions until the first byte is read."
    echo "compiler $compiler"
    awk -v start="$start" 'BEGIN { printf "start %.1f\n", start / 1e6 }'
    for entry in "${shapes[@]}"; do
      printf '%s %s\n' "${entry%:*}" "$(cat "$work/${entry%:*}.count")"
    done
  } >"$table"
  cat "$table"
  exit 0
fi

failed=0
improved=0
known=$(awk '$1 == "compiler" { print $2 }' "$table")
if [[ $known != "$compiler" ]]; then
  echo "note: the counts were taken with Swift $known, this is $compiler"
fi
check() { # NAME COUNT UNIT
  local expected verdict
  expected=$(awk -v name="$1" '$1 == name { print $2 }' "$table")
  if [[ -z $expected ]]; then
    echo "NEW        $1: $2 $3; run instructions.sh $binary --update"
    failed=1
    return
  fi
  verdict=$(awk -v now="$2" -v was="$expected" -v tolerance="$tolerance_percent" 'BEGIN {
    change = (now / was - 1) * 100
    word = change > tolerance ? "REGRESSION" : change < -tolerance ? "IMPROVED  " : "as before "
    printf "%s %+.1f %%", word, change }')
  printf '%-24s %-9s %s %s (%s before)\n' "$verdict" "$1" "$2" "$3" "$expected"
  if [[ $verdict == REGRESSION* ]]; then failed=1; fi
  if [[ $verdict == IMPROVED* ]]; then improved=1; fi
}
check start "$(awk -v start="$start" 'BEGIN { printf "%.1f", start / 1e6 }')" "million instructions"
for entry in "${shapes[@]}"; do
  check "${entry%:*}" "$(cat "$work/${entry%:*}.count")" "instructions per byte"
done
if ((improved)); then
  echo "Good: keep it so with  Tests/Benchmarks/instructions.sh $binary --update"
fi
if ((failed)); then
  echo "instructions.sh: more instructions than before, see above; if that is the price of something" >&2
  echo "wanted, say so in the commit and run  Tests/Benchmarks/instructions.sh $binary --update" >&2
  exit 1
fi
