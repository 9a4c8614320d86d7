/// What two folders of manifests allow differently.
public struct ConnectionDifference: Sendable {
  public enum Severity: String, Sendable {
    /// A raw edge appears.
    case raw
    /// More is allowed than before.
    case wider
    /// Less is allowed than before.
    case narrower
  }

  public struct Change: Sendable {
    public var source: String
    public var destination: String
    public var before: ConnectionSet
    public var after: ConnectionSet
    public var severity: Severity
    /// Whether it is about what only some network plugins let pass.
    public var isUndefined = false
    /// Whether the same may pass as before, and what was masked is raw now.
    public var losesMask = false
    /// Whether only some network plugins let pass what is gone, or let pass before what is new.
    public var touchesUndefined = false

    /// `added`, `removed`, `changed` or `unmasked`.
    public var kind: String {
      if losesMask { return "unmasked" }
      if touchesUndefined { return "changed" }
      return before.isEmpty ? "added" : after.isEmpty ? "removed" : "changed"
    }
  }

  public private(set) var changes: [Change] = []

  public var hasRaw: Bool { changes.contains { $0.severity == .raw } }

  private struct Pair: Hashable {
    var source: String
    var destination: String
  }

  /// Compares all connections; with a topology it knows raw edges from others.
  public init(
    from old: Cluster, to new: Cluster, topology: Topology?,
    modes: EvaluationModes = EvaluationModes()
  ) {
    let modes = topology?.completing(modes) ?? modes
    var (old, new) = (old, new)
    if let topology { (old, new) = Self.completed(old, new, topology) }
    let boundaries = topology?.boundaries ?? [:]
    var before = Connectivity(old, modes: modes, splittingAsIn: new, boundaries: boundaries)
    var after = Connectivity(new, modes: modes, splittingAsIn: old, boundaries: boundaries)
    var sides: [Pair: (before: Side, after: Side)] = [:]
    let maps = topology.map { topology in
      let map = TopologyMap(topology, old)
      return (before: map, after: TopologyMap(topology, new, formerlyRaw: map.rawNames))
    }
    func isHypothetical(_ connection: Connection, _ cluster: Cluster) -> Bool {
      [connection.source, connection.destination].allSatisfy { endpoint in
        guard case .workload(let number) = endpoint else { return false }
        return cluster.workloads[number].isStandIn
      }
    }
    before.forEach { connection, source, destination in
      guard !isHypothetical(connection, old) else { return }
      sides[Pair(source: source, destination: destination), default: (Side(), Side())].before =
        Side(connection, maps?.before)
    }
    after.forEach { connection, source, destination in
      guard !isHypothetical(connection, new) else { return }
      sides[Pair(source: source, destination: destination), default: (Side(), Side())].after =
        Side(connection, maps?.after)
    }
    for (pair, (old, new)) in sides {
      add(
        pair, old.allowed, new.allowed, new.raw,
        touchesUndefined: !old.allowed.intersection(new.undefined).isEmpty
          || !new.allowed.intersection(old.undefined).isEmpty)
      // What moves between allowed and undefined is told there already.
      add(
        pair, old.undefined.subtracting(new.allowed), new.undefined.subtracting(old.allowed),
        new.raw, isUndefined: true)
      let unmasked = new.raw.subtracting(old.raw).intersection(old.allowed.union(old.undefined))
      if !unmasked.isEmpty {
        changes.append(
          Change(
            source: pair.source, destination: pair.destination, before: unmasked, after: unmasked,
            severity: .raw, losesMask: true))
      }
    }
    changes.sort {
      ($0.source, $0.destination, $0.losesMask ? 2 : $0.isUndefined ? 1 : 0)
        < ($1.source, $1.destination, $1.losesMask ? 2 : $1.isUndefined ? 1 : 0)
    }
  }

  /// Both with the pods that policies of either could tell apart, and that may come; what passes
  /// between two of them is left out. Identities go by labels, pod by pod.
  private static func completed(_ old: Cluster, _ new: Cluster, _ topology: Topology) -> (
    Cluster, Cluster
  ) {
    var sides = [topology.parting(old), topology.parting(new)]
    var both = old
    both.policies += new.policies
    both.clusterPolicies += new.clusterPolicies
    both.workloads += new.workloads
    both.namespaces.merge(new.namespaces) { $1 }
    both.addRepresentatives(
      namespaces: Set(topology.namespaces),
      expected: topology.instances.map {
        ($0.namespace, topology.workloads[$0.workload].labels)
      }, groupsEqual: true)
    let standIns = both.workloads.filter(\.isStandIn)
    for number in sides.indices {
      sides[number].workloads += standIns
      sides[number].namespaces.merge(
        both.namespaces.filter { $0.value.location == nil }
      ) { own, _ in own }
      sides[number].nameUnknownPorts()
    }
    return (sides[0], sides[1])
  }

