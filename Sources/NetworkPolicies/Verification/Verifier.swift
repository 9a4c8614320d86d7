internal import Rules

/// Holds the connections of manifests against a topology: every flow that the topology does not
/// declare is a finding, with its path, the rule that opens it and what to do.
public struct Verifier {
  public struct Options: Sendable {
    public var modes: EvaluationModes
    /// Whether the warnings of the policy and pod lints are wanted, too.
    public var runsLints = true

    /// Pods on the host network are undefined: what any reading lets pass is judged.
    public init() {
      modes = EvaluationModes()
      modes.hostNetwork = .undefined
    }
  }

  let topology: Topology
  let cluster: Cluster
  let instances: [Topology.Instance]
  /// For each workload of the cluster, the instances that it is.
  let identities: [[Int]]
  let managed: Set<String>
  /// Namespaces that do not deny by default both ways.
  var openNamespaces: Set<String> = []
  /// Places of selectors that list more than can be judged one by one.
  private let tooWide: [SourceLocation]
  var connectivity: Connectivity
  var findings: [PolicyFinding] = []

  /// All findings, the worst first.
  public static func findings(
    _ cluster: Cluster, against topology: Topology, options: Options = Options()
  ) -> [PolicyFinding] {
    var verifier = Verifier(cluster, topology, options)
    verifier.checkTopology()
    verifier.checkProtocols(options.modes)
    verifier.checkDefaultDeny()
    verifier.checkWorkloads()
    verifier.checkMasks()
    verifier.checkUncheckedMasks()
    verifier.checkSelectors()
    verifier.checkConnections()
    var findings = verifier.findings
    if options.runsLints {
      var context = PolicyLint.Context()
      context.clusterRanges = topology.podRanges + topology.serviceRanges
      context.isDualStack = topology.isDualStack
      context.deniedByDefault = verifier.managed
      context.sidecarImages = topology.sidecarImages
      context.dnsNamespace = topology.dnsNamespace
      context.dnsLabels = topology.dnsLabels
      context.expectedPods = verifier.instances.map {
        ($0.namespace, topology.workloads[$0.workload].labels)
      }
      findings += PolicyLint.findings(in: cluster, context: context)
      findings += PodLint.findings(
        in: cluster, images: topology.sidecarImages, holdsRaw: topology.holdsRaw)
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
    let cluster = topology.parting(cluster)
    var completed = cluster
    let stand = Self.identities(of: cluster.workloads, instances, topology)
    let present = Set(stand.flatMap(\.self))
    for (number, instance) in instances.enumerated() where !present.contains(number) {
      completed.workloads.append(
        Workload.standIn(
          instance.namespace, instance.name, .topology,
          labels: topology.workloads[instance.workload].labels, at: topology.location))
    }
    tooWide = completed.addRepresentatives(
      namespaces: managed, at: topology.location,
      expected: instances.map { ($0.namespace, topology.workloads[$0.workload].labels) },
      groupsEqual: true
    ) { namespace, labels in
      namespace == topology.dnsNamespace
        && LabelSelector(matching: topology.dnsLabels).matches(labels)
    }
    if !completed.workloads.contains(where: { Self.isDNS($0, topology) }) {
      completed.workloads.append(
        Workload.standIn(
          topology.dnsNamespace, "dns", .topology, labels: topology.dnsLabels,
          at: topology.location))
    }
    completed.nameUnknownPorts()
    self.cluster = completed
    identities = Self.identities(of: completed.workloads, instances, topology)
    var modes = topology.completing(options.modes)
    // What is judged is all that the manifests open, whatever is to be shown.
    if !modes.families.isEmpty { modes.families.formUnion(completed.families) }
    // These are undefined for all pods alike: that is said once.
    (modes.sctp, modes.icmp) = (.policy, .unlisted)
    connectivity = Connectivity(completed, modes: modes, boundaries: topology.boundaries)
  }

  private static func identities(
    of workloads: [Workload], _ instances: [Topology.Instance], _ topology: Topology
  ) -> [[Int]] {
    workloads.map { workload in
      instances.indices.filter { number in
        topology.isInstance(instances[number], workload)
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

  /// The role that a workload has in the topology, of several one that holds raw data; nil when it is
  /// not in it.
  func role(_ workload: Int) -> Topology.Role? {
    let roles = identities[workload].map { topology.workloads[instances[$0].workload].role }
    return roles.first(where: \.holdsRaw) ?? roles.first
  }

  /// Whether a workload is there, or is to be; one that only may come needs nothing to be open.
  func isExpected(_ workload: Int) -> Bool {
    cluster.workloads[workload].origin != .representative
  }

  /// Protocols that are undefined, where the modes ask for them.
  private mutating func checkProtocols(_ modes: EvaluationModes) {
    let asked = [
      ("sctp-undefined", "SCTP", modes.sctp == .undefined, "not every network plugin knows it"),
      ("icmp-undefined", "ICMP", modes.icmp == .undefined, "no NetworkPolicy can name it"),
    ]
    for (rule, name, isAsked, reason) in asked where isAsked {
      report(
        rule, topology.location, "\(name) may pass between any two pods and out: \(reason)",
        path: ["any pod", "anywhere : \(name)"],
        fix: "# let the network plugin or the nodes' firewall block \(name)", severity: .warning)
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

  private mutating func checkSelectors() {
    for location in tooWide {
      report(
        "selector-too-wide", location,
        "the selector lists more combinations of labels than can be judged one by one",
        fix: "matchLabels: {app: CHANGE-ME}   # one rule for each workload")
    }
  }

  /// Every pod that is to have a sidecar has one that masks, and so has every gateway.
  private mutating func checkMasks() {
    for (number, workload) in cluster.workloads.enumerated() where !workload.isStandIn {
      let wanted = identities[number].map { topology.workloads[instances[$0].workload] }
      let isGateway = wanted.contains { $0.role == .gateway }
      guard wanted.contains(where: \.isMasking) else { continue }
      for pod in workload.pods {
        guard let gap = PodLint.maskGap(in: pod, images: topology.sidecarImages) else {
          if isGateway { checkGateway(workload, pod) }
          continue
        }
        if isGateway {
          report(
            "gateway-missing", gap.location,
            "\(workload.displayName) is to be a gateway (role: gateway), and \(gap.text)",
            path: [workload.displayName],
            fix: "containers:\n- name: maskline\n  image: maskline\n"
              + "  args: [proxy, --config, /etc/maskline/maskline.yaml]   # and no 'command'")
          continue
        }
        report(
          "sidecar-missing", gap.location,
          "\(workload.displayName) is to have a sidecar (mask: sidecar), and \(gap.text)",
          path: [workload.displayName], fix: gap.fix)
      }
    }
  }

  /// A gateway's pod holds nothing but the gateway: what runs beside it may send wherever it may.
  private mutating func checkGateway(_ workload: Workload, _ pod: PodTemplate) {
    let others = pod.details.containers.filter { container in
      container.role == .regular || container.role == .sidecar
    }.filter { container in
      !(PodLint.isMask(container)
        && topology.sidecarImages.contains { PodLint.isImage(container.image, $0) })
    }
    for container in others {
      report(
        "gateway-shared", container.location,
        "\(workload.displayName) is a gateway, and its container '\(container.name)' is none: it may"
          + " send unmasked to wherever the gateway may send",
        path: [workload.displayName],
        fix: "# give the container '\(container.name)' a pod of its own, with labels of its own")
    }
  }

  /// A mask in pods that no manifest shows, or that a kind makes that is not known, is a promise only.
  private mutating func checkUncheckedMasks() {
    // Policies alone are about no pods at all: that is said once.
    guard cluster.workloads.contains(where: { !$0.isStandIn }) || cluster.passedOverNote != nil
    else { return }
    for (number, workload) in cluster.workloads.enumerated() where workload.origin == .topology {
      let wanted = identities[number].map { topology.workloads[instances[$0].workload] }
      guard let first = wanted.first(where: \.isMasking) else { continue }
      let mask = first.role == .gateway ? "role: gateway" : "mask: sidecar"
      report(
        "mask-unchecked", first.location,
        "no manifest holds the pods of \(workload.qualifiedName) (\(mask)): whether they mask cannot"
          + " be checked",
        path: [workload.displayName], readings: cluster.passedOverNote.map { [$0] } ?? [],
        fix: "# add its Deployment, or the pods that it makes: kubectl get pods -o yaml",
        severity: .warning)
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
    for (number, workload) in cluster.workloads.enumerated()
    where identities[number].count > 1 && isExpected(number) {
      let names = identities[number].map { instances[$0].name }.joined(separator: ", ")
      report(
        "ambiguous-workload", workload.location,
        "\(workload.displayName) is several workloads of the topology: \(names)",
        fix: "# give each workload labels that only its pods have")
    }
  }
}
