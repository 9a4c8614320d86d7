internal import Rules

/// Why a connection is allowed or denied: each half, policy by policy.
public struct Explanation: Sendable {
  /// What one end says.
  public struct Half: Sendable {
    public var direction: Direction
    public var subject: String
    /// What of the question passes.
    public var allowed: ConnectionSet
    /// Why, one line each.
    public private(set) var reasons: [String] = []
    /// What of them lets something pass, with the rule where it is one.
    private(set) var openings: [(location: SourceLocation?, reason: String)] = []

    mutating func note(_ reason: String) { reasons.append(reason) }

    mutating func open(_ set: ConnectionSet, at location: SourceLocation?, _ reason: String) {
      allowed = allowed.union(set)
      note(reason)
      openings.append((location, reason))
    }
  }

  public var source: String
  public var destination: String
  public var question: ConnectionSet
  public var egress: Half
  public var ingress: Half
  /// What leaves some doubt.
  public var notes: [String]

  /// What is said of a pod's connection to itself, whatever its policies say.
  enum Loopback {
    case allowed
    /// Through a Service: plugins differ.
    case undefined
  }

  var loopback: Loopback?
  /// Whether it comes from a node, which always reaches the pods that it runs.
  var mayBeOfNode = false

  /// What passes for sure.
  public var allowed: ConnectionSet {
    switch loopback {
    case .allowed: question
    case .undefined: ConnectionSet()
    case nil: egress.allowed.intersection(ingress.allowed)
    }
  }

  /// The explanation as text.
  public var text: String {
    var text = "\(source) => \(destination) : "
    let nothing =
      loopback == .undefined
      ? "undefined: network plugins differ"
      : mayBeOfNode ? "undefined: a node reaches the pods that it runs" : "denied"
    text += allowed.isEmpty ? nothing : "allowed \(allowed)"
    if !allowed.isEmpty, allowed != question, !question.isAll { text += " (of \(question))" }
    text += "\n"
    for half in [egress, ingress] {
      let verdict = half.allowed.isEmpty ? "denied" : "allowed \(half.allowed)"
      text += "  \(half.direction.rulesKey) of \(half.subject): \(verdict)\n"
      for reason in half.reasons { text += "    \(reason)\n" }
    }
    for note in notes { text += "  note: \(note)\n" }
    return text
  }
}

extension Cluster {
  /// Explains one pair of ends.
  public func explain(
    from source: QueryEnd, to destination: QueryEnd, _ question: ConnectionSet,
    modes: EvaluationModes = EvaluationModes()
  ) -> Explanation {
    var notes: [String] = []
    let egress = half(.egress, of: source, peer: destination, question, modes, &notes)
    let ingress = half(.ingress, of: destination, peer: source, question, modes, &notes)
    for end in [source, destination] {
      if case .pod(_, let pod) = end.kind, pod.usesHostNetwork {
        notes.append(
          "\(end.name) uses the host network: the result depends on the network plugin")
      }
    }
    if modes.hostNetwork == .undefined, [source, destination].contains(where: \.usesHostNetwork) {
      var asNode = modes
      asNode.hostNetwork = .node
      let other = explain(from: source, to: destination, question, modes: asNode).allowed
      let nothing = source.usesHostNetwork ? "allowed where both are on one node" : "denied"
      notes.append(
        "as said here, if it is a pod like others; as its node: "
          + (other.isEmpty ? nothing : "allowed \(other)"))
    }
    let loopback = loopback(source, destination, modes, &notes)
    var explanation = Explanation(
      source: source.name, destination: destination.name, question: question, egress: egress,
      ingress: ingress, notes: notes, loopback: loopback)
    if source.usesHostNetwork, modes.hostNetwork != .pod, case .pod = destination.kind {
      explanation.mayBeOfNode = true
    }
    return explanation
  }

  private func loopback(
    _ source: QueryEnd, _ destination: QueryEnd, _ modes: EvaluationModes, _ notes: inout [String]
  ) -> Explanation.Loopback? {
    guard source.name == destination.name, case .pod = source.kind else { return nil }
    guard source.isOnePod else {
      notes.append(
        "this is about another pod of the same kind; a pod always reaches itself, and through a"
          + " Service the result is undefined")
      return nil
    }
    guard destination.isBehindService else {
      notes.append("a pod always reaches itself: no policy can deny it")
      return .allowed
    }
    switch modes.serviceLoopback {
    case .undefined:
      notes.append("the pod itself, through a Service; --service-loopback chooses")
      return .undefined
    case .allow: return .allowed
    case .policy: return nil
    }
  }

  private func half(
    _ direction: Direction, of subject: QueryEnd, peer: QueryEnd, _ question: ConnectionSet,
    _ modes: EvaluationModes, _ notes: inout [String]
  ) -> Explanation.Half {
    var half = Explanation.Half(
      direction: direction, subject: subject.name, allowed: question)
    guard case .pod(let namespace, let pod) = subject.kind else {
      half.note("outside the cluster: no policy applies")
      return half
    }
    guard !subject.isNode(modes) else {
      half.open(question, at: nil, "on the host network, read as its node: no policy applies")
      return half
    }
    let destination = direction == .ingress ? subject : peer
    var ports: [ContainerPort] = []
    if case .pod(_, let pod) = destination.kind { ports = pod.ports }
    var rest = question
    half.allowed = ConnectionSet()
    judge(.admin, direction, namespace, pod, peer, ports, &rest, &half, modes)
    let selecting = policies.filter {
      $0.namespace == namespace && $0.types.contains(direction)
        && $0.podSelector.matches(pod.labels)
    }
    if selecting.isEmpty {
      judge(.baseline, direction, namespace, pod, peer, ports, &rest, &half, modes)
      if !rest.isEmpty {
        half.open(
          rest, at: nil,
          "no policy isolates it for \(direction.rulesKey): everything else is allowed")
      }
      return half
    }
    for policy in selecting {
      explain(policy, direction, peer, ports, rest, modes, &half, &notes)
    }
    return half
  }

