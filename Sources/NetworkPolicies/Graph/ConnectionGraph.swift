/// Workloads by namespace and what may pass between them, ready to be drawn.
public struct ConnectionGraph: Sendable {
  /// What an edge carries, or how it changed. Colours are those of Okabe and Ito, which people with
  /// any kind of colour vision tell apart; lines differ, too.
  public enum EdgeKind: String, Sendable, CaseIterable {
    case masked
    case tokenized
    case raw
    case plain
    case unknown
    /// A declared flow that the policies deny.
    case denied
    case added
    case removed
    case changed

    public var color: String {
      switch self {
      case .masked: "#0072B2"
      case .tokenized, .added: "#009E73"
      case .raw: "#D55E00"
      case .plain: "#56616B"
      case .unknown: "#CC79A7"
      case .denied, .removed: "#8A8A8A"
      case .changed: "#0072B2"
      }
    }

    /// The dashes of the line; empty for a whole one.
    public var dashes: String {
      switch self {
      case .masked, .raw: ""
      case .tokenized: "9 3"
      case .added: "16 3"
      case .plain, .changed: "2 3"
      case .unknown: "6 3 2 3"
      case .denied, .removed: "4 4"
      }
    }

    public var width: String { self == .raw || self == .added ? "2.6" : "1.6" }

    public var meaning: String {
      switch self {
      case .masked: "masked records"
      case .tokenized: "tokens"
      case .raw: "raw data"
      case .plain: "nothing to mask"
      case .unknown: "unknown: not declared"
      case .denied: "declared, but denied"
      case .added: "added"
      case .removed: "removed"
      case .changed: "changed"
      }
    }
  }

  public struct Node: Sendable {
    public var name: String
    /// The kind, and the role if a topology gives one.
    public var note: String
    public var namespace: String
  }

  public struct Edge: Sendable {
    public var source: Int
    public var destination: Int
    public var kind: EdgeKind
    public var connections: String
  }

  public var nodes: [Node] = []
  public var edges: [Edge] = []
  /// What was left out.
  public var notes: [String] = []

  /// The environment of a namespace, where a topology tells it.
  var environments: [String: String] = [:]

  /// Namespaces in the order of drawing: one list for each environment, those of none last.
  var namespaceRows: [[String]] {
    let names = Set(nodes.map(\.namespace)).filter { $0 != Self.outside }.sorted()
    let rows = Set(environments.values).sorted().map { environment in
      names.filter { environments[$0] == environment }
    }
    let rest = names.filter { environments[$0] == nil }
    let outside = nodes.contains { $0.namespace == Self.outside } ? [Self.outside] : []
    return (rows + [rest + outside]).filter { !$0.isEmpty }
  }

  /// Namespaces in the order of drawing.
  public var namespaces: [String] { namespaceRows.flatMap(\.self) }

  public static let outside: String = "outside the cluster"

  public init() {}

  private struct Ends: Hashable {
    var source: Int
    var destination: Int
    var kind: EdgeKind
  }

  private var nodeNumbers: [[String]: Int] = [:]
  private var edgeNumbers: [Ends: Int] = [:]
  /// What edges were joined from, where there was more than one.
  private var joined: [Int: Set<String>] = [:]

  /// The number of the node, made if it is new.
  mutating func node(_ name: String, _ note: String, _ namespace: String) -> Int {
    if let number = nodeNumbers[[namespace, name, note]] { return number }
    nodeNumbers[[namespace, name, note]] = nodes.count
    nodes.append(Node(name: name, note: note, namespace: namespace))
    return nodes.count - 1
  }

  /// Adds an edge, or joins it to one between the same ends of the same kind.
  mutating func add(_ source: Int, _ destination: Int, _ kind: EdgeKind, _ connections: String) {
    let ends = Ends(source: source, destination: destination, kind: kind)
    if let number = edgeNumbers[ends] {
      if joined[number, default: [edges[number].connections]].insert(connections).inserted {
        edges[number].connections += "; " + connections
      }
      return
    }
    edgeNumbers[ends] = edges.count
    edges.append(
      Edge(source: source, destination: destination, kind: kind, connections: connections))
  }
}

extension ConnectionGraph {
  /// The graph of a cluster; with a topology its edges are coloured by what they carry.
  public static func of(
    _ cluster: Cluster, topology: Topology?, modes: EvaluationModes = EvaluationModes()
  ) -> ConnectionGraph {
    let cluster = topology?.parting(cluster) ?? cluster
    var connectivity = Connectivity(
      cluster, modes: topology?.completing(modes) ?? modes, boundaries: topology?.boundaries ?? [:])
    var graph = ConnectionGraph()
    let map = topology.map { TopologyMap($0, cluster) }
    let ids = cluster.workloads.enumerated().map { number, workload in
      let role = map?.role(number).map { ", \($0.rawValue)" } ?? ""
      return graph.node(workload.name, workload.kind + role, workload.namespace)
    }
    for instance in topology?.instances ?? [] {
      guard let environment = instance.environment else { continue }
      graph.environments[instance.namespace] = topology?.environments[environment].name
    }
    var hasDNS = false
    var undefinedCount = 0
    for connection in connectivity.all() {
      if !connection.undefined.isEmpty { undefinedCount += 1 }
      guard !connection.allowed.isEmpty else { continue }
      if let map, map.isDNS(connection) {
        hasDNS = true
        continue
      }
      let ends = [connection.source, connection.destination].map { endpoint -> Int in
        switch endpoint {
        case .workload(let number): return ids[number]
        case .external(let range):
          let other = map == nil ? "\(range)" : "other addresses"
          return graph.node(map?.name(of: range) ?? other, "external", outside)
        }
      }
      let parts = map?.parts(connection) ?? [(.unknown, connection.allowed)]
      for (kind, set) in parts where !set.isEmpty {
        graph.add(ends[0], ends[1], kind, set.description)
      }
    }
    if undefinedCount > 0 {
      graph.notes.append(
        "undefined in part (network plugins differ) and not drawn: \(undefinedCount) pairs")
    }
    if hasDNS { graph.notes.append("DNS to the cluster's own resolver is allowed and not drawn") }
    if cluster.workloads.contains(where: { $0.pods.contains(where: \.usesHostNetwork) }) {
      graph.notes.append("pods on the host network: no NetworkPolicy holds them for sure")
    }
    if let map {
      for (source, destination, flow) in map.deniedFlows(&connectivity) {
        graph.add(ids[source], ids[destination], .denied, flow.description)
      }
    }
    return graph
  }
}

