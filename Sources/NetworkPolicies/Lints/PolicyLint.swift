internal import Rules

/// Warnings about policies that say something else than their author is likely to have meant.
public struct PolicyLint {
  /// What a cluster is known to be like beyond its manifests.
  public struct Context: Sendable {
    /// Ranges of pods and Services; the usual private ranges where they are not known.
    public var clusterRanges: [AddressRange] = []
    public var isDualStack = false
    /// The namespaces that are to deny by default.
    public var deniedByDefault: Set<String> = []
    /// The containers that mask, by image name.
    public var sidecarImages: [String] = ["maskline"]
    /// Pods that are to come, by their namespace: they are there, whether or not a manifest shows them.
    public var expectedPods: [(namespace: String, labels: Labels)] = []
    /// The pods that answer DNS: they are there, whether or not a manifest shows them.
    public var dnsNamespace = "kube-system"
    public var dnsLabels: Labels = ["k8s-app": "kube-dns"]

    public init() {}
  }

  let cluster: Cluster
  let context: Context
  /// The places of the workloads of each namespace.
  private let workloadsOf: [String: [Int]]
  /// For each namespace a cluster with its policies alone.
  let local: [String: Cluster]
  var findings: [PolicyFinding] = []

  /// All warnings about the cluster, in the order of files and lines.
  public static func findings(in cluster: Cluster, context: Context = Context()) -> [PolicyFinding]
  {
    var lint = PolicyLint(cluster, context)
    for policy in cluster.policies {
      for direction in Direction.allCases { lint.checkRules(of: policy, direction) }
      lint.checkTypes(of: policy)
      lint.checkMeta(of: policy)
      lint.checkSubjects(of: policy)
      lint.checkBlocks(of: policy)
      lint.checkPorts(of: policy)
    }
    lint.checkDuplicates()
    lint.checkCluster()
    return lint.findings.sorted {
      ($0.location.file, $0.location.line, $0.location.column, $0.rule)
        < ($1.location.file, $1.location.line, $1.location.column, $1.rule)
    }
  }

  private init(_ cluster: Cluster, _ context: Context) {
    workloadsOf = Dictionary(
      grouping: cluster.workloads.indices, by: { cluster.workloads[$0].namespace })
    self.cluster = cluster
    self.context = context
    local = Dictionary(grouping: cluster.policies, by: \.namespace).mapValues { policies in
      var local = Cluster()
      local.namespaces = cluster.namespaces
      local.clusterPolicies = cluster.clusterPolicies
      local.policies = policies
      return local
    }
  }

  mutating func warn(
    _ rule: String, _ location: SourceLocation, _ text: String, readings: [String] = [],
    fix: String? = nil, severity: PolicyFinding.Severity = .warning
  ) {
    findings.append(
      PolicyFinding(
        rule: rule, severity: severity, location: location, text: text, readings: readings,
        fix: fix))
  }

  /// The pods that a policy selects, with their workloads.
  func subjects(of policy: NetworkPolicy) -> [(workload: Workload, pod: PodTemplate)] {
    (workloadsOf[policy.namespace] ?? []).flatMap { number in
      let workload = cluster.workloads[number]
      return workload.pods.filter { policy.podSelector.matches($0.labels) }.map { (workload, $0) }
    }
  }

  /// The pods that a peer of a policy names.
  func pods(of peer: PolicyPeer, in policy: NetworkPolicy) -> [(
    workload: Workload, pod: PodTemplate
  )] {
    guard case .pods(let namespaces, let pods) = peer.kind else { return [] }
    let names =
      namespaces.map { selector in
        workloadsOf.keys.filter { selector.matches(cluster.namespaceLabels($0)) }
      } ?? [policy.namespace]
    // In the order of the manifests.
    return names.flatMap { workloadsOf[$0] ?? [] }.sorted().flatMap { number in
      let workload = cluster.workloads[number]
      return workload.pods.filter { pods?.matches($0.labels) ?? true }.map { (workload, $0) }
    }
  }

  // MARK: W1, W2, W4

  private mutating func checkRules(of policy: NetworkPolicy, _ direction: Direction) {
    let rules = policy.rules(direction)
    let key = direction.peersKey
    var split: Set<SourceLocation> = []
    for (first, second) in zip(rules, rules.dropFirst()) {
      let pair =
        first.ports.isEmpty && !first.peers.isEmpty && second.peers.isEmpty && !second.ports.isEmpty
        ? (first, second)
        : second.ports.isEmpty && !second.peers.isEmpty && first.peers.isEmpty
          && !first.ports.isEmpty ? (second, first) : nil
      guard let (peers, ports) = pair else { continue }
      split.formUnion([peers.location, ports.location])
      let named = ports.ports.map(\.description).joined(separator: ", ")
      warn(
        "W1", second.location,
        "'\(key)' and 'ports' stand in two list items: each is a rule of its own",
        readings: [
          "as written: these peers at every port (line \(peers.location.line)), and everyone, also"
            + " from outside, at \(named) (line \(ports.location.line))",
          "as it may be meant: these peers at \(named) only",
        ],
        fix: Self.yaml(PolicyRule.joining(peers, ports), direction))
    }
    for rule in rules {
      checkSplitPeer(rule, direction)
      let everyPeer = rule.peers.isEmpty
      let everyPort = rule.ports.isEmpty
      // Of the halves of a split rule that is said already.
      if everyPeer || everyPort, !split.contains(rule.location) {
        checkOpenRule(rule, policy, direction, everyPeer: everyPeer, everyPort: everyPort)
      }
    }
  }

