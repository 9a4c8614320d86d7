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
      rule.peers.forEach { peer in
        let destination = direction == .ingress ? subject : peer
        let id = Self.resolve(rule.ports, at: destination, parties, &table)
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
      result = table.union(result, Self.resolve(rule.ports, at: destination, parties, &table))
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
        let id = Self.resolve(rule.ports, at: destination, parties, &table)
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

  private static func resolve(
    _ ports: Ports, at destination: Int, _ parties: Parties, _ table: inout ConnectionTable
  ) -> ConnectionTable.ID {
    let containerPorts =
      destination < parties.classes.count ? parties.classes[destination].ports : []
    switch ports {
    case .fixed(let id): return id
    case .named(let kinds, let transports):
      var set = ConnectionSet()
      for (kind, transport) in zip(kinds, transports) {
        set = set.union(kind.connections(transport, at: containerPorts))
      }
      return table.id(set)
    case .namedOfAny(let list):
      return table.id(
        list.reduce(ConnectionSet()) { $0.union($1.connections(at: containerPorts)) })
    }
  }
}
