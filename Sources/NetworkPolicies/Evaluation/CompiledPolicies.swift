/// The policies of a cluster for one reading, by the classes that they select.
struct CompiledPolicies {
  /// What a rule lets pass: the same at every destination, or what the names of its ports stand for
  /// there, by a number in `byName`.
  enum Ports: Hashable {
    case fixed(ConnectionTable.ID)
    case byName(Int)
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
  /// The same as `ingress`, as it is asked for each pair.
  private(set) var ingressRules = IngressRules()
  /// The classes whose ingress `ingressRules` does not tell.
  private(set) var classesWithClusterRules: [Int] = []
  /// What ports with names let pass, for each list of container ports that the parties have.
  private(set) var byName: [[ConnectionTable.ID]] = []
  private var nameNumbers: [NamedPorts: Int] = [:]
  private let parties: Parties
  private let cluster: Cluster
  private let reading: EvaluationModes.Reading
  private let podAddresses: AddressSet
  private var peerSets: [PeerKey: PartySet] = [:]

  private struct PeerKey: Hashable {
    /// Empty where the peer names namespaces, or has none.
    var namespace: String
    var kind: PolicyPeer.Kind
  }

  private enum NamedPorts: Hashable {
    case ofPolicy([PolicyPort.Kind], [TransportProtocol])
    case ofClusterPolicy([ClusterPolicy.Port])
  }

  init(
    _ cluster: Cluster, _ parties: Parties, _ reading: EvaluationModes.Reading,
    podAddresses: AddressSet, _ table: inout ConnectionTable
  ) {
    self.parties = parties
    self.cluster = cluster
    self.reading = reading
    self.podAddresses = podAddresses
    ingress = Array(repeating: Half(), count: parties.count)
    egress = ingress
    for policy in cluster.policies { add(policy, &table) }
    for policy in cluster.clusterPolicies.sorted(by: Self.isBefore) { add(policy, &table) }
    var rules = IngressRules()
    for (number, half) in ingress.prefix(parties.classes.count).enumerated() {
      rules.add(half) { ports($0, at: number) }
      if !half.clusterRules.isEmpty { classesWithClusterRules.append(number) }
    }
    ingressRules = rules
  }

  private static func isBefore(_ left: ClusterPolicy, _ right: ClusterPolicy) -> Bool {
    (left.tier.rawValue, left.priority, left.name)
      < (right.tier.rawValue, right.priority, right.name)
  }

