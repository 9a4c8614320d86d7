import TestSupport

/// Makes random topologies, and the manifests of their workloads.
struct RandomTopology {
  struct Workload {
    var name: String
    var namespace: String
    var role: String
  }

  static let sidecar =
    "name: maskline, image: maskline, restartPolicy: Always, args: [proxy, --masks, /m],"
    + " securityContext: {runAsUser: 65532}"

  var random: SeededRandom

  mutating func text() -> (topology: String, manifests: String) {
    let environments = Bool.random(using: &random) ? ["blue", "green"] : ["only"]
    let namespaces = ["front", "back", "data"].prefix(Int.random(in: 1...3, using: &random))
    let roles = [
      "sensitive", "ordinary", "ordinary", "collector", "vault", "database", "operators",
    ]
    var workloads: [Workload] = []
    for number in 0..<Int.random(in: 2...6, using: &random) {
      workloads.append(
        Workload(
          name: "w\(number)", namespace: pick(Array(namespaces)), role: pick(roles)))
    }
    var text = "version: 1\nenvironments:\n"
    for name in environments { text += "  \(name): '{namespace}-\(name)'\n" }
    text += "cluster: { pods: [10.244.0.0/16], services: [10.96.0.0/12] }\nworkloads:\n"
    for workload in workloads {
      text +=
        "  \(workload.name): { namespace: \(workload.namespace), labels: { app: \(workload.name) },"
      text += " role: \(workload.role), mask: sidecar, owner: team"
      text += Bool.random(using: &random) ? ", metrics: 9090 }\n" : " }\n"
    }
    text += "  watch: { namespace: watch, labels: { app: watch }, role: monitoring, owner: ops }\n"
    text += "external:\n  partner: { addresses: [203.0.113.0/24], except: [203.0.113.9/32] }\n"
    text += "flows:\n" + flows(workloads)
    return (text, manifests(workloads, environments))
  }

  private mutating func flows(_ workloads: [Workload]) -> String {
    var text = ""
    var seen: Set<String> = []
    for number in 0..<Int.random(in: 1...6, using: &random) {
      let source = pick(workloads)
      let target = pick(workloads)
      // The vault reaches its store only, and nobody else does.
      guard source.role != "vault", target.role != "database" else { continue }
      guard source.name != target.name, seen.insert(source.name + target.name).inserted else {
        continue
      }
      let holdsRaw = target.role == "sensitive" || target.role == "vault"
      let carries = holdsRaw ? "raw" : "tokenized"
      let port = pick(["8080", "TCP 8443", "UDP 514", "9000-9010", "SCTP 7070"])
      text +=
        "  - { from: \(source.name), to: \(target.name), ports: [\(port)], carries: \(carries),"
      text += " reason: Flow \(number) }\n"
    }
    let vaults = workloads.filter { $0.role == "vault" }
    let stores = workloads.filter { $0.role == "database" }
    for vault in vaults where Bool.random(using: &random) {
      for store in stores {
        text +=
          "  - { from: \(vault.name), to: \(store.name), ports: [5432], carries: tokenized,"
          + " reason: The store }\n"
      }
    }
    let others = workloads.filter { $0.role != "vault" }
    if !others.isEmpty, Bool.random(using: &random) || text.isEmpty {
      text += "  - { from: \(pick(others).name), to: partner, ports: [443], carries: tokenized,"
      text += " reason: The partner is told }\n"
    }
    return text
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private func manifests(_ workloads: [Workload], _ environments: [String]) -> String {
    var parts = [pod("kube-system", "dns", "k8s-app: kube-dns")]
    for environment in environments {
      for workload in workloads {
        parts.append(
          pod("\(workload.namespace)-\(environment)", workload.name, "app: \(workload.name)"))
      }
      parts.append(pod("watch-\(environment)", "watch", "app: watch"))
    }
    return parts.joined(separator: "---\n")
  }

  private func pod(_ namespace: String, _ name: String, _ label: String) -> String {
    """
    apiVersion: v1
    kind: Pod
    metadata:
      name: \(name)
      namespace: \(namespace)
      labels: {\(label)}
      annotations: {maskline.dev/egress: client-certificate}
    spec:
      initContainers: [{\(Self.sidecar)}]
      containers: [{name: c, image: i, securityContext: {runAsUser: 1000}}]

    """
  }
}
