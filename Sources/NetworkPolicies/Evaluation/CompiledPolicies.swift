/// The policies of a cluster for one reading, by the classes that they select.
struct CompiledPolicies {
  /// What a rule lets pass: the same at every destination, or by the names of its ports.
  enum Ports: Hashable {
    case fixed(ConnectionTable.ID)
    case named([PolicyPort.Kind], [TransportProtocol])
    case namedOfAny([ClusterPolicy.Port])
  }

  struct ClusterRule {
    var tier: ClusterPolicy.Tier
    var action: ClusterPolicy.Action
    var peers: PartySet
    var ports: Ports
  }

  /// All that is said of one direction of a class.
  struct Half {
    var isIsolated = false
    var rules: [(ports: Ports, peers: PartySet)] = []
    var clusterRules: [ClusterRule] = []
  }

  private(set) var ingress: [Half]
  private(set) var egress: [Half]
  private let parties: Parties
  private let cluster: Cluster
  private let reading: EvaluationModes.Reading
  private let podAddresses: AddressSet
  /// Of all pods, also of such as stand for those to come.
  private let namespaceNames: Set<String>
  private var peerSets: [PeerKey: PartySet] = [:]

  private struct PeerKey: Hashable {
    var namespace: String
    var kind: PolicyPeer.Kind
  }

  init(
    _ cluster: Cluster, _ parties: Parties, _ reading: EvaluationModes.Reading,
    podAddresses: AddressSet, _ table: inout ConnectionTable
  ) {
    self.parties = parties
    self.cluster = cluster
    self.reading = reading
    self.podAddresses = podAddresses
    namespaceNames = Set(parties.classes.map(\.namespace))
    ingress = Array(repeating: Half(), count: parties.count)
    egress = ingress
    for policy in cluster.policies { add(policy, &table) }
    for policy in cluster.clusterPolicies.sorted(by: Self.isBefore) { add(policy, &table) }
  }

  private static func isBefore(_ left: ClusterPolicy, _ right: ClusterPolicy) -> Bool {
    (left.tier.rawValue, left.priority, left.name)
      < (right.tier.rawValue, right.priority, right.name)
  }

  private mutating func add(_ policy: NetworkPolicy, _ table: inout ConnectionTable) {
    let subjects = parties.classes.indices.filter { number in
      let pods = parties.classes[number]
      return pods.namespace == policy.namespace && !(pods.usesHostNetwork && reading.hostIsNode)
        && policy.podSelector.matches(pods.labels)
    }
    guard !subjects.isEmpty else { return }
    for direction in Direction.allCases where policy.types.contains(direction) {
      let rules = policy.rules(direction).map { rule in
        (ports: ports(rule, &table), peers: peers(rule, policy.namespace))
      }
      for subject in subjects {
        if direction == .ingress {
          Self.add(rules, to: &ingress[subject])
        } else {
          Self.add(rules, to: &egress[subject])
        }
      }
    }
  }

  /// Whether any policy says what a class lets pass.
  func isHeld(_ direction: Direction, _ subject: Int) -> Bool {
    let half = direction == .ingress ? ingress[subject] : egress[subject]
    return half.isIsolated || !half.clusterRules.isEmpty
  }

  private static func add(_ rules: [(ports: Ports, peers: PartySet)], to half: inout Half) {
    half.isIsolated = true
    for rule in rules {
      if let index = half.rules.firstIndex(where: { $0.ports == rule.ports }) {
        half.rules[index].peers.formUnion(rule.peers)
      } else {
        half.rules.append(rule)
      }
    }
  }

  private func ports(_ rule: PolicyRule, _ table: inout ConnectionTable) -> Ports {
    if rule.ports.isEmpty { return .fixed(ConnectionTable.all) }
    let isNamed = rule.ports.contains { if case .named = $0.kind { true } else { false } }
    if isNamed { return .named(rule.ports.map(\.kind), rule.ports.map(\.transport)) }
    let set = rule.ports.reduce(ConnectionSet()) { $0.union($1.connections(at: [])) }
    return .fixed(table.id(set))
  }

