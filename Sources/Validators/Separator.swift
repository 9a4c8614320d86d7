import Bytes

/// What stands between two groups of one number.
struct Separator {
  /// One to three characters, packed: equal for equal strings, and never 0.
  var key: UInt64
  /// The offset of the byte after it.
  var end: Int

  /// The separator of `text` that begins at `start`: as many separating characters as follow each
  /// other, but not more than three. Nil when there is none.
  @inline(__always)
  static func read(in text: Span<UInt8>, at start: Int) -> Separator? {
    guard start < text.count, isCandidate(text[start]) else { return nil }
    var key: UInt64 = 0
    var at = start
    for _ in 0..<3 {
      guard at < text.count, isCandidate(text[at]),
        let (scalar, next) = scalar(in: text, at: at), separates(scalar)
      else { break }
      // A scalar takes at most 21 bits.
      key = key << 21 | UInt64(scalar)
      at = next
    }
    return at == start ? nil : Separator(key: key, end: at)
  }

  /// Whether a byte can begin a separating character: not a letter, digit or most punctuation.
  @inline(__always)
  private static func isCandidate(_ byte: UInt8) -> Bool {
    switch byte {
    case ASCII.space, ASCII.tab, ASCII.minus, ASCII.period, ASCII.underscore, ASCII.slash: true
    default: byte >= 0xC2
    }
  }

  /// The character of `text` at `at` and the offset after it; nil at the end of cut-off text.
  private static func scalar(in text: Span<UInt8>, at: Int) -> (scalar: UInt32, next: Int)? {
    let first = UInt32(text[at])
    if first < 0x80 { return (first, at + 1) }
    let count = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard at + count <= text.count else { return nil }
    var scalar = first & (0x7F >> UInt32(count))
    for index in (at + 1)..<(at + count) {
      scalar = scalar << 6 | UInt32(text[index] & 0x3F)
    }
    return (scalar, at + count)
  }

  /// Whether a character may stand between digit groups: tab, `.`, `_`, `/`, the minus sign and the
  /// categories Zs and Pd of Unicode 16.
  private static func separates(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x09, 0x2E, 0x5F, 0x2F, 0x2212: true
    // Zs
    case 0x20, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
    // Pd
    case 0x2D, 0x058A, 0x05BE, 0x1400, 0x1806, 0x2010...0x2015, 0x2E17, 0x2E1A, 0x2E3A, 0x2E3B,
      0x2E40, 0x2E5D, 0x301C, 0x3030, 0x30A0, 0xFE31, 0xFE32, 0xFE58, 0xFE63, 0xFF0D, 0x10D6E,
      0x10EAD:
      true
    default: false
    }
  }
}
