internal import Rules
internal import YAML

extension ManifestDecoder {
  mutating func networkPolicy(_ object: ManifestFields, _ meta: ObjectMeta) -> NetworkPolicy? {
    guard object.has("spec"), let node = object["spec"] else {
      reject(object.node, "the NetworkPolicy has no 'spec'")
      return nil
    }
    guard
      let spec = fields(
        node, "the NetworkPolicy's spec",
        known: ["podSelector", "policyTypes", "ingress", "egress"])
    else { return nil }
    let selector = spec["podSelector"].map { self.selector($0, "podSelector") } ?? .everything
    let ingress = rules(spec["ingress"], .ingress)
    let egress = rules(spec["egress"], .egress)
    var types: Set<Direction> = [.ingress]
    if !egress.isEmpty { types.insert(.egress) }
    let written = list(spec["policyTypes"], "policyTypes") ?? []
    if !written.isEmpty { types = Set(written.compactMap { direction($0) }) }
    var sections: [Direction: SourceLocation] = [:]
    for direction in Direction.allCases where spec.has(direction.rulesKey) {
      sections[direction] = spec.places[direction.rulesKey]
    }
    return NetworkPolicy(
      name: meta.name, namespace: meta.namespace ?? "default", location: meta.location,
      namesNamespace: meta.namespace != nil, annotations: meta.annotations, podSelector: selector,
      podSelectorLocation: spec.places["podSelector"] ?? location(node), types: types,
      typesLocation: written.isEmpty ? nil : spec.places["policyTypes"], ingress: ingress,
      egress: egress, sections: sections)
  }

  private mutating func direction(_ node: YAMLNode) -> Direction? {
    guard let text = text(node, "a policy type") else { return nil }
    if let direction = Direction(rawValue: text) { return direction }
    reject(
      node, "unknown policy type \(shown(text))" + remedy(for: text, among: ["Ingress", "Egress"]))
    return nil
  }

  private mutating func rules(_ node: YAMLNode?, _ direction: Direction) -> [PolicyRule] {
    (list(node, direction.rulesKey) ?? []).compactMap { rule($0, direction) }
  }

  private mutating func rule(_ node: YAMLNode, _ direction: Direction) -> PolicyRule? {
    let what = "an item of '\(direction.rulesKey)'"
    guard let fields = fields(node, what, known: [direction.peersKey, "ports"]) else {
      if Self.isNull(node) { reject(node, "\(what) is empty; write {} if everything is meant") }
      return nil
    }
    let peers = (list(fields[direction.peersKey], direction.peersKey) ?? []).map { peer($0) }
    let ports = (list(fields["ports"], "ports") ?? []).map { policyPort($0) }
    // A rule with a peer or a port that cannot be read must not widen to every peer or port.
    guard !peers.contains(where: { $0 == nil }), !ports.contains(where: { $0 == nil }) else {
      return nil
    }
    return PolicyRule(
      location: location(node), peers: peers.compactMap(\.self), ports: ports.compactMap(\.self),
      namesPeers: fields[direction.peersKey] != nil, namesPorts: fields["ports"] != nil)
  }

  private mutating func peer(_ node: YAMLNode) -> PolicyPeer? {
    let known = ["podSelector", "namespaceSelector", "ipBlock"]
    guard let fields = fields(node, "a peer", known: known), known.contains(where: fields.has)
    else {
      reject(node, "a peer needs podSelector, namespaceSelector or ipBlock")
      return nil
    }
    guard fields.has("ipBlock"), let node = fields["ipBlock"] else {
      let pods = fields.has("podSelector") ? fields["podSelector"] : nil
      let namespaces = fields.has("namespaceSelector") ? fields["namespaceSelector"] : nil
      return PolicyPeer(
        kind: .pods(
          namespaces: namespaces.map { selector($0, "namespaceSelector") },
          pods: pods.map { selector($0, "podSelector") }),
        location: location(fields.node))
    }
    if fields.has("podSelector") || fields.has("namespaceSelector") {
      reject(node, "a peer with ipBlock takes no podSelector and no namespaceSelector")
    }
    return block(node, at: location(fields.node))
  }

  private mutating func block(_ node: YAMLNode, at place: SourceLocation) -> PolicyPeer? {
    guard let fields = fields(node, "ipBlock", known: ["cidr", "except"]) else { return nil }
    guard let cidrNode = fields["cidr"] else {
      reject(node, "ipBlock needs 'cidr'")
      return nil
    }
    guard let range = cidr(cidrNode, "cidr") else { return nil }
    var except: [AddressRange] = []
    for item in list(fields["except"], "except") ?? [] {
      guard let hole = cidr(item, "an item of 'except'") else { continue }
      except.append(hole)
      if !range.contains(hole) || hole == range {
        report(
          .error, "W15", location(item),
          "'except' must lie inside 'cidr' and leave something of it; the API server refuses this")
      }
    }
    return PolicyPeer(
      kind: .block(range, except: except), location: place,
      text: text(cidrNode, "cidr") ?? "")
  }

  private mutating func policyPort(_ node: YAMLNode) -> PolicyPort? {
    guard let fields = fields(node, "an item of 'ports'", known: ["port", "protocol", "endPort"])
    else {
      if Self.isNull(node) { reject(node, "an item of 'ports' is empty") }
      return nil
    }
    let namesProtocol = fields.has("protocol")
    let transport = transport(fields["protocol"], "protocol")
    if namesProtocol && transport == nil { return nil }
    guard let kind = portKind(fields) else { return nil }
    return PolicyPort(
      transport: transport ?? .tcp, kind: kind, location: location(node),
      namesProtocol: namesProtocol)
  }

  private mutating func portKind(_ fields: ManifestFields) -> PolicyPort.Kind? {
    let hasEnd = fields.has("endPort")
    guard fields.has("port"), let node = fields["port"] else {
      if hasEnd { rejectEnd(fields, "endPort needs 'port'") }
      return hasEnd ? nil : .every
    }
    guard case .scalar(let scalar) = node.content else {
      reject(node, "'port' must be a number or a name")
      return nil
    }
    guard scalar.isPlain, Int(scalar.text) != nil else {
      if hasEnd { rejectEnd(fields, "endPort needs a numeric 'port', not a name") }
      guard let name = portName(node) else { return nil }
      return hasEnd ? nil : .named(name)
    }
    guard let first = port(node, "'port'") else { return nil }
    guard hasEnd else { return .numbers(first...first) }
    guard let last = port(fields["endPort"], "'endPort'") else { return nil }
    guard last >= first else {
      rejectEnd(fields, "endPort must not be below port")
      return nil
    }
    return .numbers(first...last)
  }

  private mutating func rejectEnd(_ fields: ManifestFields, _ text: String) {
    report(.error, "W20", fields.places["endPort"] ?? location(fields.node), text)
  }
}