  private mutating func peers(_ rule: PolicyRule, _ namespace: String) -> PartySet {
    if rule.peers.isEmpty { return .all(parties.count) }
    var result = PartySet(count: parties.count)
    for peer in rule.peers {
      let key = PeerKey(namespace: namespace, kind: peer.kind)
      if let known = peerSets[key] {
        result.formUnion(known)
        continue
      }
      let set: PartySet
      switch peer.kind {
      case .pods(let namespaces, let pods):
        let names = namespaces.map(self.namespaces) ?? [namespace]
        set = podSet { names.contains($0.namespace) && pods?.matches($0.labels) ?? true }
      case .block: set = blockSet(peer.addresses ?? AddressSet(), matchesPods: false)
      }
      peerSets[key] = set
      result.formUnion(set)
    }
    return result
  }

  /// The names of the namespaces that a selector matches.
  private func namespaces(_ selector: LabelSelector) -> Set<String> {
    namespaceNames.filter { selector.matches(cluster.namespaceLabels($0)) }
  }

  private func podSet(_ isIncluded: (PodClass) -> Bool) -> PartySet {
    var set = PartySet(count: parties.count)
    for (number, pods) in parties.classes.enumerated() {
      if pods.usesHostNetwork && reading.hostIsNode { continue }
      if isIncluded(pods) { set.insert(number) }
    }
    return set
  }

  /// The external ranges of a block, and the pods in it. A pod whose address is not known may lie in
  /// any block that overlaps the pods' range.
  private func blockSet(_ addresses: AddressSet, matchesPods: Bool) -> PartySet {
    var set = PartySet(count: parties.count)
    for number in parties.classes.count..<parties.count {
      if let range = parties.range(of: number), addresses.contains(range) { set.insert(number) }
    }
    for (number, pods) in parties.classes.enumerated() {
      // The address of a node is no pod's: every plugin matches it.
      let isNode = pods.usesHostNetwork && reading.hostIsNode
      guard matchesPods || reading.blocksMatchPods || isNode else { continue }
      let inside = EvaluationModes.membership(
        of: (pods.addresses, pods.usesHostNetwork), in: addresses, podAddresses: podAddresses)
      if reading.blocksMatchPods ? inside.possibly : inside.surely { set.insert(number) }
    }
    return set
  }

  // MARK: Cluster policies

  private mutating func add(_ policy: ClusterPolicy, _ table: inout ConnectionTable) {
    let names = namespaces(policy.namespaces)
    for direction in Direction.allCases {
      let rules = policy.rules(direction).map { clusterRule($0, policy.tier, &table) }
      for (number, pods) in parties.classes.enumerated()
      where !pods.usesHostNetwork && names.contains(pods.namespace)
        && policy.pods.matches(pods.labels)
      {
        if direction == .ingress {
          ingress[number].clusterRules += rules
        } else {
          egress[number].clusterRules += rules
        }
      }
    }
  }

  private func clusterRule(
    _ rule: ClusterPolicy.Rule, _ tier: ClusterPolicy.Tier, _ table: inout ConnectionTable
  ) -> ClusterRule {
    var peers = PartySet(count: parties.count)
    for peer in rule.peers {
      switch peer {
      case .pods(let namespaces, let selector):
        let names = self.namespaces(namespaces)
        peers.formUnion(
          podSet {
            !$0.usesHostNetwork && names.contains($0.namespace) && selector.matches($0.labels)
          })
      case .networks(let ranges): peers.formUnion(blockSet(AddressSet(ranges), matchesPods: true))
      case .unresolvable(let kind):
        // An unknown peer fails closed: it accepts nothing, and denies or passes as a deny of all.
        if kind == "unknown" && rule.action != .accept { peers = .all(parties.count) }
      }
    }
    var action = rule.action
    if action == .pass, rule.peers.contains(.unresolvable("unknown")) { action = .deny }
    let ports: Ports
    if let list = rule.ports {
      let isNamed = list.contains { if case .named = $0 { true } else { false } }
      let set = list.reduce(ConnectionSet()) { $0.union($1.connections(at: [])) }
      ports = isNamed ? .namedOfAny(list) : .fixed(table.id(set))
    } else {
      ports = .fixed(ConnectionTable.all)
    }
    return ClusterRule(tier: tier, action: action, peers: peers, ports: ports)
  }
}
