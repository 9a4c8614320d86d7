#!/usr/bin/env bash
# Installs the Debian packages that are missing, for each purpose named: build, tests, demo.
# Asks for nothing; needs root (or sudo) only when something is missing.
set -euo pipefail

packages=()
for purpose in "$@"; do
  case "$purpose" in
    build) packages+=(git pkg-config libpcre2-dev libyaml-dev libssl-dev) ;;
    tests) packages+=(syslog-ng-core socat jq binutils chromium python3-venv) ;;
    demo) packages+=(socat) ;;
    *)
      echo "install.sh: there is no purpose '$purpose'; there are: build, tests, demo" >&2
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
version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
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
