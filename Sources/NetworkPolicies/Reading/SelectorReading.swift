internal import Rules
internal import YAML

extension ManifestDecoder {
  /// A label selector; null and `{}` select everything.
  mutating func selector(_ node: YAMLNode, _ what: String) -> LabelSelector {
    guard
      let fields = fields(node, what, known: ["matchLabels", "matchExpressions"], severity: .error)
    else { return .everything }
    var requirements: [LabelSelector.Requirement] = []
    if let labels = fields["matchLabels"] {
      for (key, value) in self.labels(labels, "matchLabels", severity: .error).sorted(by: {
        $0.key < $1.key
      }) {
        requirements.append(.isIn(key: key, values: [value]))
      }
    }
    for item in list(fields["matchExpressions"], "matchExpressions") ?? [] {
      if let requirement = requirement(item) { requirements.append(requirement) }
    }
    return LabelSelector(requirements)
  }

  private mutating func requirement(_ node: YAMLNode) -> LabelSelector.Requirement? {
    guard
      let fields = fields(
        node, "an item of matchExpressions", known: ["key", "operator", "values"], severity: .error)
    else { return nil }
    guard let key = text(fields["key"], "key"), let name = text(fields["operator"], "operator")
    else {
      reject(node, "an item of matchExpressions needs 'key' and 'operator'")
      return nil
    }
    check(key: key, location(fields["key"] ?? node))
    var values: [String] = []
    for item in list(fields["values"], "values") ?? [] {
      guard let value = text(item, "a value") else { continue }
      check(value: value, location(item))
      values.append(value)
    }
    switch name {
    case "In", "NotIn":
      if values.isEmpty { reject(node, "operator \(name) needs 'values'") }
      return name == "In" ? .isIn(key: key, values: values) : .isNotIn(key: key, values: values)
    case "Exists", "DoesNotExist":
      if !values.isEmpty { reject(node, "operator \(name) takes no 'values'") }
      return name == "Exists" ? .exists(key: key) : .doesNotExist(key: key)
    default:
      reject(
        fields["operator"] ?? node,
        "unknown operator \(shown(name))"
          + remedy(for: name, among: ["In", "NotIn", "Exists", "DoesNotExist"]))
      return nil
    }
  }

  /// A CIDR.
  mutating func cidr(_ node: YAMLNode, _ what: String) -> AddressRange? {
    guard let text = text(node, what) else {
      reject(node, "\(what) is empty")
      return nil
    }
    guard let range = AddressRange(cidr: text) else {
      reject(node, "\(what) \(shown(text)) is no address range; write one such as 10.0.0.0/8")
      return nil
    }
    // Go, and with it every plugin, reads these as IPv4; nobody who reads the manifest does.
    if range.family == .v6, let mapped = AddressRange(cidr: "::ffff:0:0/96"), mapped.contains(range)
    {
      reject(node, "\(what) \(shown(text)) is IPv4 written as IPv6; write it as IPv4")
    }
    return range
  }

  mutating func port(_ node: YAMLNode?, _ what: String) -> UInt16? {
    integer(node, what, 1...65535).flatMap { UInt16(exactly: $0) }
  }
}
