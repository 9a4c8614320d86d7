/// What one end of a connection lets pass.
extension CompiledPolicies {
  /// What the class `subject` lets pass to or from each of `peers`, given as the whole row.
  func row(
    _ direction: Direction, of subject: Int, _ parties: Parties, _ table: inout ConnectionTable
  ) -> [ConnectionTable.ID] {
    let half = direction == .ingress ? ingress[subject] : egress[subject]
    guard half.clusterRules.isEmpty else {
      return (0..<parties.count).map { peer in
        evaluate(half, direction, subject: subject, peer: peer, parties, &table)
      }
    }
    guard half.isIsolated else {
      return Array(repeating: ConnectionTable.all, count: parties.count)
    }
    var row = Array(repeating: ConnectionTable.none, count: parties.count)
    for rule in half.rules {
      var id = ports(rule.ports, at: subject)
      var idsByPortList: [ConnectionTable.ID]?
      if case .byName(let number) = rule.ports, direction == .egress {
        idsByPortList = byName[number]
      }
      rule.peers.forEach { peer in
        if let idsByPortList { id = idsByPortList[parties.portList(of: peer)] }
        row[peer] = table.union(row[peer], id)
      }
    }
    return row
  }

  /// What the class `subject` lets pass to or from the party `peer`.
  func half(
    _ direction: Direction, of subject: Int, peer: Int, _ parties: Parties,
    _ table: inout ConnectionTable
  ) -> ConnectionTable.ID {
    let half = direction == .ingress ? ingress[subject] : egress[subject]
    guard half.clusterRules.isEmpty else {
      return evaluate(half, direction, subject: subject, peer: peer, parties, &table)
    }
    guard half.isIsolated else { return ConnectionTable.all }
    return policyRules(half, direction, subject: subject, peer: peer, parties, &table)
  }

  private func policyRules(
    _ half: Half, _ direction: Direction, subject: Int, peer: Int, _ parties: Parties,
    _ table: inout ConnectionTable
  ) -> ConnectionTable.ID {
    var result = ConnectionTable.none
    for rule in half.rules where rule.peers.contains(peer) {
      let destination = direction == .ingress ? subject : peer
      result = table.union(result, ports(rule.ports, at: destination))
    }
    return result
  }

  /// Admin tier, then network policies, then baseline tier, then everything.
  private func evaluate(
    _ half: Half, _ direction: Direction, subject: Int, peer: Int, _ parties: Parties,
    _ table: inout ConnectionTable
  ) -> ConnectionTable.ID {
    let destination = direction == .ingress ? subject : peer
    var rest = ConnectionSet.all
    var allowed = ConnectionSet()
    for tier in [ClusterPolicy.Tier.admin, .baseline] {
      var passed = ConnectionSet()
      for rule in half.clusterRules where rule.tier == tier && rule.peers.contains(peer) {
        let id = ports(rule.ports, at: destination)
        let hit = table[id].intersection(rest)
        rest = rest.subtracting(hit)
        if rule.action == .accept { allowed = allowed.union(hit) }
        if rule.action == .pass { passed = passed.union(hit) }
      }
      rest = rest.union(passed)
      if tier == .admin, half.isIsolated {
        let id = policyRules(half, direction, subject: subject, peer: peer, parties, &table)
        return table.id(allowed.union(rest.intersection(table[id])))
      }
    }
    return table.id(allowed.union(rest))
  }
}

/// What every class lets come in, side by side, as it is asked for each pair. Classes that cluster
/// policies speak of are asked apart.
struct IngressRules {
  /// Where the rules of each class begin, and where the last ones end.
  private var starts = [0]
  /// Whether a class lets in everything, as far as is known here.
  private var isOpen: [Bool] = []
  /// What each rule lets pass, and where its peers begin in `words`.
  private var ids: [ConnectionTable.ID] = []
  private var peers: [Int] = []
  private var words: [UInt64] = []
  private var known: [PartySet: Int] = [:]

  mutating func add(
    _ half: CompiledPolicies.Half, _ id: (CompiledPolicies.Ports) -> ConnectionTable.ID
  ) {
    isOpen.append(!half.isIsolated || !half.clusterRules.isEmpty)
    for rule in half.rules where isOpen.last == false {
      let start = known[rule.peers] ?? words.count
      if start == words.count {
        known[rule.peers] = start
        words += rule.peers.words
      }
      ids.append(id(rule.ports))
      peers.append(start)
    }
    starts.append(ids.count)
  }

  /// Takes out of a row, given by party, what the classes do not let in from `source`.
  func restrict(
    _ row: inout [ConnectionTable.ID], from source: Int, _ table: inout ConnectionTable
  ) {
    let (starts, ids, peers, words) = (starts.span, ids.span, peers.span, words.span)
    let (word, bit) = (source >> 6, UInt64(1) << UInt64(source & 63))
    for party in isOpen.indices where row[party] != ConnectionTable.none {
      if isOpen[party] { continue }
      var allowed = ConnectionTable.none
      for rule in starts[party]..<starts[party + 1] where words[peers[rule] + word] & bit != 0 {
        allowed = table.union(allowed, ids[rule])
      }
      row[party] = table.intersection(row[party], allowed)
    }
  }
}
