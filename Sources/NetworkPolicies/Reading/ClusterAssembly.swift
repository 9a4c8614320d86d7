internal import Rules

/// Puts objects together: pods under their owners, duplicates found.
struct ClusterAssembly {
  private struct Key: Hashable {
    var namespace = ""
    var kind: String
    var name: String
  }

  var cluster = Cluster()
  var findings: [PolicyFinding] = []
  private var places: [Key: Int] = [:]
  private var owners: [Key: Key] = [:]
  private var declared: Set<Key> = []

  mutating func add(_ workload: Workload, kind: String, owner: (kind: String, name: String)?) {
    let key = Key(namespace: workload.namespace, kind: workload.kind, name: workload.name)
    let isOwnedPod = kind == "Pod" && owner != nil
    if !isOwnedPod {
      checkTwice(workload.displayName, key, workload.location)
      if let owner {
        owners[key] = Key(namespace: workload.namespace, kind: owner.kind, name: owner.name)
      }
    }
    guard let place = places[key] else {
      places[key] = cluster.workloads.count
      cluster.workloads.append(workload)
      return
    }
    for pod in workload.pods { Self.merge(pod, into: &cluster.workloads[place]) }
  }

  mutating func add(_ namespace: Namespace) {
    checkTwice(
      "Namespace \(namespace.name)", Key(kind: "Namespace", name: namespace.name),
      namespace.location)
    cluster.namespaces[namespace.name] = namespace
  }

  mutating func add(_ service: Service) {
    let key = Key(namespace: service.namespace, kind: "Service", name: service.name)
    checkTwice("\(service.namespace)/\(service.name)[Service]", key, service.location)
    cluster.services.append(service)
  }

  private mutating func checkTwice(_ name: String, _ key: Key, _ location: SourceLocation?) {
    guard !declared.insert(key).inserted, let location else { return }
    findings.append(
      PolicyFinding(
        rule: "W8", severity: .warning, location: location,
        text: "\(name) is defined twice; the last one applied wins",
        fix: "remove one of the two definitions"))
  }

  /// Replicas that neither a policy nor a lint can tell apart are one shape, with the addresses of all.
  private static func merge(_ pod: PodTemplate, into workload: inout Workload) {
    for index in workload.pods.indices {
      let other = workload.pods[index]
      guard other.labels == pod.labels, other.ports == pod.ports,
        other.usesHostNetwork == pod.usesHostNetwork, other.details.isLike(pod.details)
      else { continue }
      workload.pods[index].addresses += pod.addresses.filter { !other.addresses.contains($0) }
      return
    }
    workload.pods.append(pod)
  }

  /// Folds ReplicaSets and Jobs into the Deployments and CronJobs that own them, if those are there.
  consuming func finish() -> (cluster: Cluster, findings: [PolicyFinding]) {
    // In the order of the manifests, so that what is found does not hang on hashes.
    let roots = cluster.workloads.map { root(of: $0) }
    var folded: Set<Int> = []
    for (place, root) in roots.enumerated() {
      guard let root else {
        findings.append(Self.cycle(cluster.workloads[place]))
        continue
      }
      guard root != place else { continue }
      for pod in cluster.workloads[place].pods {
        Self.merge(pod, into: &cluster.workloads[root])
      }
      folded.insert(place)
    }
    cluster.workloads = cluster.workloads.indices.filter { !folded.contains($0) }
      .map { cluster.workloads[$0] }
    let names = cluster.workloads.map(\.namespace) + cluster.policies.map(\.namespace)
    for name in names where cluster.namespaces[name] == nil {
      cluster.namespaces[name] = Namespace(name: name, labels: [:], location: nil)
    }
    return (cluster, findings)
  }

  /// The place of the last owner that is there; nil where the owners go round.
  private func root(of workload: Workload) -> Int? {
    var key = Key(namespace: workload.namespace, kind: workload.kind, name: workload.name)
    var seen: Set<Key> = [key]
    while let owner = owners[key], places[owner] != nil {
      guard seen.insert(owner).inserted else { return nil }
      key = owner
    }
    return places[key]
  }

  private static func cycle(_ workload: Workload) -> PolicyFinding {
    PolicyFinding(
      rule: "W3", severity: .warning, location: workload.location,
      text: "the owners of \(workload.displayName) go round: it is taken as a workload of its own",
      fix: "# remove 'ownerReferences' from one of the objects")
  }
}
