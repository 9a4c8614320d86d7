import Bytes

/// Identifiers in hexadecimal, in which digits look like a number now and then by chance alone.
enum Identifier {
  /// How many hexadecimal digits span ids, MongoDB's object ids, trace ids, MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512 have.
  static func isHashCount(_ count: Int) -> Bool {
    switch count {
    case 16, 24, 32, 40, 56, 64, 96, 128: true
    default: false
    }
  }

  /// Whether the digits at `group` are the account of an Amazon resource name, `arn:aws:iam::` and
  /// twelve digits: one account stands in every record of a trail.
  static func isInResourceName(_ group: Range<Int>, of text: Span<UInt8>) -> Bool {
    guard group.count == 12, group.lowerBound >= 8 else { return false }
    // Back over the parts before it to the word that they begin with.
    var start = group.lowerBound
    let least = max(0, start - 64)
    while start > least {
      let byte = text[start - 1]
      guard ASCII.isAlphanumeric(byte) || byte == ASCII.colon || byte == ASCII.minus else { break }
      start -= 1
    }
    let head: [4 of UInt8] = [0x61, 0x72, 0x6E, 0x3A]
    for index in head.indices where text[start + index] != head[index] { return false }
    return text[group.lowerBound - 1] == ASCII.colon
  }

  /// Whether the bytes at `range` lie in a UUID: hexadecimal digits in groups of 8, 4, 4, 4 and 12
  /// with `-` between, at least one of them a letter, and no letter or digit on either side
  /// (RFC 9562, section 4).
  ///
  /// Called for matches only; looks at no more than 36 places around each.
  static func isInUUID(_ range: Range<Int>, of text: Span<UInt8>) -> Bool {
    var start = max(0, range.upperBound - 36)
    let lastStart = min(range.lowerBound, text.count - 36)
    while start <= lastStart {
      if isUUID(at: start, in: text) { return true }
      start += 1
    }
    return false
  }

  private static func isUUID(at start: Int, in text: Span<UInt8>) -> Bool {
    guard text[start + 8] == ASCII.minus, text[start + 13] == ASCII.minus,
      text[start + 18] == ASCII.minus, text[start + 23] == ASCII.minus,
      start == 0 || !ASCII.isAlphanumeric(text[start - 1]),
      start + 36 == text.count || !ASCII.isAlphanumeric(text[start + 36])
    else { return false }
    var hasLetter = false
    for offset in 0..<36 {
      switch offset {
      case 8, 13, 18, 23: continue
      default:
        guard ASCII.isHexDigit(text[start + offset]) else { return false }
        if ASCII.isLetter(text[start + offset]) { hasLetter = true }
      }
    }
    return hasLetter
  }
}

/// The hexadecimal word that was looked at last.
///
/// A word is a run of ASCII letters and digits; it is hexadecimal when all are hexadecimal digits
/// and at least one is a letter. Each word of a text is walked once, however many digit runs it
/// holds, because runs are asked for in rising order.
struct HexadecimalWord {
  private var start = 0
  private var end = 0
  private var isHexadecimal = false

  /// Whether the digits at `run` lie in a hexadecimal word of `text`.
  mutating func contains(_ run: Range<Int>, in text: Span<UInt8>) -> Bool {
    if run.upperBound <= end { return isHexadecimal }
    var onlyDigits = true
    isHexadecimal = true
    let previousEnd = end
    start = run.lowerBound
    while start > previousEnd, ASCII.isAlphanumeric(text[start &- 1]) {
      start &-= 1
      take(text[start], &onlyDigits)
    }
    end = run.upperBound
    while end < text.count, ASCII.isAlphanumeric(text[end]) {
      take(text[end], &onlyDigits)
      end &+= 1
    }
    if onlyDigits { isHexadecimal = false }
    return isHexadecimal
  }

  /// Whether the digits at `run` lie in a hexadecimal word that is as long as a hash.
  mutating func isHash(_ run: Range<Int>, in text: Span<UInt8>) -> Bool {
    contains(run, in: text) && Identifier.isHashCount(end &- start)
  }

  private mutating func take(_ byte: UInt8, _ onlyDigits: inout Bool) {
    if ASCII.isDigit(byte) { return }
    onlyDigits = false
    if !ASCII.isHexDigit(byte) { isHexadecimal = false }
  }
}
