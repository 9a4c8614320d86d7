#!/usr/bin/env bash
# Compares Maskline with the limits of the machine and with other programs, in one run: every row once
# per round, rounds one after the other, medians, one Markdown table.
#
#   Tests/Benchmarks/compare.sh [--megabytes 128] [--rounds 5] [--rows REGEX] [--seed 1]
#                               [--binary PATH] [--relay COMMAND] [--list]
#
# --rows takes an extended regular expression over the names that --list prints: 'pipe:|simdjson:'.
# --relay is a bare relay to stand beside the proxy, called with LISTEN_PORT UPSTREAM_PORT (default: that
# of the package in Relay; none leaves it out).
# Everything stays on the loopback interface; what the script starts it also ends.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"

megabytes=128 rounds=5 rows='.' seed=1 binary='' relay='' list=''
while (($# > 0)); do
  case "$1" in
    --megabytes) megabytes="$2" ;;
    --rounds) rounds="$2" ;;
    --rows) rows="$2" ;;
    --seed) seed="$2" ;;
    --binary) binary="$2" ;;
    --relay) relay="$2" ;;
    --list)
      list=yes
      shift
      continue
      ;;
    *)
      sed -n '2,12p' "${BASH_SOURCE[0]}" >&2
      exit 64
      ;;
  esac
  shift 2
done

package="$here/Relay"
if [[ -z $relay && -f $package/Package.swift ]]; then
  relay="$package/.build/release/dispatch-relay"
elif [[ $relay == none ]]; then
  relay=''
fi

shapes=(mixed dense clean long escaped numbers tiny nonascii)
all=(start:pipe copy:cat)
for shape in "${shapes[@]}"; do all+=("simdjson:$shape" "pipe:$shape"); done
all+=(pipe-jobs2:mixed pipe-400-rules:mixed)
all+=(haproxy:1 haproxy:8 socat:1 syslog-ng:1)
[[ -n $relay ]] && all+=(relay:1 relay:8)
all+=(proxy:1 proxy:8 latency:direct latency:haproxy latency:socat)
[[ -n $relay ]] && all+=(latency:relay)
all+=(latency:proxy)

chosen=()
for row in "${all[@]}"; do
  if [[ $row =~ $rows ]]; then chosen+=("$row"); fi
done
if [[ -n $list ]]; then
  printf '%s\n' "${chosen[@]}"
  exit 0
