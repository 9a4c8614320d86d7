#!/usr/bin/env bash
# Installs the Debian packages that are missing, for each purpose named: build, tests, bench, demo.
# Asks for nothing; needs root (or sudo) only when something is missing.
set -euo pipefail

packages=()
for purpose in "$@"; do
  case "$purpose" in
    # What Swift and its package manager need of Debian, then what Maskline needs.
    build)
      packages+=(git ca-certificates g++ libcurl4 libncurses6 libsqlite3-0 libxml2)
      packages+=(pkg-config libpcre2-dev libyaml-dev libssl-dev zlib1g-dev libzstd-dev)
      ;;
    tests)
      packages+=(syslog-ng-core socat jq binutils gzip zstd valgrind libc6-dbg chromium python3-venv)
      ;;
    bench)
      packages+=(
        gcc g++ libc6-dev libsimdjson-dev haproxy syslog-ng-core syslog-ng-scl socat procps util-linux)
      ;;
    demo) packages+=(socat) ;;
    *)
      echo "install.sh: there is no purpose '$purpose'; there are: build, tests, bench, demo" >&2
      exit 64
      ;;
  esac
done

missing=()
for package in "${packages[@]}"; do
  # dpkg knows pkgconf to stand for pkg-config; its own answer is what counts.
  status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  [[ $status == ii* ]] || missing+=("$package")
done

if ((${#missing[@]} > 0)); then
  echo "installing: ${missing[*]}" >&2
  as_root=()
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo >/dev/null || {
      echo "install.sh: run this as root: apt-get install ${missing[*]}" >&2
      exit 69
    }
    as_root=(sudo)
  fi
  export DEBIAN_FRONTEND=noninteractive
  "${as_root[@]}" apt-get update -qq </dev/null
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
fi

if ! command -v swift >/dev/null; then
  echo "install.sh: Swift 6.3 is missing; see https://www.swift.org/install/linux/ (swiftly install 6.3)" >&2
  exit 69
fi
said=$(swift --version 2>&1) || {
  printf 'install.sh: swift does not run:\n%s\n' "$said" >&2
  exit 69
}
version=$(sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' <<<"$said" | head -n 1)
if [[ $(printf '%s\n' 6.3 "$version" | sort -V | head -n 1) != 6.3 ]]; then
  echo "install.sh: Swift 6.3 or later is needed, this is '$version'; see https://www.swift.org/install/linux/" >&2
  exit 69
fi

# The schemas of Kubernetes come from PyPI, into a folder of this clone.
for purpose in "$@"; do
  [[ $purpose == tests ]] || continue
  command -v kubernetes-validate >/dev/null && continue
  python="$(dirname "${BASH_SOURCE[0]}")/../.build-python"
  [[ -x $python/bin/kubernetes-validate ]] && continue
  echo "installing: kubernetes-validate" >&2
  python3 -m venv "$python"
  "$python/bin/pip" install -q kubernetes-validate </dev/null
done
