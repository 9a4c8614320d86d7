#!/usr/bin/env bash
# T30 in full: upstreams that reset after the accept, close after one byte, refuse or do not answer.
#   Tests/Soak/t30-bad-upstreams.sh [CYCLES, 10000] [SECONDS at most, 600]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cycles="${1:-10000}" seconds="${2:-600}"

collector rude
proxy 'timeouts: { connect: 1s }'
"$work/peers" churn "$port" 200 8 "$seconds" >/dev/null
sleep 2
before=$(descriptors)
read -r done spent < <("$work/peers" churn "$port" "$cycles" 8 "$seconds")
alive
figure 'cycles with rude upstreams' "$done in $spent s"
after=$(settled_descriptors "$before")
figure 'descriptors before and after' "$before, $after"
demand 'no descriptor is left' "$after <= $before"

# Nobody listens any more.
kill "$collector_pid"
wait "$collector_pid" 2>/dev/null || true
read -r done spent < <("$work/peers" churn "$port" "$((cycles / 10))" 64 "$((seconds / 4))")
alive
figure 'cycles with a refused upstream' "$done in $spent s"
after=$(settled_descriptors "$before")
demand 'no descriptor is left after refusals' "$after <= $before"
figure 'resident' "$(mib "$(resident_kib)")"
drain
exit "$failed"
