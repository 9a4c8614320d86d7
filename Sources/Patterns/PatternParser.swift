internal import Bytes

/// The pattern uses syntax that the parser does not know: no condition may be derived from it.
struct NotUnderstood: Error, Equatable {
  var byteOffset: Int
}

/// Reads the subset of PCRE2 syntax that necessary conditions and costs are derived from.
///
/// PCRE2 has compiled the pattern before, so syntax errors need no report here. Whatever is not read
/// with certainty throws `NotUnderstood`; then the pattern has no conditions and the highest cost.
struct PatternParser {
  let text: [UInt8]
  var position = 0
  var isCaseless: Bool
  private var depth = 0

  private init(text: [UInt8], isCaseless: Bool) {
    self.text = text
    self.isCaseless = isCaseless
  }

  static func parse(_ text: [UInt8], isCaseless: Bool) throws(NotUnderstood) -> PatternNode {
    var parser = PatternParser(text: text, isCaseless: isCaseless)
    let node = try parser.alternation()
    guard parser.position == text.count else { throw parser.notUnderstood }
    return node
  }

  var notUnderstood: NotUnderstood { NotUnderstood(byteOffset: position) }

  func peek(_ ahead: Int = 0) -> UInt8? {
    position + ahead < text.count ? text[position + ahead] : nil
  }

  func starts(with literal: StaticString, at ahead: Int = 0) -> Bool {
    let start = position + ahead
    guard start + literal.utf8CodeUnitCount <= text.count else { return false }
    return literal.withUTF8Buffer { bytes in
      for index in bytes.indices where unsafe bytes[index] != text[start + index] {
        return false
      }
      return true
    }
  }