  /// What passes between two ends on one side, for sure and perhaps, and what of it is raw.
  private struct Side {
    var allowed = ConnectionSet()
    var undefined = ConnectionSet()
    var raw = ConnectionSet()

    init() {}

    init(_ connection: Connection, _ map: TopologyMap?) {
      allowed = connection.allowed
      undefined = connection.undefined
      guard let map else { return }
      var possible = connection
      possible.allowed = allowed.union(undefined)
      for (kind, set) in map.parts(possible) where kind == .raw { raw = raw.union(set) }
    }
  }

  private mutating func add(
    _ pair: Pair, _ before: ConnectionSet, _ after: ConnectionSet, _ raw: ConnectionSet,
    isUndefined: Bool = false, touchesUndefined: Bool = false
  ) {
    guard before != after else { return }
    let gained = after.subtracting(before)
    let isRaw = !raw.intersection(gained).isEmpty
    changes.append(
      Change(
        source: pair.source, destination: pair.destination, before: before, after: after,
        severity: isRaw ? .raw : gained.isEmpty ? .narrower : .wider, isUndefined: isUndefined,
        touchesUndefined: touchesUndefined))
  }

  public func text() -> String {
    if changes.isEmpty { return "no connection changed\n" }
    return changes.map { change in
      let sign = change.kind == "added" ? "+" : change.kind == "removed" ? "-" : "~"
      let raw = change.severity == .raw ? "  RAW" : ""
      return "\(sign) \(change.source) => \(change.destination) : \(Self.sets(change))\(raw)\n"
    }.joined()
  }

  private static func sets(_ change: Change) -> String {
    let text =
      switch change.kind {
      case "added": change.after.description
      case "removed": change.before.description
      case "unmasked": "\(change.after) (masked before, raw now)"
      default:
        if change.touchesUndefined {
          (change.before.isEmpty ? "undefined" : "\(change.before)") + " -> "
            + (change.after.isEmpty ? "undefined" : "\(change.after)")
            + " (undefined in part: network plugins differ)"
        } else {
          "\(change.before) -> \(change.after)"
        }
      }
    return change.isUndefined ? "\(text) (undefined: network plugins differ)" : text
  }

  /// A comment for a pull request.
  public func markdown() -> String {
    if changes.isEmpty { return "No connection changed.\n" }
    var text = ""
    if changes.contains(where: { $0.severity == .raw && !$0.losesMask }) {
      text += "**Raw data can leave by a new connection.**\n\n"
    }
    if changes.contains(where: \.losesMask) {
      text += "**What was masked is raw now: a mask is gone.**\n\n"
    }
    text += "| | from | to | connections |\n|---|---|---|---|\n"
    for change in changes {
      let mark = change.severity == .raw ? "**raw, \(change.kind)**" : change.kind
      text += "| \(mark) | \(change.source) | \(change.destination) | \(Self.sets(change)) |\n"
    }
    return text
  }

  public func json() -> String {
    let items = changes.map { change in
      JSONValue.object([
        ("kind", .text(change.kind)), ("severity", .text(change.severity.rawValue)),
        ("src", .text(change.source)), ("dst", .text(change.destination)),
        ("before", .text(change.before.description)), ("after", .text(change.after.description)),
        ("undefined", .boolean(change.isUndefined)),
      ])
    }
    return JSONValue.object([("changes", .list(items))]).text() + "\n"
  }

  /// The changes as a graph.
  public var graph: ConnectionGraph {
    var graph = ConnectionGraph()
    func node(_ name: String) -> Int {
      guard name.hasSuffix("]"), let slash = name.firstIndex(of: "/"),
        let bracket = name.lastIndex(of: "["), !name.hasSuffix("[External]")
      else { return graph.node(name, "external", ConnectionGraph.outside) }
      let kind = name[name.index(after: bracket)...].dropLast()
      return graph.node(
        String(name[name.index(after: slash)..<bracket]), String(kind), String(name[..<slash]))
    }
    for change in changes {
      let kind: ConnectionGraph.EdgeKind =
        change.severity == .raw
        ? .raw : change.kind == "added" ? .added : change.kind == "removed" ? .removed : .changed
      let source = node(change.source)
      let destination = node(change.destination)
      graph.add(source, destination, kind, Self.sets(change))
    }
    return graph
  }
}
