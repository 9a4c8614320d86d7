/// One end of a question: pods, or an address.
public struct QueryEnd: Sendable {
  enum Kind: Sendable {
    case pod(namespace: String, PodTemplate)
    case address(IPAddress)
  }

  /// As the answer shows it.
  public var name: String
  var kind: Kind

  /// Why a text names no end.
  public struct Problem: Error, Sendable, CustomStringConvertible {
    public let description: String
  }

  /// The ends that a text names: `ns/name` or `ns/name[Kind]` (a workload, or a Service, always so
  /// with `[Service]`: then its pods, and `port` becomes their ports), `ns/{app=web,tier=x}` (a pod that does not exist yet),
  /// or an address.
  public static func parse(_ text: String, in cluster: Cluster, port: inout ConnectionSet)
    throws(Problem) -> [QueryEnd]
  {
    if let address = IPAddress(text) { return [QueryEnd(name: text, kind: .address(address))] }
    if let range = AddressRange(cidr: text) {
      let first = IPAddress(range.family, range.bounds.lowerBound)
      return [QueryEnd(name: text, kind: .address(first))]
    }
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw Problem(
        description: "'\(text)' names no end; write ns/name, ns/{app=web} or an address")
    }
    let (namespace, name) = (parts[0], parts[1])
    if name.hasPrefix("{"), name.hasSuffix("}") {
      return [try representative(namespace, name, text)]
    }
    let serviceName = name.hasSuffix("[Service]") ? String(name.dropLast(9)) : name
    let workloads = cluster.workloads.filter { workload in
      workload.namespace == namespace
        && (workload.name == name || "\(workload.name)[\(workload.kind)]" == name)
    }
    if !workloads.isEmpty { return workloads.flatMap(ends) }
    guard
      let service = cluster.services.first(where: {
        $0.namespace == namespace && $0.name == serviceName
      })
    else { throw Problem(description: "there is no workload and no Service '\(text)'") }
    return try pods(of: service, in: cluster, port: &port)
  }

  private static func ends(_ workload: Workload) -> [QueryEnd] {
    workload.pods.enumerated().map { index, pod in
      let suffix = workload.pods.count > 1 ? " (shape \(index + 1) of \(workload.pods.count))" : ""
      return QueryEnd(
        name: workload.displayName + suffix, kind: .pod(namespace: workload.namespace, pod))
    }
  }

  private static func representative(_ namespace: String, _ labels: String, _ text: String)
    throws(Problem) -> QueryEnd
  {
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
    return QueryEnd(name: text, kind: .pod(namespace: namespace, pod))
  }

  /// The pods behind a Service, and what its ports become at them.
  private static func pods(
    of service: Service, in cluster: Cluster, port: inout ConnectionSet
  ) throws(Problem) -> [QueryEnd] {
    guard let selector = service.selector else {
      throw Problem(description: "the Service \(service.namespace)/\(service.name) selects no pods")
    }
    let workloads = cluster.workloads.filter { workload in
      workload.namespace == service.namespace
        && workload.pods.contains { selector.matches($0.labels) }
    }
    var mapped = ConnectionSet()
    for servicePort in service.ports where port.contains(servicePort.transport, servicePort.number)
    {
      switch servicePort.target {
      case .number(let number):
        mapped = mapped.union(
          ConnectionSet(servicePort.transport, IntervalSet(number...number)))
      case .named:
        for pod in workloads.flatMap(\.pods) {
          mapped = mapped.union(service.connections(of: servicePort, at: pod.ports))
        }
      }
    }
    port = mapped
    return workloads.flatMap(ends)
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
