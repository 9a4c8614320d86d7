/// Rules as YAML, for the corrections that warnings show and for generated policies.
extension PolicyLint {
  static func yaml(_ rule: PolicyRule, _ direction: Direction) -> String {
    direction.rulesKey + ":\n" + rule.yaml(direction)
  }

  /// `app: web, tier: x`, as far as the selector is one of equal labels.
  static func flow(_ selector: LabelSelector) -> String {
    selector.requirements.compactMap { requirement in
      guard case .isIn(let key, let values) = requirement, let value = values.first else {
        return nil
      }
      return "\(PolicyRule.scalar(key)): \(PolicyRule.scalar(value))"
    }.joined(separator: ", ")
  }
}

extension PolicyRule {
  static func joining(_ peers: PolicyRule, _ ports: PolicyRule) -> PolicyRule {
    var rule = peers
    rule.ports = ports.ports
    return rule
  }

  /// The rule as an item of a list.
  func yaml(_ direction: Direction) -> String {
    if peers.isEmpty && ports.isEmpty { return "- {}" }
    var lines: [String] = []
    if !peers.isEmpty {
      lines.append("\(direction.peersKey):")
      for peer in peers { lines += peer.yamlLines }
    }
    if !ports.isEmpty {
      lines.append("ports:")
      for port in ports { lines.append("- \(port.yaml)") }
    }
    return "- " + lines.joined(separator: "\n  ")
  }

  /// A text that YAML reads as a text, also by readers that take one letter for a boolean.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.wholeMatch(of: /[A-Za-z][-A-Za-z0-9_.\/]*/) != nil && !ManifestDecoder.isTyped(text)
      && !["null", "Null", "NULL", "y", "Y", "n", "N"].contains(text)
    return isPlain ? text : "\"\(text)\""
  }
}

extension PolicyPort {
  var yaml: String {
    switch kind {
    case .every: "{protocol: \(transport.rawValue)}"
    case .named(let name):
      "{protocol: \(transport.rawValue), port: \(PolicyRule.scalar(name))}"
    case .numbers(let range) where range.count == 1:
      "{protocol: \(transport.rawValue), port: \(range.lowerBound)}"
    case .numbers(let range):
      "{protocol: \(transport.rawValue), port: \(range.lowerBound), endPort: \(range.upperBound)}"
    }
  }
}

extension PolicyPeer {
  var yamlLines: [String] {
    var lines: [String] = []
    switch kind {
    case .pods(let namespaces, let pods):
      if let namespaces { lines += Self.lines("namespaceSelector", namespaces) }
      if let pods { lines += Self.lines("podSelector", pods) }
    case .block(let range, let except):
      lines = ["ipBlock:", "  cidr: \"\(PolicyLint.cidrs([range])[0])\""]
      if !except.isEmpty {
        lines.append("  except:")
        lines += PolicyLint.cidrs(except).map { "  - \"\($0)\"" }
      }
    }
    return lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
  }

  static func lines(_ key: String, _ selector: LabelSelector) -> [String] {
    if selector.isEverything { return ["\(key): {}"] }
    var labels: [String] = []
    var expressions: [String] = []
    for requirement in selector.requirements {
      switch requirement {
      case .isIn(let key, let values) where values.count == 1:
        labels.append("    \(PolicyRule.scalar(key)): \(PolicyRule.scalar(values[0]))")
      case .isIn(let key, let values): expressions.append(expression(key, "In", values))
      case .isNotIn(let key, let values): expressions.append(expression(key, "NotIn", values))
      case .exists(let key): expressions.append(expression(key, "Exists", []))
      case .doesNotExist(let key): expressions.append(expression(key, "DoesNotExist", []))
      }
    }
    var lines = ["\(key):"]
    if !labels.isEmpty { lines += ["  matchLabels:"] + labels }
    if !expressions.isEmpty { lines += ["  matchExpressions:"] + expressions }
    return lines
  }

  private static func expression(_ key: String, _ name: String, _ values: [String]) -> String {
    let list = values.map(PolicyRule.scalar).joined(separator: ", ")
    return
      "  - {key: \(PolicyRule.scalar(key)), operator: \(name)\(values.isEmpty ? "" : ", values: [\(list)]")}"
  }
}
