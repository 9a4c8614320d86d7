internal import Rules

/// W13, W14, W15: address ranges.
extension PolicyLint {
  /// The cluster's own ranges; where they are not told, the private ranges that clusters use.
  private var clusterRanges: [AddressRange] {
    if !context.clusterRanges.isEmpty { return context.clusterRanges }
    return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].compactMap {
      AddressRange(cidr: $0)
    }
  }

  mutating func checkBlocks(of policy: NetworkPolicy) {
    for direction in Direction.allCases {
      checkHalves(policy, direction)
      for rule in policy.rules(direction) {
        for peer in rule.peers {
          guard case .block(let range, let except) = peer.kind else { continue }
          let isEverything = range == .all(range.family)
          if isEverything {
            checkEverything(peer, except, rule, policy, direction)
          } else {
            checkOverlap(peer, range)
          }
          checkExcept(peer, except, policy, direction)
        }
      }
    }
  }

  /// Blocks that are everything together, and none of them alone.
  private mutating func checkHalves(_ policy: NetworkPolicy, _ direction: Direction) {
    let peers = policy.rules(direction).flatMap(\.peers)
    for family in [IPAddress.Family.v4, .v6] {
      let blocks = peers.compactMap { peer -> (peer: PolicyPeer, range: AddressRange)? in
        guard case .block(let range, _) = peer.kind, range.family == family else { return nil }
        return (peer, range)
      }
      guard let first = blocks.first, !blocks.contains(where: { $0.range == .all(family) }),
        AddressSet(blocks.map(\.range)).contains(AddressRange.all(family))
      else { continue }
      let open = AddressSet(blocks.flatMap { $0.peer.addresses?.ranges ?? [] })
      let holes = holes(in: .all(family), direction)
      guard holes.contains(where: { open.overlaps(AddressSet([$0])) }) else { continue }
      let all = Self.cidrs([.all(family)])[0]
      warn(
        "W14", first.peer.location,
        "\(blocks.map(\.peer.text).joined(separator: ", ")) are \(all) together, with the cluster or"
          + " the metadata address",
        readings: [
          "as written: also pods, Services and the cloud's metadata service, with some network plugins",
          "as it may be meant: addresses outside the cluster only",
        ],
        fix: "- ipBlock:\n    cidr: \(all)\n    except: ["
          + "\(Self.cidrs(holes).joined(separator: ", "))]")
    }
  }

  /// What of a range no block is likely to mean: the cluster's own addresses, and the metadata address.
  private func holes(in block: AddressRange, _ direction: Direction) -> [AddressRange] {
    var holes = clusterRanges.filter(block.contains)
    if block.family == .v4, direction == .egress,
      let metadata = AddressRange(cidr: "169.254.169.254/32")
    {
      holes.append(metadata)
    }
    return holes
  }

  /// A block that holds the cluster's own addresses, without being everything.
  private mutating func checkOverlap(_ peer: PolicyPeer, _ range: AddressRange) {
    let addresses = peer.addresses ?? AddressSet()
    let own =
      context.clusterRanges.isEmpty
      ? cluster.workloads.flatMap(\.pods).flatMap(\.addresses).filter(addresses.contains)
        .map(\.description)
      : context.clusterRanges.filter { addresses.overlaps(AddressSet([$0])) }.map(\.description)
    guard let example = own.first else { return }
    warn(
      "W13", peer.location,
      "ipBlock \(peer.text) holds addresses of pods or Services (\(example))",
      readings: [
        "as written: these pods match with some network plugins (Calico) and not with others (Cilium)",
        "as it may be meant: pods by their labels, or addresses outside the cluster",
      ],
      fix: "- namespaceSelector: {}\n  podSelector:\n    matchLabels: {app: CHANGE-ME}")
  }

  private mutating func checkEverything(
    _ peer: PolicyPeer, _ except: [AddressRange], _ rule: PolicyRule, _ policy: NetworkPolicy,
    _ direction: Direction
  ) {
    let addresses = peer.addresses ?? AddressSet()
    guard case .block(let block, _) = peer.kind else { return }
    let holes = holes(in: block, direction)
    let open = holes.filter { addresses.overlaps(AddressSet([$0])) }
    if !open.isEmpty {
      let list = Self.cidrs(open)
      warn(
        "W14", peer.location,
        "\(peer.text) includes \(list.joined(separator: ", ")): the cluster or the metadata address",
        readings: [
          "as written: also pods, Services and the cloud's metadata service, with some network plugins",
          "as it may be meant: addresses outside the cluster only",
        ],
        fix:
          "- ipBlock:\n    cidr: \(peer.text)\n    except: [\(Self.cidrs(holes).joined(separator: ", "))]"
      )
    }
    guard context.isDualStack || usesBothFamilies else { return }
    let other: IPAddress.Family = block.family == .v4 ? .v6 : .v4
    let hasTwin = rule.peers.contains { twin in
      if case .block(let range, _) = twin.kind { range == .all(other) } else { false }
    }
    guard !hasTwin else { return }
    let twin = other == .v6 ? "::/0" : "0.0.0.0/0"
    warn(
      "W14", peer.location, "\(peer.text) has no twin \(twin), and the cluster is dual stack",
      readings: [
        "as written: one family of addresses only", "as it may be meant: both families",
      ], fix: "- ipBlock: {cidr: \"\(peer.text)\"}\n- ipBlock: {cidr: \"\(twin)\"}")
  }

  private var usesBothFamilies: Bool {
    let families = Set(cluster.workloads.flatMap(\.pods).flatMap(\.addresses).map(\.family))
    return families.count == 2
  }

  /// A hole of one peer that another peer or policy lets pass after all.
  private mutating func checkExcept(
    _ peer: PolicyPeer, _ except: [AddressRange], _ policy: NetworkPolicy, _ direction: Direction
  ) {
    guard !except.isEmpty else { return }
    let holes = AddressSet(except)
    for other in cluster.policies
    where other.namespace == policy.namespace && other.types.contains(direction) {
      guard selectsTheSame(other, policy) else { continue }
      for rule in other.rules(direction) {
        let opens =
          rule.peers.isEmpty
          || rule.peers.contains { candidate in
            candidate.location != peer.location && candidate.addresses?.overlaps(holes) ?? false
          }
        guard opens else { continue }
        warn(
          "W15", peer.location,
          "what 'except' leaves out of \(peer.text) is allowed by \(rule.location)",
          readings: [
            "as written: 'except' is a hole in this peer, not a ban: the other rule lets it pass",
            "as it may be meant: these addresses are denied",
          ],
          fix:
            "# in \(other.qualifiedName), too:\n- ipBlock:\n    cidr: \(peer.text)\n    except: ["
            + "\(Self.cidrs(except).joined(separator: ", "))]")
        return
      }
    }
  }

  private func selectsTheSame(_ other: NetworkPolicy, _ policy: NetworkPolicy) -> Bool {
    if other.podSelector == policy.podSelector || other.podSelector.isEverything { return true }
    return subjects(of: policy).contains { other.podSelector.matches($0.pod.labels) }
  }

  /// Ranges as CIDRs, as far as they are such; they come from CIDRs.
  static func cidrs(_ ranges: [AddressRange]) -> [String] {
    ranges.map { range in
      let size = range.bounds.upperBound - range.bounds.lowerBound
      let hostBits = size == .max ? 128 : 128 - size.leadingZeroBitCount
      return "\(IPAddress(range.family, range.bounds.lowerBound))/\(range.family.bits - hostBits)"
    }
  }
}
