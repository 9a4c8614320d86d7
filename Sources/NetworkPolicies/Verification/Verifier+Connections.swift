internal import Rules

extension Verifier {
  private typealias Pair = (source: Topology.End, destination: Topology.End)

  /// What the topology allows between two ends.
  private func declared() -> [Topology.End: [Topology.End: ConnectionSet]] {
    var table: [Topology.End: [Topology.End: ConnectionSet]] = [:]
    for pair in topology.pairs {
      let old = table[pair.source]?[pair.destination] ?? ConnectionSet()
      table[pair.source, default: [:]][pair.destination] = old.union(pair.flow.connections)
    }
    return table
  }

  mutating func checkConnections() {
    let declared = declared()
    let connections = judgedConnections()
    let reachable = Reachability(connections)
    var surplus: [(connection: Connection, what: ConnectionSet)] = []
    for connection in connections {
      guard isOurs(connection) else { continue }
      let allowed = allowance(connection, declared)
      let found = connection.allowed.union(connection.undefined)
      let excess = found.subtracting(allowed)
      if !excess.isEmpty { surplus.append((connection, excess)) }
    }
    for (connection, excess) in merged(surplus) { report(connection, excess, reachable) }
    checkDeclaredFlows(declared, connections)
  }

  /// All connections but those between pods that may come where nothing is judged: they are many.
  private func judgedConnections() -> [Connection] {
    var list: [Connection] = []
    var connectivity = connectivity
    connectivity.forEach { connection, _, _ in
      let mayCome = [connection.source, connection.destination].allSatisfy { endpoint in
        guard case .workload(let number) = endpoint else { return false }
        return !isExpected(number)
      }
      if !mayCome || isOurs(connection) { list.append(connection) }
    }
    return list
  }

  /// Whether a connection has an end that the topology speaks for.
  private func isOurs(_ connection: Connection) -> Bool {
    [connection.source, connection.destination].contains { endpoint in
      guard case .workload(let number) = endpoint else { return false }
      if !identities[number].isEmpty { return true }
      // Pods that may come count, too; where nothing denies by default, that is said once.
      let workload = cluster.workloads[number]
      return managed.contains(workload.namespace)
        && !(workload.isStandIn && openNamespaces.contains(workload.namespace))
    }
  }

  private func allowance(
    _ connection: Connection, _ declared: [Topology.End: [Topology.End: ConnectionSet]]
  ) -> ConnectionSet {
    var result = ConnectionSet()
    if case .workload(let number) = connection.destination,
      Self.isDNS(cluster.workloads[number], topology), case .workload = connection.source
    {
      for transport in [TransportProtocol.udp, .tcp] {
        result = result.union(ConnectionSet(transport, IntervalSet(53...53)))
      }
    }
    for source in ends(connection.source) {
      for destination in ends(connection.destination) {
        result = result.union(declared[source]?[destination] ?? ConnectionSet())
      }
    }
    return result
  }

  private func isExpected(_ endpoint: Endpoint) -> Bool {
    guard case .workload(let number) = endpoint else { return true }
    return isExpected(number)
  }

  /// What an end is in the topology: instances, or external peers that hold the whole range.
  private func ends(_ endpoint: Endpoint) -> [Topology.End] {
    switch endpoint {
    case .workload(let number): return identities[number].map { .instance(instances[$0]) }
    case .external(let range): return topology.ends(holding: range)
    }
  }

  /// One finding for all external ranges that the same end may reach in the same way.
  private func merged(_ list: [(connection: Connection, what: ConnectionSet)]) -> [(
    connection: Connection, what: ConnectionSet
  )] {
    var seen: Set<String> = []
    // What passes for sure comes first: the one that stands for others must be the worst.
    let isSure = { (item: (connection: Connection, what: ConnectionSet)) in
      !item.what.intersection(item.connection.allowed).isEmpty
    }
    let unsure = list.filter { !isSure($0) }.enumerated().sorted {
      (weight($0.element.connection), $0.offset) < (weight($1.element.connection), $1.offset)
    }
    return (list.filter(isSure) + unsure.map(\.element)).filter { item in
      switch (item.connection.source, item.connection.destination) {
      case (.workload(let number), .external):
        seen.insert("out \(number) \(item.what)").inserted
          || holdsMetadata(item.connection.destination)
      case (.external, .workload(let number)): seen.insert("in \(number) \(item.what)").inserted
      case (.workload(let number), .workload)
      where !isSure(item) && cluster.workloads[number].pods.contains(where: \.usesHostNetwork):
        // The node of a pod reaches the pod, whatever policies say: once for each source.
        seen.insert("node \(number)").inserted
      default: true
      }
    }
  }