  private mutating func add(_ policy: NetworkPolicy, _ table: inout ConnectionTable) {
    let subjects = parties.classes(of: policy.namespace).filter { number in
      let pods = parties.classes[number]
      return !(pods.usesHostNetwork && reading.hostIsNode)
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

  /// What a rule lets pass at a party.
  func ports(_ ports: Ports, at destination: Int) -> ConnectionTable.ID {
    switch ports {
    case .fixed(let id): id
    case .byName(let number): byName[number][parties.portList(of: destination)]
    }
  }

  private mutating func ports(_ rule: PolicyRule, _ table: inout ConnectionTable) -> Ports {
    if rule.ports.isEmpty { return .fixed(ConnectionTable.all) }
    let isNamed = rule.ports.contains { if case .named = $0.kind { true } else { false } }
    func connections(at containerPorts: [ContainerPort]) -> ConnectionSet {
      rule.ports.reduce(ConnectionSet()) { $0.union($1.connections(at: containerPorts)) }
    }
    guard isNamed else { return .fixed(table.id(connections(at: []))) }
    let key = NamedPorts.ofPolicy(rule.ports.map(\.kind), rule.ports.map(\.transport))
    return number(of: key, &table, connections)
  }

  private mutating func number(
    of key: NamedPorts, _ table: inout ConnectionTable,
    _ connections: ([ContainerPort]) -> ConnectionSet
  ) -> Ports {
    if let number = nameNumbers[key] { return .byName(number) }
    nameNumbers[key] = byName.count
    byName.append(parties.portLists.map { table.id(connections($0)) })
    return .byName(byName.count - 1)
  }

  private mutating func peers(_ rule: PolicyRule, _ namespace: String) -> PartySet {
    if rule.peers.isEmpty { return .all(parties.count) }
    var result = PartySet(count: parties.count)
    for peer in rule.peers {
      var key = PeerKey(namespace: "", kind: peer.kind)
      if case .pods(nil, _) = peer.kind { key.namespace = namespace }
      if let known = peerSets[key] {
        result.formUnion(known)
        continue
      }
      let set: PartySet
      switch peer.kind {
      case .pods(let namespaces, let pods):
        let names = namespaces.map(self.namespaces) ?? [namespace]
        set = podSet(names, pods ?? .everything)
      case .block: set = blockSet(peer.addresses ?? AddressSet(), matchesPods: false)
      }
      peerSets[key] = set
      result.formUnion(set)
    }
    return result
  }

  /// The names of the namespaces that a selector matches: of all pods, also of such as stand for those
  /// to come.
  private func namespaces(_ selector: LabelSelector) -> [String] {
    parties.namespaces.filter { selector.matches(cluster.namespaceLabels($0)) }
  }

  private func podSet(
    _ namespaces: [String], _ selector: LabelSelector, isOfClusterPolicy: Bool = false
  ) -> PartySet {
    var set = PartySet(count: parties.count)
    for number in namespaces.flatMap(parties.classes(of:)) {
      let pods = parties.classes[number]
      if pods.usesHostNetwork && (reading.hostIsNode || isOfClusterPolicy) { continue }
      if selector.matches(pods.labels) { set.insert(number) }
    }
    return set
  }

  /// The external ranges of a block, and the pods in it. A pod whose address is not known may lie in
  /// any block that overlaps the pods' range.
  private func blockSet(_ addresses: AddressSet, matchesPods: Bool) -> PartySet {
    var set = PartySet(count: parties.count)
    for number in parties.external(in: addresses) { set.insert(number) }
    // Pods whose addresses are not known are alike, but for those on the network of their node.
    let unknown = [false, true].map { isInside([], $0, addresses) }
    for (number, pods) in parties.classes.enumerated() {
      // The address of a node is no pod's: every plugin matches it.
      let isNode = pods.usesHostNetwork && reading.hostIsNode
      guard matchesPods || reading.blocksMatchPods || isNode else { continue }
      let isIncluded =
        pods.addresses.isEmpty
        ? unknown[pods.usesHostNetwork ? 1 : 0]
        : isInside(pods.addresses, pods.usesHostNetwork, addresses)
      if isIncluded { set.insert(number) }
    }
    return set
  }

  private func isInside(_ pods: [IPAddress], _ usesHostNetwork: Bool, _ block: AddressSet) -> Bool {
    let inside = EvaluationModes.membership(
      of: (pods, usesHostNetwork), in: block, podAddresses: podAddresses)
    return reading.blocksMatchPods ? inside.possibly : inside.surely
  }

  // MARK: Cluster policies

  private mutating func add(_ policy: ClusterPolicy, _ table: inout ConnectionTable) {
    let names = namespaces(policy.namespaces)
    for direction in Direction.allCases {
      let rules = policy.rules(direction).map { clusterRule($0, policy.tier, &table) }
      for number in names.flatMap(parties.classes(of:)) {
        let pods = parties.classes[number]
        guard !pods.usesHostNetwork, policy.pods.matches(pods.labels) else { continue }
        if direction == .ingress {
          ingress[number].clusterRules += rules
        } else {
          egress[number].clusterRules += rules
        }
      }
    }
  }

  private mutating func clusterRule(
    _ rule: ClusterPolicy.Rule, _ tier: ClusterPolicy.Tier, _ table: inout ConnectionTable
  ) -> ClusterRule {
    var peers = PartySet(count: parties.count)
    for peer in rule.peers {
      switch peer {
      case .pods(let namespaces, let selector):
        peers.formUnion(podSet(self.namespaces(namespaces), selector, isOfClusterPolicy: true))
      case .networks(let ranges): peers.formUnion(blockSet(AddressSet(ranges), matchesPods: true))
      case .unresolvable(let kind):
        // An unknown peer fails closed: it accepts nothing, and denies or passes as a deny of all.
        if kind == "unknown" && rule.action != .accept { peers = .all(parties.count) }
        guard kind != "unknown", reading.unresolvedMatch else { continue }
        for party in 0..<parties.count {
          let isOutside = party >= parties.classes.count
          if isOutside || kind == "nodes" && parties.classes[party].usesHostNetwork {
            peers.insert(party)
          }
        }
      }
    }
    var action = rule.action
    if action == .pass, rule.peers.contains(.unresolvable("unknown")) { action = .deny }
    let ports: Ports
    if let list = rule.ports {
      let isNamed = list.contains { if case .named = $0 { true } else { false } }
      func connections(at containerPorts: [ContainerPort]) -> ConnectionSet {
        list.reduce(ConnectionSet()) { $0.union($1.connections(at: containerPorts)) }
      }
      ports =
        isNamed
        ? number(of: .ofClusterPolicy(list), &table, connections)
        : .fixed(table.id(connections(at: [])))
    } else {
      ports = .fixed(ConnectionTable.all)
    }
    return ClusterRule(tier: tier, action: action, peers: peers, ports: ports)
  }
}