  /// Branches up to `)` or the end. Option settings inside last until then, over branches too.
  mutating func alternation() throws(NotUnderstood) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 64 else { throw notUnderstood }
    let outerCaseless = isCaseless
    defer { isCaseless = outerCaseless }
    var branches: [PatternNode] = []
    while true {
      branches.append(try sequence())
      guard peek() == UInt8(ascii: "|") else { break }
      position += 1
    }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func sequence() throws(NotUnderstood) -> PatternNode {
    var nodes: [PatternNode] = []
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      if starts(with: "\\Q") {
        try quoted(into: &nodes)
      } else if starts(with: "\\E") {
        position += 2
        guard !isQuantifierNext else { throw notUnderstood }
      } else {
        let isGroup = byte == UInt8(ascii: "(")
        guard let node = try atom() else { continue }
        // A repeated group stays one, even around a single character: it costs more than a character.
        let isRepeatedGroup = isGroup && isQuantifierNext
        nodes.append(try quantified(isRepeatedGroup ? .alternation([node]) : node))
      }
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// `\Q...\E`: a quantifier after it is that of its last character.
  private mutating func quoted(into nodes: inout [PatternNode]) throws(NotUnderstood) {
    position += 2
    let first = nodes.count
    while position < text.count, !starts(with: "\\E") {
      nodes.append(.set(try literalCharacter()))
    }
    if position < text.count { position += 2 }
    guard nodes.count > first, let last = nodes.popLast() else {
      guard !isQuantifierNext else { throw notUnderstood }
      return
    }
    nodes.append(try quantified(last))
  }

  /// One character as it stands, ASCII or not.
  mutating func literalCharacter() throws(NotUnderstood) -> CharacterSet {
    let scalar = try rawScalar()
    return Self.literal(scalar, isCaseless: isCaseless)
  }

  static func literal(_ scalar: UInt32, isCaseless: Bool) -> CharacterSet {
    let set: CharacterSet
    if scalar < 0x80 {
      set = CharacterSet(ASCIISet([UInt8(scalar)]))
    } else if let valid = Unicode.Scalar(scalar) {
      set = CharacterSet(ASCIISet(), others: .known([Array(String(valid).utf8)]))
    } else {
      set = CharacterSet(ASCIISet(), others: .any)
    }
    return isCaseless ? set.caseFolded : set
  }

  /// The next character of the pattern as a number.
  mutating func rawScalar() throws(NotUnderstood) -> UInt32 {
    guard let lead = peek() else { throw notUnderstood }
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard position + length <= text.count else { throw notUnderstood }
    var scalar = UInt32(length == 1 ? lead : lead & (0x7F >> UInt8(length)))
    for index in 1..<length { scalar = scalar << 6 | UInt32(text[position + index] & 0x3F) }
    position += length
    return scalar
  }

  private mutating func atom() throws(NotUnderstood) -> PatternNode? {
    switch peek() {
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["): return .set(try characterClass())
    case UInt8(ascii: "."):
      position += 1
      return .set(.any)
    case UInt8(ascii: "^"), UInt8(ascii: "$"):
      position += 1
      return .boundary(.other)
    case UInt8(ascii: "\\"): return try escape()
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw notUnderstood
    case UInt8(ascii: "{"):
      // A literal brace, unless this or a later PCRE2 reads it as a quantifier.
      guard !isQuantifierNext else { throw notUnderstood }
      return .set(try literalCharacter())
    default: return .set(try literalCharacter())
    }
  }

  // MARK: Groups

  private mutating func group() throws(NotUnderstood) -> PatternNode? {
    position += 1
    guard peek() != UInt8(ascii: "*") else { throw notUnderstood }
    guard peek() == UInt8(ascii: "?") else { return try body { $0 } }
    position += 1
    switch peek() {
    case UInt8(ascii: ":"), UInt8(ascii: "|"):
      position += 1
      return try body { $0 }
    case UInt8(ascii: ">"):
      position += 1
      return try body { .atomic($0) }
    case UInt8(ascii: "="):
      position += 1
      return try body { .lookaround($0, behind: false, negative: false) }
    case UInt8(ascii: "!"):
      position += 1
      return try body { .lookaround($0, behind: false, negative: true) }
    case UInt8(ascii: "#"): return try comment()
    case UInt8(ascii: "<"):
      if peek(1) == UInt8(ascii: "=") || peek(1) == UInt8(ascii: "!") {
        let negative = peek(1) == UInt8(ascii: "!")
        position += 2
        return try body { .lookaround($0, behind: true, negative: negative) }
      }
      return try named(endingWith: UInt8(ascii: ">"))
    case UInt8(ascii: "'"): return try named(endingWith: UInt8(ascii: "'"))
    case UInt8(ascii: "P"):
      position += 1
      guard peek() == UInt8(ascii: "<") else { throw notUnderstood }
      return try named(endingWith: UInt8(ascii: ">"))
    default: return try optionSetting()
    }
  }

  private mutating func body(
    _ wrap: (PatternNode) -> PatternNode
  ) throws(NotUnderstood) -> PatternNode {
    let node = try alternation()
    guard peek() == UInt8(ascii: ")") else { throw notUnderstood }
    position += 1
    return wrap(node)
  }

  private mutating func named(endingWith end: UInt8) throws(NotUnderstood) -> PatternNode {
    position += 1
    while let byte = peek(), byte != end {
      guard ASCII.isAlphanumeric(byte) || byte == ASCII.underscore else { throw notUnderstood }
      position += 1
    }
    guard peek() == end else { throw notUnderstood }
    position += 1
    return try body { $0 }
  }

  private mutating func comment() throws(NotUnderstood) -> PatternNode? {
    while let byte = peek(), byte != UInt8(ascii: ")") { position += 1 }
    guard peek() != nil else { throw notUnderstood }
    position += 1
    // A quantifier here would be that of the item before the comment.
    guard !isQuantifierNext else { throw notUnderstood }
    return nil
  }

  /// `(?i)`, `(?-i)`, `(?s-m:...)`. `x` changes how the rest is read: not understood.
  private mutating func optionSetting() throws(NotUnderstood) -> PatternNode? {
    var caseless = isCaseless
    var turnsOn = true
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "i"): caseless = turnsOn
      case UInt8(ascii: "-"): turnsOn = false
      case UInt8(ascii: "m"), UInt8(ascii: "s"), UInt8(ascii: "U"), UInt8(ascii: "J"),
        UInt8(ascii: "n"):
        break
      case UInt8(ascii: ")"):
        isCaseless = caseless
        guard !isQuantifierNext else { throw notUnderstood }
        return nil
      case UInt8(ascii: ":"):
        let outer = isCaseless
        defer { isCaseless = outer }
        isCaseless = caseless
        return try body { $0 }
      default: throw notUnderstood
      }
    }
    throw notUnderstood
  }

  // MARK: Quantifiers

  /// Whether a quantifier may start here, in this PCRE2 or in a later one (`{,3}`, `{ 1 }`).
  var isQuantifierNext: Bool {
    switch peek() {
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): return true
    case UInt8(ascii: "{"):
      var ahead = 1
      while let byte = peek(ahead),
        ASCII.isDigit(byte) || byte == ASCII.comma || byte == ASCII.space || byte == ASCII.tab
      {
        ahead += 1
      }
      return ahead > 1 && peek(ahead) == UInt8(ascii: "}")
    default: return false
    }
  }

  private mutating func quantified(_ atom: PatternNode) throws(NotUnderstood) -> PatternNode {
    // `a\E+` and `a\Q\E+`: the quantifier is that of `a`, which PCRE2 knows and this parser need not.
    if starts(with: "\\E") || starts(with: "\\Q\\E") {
      var probe = self
      while probe.starts(with: "\\E") || probe.starts(with: "\\Q\\E") {
        probe.position += probe.starts(with: "\\E") ? 2 : 4
      }
      guard !probe.isQuantifierNext else { throw notUnderstood }
    }
    guard isQuantifierNext else { return atom }
    let bounds = try quantifierBounds()
    var possessive = false
    if peek() == UInt8(ascii: "+") {
      possessive = true
      position += 1
    } else if peek() == UInt8(ascii: "?") {
      position += 1
    }
    // PCRE2 refuses a second quantifier; whatever this is, it is not known here.
    guard !isQuantifierNext else { throw notUnderstood }
    return .repetition(atom, min: bounds.min, max: bounds.max, possessive: possessive)
  }

  private mutating func quantifierBounds() throws(NotUnderstood) -> (min: Int, max: Int?) {
    let first = peek()
    position += 1
    switch first {
    case UInt8(ascii: "*"): return (0, nil)
    case UInt8(ascii: "+"): return (1, nil)
    case UInt8(ascii: "?"): return (0, 1)
    default: break
    }
    guard let min = number() else { throw notUnderstood }
    if peek() == UInt8(ascii: "}") {
      position += 1
      return (min, min)
    }
    guard peek() == ASCII.comma else { throw notUnderstood }
    position += 1
    let max = number()
    guard peek() == UInt8(ascii: "}") else { throw notUnderstood }
    position += 1
    return (min, max)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let byte = peek(), ASCII.isDigit(byte) {
      value = min((value ?? 0) * 10 + Int(byte - ASCII.zero), 65_535)
      position += 1
    }
    return value
  }
}
