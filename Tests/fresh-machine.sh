#!/usr/bin/env bash
# Shows that nothing but the two commands of the README is needed: makes a bare Debian 12 (minbase),
# puts the Swift toolchain and a clean clone of the last commit in it, and runs there
# examples/quickstart.sh, then Tests/run.sh. Everything else is theirs to install.
#
#   Tests/fresh-machine.sh [all|quickstart|tests|shell] [FOLDER]
#
# FOLDER keeps the machine for the next call; without it, it is made anew and removed at the end.
# Needs root and debootstrap. Packages come from where this machine's apt gets them, through the same
# proxies; Swift packages from where this machine's git gets them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
what=${1:-all}
case "$what" in
  all | quickstart | tests | shell) ;;
  *) echo "fresh-machine.sh: '$what' is none of all, quickstart, tests, shell" >&2; exit 64 ;;
esac
[[ $(id -u) -eq 0 ]] || { echo "fresh-machine.sh: run this as root" >&2; exit 69; }
command -v debootstrap >/dev/null || {
  echo "fresh-machine.sh: debootstrap is missing: apt-get install debootstrap" >&2
  exit 69
}
swift=$(command -v swift) || { echo "fresh-machine.sh: swift is not on PATH" >&2; exit 69; }

# All mounts are made in a mount namespace of this script's own: they go when it ends.
if [[ -z ${MASKLINE_FRESH_NAMESPACE:-} ]]; then
  MASKLINE_FRESH_NAMESPACE=1 exec unshare --mount --pid --fork --mount-proc \
    bash "Tests/$(basename "${BASH_SOURCE[0]}")" "$@"
fi

folder=${2:-}
if [[ -z $folder ]]; then
  folder=$(mktemp -d -p /var/tmp)
  remove=$folder
fi
mkdir -p "$folder"
finish() {
  umount -R -l "$folder/root" 2>/dev/null || true
  [[ -n ${remove:-} ]] && rm -rf --one-file-system "$remove"
  return 0
}
trap finish EXIT

suite=bookworm
# "URI suite component" of every list of Debian's own that this machine's apt reads.
sources() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' | awk -v suite="$suite" \
    '$1 == "Debian" && index($3, suite) == 1 { print $2, $3, $4 }' | sort -u
}
mirror=$(sources | awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')
[[ -n $mirror ]] || {
  echo "fresh-machine.sh: this machine's apt has no list of Debian $suite; run apt-get update" >&2
  exit 69
}

root=$folder/root
if [[ ! -e $folder/made ]]; then
  printf '== debootstrap --variant=minbase %s\n' "$suite"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$folder/debootstrap.log" 2>&1 || {
    tail -n 20 "$folder/debootstrap.log" >&2
    exit 1
  }
  sources | sed 's/^/deb /' >"$root/etc/apt/sources.list"
  apt-config dump Acquire | grep -E '^Acquire::(https?::|Check|Retries)' >"$root/etc/apt/apt.conf.d/50host" || true
  touch "$folder/made"
fi

# The network's names, and trust in what the proxies sign.
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
environment=(HOME=/root TERM=dumb LANG=C.UTF-8 CI=1)
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY SSL_CERT_FILE \
  GIT_SSL_CAINFO; do
  [[ -n ${!name:-} ]] || continue
  environment+=("$name=${!name}")
  [[ $name == *_proxy || $name == *_PROXY ]] || install -D -m 644 "${!name}" "$root${!name}"
done

mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
# A folder of this machine, read-only, at the same place.
lend() {
  mkdir -p "$root$1"
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro "$root$1"
}
# The toolchain: the folder that holds usr/bin/swift.
toolchain=$(readlink -f "$(dirname "$swift")/../..")
lend "$toolchain"
environment+=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$(dirname "$swift")")

# Where git finds packages: its configuration, and folders that it puts in place of addresses.
for scope in system global; do
  file=$root/etc/gitconfig
  [[ $scope == global ]] && file=$root/root/.gitconfig
  rm -f "$file"
  git config "--$scope" --list --name-only 2>/dev/null | sort -u | while IFS= read -r key; do
    [[ $key == url.* || $key == http.* || $key == safe.* ]] || continue
    git config "--$scope" --get-all "$key" | while IFS= read -r value; do
      git config --file "$file" --add "$key" "$value"
    done
  done
done
git config --get-regexp '^url\..*\.insteadof$' 2>/dev/null | sed 's/^url\.\(.*\)\.insteadof .*/\1/' |
  sort -u | while IFS= read -r place; do
  if [[ $place == /* && -d $place ]]; then lend "${place%/}"; fi
done

printf '== the commit %s in a clean clone\n' "$(git log -1 --format='%h %s')"
clone=$root/srv/maskline/main
rm -rf "$root/srv/maskline"
mkdir -p "$root/srv/maskline"
git clone --quiet --no-hardlinks "file://$PWD" "$clone"
data=${MASKLINE_DATA:-../shared/data}
if [[ -d $data ]]; then
  mkdir -p "$root/srv/maskline/shared/data"
  mount --bind "$data" "$root/srv/maskline/shared/data"
fi

inside() { chroot "$root" /usr/bin/env -i "${environment[@]}" bash -c "cd /srv/maskline/main && $1"; }
printf '== what is there before: %s Debian packages\n' "$(inside 'dpkg-query -W | wc -l')"
if [[ $what == shell ]]; then
  inside 'exec bash -i' || true
  exit
fi
if [[ $what == all || $what == quickstart ]]; then
  printf '\n== examples/quickstart.sh (%s s)\n' "$SECONDS"
  inside 'examples/quickstart.sh'
fi
if [[ $what == all || $what == tests ]]; then
  printf '\n== Tests/run.sh (%s s)\n' "$SECONDS"
  inside 'Tests/run.sh'
fi
printf '\n== done (%s s): %s worked on a fresh machine\n' "$SECONDS" "$what"
