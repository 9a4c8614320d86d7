internal import Bytes
internal import Patterns

/// Which literals of a pattern the prefilter looks for.
enum LiteralChoice {
  /// U+017F and U+212A: the two characters that `(?i)s` and `(?i)k` match beside ASCII letters.
  /// Text that holds one of them is scanned by all rules (`EngineCore.holdsCaseTwin`), so literals
  /// with them need not be looked for.
  private static let caseTwins: [[UInt8]] = [[0xC5, 0xBF], [0xE2, 0x84, 0xAA]]

  /// The literals that are enough: one that holds another of the set says nothing new.
  static func shortest(_ literals: [[UInt8]]) -> [[UInt8]] {
    let plain = literals.filter { literal in
      !caseTwins.contains { holds(literal, $0) }
    }
    let all = plain.isEmpty ? literals : plain
    return all.filter { literal in
      !all.contains { $0.count < literal.count && holds(literal, $0) }
    }
  }

  /// The required byte that is least usual in log values, or nil.
  static func rarest(_ required: ASCIISet) -> UInt8? {
    let usual = Array("etaoinsrhldcumfpgwybvkxjqz0123456789 -._/:,".utf8)
    return required.bytes.max { left, right in
      (usual.firstIndex(of: left) ?? .max) < (usual.firstIndex(of: right) ?? .max)
    }
  }

  private static func holds(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard !part.isEmpty, text.count >= part.count else { return false }
    return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
  }
}