fi
if ((${#chosen[@]} == 0)); then
  echo "compare.sh: no row is named like '$rows'; --list prints the names" >&2
  exit 64
fi
wants() { [[ " ${chosen[*]} " == *" $1"* ]]; }

say() { printf '%s\n' "$*" >&2; }
say "packages"
bash "$root/Tests/install.sh" build bench

if [[ -z $binary ]]; then
  say "release build"
  release=(-c release --static-swift-stdlib --scratch-path "$root/.build-release" --product maskline)
  swift build --package-path "$root" "${release[@]}" >&2
  binary="$(swift build --package-path "$root" "${release[@]}" --show-bin-path)/maskline"
fi

if [[ $relay == "$package"/* ]] && { wants relay: || wants latency:relay; }; then
  say "relay"
  swift build --package-path "$package" -c release >&2
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
mkdir "$work/results"

say "tools"
cc -O2 -Wall -Wextra -Werror -pthread -o "$work/load" "$here/Tools/load.c"
if wants simdjson:; then c++ -O3 -std=c++17 -o "$work/parse" "$here/Tools/parse.cpp" -lsimdjson; fi

sample() { printf '%s/%s.ndjson' "$work" "$1"; }
for shape in "${shapes[@]}"; do
  needs=''
  if [[ $shape == mixed ]]; then needs=yes; fi
  if wants "simdjson:$shape" || wants "pipe:$shape"; then needs=yes; fi
  if [[ -n $needs ]]; then
    say "sample: $shape"
    "$binary" bench --generate "${megabytes}MB" --shape "$shape" --seed "$seed" >"$(sample "$shape")"
  fi
done
bash "$here/many-rules.sh" 300 >"$work/many.yaml"

# --- Servers -----------------------------------------------------------------------------------------

base=$((20000 + RANDOM % 20000))
declare -A port pid_of
free_port() {
  while (exec 3<>"/dev/tcp/127.0.0.1/$base") 2>/dev/null; do base=$((base + 1)); done
  printf -v "$1" '%s' "$base"
  base=$((base + 1))
}
free_port sink
# syslog-ng connects whenever it can: it must not be taken for another program's connection.
free_port syslog_sink

serve() { # NAME COMMAND...: starts a server that listens on ${port[NAME]}
  local name="$1"
  shift
  "$@" >"$work/$name.log" 2>&1 &
  pid_of[$name]=$!
  started+=("$!")
  local turn
  for ((turn = 0; turn < 100; turn++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/${port[$name]}") 2>/dev/null; then return; fi
    kill -0 "${pid_of[$name]}" 2>/dev/null || break
    sleep 0.1
  done
  say "compare.sh: $name does not listen:"
  cat "$work/$name.log" >&2
  exit 1
}

start_haproxy() {
  free_port number
  port[haproxy]=$number
  cat >"$work/haproxy.cfg" <<CONFIG
global
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 5m
  timeout server 5m
listen relay
  bind 127.0.0.1:$number
  server sink 127.0.0.1:$sink
CONFIG
  serve haproxy haproxy -db -f "$work/haproxy.cfg"
}

start_socat() {
  free_port number
  port[socat]=$number
  serve socat socat -b 262144 "TCP-LISTEN:$number,bind=127.0.0.1,reuseaddr,fork,nodelay" \
    "TCP:127.0.0.1:$sink,nodelay"
}

start_syslog() {
  free_port number
  port[syslog-ng]=$number
  cat >"$work/syslog-ng.conf" <<CONFIG
@version: 3.38
@include "/usr/share/syslog-ng/include/scl/rewrite/cc-mask.conf"
options { stats-freq(0); keep-hostname(yes); log-msg-size(2097152); time-reopen(1); flush-lines(1000);
  log-fifo-size(1000000); };
source s { network(ip("127.0.0.1") port($number) transport("tcp") flags(no-parse) max-connections(100)
  log-fetch-limit(10000) log-iw-size(1000000)); };
rewrite r {
  credit-card-mask(value("MESSAGE"));
  subst("[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}" "[EMAIL]" value("MESSAGE") type(pcre)
    flags(global));
};
destination d { network("127.0.0.1" port($syslog_sink) transport("tcp") template("\${MESSAGE}\\n")); };
log { source(s); rewrite(r); destination(d); flags(flow-control); };
CONFIG
  serve syslog-ng syslog-ng -F -f "$work/syslog-ng.conf" -R "$work/syslog-ng.persist" \
    -c "$work/syslog-ng.ctl" -p "$work/syslog-ng.pid"
}

start_proxy() {
  free_port number
  port[proxy]=$number
  serve proxy "$binary" proxy --listen "127.0.0.1:$number" --upstream "127.0.0.1:$sink" \
    --log-level error
}

start_relay() {
  free_port number
  port[relay]=$number
  # shellcheck disable=SC2086 # the relay is a command with its words
  serve relay $relay "$number" "$sink"
}

idle_kib=''
if wants haproxy: || wants latency:haproxy; then start_haproxy; fi
if wants socat: || wants latency:socat; then start_socat; fi
if [[ -n $relay ]] && { wants relay: || wants latency:relay; }; then start_relay; fi
if wants syslog-ng:; then start_syslog; fi
if wants proxy: || wants latency:proxy; then
  start_proxy
  sleep 0.5
  idle_kib=$(awk '/^VmRSS/ { print $2 }' "/proc/${pid_of[proxy]}/status")
fi

# --- Measuring ---------------------------------------------------------------------------------------

ticks=$(getconf CLK_TCK)
cpu_of() { # seconds of processor time of a server and of the children it has waited for or has
  local total=0 pid
  for pid in "$1" $(pgrep -P "$1" || true); do
    [[ -r /proc/$pid/stat ]] || continue
    # The name in parentheses may hold blanks: fields count from behind it.
    total=$((total + $(sed 's/.*) //' "/proc/$pid/stat" | awk '{ print $12 + $13 + $14 + $15 }')))
  done
  awk -v ticks="$total" -v rate="$ticks" 'BEGIN { printf "%.3f", ticks / rate }'
}
resident_of() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status"; }
record() { printf '%s\n' "$2" >>"$work/results/$1"; }

piped() { # ROW INPUT COMMAND...: bytes, seconds, processor seconds, KiB
  local row="$1" input="$2"
  shift 2
  "$work/load" run "$work/run" "$@" <"$input" >/dev/null
  record "$row" "$(stat -Lc %s "$input") $(cat "$work/run")"
}

streamed() { # ROW SERVER CONNECTIONS TIMES [lines]
  local pid="${pid_of[$2]}" to_sink="$sink" before after result
  if [[ $2 == syslog-ng ]]; then to_sink="$syslog_sink"; fi
  before=$(cpu_of "$pid")
  result=$("$work/load" stream "${port[$2]}" "$to_sink" "$(sample mixed)" "$3" "$4" ${5:+"$5"})
  after=$(cpu_of "$pid")
  read -r bytes seconds _ <<<"$result"
  record "$1" "$bytes $seconds $(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }') $(resident_of "$pid")"
}

measure() {
  local row="$1" kind="${1%%:*}" what="${1#*:}"
  case "$kind" in
    start) piped "$row" /dev/null "$binary" pipe --summary none ;;
    copy) piped "$row" "$(sample mixed)" bash -c 'cat | cat' ;;
    simdjson)
      "$work/load" run "$work/run" "$work/parse" "$(sample "$what")" >"$work/parsed"
      # Its own clock: the reading of the file is not part of the limit.
      record "$row" "$(cat "$work/parsed") $(awk '{ print $2 }' "$work/parsed") $(awk '{ print $3 }' "$work/run")"
      ;;
    pipe) piped "$row" "$(sample "$what")" taskset -c 0 "$binary" pipe --summary none ;;
    pipe-jobs2) piped "$row" "$(sample "$what")" "$binary" pipe --summary none --jobs 2 ;;
    pipe-400-rules)
      piped "$row" "$(sample "$what")" taskset -c 0 "$binary" pipe --summary none \
        --masks "pci,pii,ids,secrets,$work/many.yaml"
      ;;
    syslog-ng) streamed "$row" syslog-ng "$what" 1 lines ;;
    proxy) streamed "$row" proxy "$what" 1 ;;
    # Who only copies is done with the sample too soon to be measured.
    haproxy | socat | relay) streamed "$row" "$kind" "$what" 8 ;;
    latency)
      local to="$sink"
      if [[ $what != direct ]]; then to="${port[$what]}"; fi
      record "$row" "$("$work/load" pingpong "$to" "$sink" 400 20000)"
      ;;
  esac
}

load_at_start=$(cut -d' ' -f1 /proc/loadavg)
for ((round = 1; round <= rounds; round++)); do
  for row in "${chosen[@]}"; do
    if [[ -t 2 ]]; then printf '\rround %d of %d: %-24s' "$round" "$rounds" "$row" >&2; fi
    measure "$row"
  done
done
if [[ -t 2 ]]; then printf '\r%-60s\r' '' >&2; fi

# --- The table ---------------------------------------------------------------------------------------

median() { # FILE COLUMN
  sort -g -k"$2,$2" "$1" | awk -v column="$2" '{ v[NR] = $column } END { print v[int((NR + 1) / 2)] }'
}
rate() { # ROW: MB/s, or nothing
  local file="$work/results/$1"
  [[ -s $file ]] || return 0
  awk -v bytes="$(median "$file" 1)" -v seconds="$(median "$file" 2)" \
    'BEGIN { printf "%.1f", bytes / 1e6 / seconds }'
}
ratio() { # ROW OTHER NAME: "0.43 of NAME", or nothing
  local mine theirs
  mine=$(rate "$1") theirs=$(rate "$2")
  [[ -n $mine && -n $theirs ]] || return 0
  awk -v a="$mine" -v b="$theirs" -v name="$3" 'BEGIN { printf "%.2f of %s", a / b, name }'
}

describe() {
  local what="${1#*:}"
  case "$1" in
    start:pipe) echo "Maskline pipe, no input: start and end" ;;
    copy:cat) echo "cat \\| cat (copying in a pipe), mixed" ;;
    simdjson:*) echo "simdjson DOM parse, $what" ;;
    pipe:*) echo "**Maskline pipe, one core, $what**" ;;
    pipe-jobs2:*) echo "**Maskline pipe --jobs 2, $what**" ;;
    pipe-400-rules:*) echo "**Maskline pipe, 300 more rules, $what**" ;;
    haproxy:*) echo "HAProxy, TCP mode, $what connection(s)" ;;
    socat:*) echo "socat, $what connection(s)" ;;
    syslog-ng:*) echo "syslog-ng, card mask and one email rule" ;;
    relay:*) echo "bare relay, $what connection(s)" ;;
    proxy:*) echo "**Maskline proxy, $what connection(s), mixed**" ;;
    latency:direct) echo "400-byte records, no proxy" ;;
    latency:haproxy) echo "400-byte records, HAProxy" ;;
    latency:socat) echo "400-byte records, socat" ;;
    latency:relay) echo "400-byte records, bare relay" ;;
    latency:proxy) echo "**400-byte records, Maskline proxy**" ;;
  esac
}

ratios() {
  local what="${1#*:}" text='' more
  case "$1" in
    pipe:*) text=$(ratio "$1" "simdjson:$what" "parse") ;;
    pipe-*) text=$(ratio "$1" pipe:mixed "pipe") ;;
    proxy:* | relay:* | socat:*) text=$(ratio "$1" "haproxy:$what" HAProxy) ;;
    latency:haproxy | latency:socat | latency:relay | latency:proxy)
      if [[ -s $work/results/latency:direct ]]; then
        text=$(awk -v a="$(median "$work/results/$1" 1)" -v b="$(median "$work/results/latency:direct" 1)" \
          'BEGIN { printf "%+.1f us added at p50", a - b }')
      fi
      ;;
  esac
  case "$1" in
    pipe:mixed | proxy:1)
      more=$(ratio "$1" syslog-ng:1 syslog-ng)
      text+="${text:+, }${more/ of/ times}"
      ;;
  esac
  printf '%s' "${text%, }"
}

revision=$(git -C "$root" -c safe.directory='*' rev-parse --short HEAD 2>/dev/null || echo '?')
echo "\`compare.sh --megabytes $megabytes --rounds $rounds --seed $seed\` at $revision, $(nproc) cores," \
  "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $load_at_start at the start;" \
  "medians, 1 MB = 10^6 bytes."
echo
echo "| | MB/s | Ratio | CPU s/GB | Resident MiB | p50 us | p99 us | p99.9 us |"
echo "|---|---:|---|---:|---:|---:|---:|---:|"
for row in "${chosen[@]}"; do
  file="$work/results/$row"
  case "$row" in
    latency:*)
      printf '| %s | | %s | | | %s | %s | %s |\n' "$(describe "$row")" "$(ratios "$row")" \
        "$(median "$file" 1)" "$(median "$file" 2)" "$(median "$file" 3)"
      ;;
    start:*)
      printf '| %s | | %s ms | | %s | | | |\n' "$(describe "$row")" \
        "$(awk -v s="$(median "$file" 2)" 'BEGIN { printf "%.1f", s * 1000 }')" \
        "$(awk -v k="$(median "$file" 4)" 'BEGIN { printf "%.1f", k / 1024 }')"
      ;;
    *)
      printf '| %s | %s | %s | %s | %s | | | |\n' "$(describe "$row")" "$(rate "$row")" \
        "$(ratios "$row")" \
        "$(awk -v c="$(median "$file" 3)" -v b="$(median "$file" 1)" 'BEGIN { printf "%.2f", c / b * 1e9 }')" \
        "$(awk -v k="$(median "$file" 4)" 'BEGIN { printf "%.1f", k / 1024 }')"
      ;;
  esac
done
if [[ -n $idle_kib ]]; then
  echo
  echo "Maskline proxy when idle: $(awk -v k="$idle_kib" 'BEGIN { printf "%.1f", k / 1024 }') MiB resident."
fi