  /// How much harm a connection to its destination can do, the worst first.
  private func weight(_ connection: Connection) -> Int {
    guard case .workload(let number) = connection.destination else { return 4 }
    switch role(number) {
    case .vault: return 0
    case .database: return 1
    case let role?: return role.holdsRaw ? 2 : 3
    case nil: return isExpected(number) ? 3 : 5
    }
  }

  private func holdsMetadata(_ endpoint: Endpoint) -> Bool {
    guard case .external(let range) = endpoint else { return false }
    return Self.metadataAddresses.contains { text in
      IPAddress(text).map(range.contains) ?? false
    }
  }

  private mutating func report(
    _ connection: Connection, _ excess: ConnectionSet, _ reachable: Reachability
  ) {
    let source = connectivity.name(connection.source)
    let destination = connectivity.name(connection.destination)
    let (rule, text) = classify(connection, excess)
    let opening = opening(connection, excess)
    var path = [source, "\(destination) : \(excess)"]
    if case .workload(let first) = connection.source, role(first)?.holdsRaw ?? false,
      case .workload(let next) = connection.destination,
      let rest = reachable.way(out: next, avoiding: first, isMask: { self.role($0) == .gateway })
    {
      path += rest.map(connectivity.name)
    }
    let isUndefined = excess.intersection(connection.allowed).isEmpty
    var readings = opening.reasons
    if isUndefined {
      readings.append("undefined: network plugins differ; it is not allowed by all of them")
    }
    if case .workload(let number) = connection.destination, cluster.workloads[number].isStandIn,
      cluster.workloads[number].pods.contains(where: { pod in
        pod.ports.contains { excess.contains($0.transport, $0.number) }
      })
    {
      readings.append(
        "port \(Cluster.unknownPort) stands for named ports: no manifest shows these pods, they may have"
          + " any number")
    }
    report(
      rule, opening.location, "\(text): \(source) => \(destination) : \(excess)", path: path,
      readings: readings, fix: opening.fix, severity: isUndefined ? .warning : .error)
  }

  /// The name of the finding, and what it means.
  private func classify(_ connection: Connection, _ excess: ConnectionSet) -> (String, String) {
    switch (connection.source, connection.destination) {
    case (.workload(let from), .external):
      if role(from) == .vault { return ("vault-egress", "the vault reaches more than its store") }
      if holdsMetadata(connection.destination) {
        return ("metadata-exit", "the cloud's metadata address can be reached")
      }
      let isDNSOnly = excess.subtracting(dnsPorts).isEmpty
      if isDNSOnly { return ("dns-exit", "DNS outside the cluster is a way out") }
      return role(from)?.holdsRaw ?? false
        ? ("raw-exit", "raw data can leave the cluster past every mask")
        : ("undeclared-exit", "the cluster can be left by a flow that is not declared")
    case (.external, .workload(let to)):
      return role(to) == .vault
        ? ("vault-exposed", "the token vault can be reached from outside")
        : ("undeclared-entry", "the workload can be reached from outside")
    case (.workload(let from), .workload(let to)): return classify(from, to)
    case (.external, .external): return ("undeclared-flow", "a flow that is not declared")
    }
  }

  private func classify(_ from: Int, _ to: Int) -> (String, String) {
    if role(to) == .vault {
      return ("vault-exposed", "the token vault can be reached by pods that are not approved")
    }
    if role(from) == .vault { return ("vault-egress", "the vault reaches more than its store") }
    if role(to) == .database {
      return ("database-exposed", "the database can be reached by more than its vault or service")
    }
    let first = environment(from)
    let second = environment(to)
    if let first, let second, first != second {
      return (
        "environments-mixed",
        "a flow from \(topology.environments[first].name) to \(topology.environments[second].name)"
      )
    }
    if role(from)?.holdsRaw ?? false {
      return ("raw-exit", "raw data can go where no mask is")
    }
    if cluster.workloads[from].namespace != cluster.workloads[to].namespace {
      return ("namespace-leak", "a flow between namespaces that is not declared")
    }
    return ("undeclared-flow", "a flow that is not declared")
  }

