import Bytes

/// Ways to read digits out of text that other characters may stand in.
enum Digits {
  /// The number that the digits of `text` make, when there are exactly `count` of them and no letter.
  ///
  /// Everything that is neither a letter nor a digit counts as a separator and is passed over.
  /// `count` is at most 19, so that the number fits.
  static func number(in text: Span<UInt8>, count: Int) -> UInt64? {
    var number: UInt64 = 0
    var seen = 0
    for index in text.indices {
      let byte = text[index]
      if ASCII.isDigit(byte) {
        guard seen < count else { return nil }
        number = number &* 10 &+ UInt64(byte &- ASCII.zero)
        seen &+= 1
      } else if ASCII.isLetter(byte) {
        return nil
      }
    }
    return seen == count ? number : nil
  }

  /// The offset of the first digit of `text` at or after `start`, or the length of the text.
  ///
  /// Eight bytes are looked at together: most of a text is not digits, and this loop is what a
  /// text without numbers costs.
  @inline(__always)
  static func next(in text: Span<UInt8>, from start: Int) -> Int {
    let count = text.count
    var at = start
    // Reading the bytes of a byte is harmless.
    let bytes = unsafe text.bytes
    while count &- at >= 8 {
      // The load checks its bounds; every bit pattern is a valid UInt64.
      let word = unsafe UInt64(
        littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
      // A digit's byte is below 10 after the xor. A byte is marked by mistake only after (above)
      // one that is marked rightly, so the lowest mark is the first digit.
      let folded = word ^ 0x3030_3030_3030_3030
      let marks = (folded &- 0x0A0A_0A0A_0A0A_0A0A) & ~folded & 0x8080_8080_8080_8080
      if marks != 0 { return at &+ (marks.trailingZeroBitCount >> 3) }
      at &+= 8
    }
    while at < count, !ASCII.isDigit(text[at]) { at &+= 1 }
    return at
  }

  /// The end of the digits of `text` that begin at `start`.
  @inline(__always)
  static func end(in text: Span<UInt8>, from start: Int) -> Int {
    var at = start
    while at < text.count, ASCII.isDigit(text[at]) { at &+= 1 }
    return at
  }
}