  private mutating func checkSplitPeer(_ rule: PolicyRule, _ direction: Direction) {
    for (first, second) in zip(rule.peers, rule.peers.dropFirst()) {
      guard case .pods(let namespaces1, let pods1) = first.kind,
        case .pods(let namespaces2, let pods2) = second.kind,
        let namespaces = pods1 == nil ? namespaces1 : namespaces2,
        let pods = namespaces2 == nil ? pods2 : pods1,
        (pods1 == nil && namespaces2 == nil) || (namespaces1 == nil && pods2 == nil)
      else { continue }
      let joined = PolicyPeer(
        kind: .pods(namespaces: namespaces, pods: pods), location: first.location)
      var rule = rule
      rule.peers = [joined]
      warn(
        "W2", second.location,
        "namespaceSelector and podSelector stand in two list items: either is enough",
        readings: [
          "as written: every pod of the namespaces \(namespaces), and the pods \(pods) of this"
            + " namespace",
          "as it may be meant: the pods \(pods) of the namespaces \(namespaces)",
        ],
        fix: Self.yaml(rule, direction))
    }
  }

  private mutating func checkOpenRule(
    _ rule: PolicyRule, _ policy: NetworkPolicy, _ direction: Direction, everyPeer: Bool,
    everyPort: Bool
  ) {
    let who = direction == .ingress ? "every source" : "every destination"
    let outside = "in and outside the cluster"
    var key = everyPeer ? "'\(direction.peersKey)'" : "'ports'"
    if everyPeer && everyPort { key = "'\(direction.peersKey)' and 'ports'" }
    var readings = ["as written: \(everyPeer ? "\(who), \(outside)" : "these peers")"]
    readings[0] += everyPort ? ", at every port of every protocol" : ", at the named ports"
    readings.append(
      everyPeer
        ? "as it may be meant: no peer at all, or some peers"
        : "as it may be meant: the ports that the program listens on")
    var fixed = rule
    if everyPeer {
      fixed.peers = [
        PolicyPeer(
          kind: .pods(namespaces: nil, pods: LabelSelector(matching: ["app": "CHANGE-ME"])),
          location: rule.location)
      ]
    }
    if everyPort {
      fixed.ports = [
        PolicyPort(
          transport: .tcp, kind: .numbers(8080...8080), location: rule.location, namesProtocol: true
        )
      ]
    }
    warn(
      "W4", rule.location, "a missing or empty \(key) means everything", readings: readings,
      fix: Self.yaml(fixed, direction))
  }

  // MARK: W5, W7

  private mutating func checkTypes(of policy: NetworkPolicy) {
    for direction in Direction.allCases
    where !policy.types.contains(direction) && policy.sections[direction] != nil {
      warn(
        "W5", policy.sections[direction] ?? policy.location,
        "'\(direction.rulesKey)' is ignored: policyTypes does not list \(direction.rawValue)",
        readings: [
          "as written: this policy says nothing of \(direction.rulesKey)",
          "as it may be meant: \(direction.rulesKey) is limited to these rules",
        ], fix: "policyTypes: [Ingress, Egress]")
    }
    if policy.typesLocation == nil {
      let types = policy.types.map(\.rawValue).sorted(by: >).joined(separator: ", ")
      warn(
        "W5", policy.location, "policyTypes is left out; the server takes it as [\(types)]",
        readings: [
          "as written: isolates for \(types)",
          "as it may be meant: the types are written out, so that a section that is added or"
            + " emptied later does not change them",
        ], fix: "policyTypes: [\(types)]")
    }
  }

  private mutating func checkMeta(of policy: NetworkPolicy) {
    guard !policy.namesNamespace else { return }
    warn(
      "W7", policy.location,
      "metadata.namespace is left out: the policy goes where the current context points",
      readings: [
        "as written: the namespace 'default', or another one with kubectl -n",
        "as it may be meant: the namespace of the pods that it is to protect",
      ], fix: "metadata:\n  name: \(policy.name)\n  namespace: \(suggestedNamespace(policy))")
  }

  private func suggestedNamespace(_ policy: NetworkPolicy) -> String {
    let matching = cluster.workloads.filter { workload in
      workload.pods.contains { policy.podSelector.matches($0.labels) }
    }
    return matching.first?.namespace ?? "default"
  }

  // MARK: W8

  private mutating func checkDuplicates() {
    var first: [String: SourceLocation] = [:]
    for policy in cluster.policies {
      if let place = first[policy.qualifiedName] {
        warn(
          "W8", policy.location, "the policy \(policy.qualifiedName) is defined twice",
          readings: [
            "as written: the one that is applied last replaces the one in \(place)",
            "as it may be meant: two policies with names of their own, which add up",
          ], fix: "metadata:\n  name: \(policy.name)-2\n  namespace: \(policy.namespace)")
      } else {
        first[policy.qualifiedName] = policy.location
      }
    }
  }
}
