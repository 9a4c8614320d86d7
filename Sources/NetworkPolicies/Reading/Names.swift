internal import Rules
internal import YAML

/// What names and labels may hold, as the API server has it: nothing else gets into a listing.
enum Names {
  /// Letters or digits at both ends, and what `isInner` takes between them.
  private static func isFramed(_ bytes: Substring.UTF8View, _ max: Int, _ isInner: (UInt8) -> Bool)
    -> Bool
  {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= max else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && bytes.allSatisfy { isAlphanumeric($0) || isInner($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func isLower(_ bytes: Substring.UTF8View) -> Bool {
    !bytes.contains { (0x41...0x5A).contains($0) }
  }

  /// The name of an object: parts of a domain.
  static func isName(_ text: String) -> Bool {
    let bytes = text[...].utf8
    return isLower(bytes) && isFramed(bytes, 253) { $0 == 0x2D || $0 == 0x2E }
  }

  /// The name of a namespace: one part of a domain.
  static func isNamespace(_ text: String) -> Bool {
    let bytes = text[...].utf8
    return isLower(bytes) && isFramed(bytes, 63) { $0 == 0x2D }
  }

  /// The name of a port, as IANA has it.
  static func isPortName(_ text: String) -> Bool {
    let bytes = text[...].utf8
    return isLower(bytes) && isFramed(bytes, 15) { $0 == 0x2D } && !text.contains("--")
      && bytes.contains { (0x61...0x7A).contains($0) }
  }

  /// Whether a text holds nothing that listings and files use to set names apart.
  static func isHarmless(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2D, 0x2E, 0x3A, 0x5F].contains($0) }
  }

  static func isKind(_ text: String) -> Bool {
    isFramed(text[...].utf8, 63) { _ in false }
  }

  static func isLabelValue(_ text: String) -> Bool {
    text.isEmpty || isFramed(text[...].utf8, 63) { $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
  }

  /// A name, with a domain and a slash before it or not.
  static func isLabelKey(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.last, !name.isEmpty, isLabelValue(String(name)) else { return false }
    return parts.count == 1 || isName(String(parts[0]))
  }
}

extension ManifestDecoder {
  mutating func check(
    key: String, _ place: SourceLocation, severity: PolicyFinding.Severity = .error
  ) {
    guard !Names.isLabelKey(key) else { return }
    report(severity, "W3", place, "\(shown(key)) is no label key")
  }

  mutating func check(
    value: String, _ place: SourceLocation, severity: PolicyFinding.Severity = .error
  ) {
    guard !Names.isLabelValue(value) else { return }
    report(
      severity, "W3", place,
      "\(shown(value)) is no label value: at most 63 letters, digits, '-', '_' and '.'")
  }

  /// Labels; those of an object are in no listing, and only the server refuses them.
  mutating func labels(
    _ node: YAMLNode?, _ what: String = "labels", severity: PolicyFinding.Severity = .warning
  ) -> Labels {
    guard let node else { return [:] }
    let labels = texts(node, what)
    guard case .mapping(let pairs) = node.content else { return labels }
    for pair in pairs {
      let place = SourceLocation(file: file, line: pair.line, column: pair.column)
      check(key: pair.key.text, place, severity: severity)
      check(value: labels[pair.key.text] ?? "", location(pair.value), severity: severity)
    }
    return labels
  }

  /// The name of an object or of a namespace. One that could be taken for something else in a listing
  /// is an error; of others the server refuses some.
  mutating func name(_ node: YAMLNode?, _ what: String, isValid: (String) -> Bool = Names.isName)
    -> String?
  {
    guard let node, let name = text(node, what) else { return nil }
    if !isValid(name) {
      report(
        Names.isHarmless(name) ? .warning : .error, "W3", location(node),
        "\(what) \(shown(name)) may hold only a to z, 0 to 9, '-' and '.' between them")
    }
    return name
  }
}
