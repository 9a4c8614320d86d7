import TestSupport

/// Makes random clusters whose labels, ports and addresses often meet.
struct NaiveGenerator {
  var random: SeededRandom
  static let keys = ["app", "tier"]
  static let values = ["a", "b", "c"]
  static let transports = ["TCP", "UDP", "SCTP"]
  static let ports = [1, 53, 80, 81, 443, 8080, 65535]
  static let portNames = ["web", "dns"]

  mutating func cluster() -> NaiveCluster {
    var cluster = NaiveCluster()
    let namespaces = ["x", "y", "z"].prefix(Int.random(in: 1...3, using: &random))
    cluster.namespaces = namespaces.map { ($0, labels()) }
    for number in 0..<Int.random(in: 2...5, using: &random) {
      cluster.pods.append(
        NaiveCluster.Pod(
          name: "p\(number)", namespace: pick(Array(namespaces)), labels: labels(),
          ports: Self.portNames.filter { _ in chance(0.5) }.map {
            ($0, pick(Self.ports), transport())
          },
          address: NaiveCluster.Address(bytes: [10, 0, UInt8(number % 2), UInt8(number + 1)])))
    }
    for number in 0..<Int.random(in: 0...4, using: &random) {
      cluster.policies.append(
        NaiveCluster.Policy(
          name: "np\(number)", namespace: pick(Array(namespaces)),
          selector: chance(0.9) ? selector() : nil,
          types: pick([nil, nil, ["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
          ingress: chance(0.7) ? rules() : nil, egress: chance(0.6) ? rules() : nil))
    }
    if chance(0.25) {
      for number in 0..<Int.random(in: 1...2, using: &random) {
        let isBaseline = chance(0.4)
        // The older kinds have a tier each, and one baseline.
        let isOlder =
          chance(0.6) && !(isBaseline && cluster.adminPolicies.contains { $0.name == "default" })
        let older = isBaseline ? "BaselineAdminNetworkPolicy" : "AdminNetworkPolicy"
        let kind = isOlder ? older : "ClusterNetworkPolicy"
        cluster.adminPolicies.append(
          NaiveCluster.AdminPolicy(
            kind: kind, name: isOlder && isBaseline ? "default" : "cnp\(number)",
            tier: isBaseline ? "Baseline" : "Admin",
            priority: isOlder && isBaseline ? 0 : number * 10 + 1, namespaces: selector(),
            pods: selector(), ingress: adminRules(kind, blocks: false),
            egress: adminRules(kind, blocks: true)))
      }
    }
    return cluster
  }

  mutating func packets(_ cluster: NaiveCluster) -> [NaivePacket] {
    var ends = cluster.pods.indices.map(NaivePacket.End.pod)
    for _ in 0..<3 { ends.append(.outside(outside())) }
    var packets: [NaivePacket] = []
    for _ in 0..<30 {
      packets.append(
        NaivePacket(
          source: pick(ends), destination: pick(ends), transport: transport(),
          port: chance(0.8) ? pick(Self.ports) : Int.random(in: 1...65535, using: &random)))
    }
    return packets
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &random)]
  }

  private mutating func chance(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < share
  }

  private mutating func transport() -> String { pick(["TCP", "TCP", "UDP", "SCTP"]) }

  private mutating func labels() -> [String: String] {
    var labels: [String: String] = [:]
    for key in Self.keys where chance(0.7) { labels[key] = pick(Self.values) }
    return labels
  }

  private mutating func selector() -> NaiveCluster.Selector {
    var selector = NaiveCluster.Selector()
    if chance(0.25) { return selector }
    if chance(0.6) { selector.labels[pick(Self.keys)] = pick(Self.values) }
    if chance(0.4) {
      let name = pick(["In", "NotIn", "Exists", "DoesNotExist"])
      let count = name.hasSuffix("In") ? Int.random(in: 1...2, using: &random) : 0
      selector.expressions.append(
        NaiveCluster.Requirement(
          key: pick(Self.keys), name: name,
          values: Array(Self.values.shuffled(using: &random).prefix(count))))
    }
    return selector
  }

  private mutating func rules() -> [NaiveCluster.Rule] {
    (0..<Int.random(in: 0...2, using: &random)).map { _ in
      NaiveCluster.Rule(
        peers: chance(0.85) ? (0..<Int.random(in: 0...3, using: &random)).map { _ in peer() } : nil,
        ports: chance(0.6) ? (0..<Int.random(in: 0...2, using: &random)).map { _ in port() } : nil)
    }
  }

  private mutating func peer() -> NaiveCluster.Peer {
    if chance(0.3) { return NaiveCluster.Peer(block: block()) }
    let both = pick([(true, false), (false, true), (true, true)])
    return NaiveCluster.Peer(
      namespaces: both.0 ? selector() : nil, pods: both.1 ? selector() : nil)
  }

  private mutating func block() -> NaiveCluster.Block {
    if chance(0.2) {
      let base = NaiveCluster.Address(bytes: [0xFD] + [UInt8](repeating: 0, count: 15))
      return NaiveCluster.Block(base: base, length: pick([8, 16]), except: [])
    }
    let length = pick([0, 8, 16, 24, 31, 32])
    var bytes: [UInt8] = [10, 0, pick([0, 1]), pick([0, 1, 2])]
    for bit in length..<32 { bytes[bit / 8] &= ~(UInt8(0x80) >> UInt8(bit % 8)) }
    var except: [(NaiveCluster.Address, Int)] = []
    if length <= 16, chance(0.5) {
      except.append((NaiveCluster.Address(bytes: [10, 0, 1, 0]), 24))
    }
    return NaiveCluster.Block(
      base: NaiveCluster.Address(bytes: bytes), length: length, except: except)
  }

  private mutating func port() -> NaiveCluster.Port {
    let transport = chance(0.7) ? self.transport() : nil
    if chance(0.15) { return NaiveCluster.Port(transport: transport) }
    if chance(0.3) { return NaiveCluster.Port(transport: transport, name: pick(Self.portNames)) }
    let number = pick(Self.ports)
    let end = chance(0.3) ? min(65535, number + pick([0, 1, 1000])) : nil
    return NaiveCluster.Port(transport: transport, number: number, end: end)
  }

  private mutating func adminRules(_ kind: String, blocks: Bool) -> [NaiveCluster.AdminRule] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      let peers = (0..<Int.random(in: 1...2, using: &random)).map { _ -> NaiveCluster.Peer in
        if blocks, chance(0.3) {
          var block = block()
          block.except = []
          return NaiveCluster.Peer(block: block)
        }
        // Without a selector of pods it is written as a peer of whole namespaces.
        return NaiveCluster.Peer(namespaces: selector(), pods: chance(0.7) ? selector() : nil)
      }
      var ports: [NaiveCluster.Port]?
      if chance(0.5) {
        var port = NaiveCluster.Port(transport: transport(), number: pick(Self.ports))
        if chance(0.3), let number = port.number, number < 60000 { port.end = number + 100 }
        if chance(0.25) { port = NaiveCluster.Port(name: pick(Self.portNames)) }
        ports = chance(0.3) ? [port, NaiveCluster.Port(transport: "UDP", number: 53)] : [port]
      }
      let allow = kind == "ClusterNetworkPolicy" ? "Accept" : "Allow"
      let actions =
        kind == "BaselineAdminNetworkPolicy" ? [allow, "Deny"] : [allow, "Deny", "Pass"]
      return NaiveCluster.AdminRule(action: pick(actions), peers: peers, ports: ports)
    }
  }

  private mutating func outside() -> NaiveCluster.Address {
    if chance(0.2) {
      let first: UInt8 = pick([0xFD, 0x20])
      return NaiveCluster.Address(
        bytes: [first] + [UInt8](repeating: 0, count: 14) + [pick([0, 1])])
    }
    return NaiveCluster.Address(bytes: [
      pick([10, 11]), 0, pick([0, 1, 2]), pick([0, 1, 2, 200]),
    ])
  }
}
