internal import Rules

/// Makes network policies from a topology: default deny both ways in every namespace, DNS, and the
/// declared flows, each end in a policy of its own.
public struct PolicyGenerator {
  /// One policy, as the manifest says it and as the review sheet explains it.
  public struct Generated: Sendable {
    public var namespace: String
    public var name: String
    public var environment: String
    public var yaml: String
    public var opens: String
    public var reason: String
    public var owner: String
    public var requirements: [String]
  }

  private let topology: Topology
  private var policies: [Generated] = []

  /// All policies, namespace by namespace.
  public static func policies(of topology: Topology) -> [Generated] {
    var generator = PolicyGenerator(topology: topology)
    for namespace in topology.namespaces { generator.addDefaults(namespace) }
    for pair in topology.pairs { generator.add(pair.flow, pair.source, pair.destination) }
    return generator.policies.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
  }

  private init(topology: Topology) { self.topology = topology }

  private func environment(of namespace: String) -> String {
    let instance = topology.instances.first { $0.namespace == namespace }
    return instance?.environment.map { topology.environments[$0].name } ?? "shared"
  }

  private mutating func add(
    _ namespace: String, _ name: String, spec: [String], opens: String, reason: String,
    owner: String, requirements: [String]
  ) {
    var unique = name
    var number = 2
    while policies.contains(where: { $0.namespace == namespace && $0.name == unique }) {
      unique = "\(name)-\(number)"
      number += 1
    }
    let annotations = [
      ("maskline.dev/reason", reason), ("maskline.dev/owner", owner),
      ("maskline.dev/pci-dss", requirements.joined(separator: ", ")),
    ]
    var lines = [
      "apiVersion: networking.k8s.io/v1", "kind: NetworkPolicy", "metadata:", "  name: \(unique)",
      "  namespace: \(PolicyRule.scalar(namespace))", "  labels:",
      "    app.kubernetes.io/managed-by: maskline",
      "  annotations:",
    ]
    lines += annotations.map { "    \($0.0): \(Self.quoted($0.1))" }
    lines += ["spec:"] + spec.map { "  " + $0 }
    policies.append(
      Generated(
        namespace: namespace, name: unique, environment: environment(of: namespace),
        yaml: lines.joined(separator: "\n") + "\n", opens: opens, reason: reason, owner: owner,
        requirements: requirements))
  }

  /// A text in double quotes, without line breaks.
  private static func quoted(_ text: String) -> String { JSONValue.quoted(text) }

  private mutating func addDefaults(_ namespace: String) {
    add(
      namespace, "default-deny", spec: ["podSelector: {}", "policyTypes: [Ingress, Egress]"],
      opens: "nothing", reason: "What no other policy of this namespace opens is denied",
      owner: "platform", requirements: ["1.3.1", "1.3.2"])
    let peer = PolicyPeer(
      kind: .pods(
        namespaces: LabelSelector(matching: ["kubernetes.io/metadata.name": topology.dnsNamespace]),
        pods: LabelSelector(matching: topology.dnsLabels)), location: topology.location)
    let ports = [TransportProtocol.udp, .tcp].map {
      PolicyPort(
        transport: $0, kind: .numbers(53...53), location: topology.location, namesProtocol: true)
    }
    add(
      namespace, "allow-dns",
      spec: ["podSelector: {}", "policyTypes: [Egress]"] + Self.rule([peer], ports, .egress),
      opens: "all pods => \(topology.dnsNamespace): UDP 53, TCP 53",
      reason: "Names are resolved by the cluster's own DNS only", owner: "platform",
      requirements: ["1.3.2"])
  }

  private static func rule(_ peers: [PolicyPeer], _ ports: [PolicyPort], _ direction: Direction)
    -> [String]
  {
    let rule = PolicyRule(
      location: SourceLocation(file: "", line: 1, column: 1), peers: peers, ports: ports,
      namesPeers: true, namesPorts: true)
    return PolicyLint.yaml(rule, direction).split(separator: "\n").map(String.init)
  }

  private mutating func add(_ flow: Topology.Flow, _ source: Topology.End, _ target: Topology.End) {
    let ports = flow.ports.map {
      PolicyPort(
        transport: $0.transport, kind: .numbers($0.numbers), location: flow.location,
        namesProtocol: true)
    }
    let opens =
      "\(flow.source) => \(flow.destination): \(flow.connections), \(flow.payload.rawValue)"
    for (end, other, direction) in [
      (source, target, Direction.egress), (target, source, .ingress),
    ] {
      guard case .instance(let instance) = end else { continue }
      let labels = topology.workloads[instance.workload].labels
      let name =
        direction == .egress
        ? "\(flow.source)-to-\(flow.destination)" : "\(flow.destination)-from-\(flow.source)"
      let selector = PolicyPeer.lines("podSelector", LabelSelector(matching: labels))
      add(
        instance.namespace, name,
        spec: selector + ["policyTypes: [\(direction.rawValue)]"]
          + Self.rule(peers(other, seenFrom: instance), ports, direction),
        opens: opens, reason: flow.reason, owner: flow.owner, requirements: flow.requirements)
    }
  }

  private func peers(_ end: Topology.End, seenFrom instance: Topology.Instance) -> [PolicyPeer] {
    switch end {
    case .instance(let other):
      let labels = topology.workloads[other.workload].labels
      // The namespace is always named: a policy that is moved must not change its meaning.
      return [
        PolicyPeer(
          kind: .pods(
            namespaces: LabelSelector(matching: ["kubernetes.io/metadata.name": other.namespace]),
            pods: LabelSelector(matching: labels)), location: topology.location)
      ]
    case .external(let index):
      let external = topology.externals[index]
      return external.addresses.map { range in
        PolicyPeer(
          kind: .block(range, except: external.except.filter { range.contains($0) }),
          location: topology.location)
      }
    }
  }
}
