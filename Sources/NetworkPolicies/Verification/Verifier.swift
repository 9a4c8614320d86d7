internal import Rules

/// Holds the connections of manifests against a topology: every flow that the topology does not
/// declare is a finding, with its path, the rule that opens it and what to do.
public struct Verifier {
  public struct Options: Sendable {
    public var modes = EvaluationModes()
    /// Whether the warnings of the policy and pod lints are wanted, too.
    public var runsLints = true

    public init() {}
  }

  let topology: Topology
  let cluster: Cluster
  let instances: [Topology.Instance]
  /// For each workload of the cluster, the instances that it is.
  let identities: [[Int]]
  let managed: Set<String>
  /// Namespaces that do not deny by default both ways.
  var openNamespaces: Set<String> = []
  var connectivity: Connectivity
  var findings: [PolicyFinding] = []

  /// All findings, the worst first.
  public static func findings(
    _ cluster: Cluster, against topology: Topology, options: Options = Options()
  ) -> [PolicyFinding] {
    var verifier = Verifier(cluster, topology, options)
    verifier.checkTopology()
    verifier.checkDefaultDeny()
    verifier.checkWorkloads()
    verifier.checkConnections()
    var findings = verifier.findings
    if options.runsLints {
      var context = PolicyLint.Context()
      context.clusterRanges = topology.podRanges + topology.serviceRanges
      context.isDualStack = topology.isDualStack
      context.deniedByDefault = verifier.managed
      context.sidecarImages = topology.sidecarImages
      findings += PolicyLint.findings(in: cluster, context: context)
      findings += PodLint.findings(in: cluster, images: topology.sidecarImages)
    }
    return findings.enumerated().sorted { left, right in
      (left.element.severity, left.offset) < (right.element.severity, right.offset)
    }.map(\.element)
  }

  private init(_ cluster: Cluster, _ topology: Topology, _ options: Options) {
    self.topology = topology
    let instances = topology.instances
    let managed = Set(topology.namespaces)
    self.instances = instances
    self.managed = managed
    var completed = cluster
    let stand = Self.identities(of: cluster.workloads, instances, topology)
    let present = Set(stand.flatMap(\.self))
    for (number, instance) in instances.enumerated() where !present.contains(number) {
      completed.workloads.append(
        Workload.standIn(
          instance.namespace, instance.name, kind: "Topology",
          labels: topology.workloads[instance.workload].labels, at: topology.location))
    }
    completed.addRepresentatives(namespaces: managed) { namespace, labels in
      instances.contains { instance in
        instance.namespace == namespace
          && LabelSelector(matching: topology.workloads[instance.workload].labels).matches(labels)
      }
    }
    if !completed.workloads.contains(where: { Self.isDNS($0, topology) }) {
      completed.workloads.append(
        Workload.standIn(
          topology.dnsNamespace, "dns", kind: "Topology", labels: topology.dnsLabels,
          at: topology.location))
    }
    self.cluster = completed
    identities = Self.identities(of: completed.workloads, instances, topology)
    var modes = options.modes
    if modes.podAddresses.isEmpty { modes.podAddresses = AddressSet(topology.podRanges) }
    modes.hostNetwork = .undefined
    modes.families = topology.isDualStack ? [.v4, .v6] : []
    connectivity = Connectivity(completed, modes: modes)
  }

  private static func identities(
    of workloads: [Workload], _ instances: [Topology.Instance], _ topology: Topology
  ) -> [[Int]] {
    workloads.map { workload in
      instances.indices.filter { number in
        let instance = instances[number]
        return instance.namespace == workload.namespace
          && workload.pods.contains {
            LabelSelector(matching: topology.workloads[instance.workload].labels).matches($0.labels)
          }
      }
    }
  }

  static func isDNS(_ workload: Workload, _ topology: Topology) -> Bool {
    workload.namespace == topology.dnsNamespace
      && workload.pods.contains { LabelSelector(matching: topology.dnsLabels).matches($0.labels) }
  }

  mutating func report(
    _ rule: String, _ location: SourceLocation, _ text: String, path: [String] = [],
    readings: [String] = [], fix: String? = nil, severity: PolicyFinding.Severity = .error
  ) {
    findings.append(
      PolicyFinding(
        rule: rule, severity: severity, location: location, text: text, readings: readings,
        fix: fix, path: path))
  }

  /// The role that a workload has in the topology; nil when it is not in it.
  func role(_ workload: Int) -> Topology.Role? {
    identities[workload].first.map { topology.workloads[instances[$0].workload].role }
  }

  // MARK: What the topology itself says

  private mutating func checkTopology() {
    for flow in topology.flows {
      guard let source = topology.workloads.first(where: { $0.name == flow.source }),
        source.role.holdsRaw
      else { continue }
      let destination = topology.workloads.first { $0.name == flow.destination }
      if flow.payload == .raw, !(destination?.role.holdsRaw ?? false) {
        report(
          "raw-flow", flow.location,
          "the flow from '\(flow.source)' carries raw data to '\(flow.destination)', which is no mask",
          path: [flow.source, flow.destination],
          fix: "carries: masked   # and let it pass a sidecar (mask: sidecar) or a gateway")
      }
      if flow.payload == .masked, source.role == .sensitive, source.mask == .none {
        report(
          "raw-flow", flow.location,
          "the flow from '\(flow.source)' is said to be masked, but the workload has no mask",
          path: [flow.source, flow.destination],
          fix: "mask: sidecar   # at the workload '\(flow.source)'")
      }
      if flow.payload == .masked, source.mask == .gateway, destination?.role != .gateway {
        report(
          "raw-flow", flow.location,
          "'\(flow.source)' is masked by a gateway, and this flow goes past it",
          path: [flow.source, flow.destination], fix: "to: a workload with role: gateway")
      }
    }
  }

