internal import Rules

/// W11, W12, W16, W18, W19, W20: what only shows when all policies are seen together.
extension PolicyLint {
  mutating func checkCluster() {
    if let first = cluster.policies.first, !knowsPods {
      warn(
        "W6", first.location, "the manifests hold no pod: no selector is held against any",
        readings: [
          "as written: whom the policies select is not known",
          "as it may be meant: the manifests of the workloads, too, or a topology that names them",
        ], fix: "maskline k8s verify DIR --topology topology.yaml", severity: .note)
    }
    checkDNS()
    checkOneSidedFlows()
    checkVoidPolicies()
    checkUnisolated()
    checkSidecars()
    for policy in cluster.foreignPolicies {
      warn(
        "W20", policy.location,
        "a \(policy.kind) (\(policy.apiVersion)) is present: it is not evaluated, no result is final",
        readings: [
          "as written: the network plugin may allow or deny more than is shown here",
          "as it may be meant: a NetworkPolicy of networking.k8s.io/v1",
        ], fix: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy")
    }
    var ranks: [[String]: String] = [:]
    for policy in cluster.clusterPolicies {
      let rank = ["\(policy.tier)", "\(policy.priority)"]
      if let other = ranks[rank] {
        warn(
          "W20", policy.location,
          "\(policy.kind) \(policy.name) has the priority \(policy.priority) of \(other), too",
          readings: [
            "as written: which of them comes first is left to the plugin; here by their names",
            "as it may be meant: a priority of its own for each",
          ], fix: "priority: \(policy.priority + 1)")
      }
      ranks[rank] = policy.name
      warn(
        "W20", policy.location,
        "\(policy.kind) \(policy.name) is an alpha API: results that hang on it are not final",
        readings: [
          "as written: it is evaluated as its specification says, where the plugin supports it",
          "as it may be meant: a NetworkPolicy in each namespace",
        ], fix: "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy")
    }
  }

  private func policies(selecting pod: PodTemplate, in namespace: String, _ direction: Direction)
    -> [NetworkPolicy]
  {
    cluster.policies.filter {
      $0.namespace == namespace && $0.types.contains(direction)
        && $0.podSelector.matches(pod.labels)
    }
  }

  private mutating func checkDNS() {
    for workload in cluster.workloads {
      for pod in workload.pods where !isDNS(pod) {
        // One shape without names is told; the others are likely to be alike.
        if checkDNS(of: pod, workload) { break }
      }
    }
  }

  /// Whether a pod is warned of.
  private mutating func checkDNS(of pod: PodTemplate, _ workload: Workload) -> Bool {
    let selecting = policies(selecting: pod, in: workload.namespace, .egress)
    let rules = selecting.flatMap(\.egress)
    // A pod that may open no connection at all needs no names.
    guard let first = selecting.first, !rules.isEmpty else { return false }
    func opens(_ transport: TransportProtocol) -> Bool {
      rules.contains { rule in
        rule.ports.isEmpty
          || rule.ports.contains { $0.connections(at: []).contains(transport, 53) }
          || rule.ports.contains { port in
            if case .named(let name) = port.kind {
              port.transport == transport && name.hasPrefix("dns")
            } else {
              false
            }
          }
      }
    }
    let missing = [TransportProtocol.udp, .tcp].filter { !opens($0) }.map(\.rawValue)
    guard !missing.isEmpty else { return false }
    warn(
      "W11", first.location,
      "\(workload.displayName) is isolated for egress and may not ask DNS over"
        + " \(missing.joined(separator: " and ")) 53",
      readings: [
        "as written: it can reach addresses, but resolve no names"
          + (missing.count == 1 ? " (with large answers)" : ""),
        "as it may be meant: DNS is open, UDP and TCP",
      ], fix: Self.dnsRule)
    return true
  }

  static let dnsRule = """
    egress:
    - to:
      - namespaceSelector:
          matchLabels: {kubernetes.io/metadata.name: kube-system}
        podSelector:
          matchLabels: {k8s-app: kube-dns}
      ports:
      - {protocol: UDP, port: 53}
      - {protocol: TCP, port: 53}
    """

  private func isDNS(_ pod: PodTemplate) -> Bool {
    pod.labels["k8s-app"] == "kube-dns" || pod.ports.contains { $0.number == 53 }
  }

  /// A rule that names pods whose own policies do not let the same flow pass.
  private mutating func checkOneSidedFlows() {
    for policy in cluster.policies {
      for direction in Direction.allCases {
        let far: Direction = direction == .ingress ? .egress : .ingress
        for rule in policy.rules(direction) where !rule.peers.isEmpty {
          for peer in rule.peers {
            // One finding for each peer, of the first subject for which there is something to say.
            _ = subjects(of: policy).prefix(Self.subjectsMax).first {
              checkFarEnd(of: peer, rule, policy, $0, direction, far)
            }
          }
        }
      }
    }
  }

  /// How many of a policy's pods are held against each peer: each costs an explanation for each pod of
  /// the peer.
  private static let subjectsMax = 8

  private mutating func checkFarEnd(
    of peer: PolicyPeer, _ rule: PolicyRule, _ policy: NetworkPolicy,
    _ end: (Workload, PodTemplate), _ direction: Direction, _ far: Direction
  ) -> Bool {
    let (subjectWorkload, subject) = end
    var modes = EvaluationModes()
    modes.blocksOnPods = .match
    for (workload, pod) in pods(of: peer, in: policy) {
      guard workload.displayName != subjectWorkload.displayName else { continue }
      let here = QueryEnd(
        name: subjectWorkload.displayName,
        kind: .pod(namespace: subjectWorkload.namespace, subject))
      let there = QueryEnd(
        name: workload.displayName, kind: .pod(namespace: workload.namespace, pod))
      let ports = direction == .ingress ? subject.ports : pod.ports
      let question =
        rule.ports.isEmpty
        ? ConnectionSet.all
        : rule.ports.reduce(ConnectionSet()) { $0.union($1.connections(at: ports)) }
      guard !question.isEmpty else { continue }
      // Without policies of its own namespace the far end allows everything.
      guard let local = local[workload.namespace] else { continue }
      let explanation =
        direction == .ingress
        ? local.explain(from: there, to: here, question, modes: modes)
        : local.explain(from: here, to: there, question, modes: modes)
      let half = direction == .ingress ? explanation.egress : explanation.ingress
      guard half.allowed.isEmpty else { continue }
      warn(
        "W12", peer.location,
        "\(workload.displayName) is isolated for \(far.rulesKey) and does not allow this flow"
          + " \(far == .egress ? "to" : "from") \(subjectWorkload.displayName)",
        readings: [
          "as written: one end allows the flow, the other does not: it is denied",
          "as it may be meant: both ends allow it",
        ],
        fix: Self.counterpart(of: workload, pod, subjectWorkload, subject, rule, far))
      return true
    }
    return false
  }

  private static func counterpart(
    of workload: Workload, _ pod: PodTemplate, _ other: Workload, _ otherPod: PodTemplate,
    _ rule: PolicyRule, _ far: Direction
  ) -> String {
    var mirrored = rule
    mirrored.peers = [
      PolicyPeer(
        kind: .pods(
          namespaces: other.namespace == workload.namespace
            ? nil : LabelSelector(matching: ["kubernetes.io/metadata.name": other.namespace]),
          pods: LabelSelector(matching: otherPod.labels)), location: rule.location)
    ]
    return "# a policy in \(workload.namespace) that selects \(workload.name)\n"
      + yaml(mirrored, far)
  }

  /// A rule that allows everything makes the rules of all policies for the same pods void.
  private mutating func checkVoidPolicies() {
    for wide in cluster.policies {
      for direction in Direction.allCases {
        guard
          let rule = wide.rules(direction).first(where: { $0.peers.isEmpty && $0.ports.isEmpty }),
          wide.types.contains(direction)
        else { continue }
        let subjects = Set(subjects(of: wide).map(\.workload.displayName))
        for narrow in cluster.policies
        where narrow.namespace == wide.namespace && narrow.location != wide.location
          && narrow.types.contains(direction)
          && !narrow.rules(direction).contains(where: { $0.peers.isEmpty && $0.ports.isEmpty })
        {
          let shared = self.subjects(of: narrow).first {
            subjects.contains($0.workload.displayName)
          }
          guard let shared else { continue }
          warn(
            "W16", rule.location,
            "\(wide.qualifiedName) allows all \(direction.rulesKey): \(narrow.qualifiedName)"
              + " (\(narrow.location)) is void for \(shared.workload.displayName)",
            readings: [
              "as written: policies add up, and everything is allowed",
              "as it may be meant: the narrower policy limits",
            ], fix: "kubectl delete networkpolicy -n \(wide.namespace) \(wide.name)")
          break
        }
      }
    }
  }

  private mutating func checkUnisolated() {
    for workload in cluster.workloads {
      // A namespace is to deny by default where it is said so, or where a policy does it in part.
      let isSaid = context.deniedByDefault.contains(workload.namespace)
      let isolating = Direction.allCases.filter { direction in
        isSaid
          || local[workload.namespace]?.policies.contains { $0.types.contains(direction) } ?? false
      }
      let open = isolating.filter { direction in
        workload.pods.contains { pod in
          !pod.usesHostNetwork
            && policies(selecting: pod, in: workload.namespace, direction).isEmpty
        }
      }
      guard !open.isEmpty else { continue }
      let types = open.map(\.rawValue).joined(separator: ", ")
      warn(
        "W18", workload.location,
        "\(workload.displayName) is not isolated for \(types), in a namespace with policies",
        readings: [
          "as written: everything may reach it or be reached from it",
          "as it may be meant: what no policy allows is denied",
        ],
        fix: """
          apiVersion: networking.k8s.io/v1
          kind: NetworkPolicy
          metadata: {name: default-deny, namespace: \(workload.namespace)}
          spec:
            podSelector: {}
            policyTypes: [Ingress, Egress]
          """)
    }
  }

  /// The ways to hold a program to its sidecar, as the pod template's annotation names them.
  static let egressKey = "maskline.dev/egress"
  private static let egressWays = ["client-certificate", "redirect-by-uid"]

  /// A policy sees a pod, not its containers: what the sidecar may reach, the program may reach.
  private mutating func checkSidecars() {
    for workload in cluster.workloads {
      for pod in workload.pods where !pod.usesHostNetwork {
        guard let sidecar = pod.details.containers.first(where: isSidecar),
          pod.details.containers.contains(where: { container in
            container.role == .regular && !(isSidecar(container) && PodLint.isMask(container))
          }),
          let gap = Self.egressGap(of: pod.details)
        else { continue }
        warn(
          "W19", sidecar.location,
          "in \(workload.displayName) the program shares the egress of the sidecar"
            + " '\(sidecar.name)'\(gap)",
          readings: [
            "as written: a NetworkPolicy cannot tell the containers of a pod apart; the program can"
              + " send unmasked to wherever the sidecar may send",
            "as it may be meant: only the sidecar reaches the upstream",
          ],
          fix: """
            # one of these, then say which on the pod template:
            metadata:
              annotations:
                maskline.dev/egress: client-certificate   # the upstream takes only the sidecar's
                # maskline.dev/egress: redirect-by-uid    # an init container redirects all other UIDs
                # or move the mask to a gateway pod: examples/kubernetes/gateway
            """)
        break
      }
    }
  }

  /// Why what a pod says of its egress does not hold; nil when it does.
  private static func egressGap(of pod: PodDetails) -> String? {
    guard let way = pod.annotations[egressKey] else { return "" }
    guard egressWays.contains(way) else {
      return ": unknown value \(shown(way)) of \(egressKey)" + remedy(for: way, among: egressWays)
    }
    let redirects = pod.containers.contains { container in
      container.role == .initialization
        && (container.isPrivileged || PodLint.hasNetworkPower(container))
        && PodLint.mayRedirect(container)
    }
    return way == "redirect-by-uid" && !redirects
      ? ": no init container with NET_ADMIN sets up the redirection that \(egressKey) speaks of"
      : nil
  }

  func isSidecar(_ container: PodDetails.Container) -> Bool {
    context.sidecarImages.contains { PodLint.isImage(container.image, $0) }
  }
}
