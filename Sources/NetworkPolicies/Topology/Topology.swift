public import Rules

/// Who holds sensitive data, where the mask sits, and who may talk to whom: what policies are made
/// from and held against.
public struct Topology: Sendable {
  /// What a workload is there for.
  public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Sees card numbers or personal data in the clear.
    case sensitive
    /// A Maskline gateway: takes raw records, sends masked ones.
    case gateway
    case collector
    case vault
    case database
    case monitoring
    case operators
    case ordinary

    /// Whether raw data may stay in it.
    public var holdsRaw: Bool { self == .sensitive || self == .gateway || self == .vault }
  }

  /// How a workload's own records are masked.
  public enum Mask: String, Sendable, Hashable, CaseIterable {
    case sidecar
    case gateway
    case none
  }

  /// What a flow carries.
  public enum Payload: String, Sendable, Hashable, CaseIterable {
    case masked
    case tokenized
    case raw
    /// Nothing that is to be masked.
    case plain
  }

  public struct Workload: Sendable {
    public var name: String
    public var namespace: String
    public var labels: Labels
    public var role: Role
    public var mask: Mask
    /// The port that monitoring reads.
    public var metrics: UInt16?
    public var owner: String
    /// One for all environments, in the namespace as written.
    public var isShared: Bool
    public var location: SourceLocation

    /// Whether its own pods are to hold a mask.
    var isMasking: Bool { mask == .sidecar || role == .gateway }
  }

  public struct External: Sendable {
    public let name: String
    public let addresses: [AddressRange]
    public let except: [AddressRange]
    public let location: SourceLocation
    /// The addresses without those of `except`.
    let set: AddressSet

    init(
      name: String, addresses: [AddressRange], except: [AddressRange], location: SourceLocation
    ) {
      (self.name, self.addresses, self.except, self.location) = (name, addresses, except, location)
      set = AddressSet(addresses).subtracting(AddressSet(except))
    }
  }

  public struct Port: Sendable, Hashable {
    public var transport: TransportProtocol
    public var numbers: ClosedRange<UInt16>
  }

  public struct Flow: Sendable {
    public var source: String
    public var destination: String
    public var ports: [Port]
    public var payload: Payload
    public var reason: String
    public var owner: String
    /// PCI DSS requirements that the flow's policies serve.
    public var requirements: [String]
    public var location: SourceLocation

    public var connections: ConnectionSet {
      ports.reduce(ConnectionSet()) {
        $0.union(ConnectionSet($1.transport, IntervalSet($1.numbers)))
      }
    }
  }

  public struct Environment: Sendable {
    public var name: String
    /// The form of a namespace in it, with `{namespace}` for its name in the topology.
    public var form: String

    func namespace(_ name: String) -> String {
      let parts = form.split(separator: "{namespace}", omittingEmptySubsequences: false)
      return parts.joined(separator: name)
    }
  }

  public var location: SourceLocation
  public var environments: [Environment] = []
  public var workloads: [Workload] = []
  public var externals: [External] = []
  public var flows: [Flow] = []
  public var podRanges: [AddressRange] = []
  public var serviceRanges: [AddressRange] = []
  public var isDualStack = false
  public var sidecarImages: [String] = ["maskline"]
  public var dnsNamespace = "kube-system"
  public var dnsLabels: Labels = ["k8s-app": "kube-dns"]

  /// A workload in one environment.
  public struct Instance: Sendable, Hashable {
    /// The number of the workload.
    public var workload: Int
    /// The number of the environment; nil for a shared one.
    public var environment: Int?
    public var namespace: String
    public var name: String
  }

  public var instances: [Instance] {
    workloads.enumerated().flatMap { number, workload -> [Instance] in
      if workload.isShared || environments.isEmpty {
        return [
          Instance(
            workload: number, environment: nil, namespace: workload.namespace, name: workload.name)
        ]
      }
      return environments.enumerated().map { index, environment in
        Instance(
          workload: number, environment: index,
          namespace: environment.namespace(workload.namespace), name: workload.name)
      }
    }
  }

  /// One end of a flow in one environment.
  public enum End: Sendable, Hashable {
    case instance(Instance)
    case external(Int)
  }

  /// The modes with what the topology knows of the cluster, where they leave it open.
  func completing(_ modes: EvaluationModes) -> EvaluationModes {
    var modes = modes
    if modes.podAddresses.isEmpty { modes.podAddresses = AddressSet(podRanges) }
    if modes.families.isEmpty, isDualStack { modes.families = [.v4, .v6] }
    return modes
  }

  /// Whether a workload of a cluster is an instance, by its namespace and labels.
  func isInstance(_ instance: Instance, _ workload: NetworkPolicies.Workload) -> Bool {
    guard instance.namespace == workload.namespace else { return false }
    let selector = LabelSelector(matching: workloads[instance.workload].labels)
    return workload.pods.contains { selector.matches($0.labels) }
  }

  /// A cluster whose workloads are each one thing in the topology: pods of one owner that are several
  /// of its workloads, or partly none, part. What a pod may do goes by its own labels.
  func parting(_ cluster: Cluster) -> Cluster {
    var parted = cluster
    let selectors = Dictionary(
      grouping: instances.map {
        ($0.namespace, LabelSelector(matching: workloads[$0.workload].labels))
      },
      by: \.0)
    parted.workloads = cluster.workloads.flatMap { workload -> [NetworkPolicies.Workload] in
      guard workload.pods.count > 1, let own = selectors[workload.namespace] else {
        return [workload]
      }
      var groups: [[Bool]: [PodTemplate]] = [:]
      var order: [[Bool]] = []
      for pod in workload.pods {
        let identity = own.map { $0.1.matches(pod.labels) }
        if groups[identity] == nil { order.append(identity) }
        groups[identity, default: []].append(pod)
      }
      guard order.count > 1 else { return [workload] }
      return order.map { identity in
        var part = workload
        part.pods = groups[identity] ?? []
        let labels = (part.pods.first?.labels ?? [:]).sorted { $0.key < $1.key }
        part.name += "{\(labels.map { "\($0.key)=\($0.value)" }.joined(separator: ","))}"
        return part
      }
    }
    return parted
  }

  /// Whether raw data may be in a workload of a cluster.
  func holdsRaw(_ workload: NetworkPolicies.Workload) -> Bool {
    instances.contains { instance in
      workloads[instance.workload].role.holdsRaw && isInstance(instance, workload)
    }
  }

  /// Where external ranges are to part, as sources and as destinations, so that each lies in a declared
  /// peer or outside it.
  var boundaries: [Direction: [AddressSet]] {
    func sets(_ names: [String]) -> [AddressSet] {
      externals.filter { names.contains($0.name) }.map(\.set)
    }
    return [.ingress: sets(flows.map(\.source)), .egress: sets(flows.map(\.destination))]
  }

  /// The external peers that hold the whole of a range.
  func ends(holding range: AddressRange) -> [End] {
    externals.indices.filter { externals[$0].set.contains(range) }.map(End.external)
  }

  /// The flows in every environment, the metrics among them.
  public var pairs: [(flow: Flow, source: End, destination: End)] {
    var pairs: [(flow: Flow, source: End, destination: End)] = []
    var ends = Dictionary(grouping: instances, by: \.name).mapValues { $0.map(End.instance) }
    for (index, external) in externals.enumerated() { ends[external.name] = [.external(index)] }
    for flow in flows + metricFlows {
      for source in ends[flow.source] ?? [] {
        for destination in ends[flow.destination] ?? [] where meet(source, destination) {
          pairs.append((flow, source, destination))
        }
      }
    }
    return pairs
  }

  /// Whether both ends are in one environment, or one of them in none.
  private func meet(_ left: End, _ right: End) -> Bool {
    guard case .instance(let left) = left, case .instance(let right) = right,
      let first = left.environment, let second = right.environment
    else { return true }
    return first == second
  }

  var metricFlows: [Flow] {
    var flows: [Flow] = []
    for monitor in workloads where monitor.role == .monitoring {
      for workload in workloads where workload.name != monitor.name {
        guard let port = workload.metrics else { continue }
        flows.append(
          Flow(
            source: monitor.name, destination: workload.name,
            ports: [Port(transport: .tcp, numbers: port...port)], payload: .plain,
            reason: "\(monitor.name) reads the metrics of \(workload.name)", owner: monitor.owner,
            requirements: ["10.7.2"], location: workload.location))
      }
    }
    return flows
  }

  /// The namespaces that are to deny by default.
  public var namespaces: [String] { Array(Set(instances.map(\.namespace))).sorted() }
}
