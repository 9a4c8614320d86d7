internal import Bytes
internal import Patterns

/// Finds words in text or in a key, ASCII case ignored.
///
/// A word counts where a word may begin: not after a letter, unless a capital starts it
/// (`userSSN`, `cardNumber`). A word of up to three letters must also end there, so that `pan`
/// does not stand in `panel`, nor inside a longer word of hexadecimal digits: `dea` is none in `9dea41`.
enum KeywordSearch {
  private static let hexadecimalWordMin = 6

  static func contains(_ words: Keywords, _ text: ByteView) -> Bool {
    for start in 0..<text.count where words.mayBegin(with: text[start]) {
      if words.stand(in: text, at: start, { counts(start..<$0, in: text) }) { return true }
    }
    return false
  }

  /// Whether a word that stands there is a word by itself.
  private static func counts(_ range: Range<Int>, in text: ByteView) -> Bool {
    let (start, end) = (range.lowerBound, range.upperBound)
    if start > 0, ASCII.isLetter(text[start - 1]), ASCII.isLetter(text[start]) {
      let isHump = isUpper(text[start]) && !isUpper(text[start - 1])
      guard isHump else { return false }
    }
    guard range.count <= TriggerPlan.shortWordMax else { return true }
    guard !isInHexadecimalWord(range, text) else { return false }
    guard end < text.count, ASCII.isLetter(text[end]) else { return true }
    return isUpper(text[end]) && !isUpper(text[end - 1])
  }

  /// Whether the letters are part of a longer run of hexadecimal digits, such as `1dea07`.
  private static func isInHexadecimalWord(_ range: Range<Int>, _ text: ByteView) -> Bool {
    for index in range where ASCII.hexValue(text[index]) == nil { return false }
    var start = range.lowerBound
    var end = range.upperBound
    while start > 0, ASCII.hexValue(text[start - 1]) != nil { start -= 1 }
    while end < text.count, ASCII.hexValue(text[end]) != nil { end += 1 }
    // A name in capitals behind small letters is a word of its own, whatever letters it has.
    let letters = (start..<end).filter { ASCII.isLetter(text[$0]) }
    let capitals = letters.count { isUpper(text[$0]) }
    guard capitals == 0 || capitals == letters.count else { return false }
    // What follows the name of a number without a blank may be the number; what stands before it is not.
    return start < range.lowerBound && end - start >= hexadecimalWordMin
  }

  private static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
}
