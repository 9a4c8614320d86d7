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
      for (key, value) in texts(labels, "matchLabels").sorted(by: { $0.key < $1.key }) {
        check(key: key, labels)
        check(value: value, labels)
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
    check(key: key, node)
    let values = (list(fields["values"], "values") ?? []).compactMap { text($0, "a value") }
    for value in values { check(value: value, node) }
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

  private mutating func check(key: String, _ node: YAMLNode) {
    let valid =
      /(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?/
    guard key.wholeMatch(of: valid) == nil else { return }
    reject(node, "\(shown(key)) is no label key")
  }

  private mutating func check(value: String, _ node: YAMLNode) {
    let valid = /(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?/
    guard value.wholeMatch(of: valid) == nil else { return }
    reject(node, "\(shown(value)) is no label value: at most 63 letters, digits, '-', '_' and '.'")
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
    return range
  }

  mutating func port(_ node: YAMLNode?, _ what: String) -> UInt16? {
    integer(node, what, 1...65535).flatMap { UInt16(exactly: $0) }
  }
}
