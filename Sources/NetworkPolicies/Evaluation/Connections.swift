/// One end of a connection.
public enum Endpoint: Sendable, Hashable {
  /// A workload of the cluster, by its number.
  case workload(Int)
  case external(AddressRange)
}

/// What may pass from one end to another.
public struct Connection: Sendable {
  public var source: Endpoint
  public var destination: Endpoint
  public var allowed: ConnectionSet
  /// What one network plugin lets pass and another does not.
  public var undefined: ConnectionSet
  /// What is allowed, as listings write it.
  public var text: String
}

/// The connections of a cluster, computed by set algebra over classes of equal pods.
public struct Connectivity: Sendable {
  public let cluster: Cluster
  private let parties: Parties
  private let names: [String]
  private var table = ConnectionTable()
  /// One for each reading of the cases that are left to the network plugin.
  private let readings: [CompiledPolicies]

  /// How many classes of pods the policies tell apart.
  public var classCount: Int { parties.classes.count }

  /// With `other`, external ranges are split where its policies split them, too, so that the
  /// connections of both can be compared one by one.
  public init(
    _ cluster: Cluster, modes: EvaluationModes = EvaluationModes(),
    splittingAsIn other: Cluster? = nil
  ) {
    self.cluster = cluster
    parties = Parties(cluster, families: modes.families, splittingAsIn: other)
    names = cluster.workloads.map(\.displayName)
    let readings = modes.readings(
      hasBlocks: parties.usesBlocks,
      hasHostNetwork: parties.classes.contains(where: \.usesHostNetwork))
    var compiled: [CompiledPolicies] = []
    for reading in readings {
      compiled.append(
        CompiledPolicies(cluster, parties, reading, podAddresses: modes.podAddresses, &table))
    }
    self.readings = compiled
  }

  /// The name of an end as listings show it.
  public func name(_ endpoint: Endpoint) -> String {
    switch endpoint {
    case .workload(let number): names[number]
    case .external(let range): "\(range)[External]"
    }
  }

  /// The workloads and one kind of external ranges, sorted by name, with their parties.
  private func ends(_ ranges: ArraySlice<AddressRange>) -> [End] {
    var ends = cluster.workloads.indices.map { number in
      End(.workload(number), names[number], parties.classesOfWorkload[number])
    }
    for (index, range) in zip(ranges.indices, ranges) {
      let endpoint = Endpoint.external(range)
      ends.append(End(endpoint, name(endpoint), [parties.classes.count + index]))
    }
    return ends.map { ($0, Array($0.name.utf8)) }.sorted { $0.1.lexicographicallyPrecedes($1.1) }
      .map(\.0)
  }

  private struct End {
    let endpoint: Endpoint
    let name: String
    let parties: [Int]

    init(_ endpoint: Endpoint, _ name: String, _ parties: [Int]) {
      self.endpoint = endpoint
      self.name = name
      self.parties = parties
    }
  }

  /// Calls `body` with every connection that is allowed or undefined, sorted by the names of its
  /// ends, and with those names. A workload's connections to itself, and those between external
  /// ranges, are not listed.
  public mutating func forEach(
    _ body: (Connection, _ source: String, _ destination: String) -> Void
  ) {
    let destinations = ends(parties.destinationRanges)
    for source in ends(parties.sourceRanges) {
      let rows = source.parties.map { self.rows(from: $0) }
      for destination in destinations where destination.endpoint != source.endpoint {
        if case (.external, .external) = (source.endpoint, destination.endpoint) { continue }
        var allowed = ConnectionTable.none
        var reachable = ConnectionTable.none
        for row in rows {
          for party in destination.parties {
            allowed = table.union(allowed, row.allowed[party])
            reachable = table.union(reachable, row.possible[party])
          }
        }
        guard reachable != ConnectionTable.none else { continue }
        let undefined =
          reachable == allowed ? ConnectionSet() : table[reachable].subtracting(table[allowed])
        body(
          Connection(
            source: source.endpoint, destination: destination.endpoint, allowed: table[allowed],
            undefined: undefined, text: table.texts[Int(allowed)]),
          source.name, destination.name)
      }
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
    for other in rows.dropFirst() {
      for party in other.indices {
        sureRow[party] = table.intersection(sureRow[party], other[party])
        possibleRow[party] = table.union(possibleRow[party], other[party])
      }
    }
    // Rows of one source follow each other; a few kept rows serve workloads that share a class.
    if rowCache.count * parties.count > 1 << 22 { rowCache = [:] }
    rowCache[source] = (sureRow, possibleRow)
    return (sureRow, possibleRow)
  }

  private mutating func row(from source: Int, _ compiled: CompiledPolicies) -> [ConnectionTable.ID]
  {
    var row = compiled.row(.egress, of: source, parties, &table)
    for party in 0..<parties.classes.count where row[party] != ConnectionTable.none {
      let half = compiled.half(.ingress, of: party, peer: source, parties, &table)
      row[party] = table.intersection(row[party], half)
    }
    return row
  }
}