  private func environment(_ workload: Int) -> Int? {
    if let number = identities[workload].first { return instances[number].environment }
    return instances.first {
      $0.namespace == cluster.workloads[workload].namespace && $0.environment != nil
    }?.environment
  }

  private var dnsPorts: ConnectionSet {
    [TransportProtocol.udp, .tcp].reduce(ConnectionSet()) {
      $0.union(ConnectionSet($1, IntervalSet(53...53)))
    }
  }

  /// The rule that opens a connection, at the end that the topology speaks for.
  private func opening(_ connection: Connection, _ excess: ConnectionSet) -> (
    location: SourceLocation, reasons: [String], fix: String
  ) {
    var location: SourceLocation?
    var reasons: [String] = []
    if let explanation = explanation(connection, excess) {
      for (half, endpoint) in [
        (explanation.egress, connection.source), (explanation.ingress, connection.destination),
      ] {
        guard case .workload(let number) = endpoint else { continue }
        reasons += half.openings.map { "\(half.direction.rulesKey): \($0.reason)" }
        let workload = cluster.workloads[number]
        guard location == nil, managed.contains(workload.namespace) else { continue }
        location = half.openings.lazy.compactMap(\.location).first ?? workload.location
      }
    }
    let place = location ?? topology.location
    let fix =
      "# declare the flow in the topology with a reason, or remove what opens it:\n# \(place)"
    return (place, reasons, fix)
  }

  /// Why the pods of the ends may talk: those of a shape that opens some of it, if there is one.
  private func explanation(_ connection: Connection, _ excess: ConnectionSet) -> Explanation? {
    var modes = EvaluationModes()
    (modes.blocksOnPods, modes.unresolvedPeers) = (.match, .match)
    var first: Explanation?
    for source in queryEnds(connection.source) {
      for destination in queryEnds(connection.destination) {
        let explanation = cluster.explain(from: source, to: destination, excess, modes: modes)
        if !explanation.allowed.isEmpty { return explanation }
        first = first ?? explanation
      }
    }
    return first
  }

  private func queryEnds(_ endpoint: Endpoint) -> [QueryEnd] {
    switch endpoint {
    case .workload(let number):
      let workload = cluster.workloads[number]
      return connectivity.shapes(of: number).map {
        QueryEnd(name: workload.displayName, kind: .pod(namespace: workload.namespace, $0))
      }
    case .external(let range):
      let address = IPAddress(range.family, range.bounds.lowerBound)
      return [QueryEnd(name: "\(range)", kind: .address(address))]
    }
  }

  /// Declared flows that the policies do not let pass.
  private mutating func checkDeclaredFlows(
    _ declared: [Topology.End: [Topology.End: ConnectionSet]], _ connections: [Connection]
  ) {
    var open: [Topology.End: [Topology.End: [Connection]]] = [:]
    for connection in connections
    where isExpected(connection.source) && isExpected(connection.destination) {
      for source in ends(connection.source) {
        for destination in ends(connection.destination) {
          open[source, default: [:]][destination, default: []].append(connection)
        }
      }
    }
    checkDNS(connections)
    for pair in topology.pairs {
      if pair.source == pair.destination, let isOpen = isOpenToItself(pair.source, pair.flow),
        isOpen
      {
        continue
      }
      let found = open[pair.source]?[pair.destination] ?? []
      // Every workload and every range of the ends must be open, not one of them.
      let isOpen =
        isWhole(pair.source, pair.destination, found)
        && found.allSatisfy { pair.flow.connections.isSubset(of: $0.allowed) }
      guard !isOpen else { continue }
      let source = name(pair.source)
      let destination = name(pair.destination)
      report(
        "flow-denied", pair.flow.location,
        "the declared flow is denied: \(source) => \(destination) : \(pair.flow.connections)",
        path: [source, destination],
        fix: "maskline k8s policies --config topology.yaml   # generates what is missing")
    }
  }

