#!/usr/bin/env bash
# T33 in full: 5,000 connections that send one byte every 10 seconds are closed at the line timeout, and
# a good client beside them keeps its throughput.
#   Tests/Soak/t33-slow-clients.sh [CONNECTIONS, 5000] [LINE TIMEOUT in seconds, 30]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
connections="${1:-5000}" line="${2:-30}"

"$MASKLINE" bench --generate 50000 --seed 1 >"$work/sample"
collector sink "$work/counts"
proxy "limits: { sessionsMax: $((connections + 100)) }
timeouts: { line: ${line}s }"
figure 'resident when idle' "$(mib "$(resident_kib)")"
read -r alone _ < <("$work/peers" stream "$port" "$work/sample" 5 0)
"$work/peers" hold "$port" "$connections" "$((line + 30))" 10 >"$work/held" &
holding=$!
started+=("$!")
sleep 3
figure 'resident with the crowd' "$(mib "$(resident_kib)")"
read -r beside _ < <("$work/peers" stream "$port" "$work/sample" 5 0)
wait "$holding"
read -r opened closed first last <"$work/held"
figure 'opened' "$opened"
figure 'closed by the proxy' "$closed, $first to $last s after the last was opened"
figure 'good client alone and beside them, MB in 5 s' "$((alone / 1000000)), $((beside / 1000000))"
demand 'all are closed' "$closed == $opened"
demand 'the good client keeps 90 %' "$beside * 10 >= $alone * 9"
drain
exit "$failed"
