#!/usr/bin/env bash
# T43 in full: a million connections come and go, 50 at a time; descriptors and memory come back.
#   Tests/Soak/t43-churn.sh [CONNECTIONS, 1000000] [SECONDS at most, 3600]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
connections="${1:-1000000}" seconds="${2:-3600}" queues=50

collector sink "$work/counts"
proxy 'timeouts: { halfClosed: 5s }'
"$work/peers" churn "$port" 2000 "$queues" 60 >/dev/null
sleep 7
before=$(descriptors) memory=$(anonymous_kib)
read -r done spent < <("$work/peers" churn "$port" "$connections" "$queues" "$seconds")
alive
figure 'connections' "$done in $spent s"
after=$(settled_descriptors "$before")
figure 'descriptors before and after' "$before, $after"
figure 'anonymous before and after' "$(mib "$memory"), $(mib "$(anonymous_kib)")"
figure 'threads' "$(awk '/^Threads/ { print $2 }' "/proc/$proxy_pid/status")"
figure 'processor time' "$(cpu_ms) ms"
demand 'no descriptor is left' "$after <= $before"
demand 'memory is back within 4 MiB' "$(anonymous_kib) - $memory <= 4096"
drain
exit "$failed"
