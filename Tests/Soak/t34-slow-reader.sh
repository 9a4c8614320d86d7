#!/usr/bin/env bash
# T34 in full: an upstream that reads one byte a second stops the client, costs no memory and loses
# nothing; then it reads fast, and everything is there.
#   Tests/Soak/t34-slow-reader.sh [SECONDS, 600]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
seconds="${1:-600}"

"$MASKLINE" bench --generate 50000 --seed 1 >"$work/sample"
collector slow 1 "$work/counts"
proxy 'timeouts: { writeStall: 24h, idle: 24h }'
idle=$(resident_kib)
"$work/peers" stream "$port" "$work/sample" "$seconds" 0 >"$work/sent" &
streaming=$!
started+=("$!")
sleep 5
taken=$(anonymous_kib) most=0
for ((turn = 0; turn < seconds - 5; turn += 5)); do
  alive
  resident=$(resident_kib)
  if ((resident > most)); then most=$resident; fi
  sleep 5
done
figure 'resident idle and at most' "$(mib "$idle"), $(mib "$most")"
figure 'anonymous after 5 s and at the end' "$(mib "$taken"), $(mib "$(anonymous_kib)")"
demand 'within 8 MiB of idle' "$most - $idle <= 8192"
# Another collector cannot take the connection over: what was read is what was delivered.
read -r _ _ delivered _ <"$work/counts"
figure 'bytes delivered' "$delivered"
demand 'the client was held' "$delivered <= $seconds + 60"
kill "$streaming" 2>/dev/null || true
wait "$streaming" 2>/dev/null || true
exit "$failed"
