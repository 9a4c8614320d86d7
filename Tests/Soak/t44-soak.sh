#!/usr/bin/env bash
# T44 in full: hours at 70 % load; the slope of the resident memory, descriptors, and every record
# accounted for.
#   Tests/Soak/t44-soak.sh [SECONDS, 86400]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
seconds="${1:-86400}"

"$MASKLINE" bench --generate 100000 --seed 1 >"$work/sample"
collector sink "$work/counts"
log_level=info
proxy 'timeouts: { idle: 24h }'
read -r bytes spent < <("$work/peers" stream "$port" "$work/sample" 5 0)
rate=$(awk -v b="$bytes" -v s="$spent" 'BEGIN { printf "%.0f", b / s * 0.7 }')
figure '70 % load, MB/s' "$((rate / 1000000))"
sleep 1
read -r _ _ first _ <"$work/counts"
before=$(descriptors)
"$work/peers" stream "$port" "$work/sample" "$seconds" "$rate" >"$work/sent" &
streaming=$!
started+=("$!")
step=$((seconds / 100 > 1 ? seconds / 100 : 1))
start=$SECONDS
while kill -0 "$streaming" 2>/dev/null; do
  sleep "$step"
  alive
  printf '%d %d %d\n' "$((SECONDS - start))" "$(resident_kib)" "$(descriptors)" >>"$work/series"
done
wait "$streaming"
sleep 2
read -r sent spent <"$work/sent"
read -r _ _ all _ <"$work/counts"
figure 'sent' "$((sent / 1000000)) MB in $spent s"
# The first fifth warms up. Least squares, in KiB an hour.
slope=$(awk -v all="$(wc -l <"$work/series")" 'NR > all / 5 { n++; x += $1; y += $2; xx += $1 * $1; xy += $1 * $2 }
  END { d = n * xx - x * x; printf "%.0f", (d > 0 ? (n * xy - x * y) / d * 3600 : 0) }' "$work/series")
figure 'resident at the end' "$(mib "$(tail -n 1 "$work/series" | cut -d' ' -f2)")"
figure 'slope, KiB an hour' "$slope"
figure 'received after masking' "$(((all - first) / 1000000)) MB"
figure 'descriptors before and after' "$before, $(settled_descriptors "$before")"
if ((seconds >= 3600)); then demand 'below 1 MiB an hour' "$slope < 1024"; fi
drain
demand 'every record that came went on' \
  "$(counted recordsIn) == $(counted recordsForwarded) && $(counted unsentRecords) == 0"
exit "$failed"