/// What a topology says of the workloads and connections of a cluster.
struct TopologyMap {
  let topology: Topology
  private let cluster: Cluster
  private let instances: [[Topology.Instance]]
  /// The workloads that are to have a mask and have pods without one.
  private let unmasked: Set<Int>
  private var payloads: [Topology.End: [Topology.End: [(Topology.Payload, ConnectionSet)]]] = [:]
  /// Names of workloads that held raw data before: a change of labels does not take it from them.
  private let formerlyRaw: Set<String>

  /// The names of the workloads that may hold raw data.
  var rawNames: Set<String> {
    Set(
      cluster.workloads.indices.filter { role($0)?.holdsRaw ?? false }
        .map { cluster.workloads[$0].displayName })
  }

  init(_ topology: Topology, _ cluster: Cluster, formerlyRaw: Set<String> = []) {
    self.topology = topology
    self.cluster = cluster
    self.formerlyRaw = formerlyRaw
    let all = topology.instances
    let found = cluster.workloads.map { workload in
      all.filter { topology.isInstance($0, workload) }
    }
    instances = found
    unmasked = Set(
      found.indices.filter { number in
        found[number].contains { topology.workloads[$0.workload].isMasking }
          && cluster.workloads[number].pods.contains {
            PodLint.maskGap(in: $0, images: topology.sidecarImages) != nil
          }
      })
    for pair in topology.pairs {
      payloads[pair.source, default: [:]][pair.destination, default: []].append(
        (pair.flow.payload, pair.flow.connections))
    }
  }

  func role(_ workload: Int) -> Topology.Role? {
    instances[workload].first.map { topology.workloads[$0.workload].role }
  }

  func isDNS(_ connection: Connection) -> Bool {
    guard case .workload(let number) = connection.destination,
      Verifier.isDNS(cluster.workloads[number], topology)
    else { return false }
    var rest = connection.allowed
    for transport in [TransportProtocol.udp, .tcp] {
      rest = rest.subtracting(ConnectionSet(transport, IntervalSet(53...53)))
    }
    return rest.isEmpty
  }

  /// The name of the narrowest declared peer that holds a range.
  func name(of range: AddressRange) -> String? {
    func size(_ external: Topology.External) -> UInt128 {
      external.addresses.reduce(0) { sum, range in
        let (total, overflows) = sum.addingReportingOverflow(
          range.bounds.upperBound - range.bounds.lowerBound)
        return overflows ? .max : total
      }
    }
    return topology.externals.filter { $0.set.contains(range) }.min { size($0) < size($1) }?.name
  }

  private func ends(_ endpoint: Endpoint) -> [Topology.End] {
    switch endpoint {
    case .workload(let number): instances[number].map(Topology.End.instance)
    case .external(let range): topology.ends(holding: range)
    }
  }

  /// A connection by what it carries: as declared, and the rest.
  func parts(_ connection: Connection) -> [(ConnectionGraph.EdgeKind, ConnectionSet)] {
    var rest = connection.allowed
    var isUnmasked = false
    if case .workload(let number) = connection.source { isUnmasked = unmasked.contains(number) }
    var parts: [(ConnectionGraph.EdgeKind, ConnectionSet)] = []
    for source in ends(connection.source) {
      for destination in ends(connection.destination) {
        for (payload, set) in payloads[source]?[destination] ?? [] {
          let hit = rest.intersection(set)
          rest = rest.subtracting(hit)
          let kind: ConnectionGraph.EdgeKind =
            switch payload {
            case .masked: isUnmasked ? .raw : .masked
            case .tokenized: isUnmasked ? .raw : .tokenized
            case .raw: .raw
            case .plain: .plain
            }
          parts.append((kind, hit))
        }
      }
    }
    var holdsRaw = false
    if case .workload(let number) = connection.source {
      holdsRaw =
        role(number)?.holdsRaw ?? false
        || formerlyRaw.contains(cluster.workloads[number].displayName)
    }
    parts.append((holdsRaw ? .raw : .unknown, rest))
    return parts
  }

  /// Declared flows between workloads that are there and may not talk.
  func deniedFlows(_ connectivity: inout Connectivity) -> [(Int, Int, ConnectionSet)] {
    var open: [[Endpoint]: ConnectionSet] = [:]
    for connection in connectivity.all() {
      open[[connection.source, connection.destination]] = connection.allowed
    }
    var denied: [(Int, Int, ConnectionSet)] = []
    for pair in topology.pairs {
      guard case .instance(let from) = pair.source, case .instance(let to) = pair.destination else {
        continue
      }
      for source in instances.indices where instances[source].contains(from) {
        for destination in instances.indices
        where destination != source && instances[destination].contains(to) {
          let found = open[[.workload(source), .workload(destination)]] ?? ConnectionSet()
          let missing = pair.flow.connections.subtracting(found)
          if !missing.isEmpty { denied.append((source, destination, missing)) }
        }
      }
    }
    return denied
  }
}