  /// Whether the replicas of a workload may talk to each other; nil where several are the instance.
  private func isOpenToItself(_ end: Topology.End, _ flow: Topology.Flow) -> Bool? {
    guard case .instance(let instance) = end, let number = instances.firstIndex(of: instance) else {
      return nil
    }
    let places = identities.indices.filter { identities[$0].contains(number) && isExpected($0) }
    guard places.count == 1, let place = places.first else { return nil }
    let ends = queryEnds(.workload(place))
    return ends.allSatisfy { source in
      ends.allSatisfy { destination in
        flow.connections.isSubset(
          of: cluster.explain(from: source, to: destination, flow.connections).allowed)
      }
    }
  }

  /// Every pod of the topology can resolve names.
  private mutating func checkDNS(_ connections: [Connection]) {
    var allowed: [Int: ConnectionSet] = [:]
    for connection in connections {
      guard case .workload(let source) = connection.source,
        case .workload(let destination) = connection.destination,
        Self.isDNS(cluster.workloads[destination], topology)
      else { continue }
      allowed[source] = (allowed[source] ?? ConnectionSet()).union(connection.allowed)
    }
    for (number, workload) in cluster.workloads.enumerated()
    where !identities[number].isEmpty && isExpected(number) {
      guard !dnsPorts.isSubset(of: allowed[number] ?? ConnectionSet()),
        !Self.isDNS(workload, topology)
      else { continue }
      report(
        "dns-denied", workload.location,
        "\(workload.displayName) may not ask the cluster's DNS (UDP and TCP 53)",
        path: [workload.displayName, "\(topology.dnsNamespace)/dns"], fix: PolicyLint.dnsRule)
    }
  }

  private func isWhole(_ source: Topology.End, _ destination: Topology.End, _ found: [Connection])
    -> Bool
  {
    func count(_ end: Topology.End) -> Int? {
      guard case .instance(let instance) = end, let number = instances.firstIndex(of: instance)
      else { return nil }
      return identities.indices.count { identities[$0].contains(number) && isExpected($0) }
    }
    func covers(_ end: Topology.End, _ endpoints: [Endpoint]) -> Bool {
      guard case .external(let index) = end else { return true }
      let ranges = endpoints.compactMap { endpoint -> AddressRange? in
        guard case .external(let range) = endpoint else { return nil }
        return range
      }
      return topology.externals[index].set.subtracting(AddressSet(ranges)).isEmpty
    }
    guard !found.isEmpty, covers(source, found.map(\.source)),
      covers(destination, found.map(\.destination))
    else { return false }
    let sources = count(source) ?? Set(found.map(\.source)).count
    let destinations = count(destination) ?? Set(found.map(\.destination)).count
    let distinct = Set(found.map { [$0.source, $0.destination] }).count
    let same = source == destination ? sources : 0
    return distinct >= sources * destinations - same
  }

  private func name(_ end: Topology.End) -> String {
    switch end {
    case .instance(let instance): "\(instance.namespace)/\(instance.name)"
    case .external(let index): topology.externals[index].name
    }
  }
}

/// The shortest way from a workload out of the cluster.
struct Reachability {
  private var next: [Int: [Endpoint]] = [:]

  init(_ connections: [Connection]) {
    for connection in connections where !connection.allowed.isEmpty {
      guard case .workload(let number) = connection.source else { continue }
      next[number, default: []].append(connection.destination)
    }
  }

  /// The ends after `start` on the shortest way outside that passes no mask; nil when there is none.
  func way(out start: Int, avoiding first: Int, isMask: (Int) -> Bool) -> [Endpoint]? {
    if isMask(start) { return nil }
    var seen: Set<Int> = [start, first]
    var queue: [[Endpoint]] = [[.workload(start)]]
    var index = 0
    while index < queue.count {
      let way = queue[index]
      index += 1
      guard case .workload(let number) = way[way.count - 1] else { continue }
      for endpoint in next[number] ?? [] {
        switch endpoint {
        case .external: return Array(way.dropFirst()) + [endpoint]
        case .workload(let number):
          if !isMask(number), seen.insert(number).inserted { queue.append(way + [endpoint]) }
        }
      }
    }
    return nil
  }
}
