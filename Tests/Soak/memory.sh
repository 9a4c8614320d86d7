#!/usr/bin/env bash
# The proxy's memory: idle, with 1,000 and 5,000 idle sessions, and with a busy stream.
#   Tests/Soak/memory.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$MASKLINE" bench --generate 50000 --seed 1 >"$work/sample"
collector sink "$work/counts"
proxy 'limits: { sessionsMax: 6000 }'
sleep 1
idle=$(resident_kib)
figure 'idle' "$(mib "$idle") resident, $(mib "$(anonymous_kib)") anonymous"
demand 'idle within 16 MiB, 6 anonymous' "$idle <= 16384 && $(anonymous_kib) <= 6144"
most=0
"$work/peers" stream "$port" "$work/sample" 8 0 >/dev/null &
streaming=$!
while kill -0 "$streaming" 2>/dev/null; do
  resident=$(resident_kib)
  if ((resident > most)); then most=$resident; fi
  sleep 0.2
done
figure 'busy, at most' "$(mib "$most") resident"
demand 'a busy stream within 8 MiB of idle' "$most - $idle <= 8192"
for count in 1000 5000; do
  "$work/peers" hold "$port" "$count" 12 0 >/dev/null &
  holding=$!
  sleep 8
  resident=$(resident_kib)
  figure "$count idle sessions" "$(mib "$resident") resident, $(mib "$(anonymous_kib)") anonymous"
  limit=$((count == 1000 ? 40960 : 131072))
  demand "$count idle sessions within $((limit / 1024)) MiB" "$resident <= $limit"
  wait "$holding"
  sleep 2
done
exit "$failed"
