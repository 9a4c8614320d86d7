import YAML

extension NodeReader {
  /// The transforms of this version.
  private static let transformNames = ["redact", "keep", "hash", "null", "drop", "dropRecord"]
  /// The transforms that are named in the contract and come later.
  private static let laterNames = ["token", "ff1", "pseudonym", "dateShift", "generalize"]

  /// Reads `transform: redact` and `transform: { keep: { last: 4 }, fill: '*', numbers: zero }`.
  mutating func transform(_ node: YAMLNode) -> TransformDeclaration? {
    switch node.content {
    case .refused: return nil
    case .sequence:
      report(node, "transform must be one name or a mapping, not a list")
      return nil
    case .scalar:
      // Not `text`: the plain word null names a transform here.
      guard let scalar = scalar(node, "transform"), isTransform(scalar.text, at: location(node))
      else { return nil }
      guard let kind = kind(scalar.text, options: nil, fill: nil, at: location(node)) else {
        return nil
      }
      return TransformDeclaration(kind: kind, numbers: .string, location: location(node))
    case .mapping(let pairs): return transform(node, pairs)
    }
  }

  private mutating func transform(_ node: YAMLNode, _ pairs: [YAMLPair]) -> TransformDeclaration? {
    var named: YAMLPair?
    var fill: YAMLNode?
    var numbers: TransformDeclaration.NumberForm? = .string
    var numbersNode: YAMLNode?
    var isWhole = true
    for pair in pairs {
      let place = SourceLocation(file: file, line: pair.line, column: pair.column)
      switch pair.key.text {
      case "fill": fill = pair.value
      case "numbers":
        numbersNode = pair.value
        numbers = choice(pair.value, "form of numbers")
      default:
        guard isTransform(pair.key.text, at: place) else {
          isWhole = false
          continue
        }
        if let first = named {
          report(place, "transform names both '\(first.key.text)' and '\(pair.key.text)'; use one")
          isWhole = false
        } else {
          named = pair
        }
      }
    }
    guard let named else {
      if isWhole {
        report(node, "transform names no transform; use \(listed(Self.transformNames))")
      }
      return nil
    }
    let place = SourceLocation(file: file, line: named.line, column: named.column)
    guard let kind = kind(named.key.text, options: named.value, fill: fill, at: place) else {
      return nil
    }
    if let numbersNode, ["null", "drop", "dropRecord"].contains(kind.name) {
      report(numbersNode, "numbers has no meaning with \(kind.name), which takes the whole value")
      return nil
    }
    guard let numbers, isWhole else { return nil }
    return TransformDeclaration(kind: kind, numbers: numbers, location: location(node))
  }

  private mutating func isTransform(_ name: String, at place: SourceLocation) -> Bool {
    if Self.transformNames.contains(name) { return true }
    if Self.laterNames.contains(name) {
      let names = listed(Self.transformNames)
      report(place, "transform '\(name)' is not available in this version; use \(names)")
    } else {
      report(
        place,
        "unknown transform \(shown(name))"
          + (suggestion(for: name, among: Self.transformNames + ["fill", "numbers"])
            ?? "; use \(listed(Self.transformNames))"))
    }
    return false
  }

  private mutating func kind(
    _ name: String, options: YAMLNode?, fill: YAMLNode?, at place: SourceLocation
  ) -> TransformDeclaration.Kind? {
    if let fill, name != "keep" {
      report(fill, "fill goes with keep only, not with \(name)")
      return nil
    }
    switch name {
    case "redact": return redact(options)
    case "keep": return keep(options, fill: fill, at: place)
    case "hash": return hash(options)
    case "null": return withoutOptions(options, name) ? .null : nil
    case "drop": return withoutOptions(options, name) ? .drop : nil
    default: return withoutOptions(options, name) ? .dropRecord : nil
    }
  }

  /// Whether a transform has no options: `drop`, `{ drop }`, `{ drop: {} }`.
  private func isBare(_ options: YAMLNode?) -> Bool {
    switch options?.content {
    case nil, .mapping([]): true
    case .scalar(let scalar): scalar.isPlain && scalar.text.isEmpty
    default: false
    }
  }

  private mutating func withoutOptions(_ options: YAMLNode?, _ name: String) -> Bool {
    guard let options, !isBare(options) else { return true }
    report(options, "\(name) takes no options; write transform: \(name)")
    return false
  }

  private mutating func redact(_ options: YAMLNode?) -> TransformDeclaration.Kind? {
    guard let options, !isBare(options) else { return .redact(text: nil) }
    guard let fields = fields(options, "redact", known: ["text"]) else { return nil }
    guard let node = fields["text"] else { return nil }
    guard let text = line(node, "text of redact", bytesMax: RulesLimits.redactBytesMax) else {
      return nil
    }
    let digits = text.value.unicodeScalars.count { $0.properties.numericType == .decimal }
    guard digits <= RulesLimits.redactDigitsMax else {
      report(
        node,
        "text of redact holds \(digits) digits, which could be a number of somebody: use words, or "
          + "at most \(RulesLimits.redactDigitsMax) digits")
      return nil
    }
    return .redact(text: text.value)
  }

  private mutating func hash(_ options: YAMLNode?) -> TransformDeclaration.Kind? {
    guard let options, !isBare(options) else { return .hash(key: nil) }
    guard let fields = fields(options, "hash", known: ["key"]) else { return nil }
    guard let node = fields["key"] else { return nil }
    guard let key = name(node, "key of hash") else { return nil }
    return .hash(key: key)
  }

  private mutating func keep(
    _ options: YAMLNode?, fill: YAMLNode?, at place: SourceLocation
  ) -> TransformDeclaration.Kind? {
    let fillByte = fill.map { self.fill($0) } ?? 0x2A
    guard let options, !isBare(options) else {
      report(place, "keep needs first or last: { keep: { last: 4 }, fill: '*' }")
      return nil
    }
    guard let fields = fields(options, "keep", known: ["first", "last"]) else { return nil }
    var counts = [0, 0]
    for (index, name) in ["first", "last"].enumerated() {
      guard let node = fields[name] else { continue }
      guard let count = integer(node, "'\(name)' of keep", 0...RulesLimits.keepMax) else {
        return nil
      }
      counts[index] = count
    }
    guard fields["first"] != nil || fields["last"] != nil, let fillByte else { return nil }
    return .keep(first: counts[0], last: counts[1], fill: fillByte)
  }

  /// One printable ASCII character. A digit could make the result a number that is found again, a
  /// quote or a backslash would be written as two bytes in JSON, a space is not seen.
  private mutating func fill(_ node: YAMLNode) -> UInt8? {
    guard let text = text(node, "fill") else { return nil }
    if text.value.utf8.count == 1, let byte = text.value.utf8.first {
      switch byte {
      case 0x22, 0x27, 0x5C, 0x30...0x39: break
      case 0x21...0x7E: return byte
      default: break
      }
    }
    report(
      node,
      "fill must be one printable ASCII character, but no digit, quote, backslash or space, "
        + "not \(shown(text.value))")
    return nil
  }
}
