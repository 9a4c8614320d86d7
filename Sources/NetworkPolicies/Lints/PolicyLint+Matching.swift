internal import Rules

/// W6, W17: whom a policy selects and names.
extension PolicyLint {
  mutating func checkSubjects(of policy: NetworkPolicy) {
    let subjects = subjects(of: policy)
    let isExpected = context.expectedPods.contains {
      $0.namespace == policy.namespace && policy.podSelector.matches($0.labels)
    }
    let isMissing = subjects.isEmpty && !isExpected && knowsPods
    if isMissing, !policy.podSelector.isEverything {
      warn(
        "W6", policy.podSelectorLocation,
        "podSelector \(policy.podSelector) selects no pod of namespace \(policy.namespace)",
        readings: [
          "as written: the policy protects nothing",
          "as it may be meant: \(meant(policy.podSelector, policy.namespace))",
        ], fix: fix(policy.podSelector, policy.namespace))
    } else if isMissing {
      warn(
        "W6", policy.podSelectorLocation,
        "the namespace \(policy.namespace) has no pod in these manifests",
        readings: [
          "as written: the policy waits for pods to come",
          "as it may be meant: another namespace",
        ], fix: "metadata:\n  namespace: CHANGE-ME", severity: .note)
    }
    for (workload, pod) in subjects where pod.usesHostNetwork {
      warn(
        "W17", policy.podSelectorLocation,
        "the policy selects \(workload.displayName), which uses the host network",
        readings: [
          "as written: most network plugins do not apply the policy to it",
          "as it may be meant: a pod with a network of its own",
        ],
        fix: "hostNetwork: false   # in the pod's spec at \(workload.location)")
    }
    for direction in Direction.allCases {
      for rule in policy.rules(direction) {
        for peer in rule.peers { checkPeer(peer, policy) }
      }
    }
  }

  /// Without any pod there is nothing to hold selectors against.
  var knowsPods: Bool { !cluster.workloads.isEmpty || !context.expectedPods.isEmpty }

  private mutating func checkPeer(_ peer: PolicyPeer, _ policy: NetworkPolicy) {
    guard case .pods(let namespaces, let selector) = peer.kind, knowsPods,
      pods(of: peer, in: policy).isEmpty
    else { return }
    let isExpected = context.expectedPods.contains { pod in
      (namespaces?.matches(cluster.namespaceLabels(pod.namespace))
        ?? (policy.namespace == pod.namespace)) && (selector?.matches(pod.labels) ?? true)
    }
    guard !isExpected else { return }
    let isDNS =
      (namespaces?.matches(cluster.namespaceLabels(context.dnsNamespace))
        ?? (policy.namespace == context.dnsNamespace))
      && (selector?.matches(context.dnsLabels) ?? true)
    guard !isDNS else { return }
    let names = cluster.namespaces.keys.filter {
      namespaces?.matches(cluster.namespaceLabels($0)) ?? ($0 == policy.namespace)
    }.sorted()
    if names.isEmpty {
      warn(
        "W6", peer.location,
        "namespaceSelector \(namespaces ?? .everything) selects no namespace in these manifests",
        readings: [
          "as written: nobody, until a namespace with these labels comes",
          "as it may be meant: a namespace by its name",
        ],
        fix: "namespaceSelector:\n  matchLabels:\n    kubernetes.io/metadata.name: CHANGE-ME")
      return
    }
    guard let selector, !selector.isEverything else { return }
    let elsewhere = cluster.workloads.first { workload in
      workload.pods.contains { selector.matches($0.labels) }
    }
    let hint =
      elsewhere.map {
        "the pods of \($0.displayName): then the peer needs a namespaceSelector, too"
      } ?? meant(selector, names.first ?? policy.namespace)
    warn(
      "W6", peer.location,
      "podSelector \(selector) selects no pod of \(names.prefix(3).joined(separator: ", "))",
      readings: [
        "as written: nobody, until a pod with these labels comes", "as it may be meant: \(hint)",
      ],
      fix: elsewhere.map {
        "- namespaceSelector:\n    matchLabels:\n      kubernetes.io/metadata.name: \($0.namespace)\n"
          + "  podSelector:\n    matchLabels: {\(Self.flow(selector))}"
      } ?? fix(selector, names.first ?? policy.namespace))
  }

  /// What a selector that matches nothing is likely to stand for.
  private func meant(_ selector: LabelSelector, _ namespace: String) -> String {
    let workloads = cluster.workloads.filter { $0.namespace == namespace }
    if let workload = workloads.first(where: { selector.matches($0.objectLabels) }) {
      return "\(workload.displayName), whose labels stand on the object and not on its pod template"
    }
    for requirement in selector.requirements {
      guard case .isIn(let key, let values) = requirement else { continue }
      let known = workloads.flatMap { $0.pods.compactMap { $0.labels[key] } }
      if let near = values.compactMap({ nearest(to: $0, among: known) }).first {
        return "\(key)=\(near)"
      }
      let keys = workloads.flatMap { $0.pods.flatMap(\.labels.keys) }
      if known.isEmpty, let near = nearest(to: key, among: keys) { return "the label \(near)" }
    }
    return "labels that the pods of \(namespace) have"
  }

  private func fix(_ selector: LabelSelector, _ namespace: String) -> String {
    let workloads = cluster.workloads.filter { $0.namespace == namespace }
    if let workload = workloads.first(where: { selector.matches($0.objectLabels) }) {
      let labels = Self.flow(selector)
      return "template:   # of \(workload.displayName) at \(workload.location)\n  metadata:\n"
        + "    labels: {\(labels)}"
    }
    let labels = workloads.first?.pods.first?.labels.min { $0.key < $1.key }
    return "podSelector:\n  matchLabels: {\(labels?.key ?? "app"): \(labels?.value ?? "CHANGE-ME")}"
  }
}
