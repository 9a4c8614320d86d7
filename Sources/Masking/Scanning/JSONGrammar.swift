internal import Bytes
internal import CScan

/// Numbers and literals of RFC 8259, sections 3 and 6.
enum JSONGrammar {
  /// The bounds of a number.
  struct Number {
    /// Where it ends; where it begins if it is not valid.
    var end: Int
    /// The digits before its point, and behind that.
    var wholeCount: Int
    var fractionCount: Int
    var hasExponent: Bool

    var digitCount: Int { wholeCount &+ fractionCount }
  }

  /// The same as `number(_:from:)`, by the digit masks of the kernel where the number is short and has
  /// no exponent.
  @inline(__always)
  static func number(
    _ text: ByteView, _ blocks: UnsafeMutablePointer<CScan_Block>, from start: Int
  ) -> Number {
    var at = start
    if text[at] == ASCII.minus { at &+= 1 }
    let digits = unsafe BlockSearch.digits(blocks, from: at)
    let whole = (~digits).trailingZeroBitCount
    if whole == 0 || whole > 40 || (text[at] == ASCII.zero && whole > 1) {
      return number(text, from: start)
    }
    at &+= whole
    var fraction = 0
    var byte = text[at]
    if byte == ASCII.period {
      fraction = (~(digits &>> UInt64(truncatingIfNeeded: whole &+ 1))).trailingZeroBitCount
      if fraction == 0 || whole &+ fraction > 60 { return number(text, from: start) }
      at &+= fraction &+ 1
      byte = text[at]
    }
    return byte | 0x20 == 0x65
      ? number(text, from: start)
      : Number(end: at, wholeCount: whole, fractionCount: fraction, hasExponent: false)
  }

  /// The number that begins at `start`.
  static func number(_ text: ByteView, from start: Int) -> Number {
    let invalid = Number(end: start, wholeCount: 0, fractionCount: 0, hasExponent: false)
    var index = start
    if text[index] == ASCII.minus { index &+= 1 }
    let whole = index
    if text[index] == ASCII.zero {
      index &+= 1
    } else {
      while ASCII.isDigit(text[index]) { index &+= 1 }
      if index == whole { return invalid }
    }
    let wholeCount = index &- whole
    var fractionCount = 0
    var byte = text[index]
    if byte == ASCII.period {
      index &+= 1
      let fraction = index
      while ASCII.isDigit(text[index]) { index &+= 1 }
      if index == fraction { return invalid }
      fractionCount = index &- fraction
      byte = text[index]
    }
    guard byte | 0x20 == 0x65 else {
      return Number(
        end: index, wholeCount: wholeCount, fractionCount: fractionCount, hasExponent: false)
    }
    index &+= 1
    if text[index] == ASCII.plus || text[index] == ASCII.minus { index &+= 1 }
    let exponent = index
    while ASCII.isDigit(text[index]) { index &+= 1 }
    return index == exponent
      ? invalid
      : Number(end: index, wholeCount: wholeCount, fractionCount: fractionCount, hasExponent: true)
  }

  /// The length of `true`, `false` or `null` at `start`, or 0.
  @inline(__always)
  static func literalLength(_ text: ByteView, from start: Int, first: UInt8) -> Int {
    switch first {
    case 0x74:
      follows(text, start, 0x72, 0x75, 0x65) ? 4 : 0
    case 0x6E:
      follows(text, start, 0x75, 0x6C, 0x6C) ? 4 : 0
    case 0x66:
      follows(text, start, 0x61, 0x6C, 0x73) && text[start &+ 4] == 0x65 ? 5 : 0
    default: 0
    }
  }

  @inline(__always)
  private static func follows(
    _ text: ByteView, _ start: Int, _ a: UInt8, _ b: UInt8, _ c: UInt8
  ) -> Bool {
    // Each comparison guards the next: a line feed ends every text, so nothing is read behind it.
    text[start &+ 1] == a && text[start &+ 2] == b && text[start &+ 3] == c
  }

  /// Whether a number or literal may end before `end`. In a record (`lines`) a carriage return is
  /// blank only before the line feed.
  @inline(__always)
  static func endsScalar(_ text: ByteView, at end: Int, lines: Bool) -> Bool {
    let byte = text[end]
    if byte == ASCII.comma || byte == ASCII.rightBrace { return true }
    return switch byte {
    case ASCII.rightBracket, ASCII.lineFeed, ASCII.space,
      ASCII.tab, ASCII.leftBrace, ASCII.leftBracket, ASCII.colon, ASCII.quote:
      true
    case ASCII.carriageReturn: !lines || text[end &+ 1] == ASCII.lineFeed
    default: false
    }
  }
}