  private func explain(
    _ policy: NetworkPolicy, _ direction: Direction, _ peer: QueryEnd, _ ports: [ContainerPort],
    _ rest: ConnectionSet, _ modes: EvaluationModes, _ half: inout Explanation.Half,
    _ notes: inout [String]
  ) {
    let rules = policy.rules(direction)
    if rules.isEmpty {
      half.note(
        "\(policy.location): policy \(policy.qualifiedName) isolates it and allows nothing")
    }
    for (index, rule) in rules.enumerated() {
      let place =
        "\(rule.location): policy \(policy.qualifiedName), \(direction.rulesKey)[\(index)]"
      let hits = rule.peers.map { matches($0, policy, peer, modes, &notes) }
      guard rule.peers.isEmpty || hits.contains(true) else {
        half.note("\(place) does not name this peer")
        continue
      }
      let set =
        rule.ports.isEmpty
        ? rest
        : rule.ports.reduce(ConnectionSet()) { $0.union($1.connections(at: ports)) }
          .intersection(rest)
      guard !set.isEmpty else {
        half.note("\(place) names this peer, but not this port")
        continue
      }
      let peers = rule.peers.isEmpty ? " from and to everyone" : ""
      half.open(set, at: rule.location, "\(place) allows \(set)\(peers)")
    }
  }

  private func matches(
    _ candidate: PolicyPeer, _ policy: NetworkPolicy, _ peer: QueryEnd, _ modes: EvaluationModes,
    _ notes: inout [String]
  ) -> Bool {
    switch (candidate.kind, peer.kind) {
    case (.pods, .pod) where peer.isNode(modes): return false
    case (.block, .pod) where peer.isNode(modes):
      return peer.isHeld(by: candidate.addresses ?? AddressSet(), matchesPods: false, modes)
    case (.pods(let namespaces, let pods), .pod(let namespace, let pod)):
      let isNamespace =
        namespaces?.matches(namespaceLabels(namespace)) ?? (namespace == policy.namespace)
      return isNamespace && (pods?.matches(pod.labels) ?? true)
    case (.pods, .address): return false
    case (.block, .address(let address)):
      return candidate.addresses?.contains(address) ?? false
    case (.block, .pod(_, let pod)):
      let may = EvaluationModes.membership(
        of: (pod.addresses, pod.usesHostNetwork), in: candidate.addresses ?? AddressSet(),
        podAddresses: modes.podAddresses
      ).possibly
      if may, modes.blocksOnPods == .undefined {
        notes.append(
          "\(candidate.location): whether the ipBlock \(candidate.text) holds pods depends on the"
            + " network plugin; taken as no")
      }
      return may && modes.blocksOnPods == .match
    }
  }

  private func judge(
    _ tier: ClusterPolicy.Tier, _ direction: Direction, _ namespace: String, _ pod: PodTemplate,
    _ peer: QueryEnd, _ ports: [ContainerPort], _ rest: inout ConnectionSet,
    _ half: inout Explanation.Half, _ modes: EvaluationModes
  ) {
    let selecting = clusterPolicies.filter {
      $0.tier == tier && !pod.usesHostNetwork && $0.pods.matches(pod.labels)
        && $0.namespaces.matches(namespaceLabels(namespace))
    }.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
    var passed = ConnectionSet()
    for policy in selecting {
      if modes.unresolvedPeers == .undefined, policy.hasUnresolvedPeers, case .address = peer.kind {
        half.note(
          "\(policy.location): \(policy.kind) \(policy.name) names domains or nodes, which no manifest"
            + " resolves; taken as no address (--unresolved-peers chooses)")
      }
      for rule in policy.rules(direction)
      where rule.peers.contains(where: { matches($0, peer, modes) }) {
        let set =
          rule.ports.map { list in
            list.reduce(ConnectionSet()) { $0.union($1.connections(at: ports)) }
          } ?? .all
        let hit = set.intersection(rest)
        guard !hit.isEmpty else { continue }
        rest = rest.subtracting(hit)
        let reason =
          "\(rule.location): \(policy.kind) \(policy.name) (alpha) says \(rule.action.rawValue)"
          + " to \(hit)"
        switch rule.action {
        case .accept: half.open(hit, at: rule.location, reason)
        case .deny: half.note(reason)
        case .pass:
          passed = passed.union(hit)
          half.note(reason)
        }
      }
    }
    rest = rest.union(passed)
  }

  private func matches(
    _ candidate: ClusterPolicy.Peer, _ peer: QueryEnd, _ modes: EvaluationModes
  ) -> Bool {
    switch (candidate, peer.kind) {
    case (.pods(let namespaces, let pods), .pod(let namespace, let pod)):
      !pod.usesHostNetwork && pods.matches(pod.labels)
        && namespaces.matches(namespaceLabels(namespace))
    case (.networks(let ranges), _):
      peer.isHeld(by: AddressSet(ranges), matchesPods: true, modes)
    case (.unresolvable(let kind), .address):
      kind != "unknown" && modes.unresolvedPeers == .match
    case (.unresolvable(let kind), .pod(_, let pod)):
      kind == "nodes" && pod.usesHostNetwork && modes.unresolvedPeers == .match
    case (.pods, .address): false
    }
  }
}
