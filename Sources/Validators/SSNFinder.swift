import Bytes

/// Finds United States social security numbers.
///
/// Three groups of 3, 2 and 4 digits with one separator are a number when they fill their run; in a
/// longer run of groups with the same separator, and as nine bare digits, they need a keyword.
/// Numbers never issued are refused.
enum SSNFinder {
  private static let counts: InlineArray<3, Int> = [3, 2, 4]

  /// Appends the numbers of `text`, as `NumberFinder.find` says.
  static func find(in text: Span<UInt8>, into matches: inout [NumberMatch]) {
    let count = text.count
    var at = 0
    /// The separator before the next group; 0 where the chain of groups broke.
    var key: UInt64 = 0
    while count &- at >= 9 {
      let start = Digits.next(in: text, from: at)
      if start != at { key = 0 }
      let end = Digits.end(in: text, from: start)
      if end &- start == 9 {
        appendGroup(start..<end, in: text, to: &matches)
      } else if end &- start == 3 {
        appendGroups(from: start, after: key, in: text, to: &matches)
      }
      if let separator = Separator.read(in: text, at: end) {
        (at, key) = (separator.end, separator.key)
      } else {
        (at, key) = (end &+ 1, 0)
      }
    }
  }

  /// Appends the digits at `group`, which no digit touches, if they may be a number.
  static func appendGroup(
    _ group: Range<Int>, in text: Span<UInt8>, to matches: inout [NumberMatch]
  ) {
    guard group.count == 9 else { return }
    var number: UInt64 = 0
    for index in group { number = number * 10 + UInt64(text[index] - ASCII.zero) }
    if SSN.isIssuable(number) { matches.append(NumberMatch(range: group, needsKeyword: true)) }
  }

  /// Appends the three groups that begin at `start`, where three digits stand, if they are a
  /// number. `keyBefore` is the separator before them, or 0.
  private static func appendGroups(
    from start: Int, after keyBefore: UInt64, in text: Span<UInt8>, to matches: inout [NumberMatch]
  ) {
    var number: UInt64 = 0
    var key: UInt64 = 0
    var at = start
    for group in 0..<3 {
      if group > 0 {
        guard let separator = Separator.read(in: text, at: at) else { return }
        if group == 1 { key = separator.key }
        guard separator.key == key else { return }
        at = separator.end
      }
      let end = at + counts[group]
      guard end <= text.count else { return }
      while at < end {
        guard ASCII.isDigit(text[at]) else { return }
        number = number * 10 + UInt64(text[at] - ASCII.zero)
        at += 1
      }
      // A fifth digit of the last group is a digit too many; those of the others end the number
      // because no separator follows.
    }
    guard at == text.count || !ASCII.isDigit(text[at]), SSN.isIssuable(number) else { return }
    matches.append(
      NumberMatch(
        range: start..<at,
        needsKeyword: keyBefore == key || continues(with: key, in: text, at: at)))
  }

  /// Whether another group of digits follows with the separator `key`.
  private static func continues(with key: UInt64, in text: Span<UInt8>, at end: Int) -> Bool {
    guard let separator = Separator.read(in: text, at: end), separator.end < text.count else {
      return false
    }
    return separator.key == key && ASCII.isDigit(text[separator.end])
  }
}
