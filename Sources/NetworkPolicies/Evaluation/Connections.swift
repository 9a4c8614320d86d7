/// One end of a connection.
public enum Endpoint: Sendable, Hashable {
  /// A workload of the cluster, by its number.
  case workload(Int)
  case external(AddressRange)

  var isExternal: Bool {
    if case .external = self { true } else { false }
  }
}

/// What may pass from one end to another.
public struct Connection: Sendable {
  public var source: Endpoint
  public var destination: Endpoint
  public var allowed: ConnectionSet
  /// What one network plugin lets pass and another does not.
  public var undefined: ConnectionSet
}

/// The connections of a cluster, computed by set algebra over classes of equal pods.
public struct Connectivity: Sendable {
  public let cluster: Cluster
  private let parties: Parties
  private let names: [String]
  private var table = ConnectionTable()
  /// One for each reading of the cases that are left to the network plugin.
  private let readings: [CompiledPolicies]
  private let modes: EvaluationModes

  /// How many classes of pods the policies tell apart.
  public var classCount: Int { parties.classes.count }

  /// With `other`, external ranges are split where its policies split them, too, so that the
  /// connections of both can be compared one by one; and where `boundaries` begin and end.
  public init(
    _ cluster: Cluster, modes: EvaluationModes = EvaluationModes(),
    splittingAsIn other: Cluster? = nil, boundaries: [Direction: [AddressSet]] = [:]
  ) {
    self.cluster = cluster
    self.modes = modes
    parties = Parties(
      cluster, families: modes.families, splittingAsIn: other, boundaries: boundaries)
    names = cluster.workloads.map(\.displayName)
    let readings = modes.readings(
      hasBlocks: parties.usesBlocks,
      hasHostNetwork: parties.classes.contains(where: \.usesHostNetwork),
      hasUnresolved: cluster.clusterPolicies.contains(where: \.hasUnresolvedPeers))
    var compiled: [CompiledPolicies] = []
    for reading in readings {
      compiled.append(
        CompiledPolicies(cluster, parties, reading, podAddresses: modes.podAddresses, &table))
    }
    self.readings = compiled
    sources = Self.ends(parties.sourceRanges, parties, names, first: 0)
    destinations = Self.ends(
      parties.destinationRanges, parties, names, first: parties.sourceRangeCount)
  }

  /// One pod of a workload for each class that policies tell apart.
  func shapes(of workload: Int) -> [PodTemplate] {
    var seen: Set<Int> = []
    return zip(cluster.workloads[workload].pods, parties.classesOfPods[workload])
      .filter { seen.insert($0.1).inserted }.map(\.0)
  }

  /// The name of an end as listings show it.
  public func name(_ endpoint: Endpoint) -> String {
    switch endpoint {
    case .workload(let number): names[number]
    case .external(let range): Self.name(range)
    }
  }

  private static func name(_ range: AddressRange) -> String { "\(range)[External]" }

  struct End {
    let endpoint: Endpoint
    let name: String
    let parties: [Int]
  }

  /// What a connection can come from, sorted by name, and what it can go to.
  let sources: [End]
  let destinations: [End]

