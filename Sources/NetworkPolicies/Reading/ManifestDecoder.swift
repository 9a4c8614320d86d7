internal import Rules
internal import YAML

/// Reads typed values out of manifests as the API server does, and collects what is wrong.
///
/// Unlike a rule file, a manifest may say `null` for what it leaves out, and texts may not be written
/// as numbers or booleans.
struct ManifestDecoder {
  let file: String
  private(set) var findings: [PolicyFinding] = []
  /// How an unknown field is taken.
  var unknownFields = PolicyFinding.Severity.error

  init(file: String) { self.file = file }

  func location(_ node: YAMLNode) -> SourceLocation {
    SourceLocation(file: file, line: node.line, column: node.column)
  }

  mutating func report(
    _ severity: PolicyFinding.Severity, _ rule: String, _ location: SourceLocation, _ text: String,
    fix: String? = nil
  ) {
    findings.append(
      PolicyFinding(rule: rule, severity: severity, location: location, text: text, fix: fix))
  }

  mutating func reject(_ node: YAMLNode, _ text: String) {
    report(.error, "W3", location(node), text)
  }

  /// The place of a value of a mapping, or of the mapping.
  func place(of key: String, in node: YAMLNode) -> SourceLocation {
    guard case .mapping(let pairs) = node.content,
      let pair = pairs.first(where: { $0.key.text == key })
    else { return location(node) }
    return location(pair.value)
  }

  /// What is no Kubernetes object, or one whose `kind` is missing or misspelt: that would be passed
  /// over with all that it opens.
  mutating func reportKindless(_ pairs: [YAMLPair], _ node: YAMLNode) {
    let keys = pairs.map(\.key.text)
    func place(_ pair: YAMLPair) -> SourceLocation {
      SourceLocation(file: file, line: pair.line, column: pair.column)
    }
    if let pair = pairs.first(where: { $0.key.text == "kind" }) {
      return report(.error, "W3", place(pair), "'kind' must be one text")
    }
    let others = ["apiVersion", "metadata", "spec", "data", "type", "items", "status"]
    if let pair = pairs.first(where: { pair in
      !others.contains(pair.key.text) && nearest(to: pair.key.text, among: ["kind"]) != nil
    }) {
      return report(
        .error, "W3", place(pair), "unknown field \(shown(pair.key.text)); did you mean 'kind'?")
    }
    if keys.contains(where: ["apiVersion", "metadata", "spec"].contains) {
      return report(.error, "W3", location(node), "the object has no 'kind'")
    }
    let name = file.split(separator: "/").last ?? ""
    let isKustomization = ["kustomization.yaml", "kustomization.yml"].contains(name)
    report(
      isKustomization ? .note : .warning, "W3", location(node),
      "no Kubernetes object: it has no 'kind'; passed over")
  }

  static func isNull(_ node: YAMLNode) -> Bool {
    guard case .scalar(let scalar) = node.content, scalar.isPlain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
  }

  /// The fields of a mapping; nil when it is null or no mapping. Fields that are not known are
  /// reported, with the place where they belong if that is known.
  mutating func fields(
    _ node: YAMLNode, _ what: String, known: [String], severity: PolicyFinding.Severity? = nil
  ) -> ManifestFields? {
    guard case .mapping(let pairs) = node.content else {
      if !Self.isNull(node), node.content != .refused {
        reject(node, "\(what) must be a mapping with \(listed(known, "and"))")
      }
      return nil
    }
    var fields = ManifestFields(node: node)
    for pair in pairs {
      fields.add(pair, SourceLocation(file: file, line: pair.line, column: pair.column))
      guard !known.contains(pair.key.text) else { continue }
      let place = SourceLocation(file: file, line: pair.line, column: pair.column)
      let remedy =
        suggestion(for: pair.key.text, among: known)
        ?? Self.belonging[pair.key.text].map { "; it belongs \($0)" }
        ?? "; the fields are \(listed(known, "and"))"
      report(
        severity ?? unknownFields, "W3", place,
        "unknown field \(shown(pair.key.text)) in \(what)\(remedy)")
    }
    return fields
  }

  /// Where the fields of a NetworkPolicy belong, for those that stand in a wrong place.
  private static let belonging = [
    "ports": "beside 'from' or 'to', in the same list item",
    "port": "in an item of 'ports'", "protocol": "in an item of 'ports'",
    "endPort": "in an item of 'ports'",
    "from": "in an item of 'ingress'", "to": "in an item of 'egress'",
    "podSelector": "in 'spec' or in a peer of 'from' or 'to'",
    "namespaceSelector": "in a peer of 'from' or 'to'", "ipBlock": "in a peer of 'from' or 'to'",
    "cidr": "in 'ipBlock'", "except": "in 'ipBlock'",
    "matchLabels": "in a selector", "matchExpressions": "in a selector",
    "policyTypes": "in 'spec'", "ingress": "in 'spec'", "egress": "in 'spec'",
    "namespace": "in 'metadata'", "labels": "in 'metadata'", "name": "in 'metadata'",
  ]

  /// The items of a list; nil when it is null or no list.
  mutating func list(_ node: YAMLNode?, _ what: String) -> [YAMLNode]? {
    guard let node else { return nil }
    if case .sequence(let nodes) = node.content { return nodes }
    if !Self.isNull(node), node.content != .refused { reject(node, "\(what) must be a list") }
    return nil
  }