  /// Every namespace of the topology denies by default, both ways, whatever pods come later.
  private mutating func checkDefaultDeny() {
    for namespace in managed.sorted() {
      for direction in Direction.allCases {
        let isDenied = cluster.policies.contains { policy in
          policy.namespace == namespace && policy.podSelector.isEverything
            && policy.types.contains(direction)
        }
        guard !isDenied else { continue }
        openNamespaces.insert(namespace)
        let place = cluster.namespaces[namespace]?.location ?? topology.location
        report(
          "missing-default-deny", place,
          "the namespace \(namespace) does not deny \(direction.rulesKey) by default",
          path: direction == .ingress
            ? ["anyone", "\(namespace)/(any new pod)"]
            : ["\(namespace)/(any new pod)", "anywhere"],
          fix: """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: default-deny, namespace: \(namespace)}
            spec:
              podSelector: {}
              policyTypes: [Ingress, Egress]
            """)
      }
    }
  }

  private mutating func checkWorkloads() {
    for (number, workload) in cluster.workloads.enumerated()
    where managed.contains(workload.namespace) && identities[number].isEmpty
      && !workload.isStandIn && !Self.isDNS(workload, topology)
    {
      report(
        "unknown-workload", workload.location,
        "\(workload.displayName) is not in the topology: what it may do was never decided",
        fix: "workloads:\n  \(workload.name):\n    namespace: \(workload.namespace)\n    labels: {"
          + PolicyLint.flow(LabelSelector(matching: workload.pods.first?.labels ?? [:])) + "}",
        severity: .warning)
    }
    for (number, workload) in cluster.workloads.enumerated() where identities[number].count > 1 {
      let names = identities[number].map { instances[$0].name }.joined(separator: ", ")
      report(
        "ambiguous-workload", workload.location,
        "\(workload.displayName) is several workloads of the topology: \(names)",
        fix: "# give each workload labels that only its pods have")
    }
  }
}

extension Workload {
  /// Pods that no manifest holds: of the topology, or such as may come.
  static func standIn(
    _ namespace: String, _ name: String, kind: String, labels: Labels, at location: SourceLocation
  ) -> Workload {
    Workload(
      namespace: namespace, name: name, kind: kind, location: location, namesNamespace: true,
      objectLabels: labels,
      pods: [
        PodTemplate(
          labels: labels, ports: [], usesHostNetwork: false, addresses: [], details: PodDetails())
      ])
  }

  var isStandIn: Bool { kind == "Topology" || kind == Cluster.representativeKind }
}

extension Cluster {
  /// The kind of pods that stand for all that may come with some labels.
  public static let representativeKind: String = "AnyPod"

  /// Adds pods that do not exist yet: one without labels in each namespace and in a namespace of its
  /// own, and one for each peer that a policy names. `isKnown` tells those that are there already.
  public mutating func addRepresentatives(
    namespaces: Set<String>, isKnown: (String, Labels) -> Bool = { _, _ in false }
  ) {
    let other = "(any-other-namespace)"
    var wanted: Set<Representative> = [Representative(namespace: other, labels: [:])]
    for namespace in namespaces { wanted.insert(Representative(namespace: namespace, labels: [:])) }
    var invented: [String: Labels] = [:]
    for policy in policies {
      for peer in policy.ingress.flatMap(\.peers) + policy.egress.flatMap(\.peers) {
        guard case .pods(let selector, let pods) = peer.kind,
          let labels = (pods ?? .everything).representative
        else { continue }
        guard let selector else {
          wanted.insert(Representative(namespace: policy.namespace, labels: labels))
          continue
        }
        for namespace in self.namespaces.keys
        where selector.matches(namespaceLabels(namespace)) {
          wanted.insert(Representative(namespace: namespace, labels: labels))
        }
        guard let namespaceLabels = selector.representative,
          namespaceLabels["kubernetes.io/metadata.name"] == nil
        else { continue }
        let text = namespaceLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let name = text.isEmpty ? other : "(any-namespace-with-\(text.joined(separator: "-")))"
        invented[name] = namespaceLabels
        wanted.insert(Representative(namespace: name, labels: labels))
      }
    }
    for (name, labels) in invented {
      self.namespaces[name] = Namespace(name: name, labels: labels, location: nil)
    }
    let sorted = wanted.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    for item in sorted where !isKnown(item.namespace, item.labels) {
      let exists = workloads.contains { workload in
        workload.namespace == item.namespace && workload.pods.contains { $0.labels == item.labels }
      }
      guard !exists else { continue }
      workloads.append(
        Workload.standIn(
          item.namespace, item.name, kind: Self.representativeKind, labels: item.labels,
          at: SourceLocation(file: "", line: 1, column: 1)))
    }
  }

  private struct Representative: Hashable {
    var namespace: String
    var labels: Labels

    var name: String {
      if labels.isEmpty { return "(any-pod)" }
      let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return "(any-pod-with-\(text.joined(separator: "-")))"
    }
  }
}