  private static func ends(
    _ ranges: ArraySlice<AddressRange>, _ parties: Parties, _ names: [String], first: Int
  ) -> [End] {
    var ends = names.enumerated().map { number, name in
      End(endpoint: .workload(number), name: name, parties: parties.classesOfWorkload[number])
    }
    for (index, range) in ranges.enumerated() {
      ends.append(
        End(
          endpoint: .external(range), name: name(range),
          parties: [parties.classes.count + first + index]))
    }
    return ends.map { ($0, Array($0.name.utf8)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }
      .map(\.0)
  }

  /// Two ends, by their numbers in `sources` and `destinations`, and what passes between them surely
  /// and possibly, by its number in the table.
  struct Pair {
    var source: Int
    var destination: Int
    var allowed: ConnectionTable.ID
    var reachable: ConnectionTable.ID
  }

  /// Calls `body` with every pair that anything may pass between, sorted by the names of its ends. A
  /// workload's connections to itself, and those between external ranges, are left out. Ends once
  /// `body` returns false.
  mutating func forEachPair(_ body: (Pair, inout ConnectionTable) -> Bool) {
    let isSourceExternal = sources.map(\.endpoint.isExternal)
    let isDestinationExternal = destinations.map(\.endpoint.isExternal)
    // Numbers only, as there are very many pairs: the one party of an end, -1 where it has others.
    let parties = destinations.map { $0.parties.count == 1 ? $0.parties[0] : -1 }
    let places = Dictionary(
      uniqueKeysWithValues: destinations.enumerated().map { ($1.endpoint, $0) })
    for (number, source) in sources.enumerated() {
      let rows = source.parties.map { self.rows(from: $0) }
      let own = places[source.endpoint] ?? -1
      let single = rows.count == 1 ? rows[0] : (allowed: [], possible: [])
      for other in parties.indices where other != own {
        if isSourceExternal[number] && isDestinationExternal[other] { continue }
        var allowed = ConnectionTable.none
        var reachable = ConnectionTable.none
        if parties[other] >= 0, rows.count == 1 {
          allowed = single.allowed[parties[other]]
          reachable = single.possible[parties[other]]
        } else {
          for row in rows {
            for party in destinations[other].parties {
              allowed = table.union(allowed, row.allowed[party])
              reachable = table.union(reachable, row.possible[party])
            }
          }
        }
        guard reachable != ConnectionTable.none else { continue }
        let pair = Pair(
          source: number, destination: other, allowed: allowed, reachable: reachable)
        guard body(pair, &table) else { return }
      }
    }
  }

  /// Calls `body` with every connection that is allowed or undefined, and the names of its ends.
  public mutating func forEach(
    _ body: (Connection, _ source: String, _ destination: String) -> Void
  ) {
    let (sources, destinations) = (sources, destinations)
    forEachPair { pair, table in
      let source = sources[pair.source]
      let destination = destinations[pair.destination]
      let undefined =
        pair.reachable == pair.allowed
        ? ConnectionSet() : table[pair.reachable].subtracting(table[pair.allowed])
      body(
        Connection(
          source: source.endpoint, destination: destination.endpoint,
          allowed: table[pair.allowed], undefined: undefined),
        source.name, destination.name)
      return true
    }
  }

  /// All connections as a list.
  public mutating func all() -> [Connection] {
    var list: [Connection] = []
    forEach { connection, _, _ in list.append(connection) }
    return list
  }

  private var rowCache: [Int: (allowed: [ConnectionTable.ID], possible: [ConnectionTable.ID])] = [:]

  /// What may pass from a party to every other.
  private mutating func rows(from source: Int) -> (
    allowed: [ConnectionTable.ID], possible: [ConnectionTable.ID]
  ) {
    if let rows = rowCache[source] { return rows }
    let rows = readings.map { row(from: source, $0) }
    var sureRow = rows[0]
    var possibleRow = rows[0]
    // The node of a pod always reaches it: whether it is this node, nobody tells.
    if source < parties.classes.count, parties.classes[source].usesHostNetwork,
      modes.hostNetwork != .pod
    {
      for party in parties.classes.indices { possibleRow[party] = ConnectionTable.all }
    }
    for other in rows.dropFirst() {
      for party in other.indices
      where sureRow[party] != other[party] || possibleRow[party] != other[party] {
        sureRow[party] = table.intersection(sureRow[party], other[party])
        possibleRow[party] = table.union(possibleRow[party], other[party])
      }
    }
    if modes.sctp == .undefined || modes.icmp == .undefined {
      for party in sureRow.indices {
        let isHeld = readings.contains {
          $0.isHeld(.egress, source) || $0.isHeld(.ingress, party)
        }
        (sureRow[party], possibleRow[party]) = left(
          sureRow[party], possibleRow[party], isHeld: isHeld)
      }
    }
    // Rows of one source follow each other; a few kept rows serve workloads that share a class.
    if rowCache.count * parties.count > 1 << 22 { rowCache = [:] }
    rowCache[source] = (sureRow, possibleRow)
    return (sureRow, possibleRow)
  }

  /// Puts in what the specification leaves to the plugin, as the modes want it.
  private mutating func left(
    _ sure: ConnectionTable.ID, _ possible: ConnectionTable.ID, isHeld: Bool
  ) -> (ConnectionTable.ID, ConnectionTable.ID) {
    var (allowed, reachable) = (table[sure], table[possible])
    if modes.sctp == .undefined, isHeld {
      allowed.sctp = ConnectionSet.Ports()
      reachable.sctp = ConnectionSet.allPorts
    }
    if modes.icmp == .undefined {
      allowed.hasICMP = !isHeld
      reachable.hasICMP = true
    }
    return (table.id(allowed), table.id(reachable))
  }

  private mutating func row(from source: Int, _ compiled: CompiledPolicies) -> [ConnectionTable.ID]
  {
    var row = compiled.row(.egress, of: source, parties, &table)
    compiled.ingressRules.restrict(&row, from: source, &table)
    for party in compiled.classesWithClusterRules where row[party] != ConnectionTable.none {
      let half = compiled.half(.ingress, of: party, peer: source, parties, &table)
      row[party] = table.intersection(row[party], half)
    }
    return row
  }
}
