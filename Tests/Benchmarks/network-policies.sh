#!/usr/bin/env bash
# Time and memory of `maskline k8s connections` on a made-up cluster: a namespace for every 50 workloads, every
# workload of one of 12 applications and 4 tiers, and policies that select by one or both and let in and out
# by labels, namespaces, ranges, named ports and port ranges. The same cluster every time.
#
#   Tests/Benchmarks/network-policies.sh BINARY [WORKLOADS] [POLICIES]      default: 1000 500
set -euo pipefail

binary="${1:?usage: network-policies.sh BINARY [WORKLOADS] [POLICIES]}"
workloads=${2:-1000} policies=${3:-500}
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

awk -v workloads="$workloads" -v policies="$policies" '
  function random(below) { seed = (seed * 1103515245 + 12345) % 2147483648; return int(seed / 65536) % below }
  BEGIN {
    seed = 5
    spaces = int((workloads + 49) / 50)
    for (n = 0; n < spaces; n++)
      print "---\n{apiVersion: v1, kind: Namespace, metadata: {name: space-" n ", labels: {team: t" n % 7 "}}}"
    for (n = 0; n < workloads; n++) {
      labels = "{app: app-" random(12) ", tier: tier-" random(4) ", release: r" random(3) "}"
      print "---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: work-" n ", namespace: space-" int(n / 50) "}, spec: {selector: {matchLabels: " labels \
        "}, template: {metadata: {labels: " labels "}, spec: {containers: [{name: main, image: x, ports: [{name: web, containerPort: " 8000 + random(40) "}]}]}}}}"
    }
    for (n = 0; n < policies; n++) {
      port = random(4) == 0 ? "{port: web}" : random(3) == 0 ? "{port: 8000, endPort: 80" 10 + random(30) "}" : "{port: " 8000 + random(40) "}"
      kind = random(4)
      peer = kind == 0 ? "{podSelector: {matchLabels: {app: app-" random(12) "}}}" : \
        kind == 1 ? "{namespaceSelector: {matchLabels: {team: t" random(7) "}}, podSelector: {matchLabels: {tier: tier-" random(4) "}}}" : \
        kind == 2 ? "{ipBlock: {cidr: " 1 + random(200) ".0.0.0/8}}" : "{namespaceSelector: {}}"
      way = random(2) ? "ingress: [{from: [" peer "], ports: [" port "]}]" : "egress: [{to: [" peer "], ports: [" port "]}]"
      type = way ~ /^ingress/ ? "Ingress" : "Egress"
      print "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: policy-" n ", namespace: space-" random(spaces) \
        "}, spec: {podSelector: {matchLabels: {" (random(2) ? "app: app-" random(12) : "tier: tier-" random(4)) "}}, policyTypes: [" type "], " way "}}"
    }
  }' >"$work/cluster.yaml"

command=("$binary" k8s connections "$work/cluster.yaml")
/usr/bin/time -f '%e s, %U s user, %M KiB' "${command[@]}" 2>"$work/figures" | wc -l >"$work/lines"
echo "$workloads workloads, $policies policies: $(tail -1 "$work/figures"), $(<"$work/lines") connections"
