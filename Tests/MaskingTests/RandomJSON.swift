import TestSupport

/// Random JSON texts, one a line, whose strings are made of what rules look for and of escapes.
enum RandomJSON {
  private static let pieces = [
    "4111111111111111", "4111 1111 1111 1111", "a.b@c.de", "\\u0034111", "\\\"", "\\\\", "\\n",
    "123-45-6789", "password=hunter22", "\u{FF14}\u{FF11}11", "\u{200B}", "日本", "é", " ", ":",
    "{\\\"k\\\":\\\"4111111111111111\\\"}", "AKIAIOSFODNN7EXAMPLE", "192.168.10.20", "x", "0",
    "[1,2]", "\\u200b", "\\ud835\\udfdc", "{", "[", "\\\\u0034", "/", "-", "1",
  ]

  /// As `pieces`, and words that rules want near what they look for.
  private static let piecesAndKeywords = pieces + ["key ", "ssn ", "card ", "phone: "]

  /// `count` lines.
  static func lines(
    _ count: Int, _ random: inout SeededRandom, withKeywords: Bool = true
  ) -> [UInt8] {
    let pieces = withKeywords ? piecesAndKeywords : pieces
    var text: [UInt8] = []
    for _ in 0..<count {
      value(0, pieces, &random, &text)
      text.append(0x0A)
    }
    return text
  }

  private static func pick(_ choices: [String], _ random: inout SeededRandom) -> String {
    choices[Int(random.next() % UInt64(choices.count))]
  }

  private static func below(_ limit: Int, _ random: inout SeededRandom) -> Int {
    Int(random.next() % UInt64(limit))
  }

  private static func string(
    _ pieces: [String], _ random: inout SeededRandom, _ text: inout [UInt8]
  ) {
    text.append(0x22)
    for _ in 0..<below(5, &random) { text += pick(pieces, &random).utf8 }
    text.append(0x22)
  }

  private static func value(
    _ depth: Int, _ pieces: [String], _ random: inout SeededRandom, _ text: inout [UInt8]
  ) {
    switch below(depth > 3 ? 5 : 8, &random) {
    case 0: text += pick(["true", "false", "null"], &random).utf8
    case 1: text += "\(below(199_999, &random) - 99_999)".utf8
    case 2:
      let numbers = ["4111111111111111", "4.111111111111111e15", "-0.5", "1E400", "123456789"]
      text += pick(numbers, &random).utf8
    case 3, 4: string(pieces, &random, &text)
    case 5, 6:
      let (colon, comma) = (pick([":", " : "], &random), pick([",", ", "], &random))
      text.append(0x7B)
      for place in 0..<below(5, &random) {
        if place > 0 { text += comma.utf8 }
        string(pieces, &random, &text)
        text += colon.utf8
        value(depth + 1, pieces, &random, &text)
      }
      text.append(0x7D)
    default:
      text.append(0x5B)
      for place in 0..<below(5, &random) {
        if place > 0 { text += " ,".utf8 }
        value(depth + 1, pieces, &random, &text)
      }
      text.append(0x5D)
    }
  }
}