  /// A text; nil when it is null. What YAML takes for a number or a boolean needs quotes.
  mutating func text(_ node: YAMLNode?, _ what: String) -> String? {
    guard let node, !Self.isNull(node) else { return nil }
    guard case .scalar(let scalar) = node.content else {
      if node.content != .refused { reject(node, "\(what) must be one text") }
      return nil
    }
    if scalar.isPlain, Self.isTyped(scalar.text) {
      reject(node, "\(what) is no text for YAML; write it in quotes: \"\(scalar.text)\"")
    }
    return scalar.text
  }

  /// Whether a plain scalar is a boolean or a number for the API server's YAML reader.
  static func isTyped(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    // Most texts begin with a letter, and few of those are as short as a boolean.
    guard (0x2B...0x39).contains(first) else {
      return text.utf8.count <= 5
        && ["true", "false", "yes", "no", "on", "off"].contains(text.lowercased())
    }
    return isNumber(text.utf8[...])
  }

  /// Numbers of YAML 1.1 and 1.2. Written out, as a pattern costs more than all else that is read.
  private static func isNumber(_ text: Substring.UTF8View) -> Bool {
    var text = text
    if let sign = text.first, sign == 0x2B || sign == 0x2D { text.removeFirst() }
    let digits: (UInt8) -> Bool = { (0x30...0x39).contains($0) || $0 == 0x5F }
    for (prefix, set) in [("0x", "0123456789abcdefABCDEF_"), ("0b", "01_"), ("0o", "01234567_")]
    where text.starts(with: prefix.utf8) {
      let rest = text.dropFirst(2)
      return !rest.isEmpty && rest.allSatisfy(set.utf8.contains)
    }
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(where: {
      text.elementsEqual($0.utf8)
    }) {
      return true
    }
    let isFraction = text.first == 0x2E
    if isFraction { text.removeFirst() }
    guard let first = text.first, (0x30...0x39).contains(first) else { return false }
    text = text.drop(while: digits)
    if !isFraction, text.first == 0x2E { text = text.dropFirst().drop(while: digits) }
    guard let exponent = text.popFirst() else { return true }
    guard exponent == 0x65 || exponent == 0x45 else { return false }
    if let sign = text.first, sign == 0x2B || sign == 0x2D { text.removeFirst() }
    return !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// The name of a port, as IANA has it; nil when it is none.
  mutating func portName(_ node: YAMLNode) -> String? {
    guard case .scalar(let scalar) = node.content else {
      reject(node, "'port' must be a number or a name")
      return nil
    }
    if scalar.isPlain, Self.isTyped(scalar.text) {
      reject(
        node,
        "\(shown(scalar.text)) is no name of a port for YAML; write the number in tens, or a name in"
          + " quotes")
      return nil
    }
    if !Names.isPortName(scalar.text) {
      let remedy = Int(scalar.text) != nil ? "; write the number without quotes" : ""
      reject(node, "\(shown(scalar.text)) is no port name\(remedy)")
      return nil
    }
    return scalar.text
  }

  mutating func integer(_ node: YAMLNode?, _ what: String, _ range: ClosedRange<Int>) -> Int? {
    guard let node, !Self.isNull(node) else { return nil }
    guard case .scalar(let scalar) = node.content, scalar.isPlain, let value = Int(scalar.text)
    else {
      if node.content != .refused { reject(node, "\(what) must be a whole number without quotes") }
      return nil
    }
    // YAML 1.1 takes 010 for eight, YAML 1.2 for ten.
    if String(value) != scalar.text {
      reject(node, "\(what) must be written as \(value), without zeros or a sign before it")
    }
    guard range.contains(value) else {
      reject(node, "\(what) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
      return nil
    }
    return value
  }

  mutating func boolean(_ node: YAMLNode?, _ what: String) -> Bool? {
    guard let node, !Self.isNull(node) else { return nil }
    guard case .scalar(let scalar) = node.content, scalar.isPlain,
      ["true", "false"].contains(scalar.text)
    else {
      reject(node, "\(what) must be true or false")
      return nil
    }
    return scalar.text == "true"
  }

  /// A mapping of texts, such as labels.
  mutating func texts(_ node: YAMLNode?, _ what: String) -> [String: String] {
    guard let node, !Self.isNull(node) else { return [:] }
    guard case .mapping(let pairs) = node.content else {
      if node.content != .refused { reject(node, "\(what) must be a mapping of texts") }
      return [:]
    }
    var texts: [String: String] = [:]
    for pair in pairs { texts[pair.key.text] = text(pair.value, "\(what).\(pair.key.text)") ?? "" }
    return texts
  }

  mutating func transport(_ node: YAMLNode?, _ what: String) -> TransportProtocol? {
    guard let node, let text = text(node, what) else { return nil }
    if let transport = TransportProtocol(rawValue: text) { return transport }
    reject(node, "unknown protocol \(shown(text)); use TCP, UDP or SCTP")
    return nil
  }
}

/// The fields of one mapping of a manifest.
struct ManifestFields {
  let node: YAMLNode
  private var values: [String: YAMLNode] = [:]
  private(set) var places: [String: SourceLocation] = [:]

  init(node: YAMLNode) { self.node = node }

  mutating func add(_ pair: YAMLPair, _ place: SourceLocation) {
    values[pair.key.text] = pair.value
    places[pair.key.text] = place
  }

  /// The value of a field; nil when it is left out. A null counts as there.
  subscript(name: String) -> YAMLNode? { values[name] }

  /// Whether the field is there and not null.
  func has(_ name: String) -> Bool { values[name].map { !ManifestDecoder.isNull($0) } ?? false }
}
