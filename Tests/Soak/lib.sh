# For the soak scripts: builds what they need, starts and measures the proxy, ends what was started.
# Sourced; every script takes its time and size as arguments and prints its figures as lines
# `name: value`. MASKLINE names another binary than the release build. Run them as root: the proxy lets
# nobody else look at it.
# shellcheck shell=bash
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"

say() { printf '%s\n' "$*" >&2; }

if [[ -z ${MASKLINE:-} ]]; then
  release=(-c release --static-swift-stdlib --scratch-path "$root/.build-release" --product maskline)
  swift build --package-path "$root" "${release[@]}" >&2
  MASKLINE="$(swift build --package-path "$root" "${release[@]}" --show-bin-path)/maskline"
fi

work="$(mktemp -d)"
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
cc -O2 -Wall -Wextra -Werror -o "$work/peers" "$here/peers.c"
ulimit -n "$(ulimit -Hn)"

base=$((20000 + RANDOM % 10000))
free_port() { # NAME: sets the variable to a port that nobody listens on
  while (exec 3<>"/dev/tcp/127.0.0.1/$base") 2>/dev/null; do base=$((base + 1)); done
  printf -v "$1" '%s' "$base"
  base=$((base + 1))
}

collector() { # MODE WORDS...: starts `peers MODE PORT WORDS...` on $upstream
  free_port upstream
  "$work/peers" "$1" "$upstream" "${@:2}" &
  collector_pid=$!
  started+=("$!")
}

proxy() { # CONFIGURATION-LINES: starts the proxy on $port, in front of $upstream
  free_port port
  cat >"$work/maskline.yaml" <<CONFIG
version: 1
listeners: [{ name: soak, listen: '127.0.0.1:$port', upstream: '127.0.0.1:$upstream' }]
$1
CONFIG
  "$MASKLINE" proxy --config "$work/maskline.yaml" --log-level "${log_level:-warning}" 2>"$work/log" &
  proxy_pid=$!
  started+=("$!")
  local turn
  for ((turn = 0; turn < 100; turn++)); do
    if grep -q "$(printf ':%04X 00000000:0000 0A' "$port")" /proc/net/tcp; then return; fi
    kill -0 "$proxy_pid" 2>/dev/null || break
    sleep 0.1
  done
  say "the proxy does not listen:"
  cat "$work/log" >&2
  exit 1
}

alive() {
  kill -0 "$proxy_pid" 2>/dev/null && return
  say "the proxy is gone:"
  tail -n 5 "$work/log" >&2
  exit 1
}
kib() { awk -v name="$1:" '$1 == name { print $2 }' "/proc/$proxy_pid/smaps_rollup"; }
resident_kib() { kib Rss; }
anonymous_kib() { kib Anonymous; }
descriptors() { find "/proc/$proxy_pid/fd" -mindepth 1 | wc -l; }
cpu_ms() {
  sed 's/.*) //' "/proc/$proxy_pid/stat" |
    awk -v rate="$(getconf CLK_TCK)" '{ print ($12 + $13) * 1000 / rate }'
}
mib() { awk -v kib="$1" 'BEGIN { printf "%.1f MiB", kib / 1024 }'; }
figure() { printf '%s: %s\n' "$1" "$2"; }

settled_descriptors() { # BASELINE: waits until there are as few again, a minute at most
  local turn
  for ((turn = 0; turn < 120; turn++)); do
    if (($(descriptors) <= $1)); then break; fi
    sleep 0.5
  done
  descriptors
}

drain() { # ends the proxy as Kubernetes does, and prints its last line of the log
  local code=0
  kill -TERM "$proxy_pid"
  wait "$proxy_pid" || code=$?
  figure 'exit code after SIGTERM' "$code"
  grep '"event":"exit"' "$work/log" >&2 || true
}
counted() { # NAME: a count of the log's last line
  sed -n "s/.*\"event\":\"exit\".*\"$1\":\([0-9]*\).*/\1/p" "$work/log"
}

failed=0
demand() { # NAME CONDITION: an arithmetic condition that must hold
  if (($2)); then figure "$1" "yes"; else
    figure "$1" "NO ($2)"
    failed=1
  fi
}
