import TestSupport

/// Makes random records together with what must come out for them, byte for byte, under `rules`:
/// the oracle of byte preservation for records in which something is found.
struct ExpectedRecords {
  /// What the records are masked by. The replacement needs no escaping at any level.
  static let rules = oneRule(
    "{ pattern: 'S-[0-9]{4}|77[0-9]{6}' }", "{ redact: { text: '[R]' } }")

  /// A stretch of text: the same on both sides, or replaced.
  private struct Piece {
    var input: [UInt8]
    var expected: [UInt8]
    var isSame = true
  }

  private var random: SeededRandom
  private var replacedCount = 0

  init(_ random: SeededRandom) { self.random = random }

  /// One line with its end, and how many places of it are replaced.
  mutating func next() -> (input: [UInt8], expected: [UInt8], replaced: Int) {
    replacedCount = 0
    let pieces = blanks(0) + value(depth: 0, level: 0) + blanks(0)
    let end: [UInt8] = below(8) == 0 ? [0x0D, 0x0A] : [0x0A]
    return (
      pieces.flatMap(\.input) + end, pieces.flatMap(\.expected) + end, replacedCount
    )
  }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

  private mutating func pick(_ texts: [String]) -> String { texts[below(texts.count)] }

  private func same(_ text: String) -> Piece {
    Piece(input: Array(text.utf8), expected: Array(text.utf8))
  }

  private mutating func replaced(_ input: String, _ expected: String) -> Piece {
    replacedCount += 1
    return Piece(input: Array(input.utf8), expected: Array(expected.utf8), isSame: false)
  }

  /// White space between lexemes; line breaks only where the text stands in a string.
  private mutating func blanks(_ level: Int) -> [Piece] {
    guard below(3) == 0 else { return [] }
    return [same(pick(level == 0 ? [" ", "\t", "  "] : [" ", "\t", "\n", "\r\n "]))]
  }

  private mutating func value(depth: Int, level: Int) -> [Piece] {
    switch below(depth > 3 ? 6 : 9) {
    case 0: return [same(pick(["true", "false", "null"]))]
    case 1:
      return [
        same(pick(["0", "-0", "1.50", "1E400", "-12.3e-5", "20260301", "8.0e+2", "1234567890123"]))
      ]
    case 2:
      let digits = "77" + (0..<6).map { _ in String(below(10)) }.joined()
      switch below(5) {
      case 0: return [replaced("-\(digits)", "\"-[R]\"")]
      case 1: return [replaced("\(digits).00", "\"[R]\"")]
      case 2: return [replaced("7.\(digits.dropFirst())e7", "\"[R]\"")]
      case 3: return [replaced("\(digits)000E-3", "\"[R]\"")]
      default: return [replaced(digits, "\"[R]\"")]
      }
    case 3, 4, 5:
      if level < 3, below(5) == 0 {
        // What begins with a bracket or a quote is read as JSON; a bare number is text.
        let (depth, level) = (depth + 1, level + 1)
        switch below(3) {
        case 0: return string(object(depth, level))
        case 1: return string(blanks(level) + array(depth, level))
        default: return string(string(content()))
        }
      }
      return string(content())
    case 6, 7: return object(depth, level)
    default: return array(depth, level)
    }
  }

  private mutating func array(_ depth: Int, _ level: Int) -> [Piece] {
    var pieces = [same("[")] + blanks(level)
    for place in 0..<below(5) {
      if place > 0 { pieces += [same(",")] + blanks(level) }
      pieces += value(depth: depth + 1, level: level) + blanks(level)
    }
    return pieces + [same("]")]
  }

  private mutating func object(_ depth: Int, _ level: Int) -> [Piece] {
    var pieces = [same("{")] + blanks(level)
    let count = below(5)
    // One key at most: two would be told apart by numbers.
    let secretKey = below(6)
    for place in 0..<count {
      if place > 0 { pieces += [same(",")] + blanks(level) }
      let key = place == secretKey ? [same("k "), secret()] : [same(pick(Self.words))]
      pieces += string(key) + blanks(level) + [same(":")] + blanks(level)
      pieces += value(depth: depth + 1, level: level) + blanks(level)
    }
    return pieces + [same("}")]
  }

  private static let words = [
    "a", "id", "message", "é", "日本", "x y", "", "🚀", "tab\t", "quote\"", "back\\ ", "/", "7", "s-",
  ]

  /// The decoded text of a string: words, and now and then something that is found.
  private mutating func content() -> [Piece] {
    var pieces: [Piece] = []
    for _ in 0..<below(6) {
      if below(4) == 0 {
        pieces += [same(" "), secret(), same(" ")]
      } else {
        pieces.append(same(pick(Self.words)))
      }
    }
    // A text that begins like JSON is made by `value` alone.
    if pieces.first?.input.first == 0x22 { pieces.insert(same("-"), at: 0) }
    return pieces
  }

  private mutating func secret() -> Piece {
    let digits = (0..<4).map { _ in below(10) }
    let plain = digits.map(String.init).joined()
    switch below(4) {
    case 0:
      let wide = digits.map { Unicode.Scalar(UInt32(0xFF10 + $0)).map { String($0) } ?? "" }
      return replaced("S-" + wide.joined(), "[R]")
    case 1: return replaced("S\u{AD}-\(plain.prefix(1))\u{200B}\(plain.dropFirst())", "[R]")
    default: return replaced("S-\(plain)", "[R]")
    }
  }

  /// The text as a JSON string: what is not replaced is escaped alike on both sides.
  private mutating func string(_ text: [Piece]) -> [Piece] {
    var pieces = [same("\"")]
    for piece in text {
      let input = escaped(piece.input, freely: true)
      pieces.append(
        Piece(
          input: input, expected: piece.isSame ? input : escaped(piece.expected, freely: false),
          isSame: piece.isSame))
    }
    return pieces + [same("\"")]
  }

  /// Escapes what must be, and `freely` some of what may be.
  private mutating func escaped(_ bytes: [UInt8], freely: Bool) -> [UInt8] {
    var text: [UInt8] = []
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isForced = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
      if !isForced && !(freely && below(16) == 0) {
        text += Array(String(scalar).utf8)
        continue
      }
      if scalar == "\"" || scalar == "\\" || scalar == "/", !freely || below(4) > 0 {
        text += [0x5C, UInt8(scalar.value)]
        continue
      }
      for unit in String(scalar).utf16 {
        let hex = String(unit, radix: 16, uppercase: below(2) == 0)
        text += Array(("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
      }
    }
    return text
  }
}
