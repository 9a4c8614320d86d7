/// One end of a question: pods, or an address.
public struct QueryEnd: Sendable {
  enum Kind: Sendable {
    case pod(namespace: String, PodTemplate)
    case address(IPAddress)
  }

  /// As the answer shows it.
  public var name: String
  var kind: Kind
  /// Whether it was reached by the name of a Service.
  var isBehindService = false
  /// Whether it is one pod, and not one of many alike.
  var isOnePod = false
  /// What of the question is about this end: a port of a Service is another at each of its pods.
  public var question: ConnectionSet = .all

  var usesHostNetwork: Bool {
    if case .pod(_, let pod) = kind { pod.usesHostNetwork } else { false }
  }

  /// Whether policies see the end as the node that it runs on.
  func isNode(_ modes: EvaluationModes) -> Bool { usesHostNetwork && modes.hostNetwork == .node }

  /// Whether the addresses of a block hold the end, as far as the modes tell.
  func isHeld(by block: AddressSet, matchesPods: Bool, _ modes: EvaluationModes) -> Bool {
    switch kind {
    case .address(let address): return block.contains(address)
    case .pod(_, let pod):
      guard matchesPods || modes.blocksOnPods == .match || isNode(modes) else { return false }
      let inside = EvaluationModes.membership(
        of: (pod.addresses, pod.usesHostNetwork), in: block, podAddresses: modes.podAddresses)
      return modes.blocksOnPods == .match ? inside.possibly : inside.surely
    }
  }

  /// Why a text names no end.
  public struct Problem: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The ends that a text names: `ns/name` or `ns/name[Kind]` (a workload, or a Service, always so
  /// with `[Service]`: then its pods, and `port` becomes the port of each), `ns/{app=web,tier=x}`
  /// (a pod that does not exist yet), or an address.
  public static func parse(_ text: String, in cluster: Cluster, port: ConnectionSet = .all)
    throws(Problem) -> [QueryEnd]
  {
    if let address = IPAddress(text) {
      return [QueryEnd(name: text, kind: .address(address), question: port)]
    }
    if let range = AddressRange(cidr: text) {
      // Rules may hold a part of a range, and one answer would be wrong for the rest.
      guard range.bounds.lowerBound == range.bounds.upperBound else {
        throw Problem(
          description: "'\(text)' is a range; ask about one address of it, or list all ranges with"
            + " 'maskline k8s connections'")
      }
      let only = IPAddress(range.family, range.bounds.lowerBound)
      return [QueryEnd(name: text, kind: .address(only), question: port)]
    }
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw Problem(
        description: "'\(text)' names no end; write ns/name, ns/{app=web} or an address")
    }
    let (namespace, name) = (parts[0], parts[1])
    if name.hasPrefix("{"), name.hasSuffix("}") {
      return [try representative(namespace, name, text, port)]
    }
    let serviceName = name.hasSuffix("[Service]") ? String(name.dropLast(9)) : name
    let workloads = cluster.workloads.filter { workload in
      workload.namespace == namespace
        && (workload.name == name || "\(workload.name)[\(workload.kind)]" == name)
    }
    if !workloads.isEmpty { return workloads.flatMap { ends($0) { _ in port } } }
    guard
      let service = cluster.services.first(where: {
        $0.namespace == namespace && $0.name == serviceName
      })
    else { throw Problem(description: "there is no workload and no Service '\(text)'") }
    return try pods(of: service, in: cluster, port)
  }

  /// The shapes of a workload's pods for which there is a question.
  private static func ends(_ workload: Workload, question: (PodTemplate) -> ConnectionSet?)
    -> [QueryEnd]
  {
    workload.pods.enumerated().compactMap { index, pod in
      guard let question = question(pod) else { return nil }
      let suffix = workload.pods.count > 1 ? " (shape \(index + 1) of \(workload.pods.count))" : ""
      return QueryEnd(
        name: workload.displayName + suffix, kind: .pod(namespace: workload.namespace, pod),
        isOnePod: workload.kind == "Pod", question: question)
    }
  }

  private static func representative(
    _ namespace: String, _ labels: String, _ text: String, _ port: ConnectionSet
  ) throws(Problem) -> QueryEnd {
    var pairs: Labels = [:]
    for part in labels.dropFirst().dropLast().split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw Problem(description: "'\(part)' is no label; write key=value")
      }
      pairs[String(pair[0])] = String(pair[1])
    }
    let pod = PodTemplate(
      labels: pairs, ports: [], usesHostNetwork: false, addresses: [], details: PodDetails())
    return QueryEnd(name: text, kind: .pod(namespace: namespace, pod), question: port)
  }

  /// The pods behind a Service, each with what the Service's ports become at it.
  private static func pods(of service: Service, in cluster: Cluster, _ port: ConnectionSet)
    throws(Problem) -> [QueryEnd]
  {
    guard let selector = service.selector else {
      throw Problem(description: "the Service \(service.namespace)/\(service.name) selects no pods")
    }
    let name = "\(service.namespace)/\(service.name)"
    let asked = service.ports.filter { port.contains($0.transport, $0.number) }
    guard !asked.isEmpty || service.ports.isEmpty && port.isAll else {
      let ports = service.ports.map { "\($0.transport.rawValue) \($0.number)" }
      throw Problem(
        description: "the Service \(name) has no port \(port); it has "
          + (ports.isEmpty ? "none" : ports.joined(separator: ", ")))
    }
    let found = cluster.workloads.filter { $0.namespace == service.namespace }.flatMap { workload in
      let pods = ends(workload) { pod in
        guard selector.matches(pod.labels) else { return nil }
        return asked.reduce(ConnectionSet()) {
          $0.union(service.connections(of: $1, at: pod.ports))
        }
      }
      return pods.map { end in
        var end = end
        end.isBehindService = true
        return end
      }
    }
    guard !found.isEmpty else {
      throw Problem(description: "the Service \(name) selects no pod of these manifests")
    }
    return found
  }
}

extension Service {
  /// What a port of the Service becomes at a pod with these ports.
  func connections(of port: Port, at containerPorts: [ContainerPort]) -> ConnectionSet {
    switch port.target {
    case .number(let number): ConnectionSet(port.transport, IntervalSet(number...number))
    case .named(let name):
      PolicyPort.Kind.named(name).connections(port.transport, at: containerPorts)
    }
  }
}
