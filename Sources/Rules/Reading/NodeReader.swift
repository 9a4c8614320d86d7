import YAML

/// Reads typed values out of a YAML tree and collects every complaint.
///
/// Each method returns nil after it has reported what is wrong, so that the caller goes on with the
/// next key. A node that the YAML reader has refused is passed over in silence.
struct NodeReader {
  let file: String
  private(set) var diagnostics: [Diagnostic] = []

  init(file: String) { self.file = file }

  /// Reads a file to its tree; the YAML reader's errors become diagnostics.
  mutating func root(of bytes: [UInt8]) -> YAMLNode? {
    let document = YAMLDocument.parse(bytes)
    for error in document.errors {
      report(SourceLocation(file: file, line: error.line, column: error.column), error.text)
    }
    return document.root
  }

  /// What was reported, in the order of the file.
  var sortedDiagnostics: [Diagnostic] {
    // The sort of the standard library is stable only by its present implementation: the index decides.
    diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element.location, right.element.location)
      return (a.line, a.column, left.offset) < (b.line, b.column, right.offset)
    }.map(\.element)
  }

  func location(_ node: YAMLNode) -> SourceLocation {
    SourceLocation(file: file, line: node.line, column: node.column)
  }

  mutating func report(_ location: SourceLocation, _ text: String) {
    diagnostics.append(Diagnostic(location: location, text: text))
  }

  mutating func report(_ node: YAMLNode, _ text: String) { report(location(node), text) }

  mutating func report(_ found: [Diagnostic]) { diagnostics += found }

  // MARK: Scalars

  /// The scalar of a node that must be one text.
  mutating func scalar(_ node: YAMLNode, _ what: String) -> YAMLScalar? {
    switch node.content {
    case .scalar(let scalar):
      guard !scalar.isPlain || !scalar.text.isEmpty else {
        report(node, "\(what) has no value")
        return nil
      }
      return scalar
    case .refused: return nil
    case .sequence:
      report(node, "\(what) must be one text, not a list")
      return nil
    case .mapping:
      report(node, "\(what) must be one text, not a mapping")
      return nil
    }
  }

  /// A text of at most `bytesMax` bytes, not empty.
  mutating func text(
    _ node: YAMLNode, _ what: String, bytesMax: Int = .max, canBeEmpty: Bool = false
  ) -> Located<String>? {
    guard let scalar = scalar(node, what) else { return nil }
    if scalar.isPlain, ["null", "Null", "NULL", "~"].contains(scalar.text) {
      report(node, "\(what) is null; put it in quotes if the word is meant")
      return nil
    }
    guard canBeEmpty || !scalar.text.isEmpty else {
      report(node, "\(what) must not be empty")
      return nil
    }
    guard scalar.text.utf8.count <= bytesMax else {
      report(node, "\(what) is \(scalar.text.utf8.count) bytes long; the limit is \(bytesMax)")
      return nil
    }
    return Located(scalar.text, at: location(node))
  }

  /// A text without control characters and line breaks.
  mutating func line(_ node: YAMLNode, _ what: String, bytesMax: Int) -> Located<String>? {
    guard let text = text(node, what, bytesMax: bytesMax) else { return nil }
    guard !text.value.unicodeScalars.contains(where: isControl) else {
      report(node, "\(what) must not hold control characters or line breaks")
      return nil
    }
    return text
  }

  /// A name: `[a-z0-9-]+`.
  mutating func name(_ node: YAMLNode, _ what: String) -> Located<String>? {
    guard let text = text(node, what, bytesMax: RulesLimits.nameBytesMax) else { return nil }
    guard text.value.utf8.allSatisfy(isNameByte) else {
      report(node, "\(what) \(shown(text.value)) may hold only a to z, 0 to 9 and '-'")
      return nil
    }
    return text
  }

  /// A pattern, with what is known of its columns.
  mutating func pattern(_ node: YAMLNode, _ what: String) -> PatternText? {
    guard let text = text(node, what, bytesMax: RulesLimits.patternBytesMax),
      case .scalar(let scalar) = node.content
    else { return nil }
    return PatternText(scalar, at: text.location)
  }

  /// A whole number in a range, written without quotes.
  mutating func integer(_ node: YAMLNode, _ what: String, _ range: ClosedRange<Int>) -> Int? {
    guard let scalar = scalar(node, what) else { return nil }
    let isDecimal = scalar.isPlain && scalar.text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    let isCanonical = scalar.text == "0" || !scalar.text.hasPrefix("0")
    guard isDecimal, isCanonical else {
      report(node, "\(what) must be a whole number without quotes, not \(shown(scalar.text))")
      return nil
    }
    guard let value = Int(scalar.text), range.contains(value) else {
      let bounds = "\(range.lowerBound) to \(range.upperBound)"
      report(node, "\(what) must be from \(bounds), not \(shown(scalar.text))")
      return nil
    }
    return value
  }

  /// `true` or `false`.
  mutating func boolean(_ node: YAMLNode, _ what: String) -> Bool? {
    guard let scalar = scalar(node, what) else { return nil }
    switch (scalar.isPlain, scalar.text) {
    case (true, "true"): return true
    case (true, "false"): return false
    default:
      report(node, "\(what) must be true or false, not \(shown(scalar.text))")
      return nil
    }
  }

  /// One of the raw values of an enumeration; `key` is named where `what` alone does not tell it.
  mutating func choice<Choice>(
    _ node: YAMLNode, _ what: String, in key: String? = nil
  ) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    guard let scalar = scalar(node, key.map { "'\($0)'" } ?? what) else { return nil }
    if let choice = Choice(rawValue: scalar.text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let place = key.map { " in '\($0)'" } ?? ""
    report(
      node,
      "unknown \(what) \(shown(scalar.text))\(place)" + remedy(for: scalar.text, among: names))
    return nil
  }

  // MARK: Collections

  /// The nodes of a list with at least one.
  mutating func list(_ node: YAMLNode, _ what: String) -> [YAMLNode]? {
    switch node.content {
    case .sequence(let nodes):
      if nodes.isEmpty {
        report(node, "\(what) must have at least one entry")
        return nil
      }
      return nodes
    case .refused: return nil
    case .scalar, .mapping:
      report(node, "\(what) must be a list")
      return nil
    }
  }

  /// The pairs of a mapping; keys that are not `known` are reported and left out.
  mutating func fields(_ node: YAMLNode, _ what: String, known: [String]) -> Fields? {
    guard case .mapping(let pairs) = node.content else {
      if node.content != .refused {
        report(node, "\(what) must be a mapping with \(listed(known, "and"))")
      }
      return nil
    }
    var values: [String: YAMLNode] = [:]
    for pair in pairs {
      if known.contains(pair.key.text) {
        values[pair.key.text] = pair.value
      } else {
        let keys = known.count == 1 ? "the only key is" : "the keys are"
        let remedy =
          suggestion(for: pair.key.text, among: known) ?? "; \(keys) \(listed(known, "and"))"
        report(
          SourceLocation(file: file, line: pair.line, column: pair.column),
          "unknown key \(shown(pair.key.text)) in \(what)\(remedy)")
      }
    }
    return Fields(values: values, node: node)
  }

  /// Reports each of `names` that the mapping lacks.
  mutating func require(_ names: [String], in fields: Fields, _ what: String) {
    for name in names where fields[name] == nil {
      report(fields.node, "\(what) has no '\(name)'; add it")
    }
  }

  /// `version: 1`.
  mutating func version(in fields: Fields, _ what: String) {
    guard let node = fields["version"] else { return require(["version"], in: fields, what) }
    guard let scalar = scalar(node, "version"), scalar.text != "1" || !scalar.isPlain else {
      return
    }
    report(
      node,
      scalar.text == "1"
        ? "version must be written without quotes: version: 1"
        : "unknown version \(shown(scalar.text)); write version: 1")
  }
}

/// The known keys of one mapping.
struct Fields {
  private let values: [String: YAMLNode]
  let node: YAMLNode

  init(values: [String: YAMLNode], node: YAMLNode) {
    self.values = values
    self.node = node
  }

  subscript(name: String) -> YAMLNode? { values[name] }
}

func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 0x61...0x7A, 0x30...0x39, 0x2D: true
  default: false
  }
}

/// Whether a character is a control (C0, DEL, C1) or a line break by any reader's rules.
func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
  default: false
  }
}
