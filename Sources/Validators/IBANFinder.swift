import Bytes

/// Finds international bank account numbers.
///
/// A number begins where no letter or digit stands before it, and ends after as many characters as
/// its country has, so that a word that follows does not spoil it. It is contiguous, or in groups
/// of four with one separator; groups of other sizes count when the last one ends with a word. In a UUID,
/// and where a hexadecimal word goes on after it, it needs a keyword.
enum IBANFinder {
  /// Appends the numbers of `text`, as `NumberFinder.find` says.
  static func find(in text: Span<UInt8>, into matches: inout [NumberMatch]) {
    var at = 2
    while true {
      // The check digits are the rarer half of what a number begins with.
      let digits = Digits.next(in: text, from: at)
      guard text.count &- digits >= IBAN.countMin - 2 else { return }
      at = Digits.end(in: text, from: digits)
      let start = digits &- 2
      guard at &- digits >= 2, ASCII.isLetter(text[start]), ASCII.isLetter(text[start &+ 1]),
        start == 0 || !ASCII.isAlphanumeric(text[start &- 1])
      else { continue }
      if let end = end(in: text, from: start) {
        let range = start..<end
        matches.append(
          NumberMatch(range: range, needsKeyword: isInIdentifier(range, of: text)))
      }
    }
  }

  /// Whether the number is the beginning of a longer hexadecimal word in lower case, as hashes are
  /// written, or lies in a UUID.
  private static func isInIdentifier(_ range: Range<Int>, of text: Span<UInt8>) -> Bool {
    if range.upperBound < text.count, ASCII.isHexDigit(text[range.upperBound]),
      text[range.lowerBound] & 0x20 != 0
    {
      var isHexadecimal = true
      for index in range where !ASCII.isHexDigit(text[index]) { isHexadecimal = false }
      if isHexadecimal { return true }
    }
    return Identifier.isInUUID(range, of: text)
  }

  /// Where the number ends that begins at `start` with two letters and two digits; nil when there
  /// is none.
  private static func end(in text: Span<UInt8>, from start: Int) -> Int? {
    var head = IBAN.Head()
    for index in start..<(start + 4) { head.append(text[index]) }
    guard var left = head.count.map({ $0 - 4 }) else { return nil }
    var rest = IBAN.Remainder()
    var at = start + 4
    var key: UInt64 = 0
    var inFours = true
    /// The characters of the group so far; the first group has the head's four.
    var grouped = 4
    while left > 0 {
      guard at < text.count else { return nil }
      if ASCII.isAlphanumeric(text[at]) {
        rest.append(text[at])
        at += 1
        left -= 1
        grouped += 1
        continue
      }
      guard let separator = Separator.read(in: text, at: at), key == 0 || separator.key == key
      else {
        return nil
      }
      if grouped != 4 { inFours = false }
      (at, key, grouped) = (separator.end, separator.key, 0)
    }
    let endsWord = at == text.count || !ASCII.isAlphanumeric(text[at])
    let isShaped = key == 0 || (inFours && grouped <= 4) || endsWord
    return isShaped && head.accepts(rest) ? at : nil
  }
}
