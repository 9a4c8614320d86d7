#!/usr/bin/env bash
# Builds Maskline, puts it between a client and a collector on this machine, sends the records of
# sample.ndjson through it, and prints what went in beside what came out.
#
# MASKLINE_BINARY names a program that is built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
started=()
finish() {
  for pid in "${started[@]:-}"; do
    [[ -n $pid ]] && kill "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap finish EXIT

fail() {
  echo "quickstart: $1" >&2
  [[ -s $folder/proxy.log ]] && cat "$folder/proxy.log" >&2
  exit 1
}

# Whether something listens on 127.0.0.1 at port $1 (asking by a connection would use one up).
listens() {
  local row
  row=$(printf '0100007F:%04X' "$1")
  awk -v row="$row" '$2 == row && $4 == "0A" { found = 1 } END { exit !found }' /proc/net/tcp
}

free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 30000))
    listens "$port" || { echo "$port"; return; }
  done
  fail "no free port was found"
}

# Waits up to 20 seconds for the command to succeed.
wait_for() {
  for _ in {1..400}; do
    "$@" && return
    sleep 0.05
  done
  return 1
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

binary=${MASKLINE_BINARY:-}
if [[ -z $binary ]]; then
  bash Tests/install.sh build demo
  echo "building the release binary; the first time takes some minutes ..."
  release=(-c release --static-swift-stdlib --scratch-path .build-release --product maskline)
  swift build "${release[@]}"
  binary="$(swift build "${release[@]}" --show-bin-path)/maskline"
fi
command -v socat >/dev/null || fail "socat is missing: apt-get install socat"

collector_port=$(free_port)
proxy_port=$(free_port)
input=examples/sample.ndjson
output=$folder/collected.ndjson

# The collector: takes one connection and writes what comes to a file.
socat -u "TCP-LISTEN:$collector_port,bind=127.0.0.1,reuseaddr" "OPEN:$output,creat" &
collector=$!
started+=("$collector")
wait_for listens "$collector_port" || fail "the collector does not listen"

"$binary" proxy --listen "127.0.0.1:$proxy_port" --upstream "127.0.0.1:$collector_port" \
  2>"$folder/proxy.log" >&2 &
proxy=$!
started+=("$proxy")
wait_for listens "$proxy_port" || fail "maskline proxy does not listen"

# The client: as an application would write its log to a local port.
socat -u "FILE:$input" "TCP:127.0.0.1:$proxy_port"
wait_for has_ended "$collector" || fail "the collector still waits for the end of the stream"

echo
echo "sent to 127.0.0.1:$proxy_port (maskline proxy), collected at 127.0.0.1:$collector_port:"
while IFS= read -r -u 3 sent && IFS= read -r -u 4 collected; do
  printf '\nIN   %s\nOUT  %s\n' "$sent" "$collected"
done 3<"$input" 4<"$output"

sent=$(wc -l <"$input")
collected=$(wc -l <"$output")
[[ $sent == "$collected" ]] || fail "$sent records were sent and $collected collected"

kill -TERM "$proxy"
wait "$proxy" || fail "maskline proxy ended with code $?"
started=()
printf '\n== what maskline proxy logged\n'
cat "$folder/proxy.log"
printf '\n== the same records through a shell pipe: maskline pipe < %s\n' "$input"
"$binary" pipe <"$input" 2>"$folder/summary" >"$folder/piped.ndjson"
cat "$folder/summary"
cmp -s "$folder/piped.ndjson" "$output" || fail "the pipe and the proxy do not agree"
printf '\n%s records in, %s records out.\n' "$sent" "$collected"
