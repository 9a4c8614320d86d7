/// A first topology for manifests that have none: their workloads, and the flows that their
/// environment variables and arguments speak of. A person decides what stays.
public struct TopologyDraft {
  private let cluster: Cluster
  private let images: [String]

  /// The draft as a topology file.
  public static func text(of cluster: Cluster, images: [String] = ["maskline"]) -> String {
    TopologyDraft(cluster: cluster, images: images).text
  }

  private struct Entry {
    var name: String
    var workload: Workload
    var labels: Labels
    var hasSidecar: Bool
  }

  private var entries: [Entry] {
    let workloads = cluster.workloads.filter { $0.namespace != "kube-system" && !$0.pods.isEmpty }
    var names: Set<String> = []
    return workloads.compactMap { workload in
      guard let pod = workload.pods.first, !pod.labels.isEmpty else { return nil }
      var name = Self.cleaned(workload.name)
      if names.contains(name) { name = Self.cleaned("\(workload.namespace)-\(workload.name)") }
      // The same name in one namespace, of another kind, or cut to the same length.
      let beginning = Self.cleaned(String(name.prefix(55)))
      var number = 2
      while names.contains(name) {
        name = "\(beginning)-\(number)"
        number += 1
      }
      names.insert(name)
      return Entry(
        name: name, workload: workload, labels: labels(of: pod, workload, workloads),
        hasSidecar: pod.details.containers.contains { container in
          container.role == .sidecar && images.contains { PodLint.isImage(container.image, $0) }
        })
    }
  }

  private static func cleaned(_ text: String) -> String {
    let lower = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let name = String(lower.drop { $0 == "-" }.prefix(60))
    return name.isEmpty ? "workload" : String(name.reversed().drop { $0 == "-" }.reversed())
  }

  /// The one label that tells the workload from its neighbours, or all of them.
  private func labels(of pod: PodTemplate, _ workload: Workload, _ all: [Workload]) -> Labels {
    let neighbours = all.filter {
      $0.namespace == workload.namespace && $0.displayName != workload.displayName
    }
    for key in ["app.kubernetes.io/name", "app", "k8s-app", "name"] {
      guard let value = pod.labels[key],
        !neighbours.contains(where: { $0.pods.contains { $0.labels[key] == value } })
      else { continue }
      return [key: value]
    }
    return pod.labels
  }

  private var text: String {
    let entries = entries
    var text = """
      # Drafted from manifests. Read every line: set `role` (sensitive, gateway, collector, vault,
      # database, monitoring, operators) and `mask` (sidecar, gateway) where raw data is, strike flows
      # that are not wanted, add those that are missing, and say why each is there.
      version: 1
      workloads:

      """
    for entry in entries {
      let labels = entry.labels.sorted { $0.key < $1.key }
        .map { "\(PolicyRule.scalar($0.key)): \(PolicyRule.scalar($0.value))" }
      text += "  \(PolicyRule.scalar(entry.name)):\n"
      text += "    namespace: \(PolicyRule.scalar(entry.workload.namespace))\n"
      text += "    labels: { \(labels.joined(separator: ", ")) }\n"
      if entry.hasSidecar { text += "    role: sensitive\n    mask: sidecar\n" }
      text += "    owner: \"to be named\"\n"
    }
    let flows = flows(entries)
    text += flows.isEmpty ? "flows: []\n" : "flows:\n"
    for flow in flows { text += flow }
    return text
  }

  private func flows(_ entries: [Entry]) -> [String] {
    var seen: Set<String> = []
    var flows: [String] = []
    for source in entries {
      for word in source.workload.pods.flatMap(\.details.words) {
        for service in cluster.services {
          guard let port = Self.port(of: service, in: word, from: source.workload.namespace) else {
            continue
          }
          for target in entries where target.name != source.name {
            guard let pod = target.workload.pods.first,
              target.workload.namespace == service.namespace,
              service.selector?.matches(pod.labels) ?? false
            else { continue }
            let ports = service.ports.filter { port == 0 || $0.number == port }.flatMap { port in
              service.connections(of: port, at: pod.ports)[port.transport].ranges.map {
                port.transport == .tcp
                  ? "\($0.lowerBound)" : "\(port.transport.rawValue) \($0.lowerBound)"
              }
            }
            guard !ports.isEmpty, seen.insert("\(source.name) \(target.name)").inserted else {
              continue
            }
            let carries = source.hasSidecar ? " carries: masked," : ""
            flows.append(
              "  - { from: \(PolicyRule.scalar(source.name)), to: \(PolicyRule.scalar(target.name)), ports: [\(ports.joined(separator: ", "))],"
                + "\(carries) reason: \"it names \(service.name)\" }\n")
          }
        }
      }
    }
    return flows
  }

  /// The Service's port that a text names, 0 for any; nil when it does not name the Service.
  private static func port(of service: Service, in text: String, from namespace: String) -> UInt16?
  {
    let isOwn = service.namespace == namespace
    for match in text.matches(
      of: /([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)((?:\.[-a-z0-9]+)*)(?::([0-9]+))?/)
    where match.output.1 == service.name {
      let domain = match.output.2.split(separator: ".").map(String.init)
      guard domain.first.map({ $0 == service.namespace }) ?? isOwn else { continue }
      // A bare word is a host only if nothing else is said.
      guard
        !domain.isEmpty || match.output.3 != nil || text == service.name
          || text.contains("//\(service.name)")
      else { continue }
      return match.output.3.flatMap { UInt16($0) } ?? 0
    }
    return nil
  }
}
