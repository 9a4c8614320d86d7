import Bytes

/// Finds payment card numbers.
///
/// The text is walked once for chains: digit groups with separators between them. A chain of fewer
/// than twelve digits, which is nearly every chain of a log, is left at that. A chain of one group
/// is judged here, a longer one by `CardWindows`.
enum CardFinder {
  /// How many digits a card number has (ISO/IEC 7812-1; shorter ones are not in use).
  static let digitCountMin = 12
  static let digitCountMax = 19

  /// Appends the card numbers of `text`, as `NumberFinder.find` says.
  static func find(in text: Span<UInt8>, into matches: inout [NumberMatch]) {
    let count = text.count
    var word = HexadecimalWord()
    var at = 0
    while count &- at >= digitCountMin {
      let start = Digits.next(in: text, from: at)
      guard count &- start >= digitCountMin else { return }
      var groupStart = start
      var groupEnd = Digits.end(in: text, from: start)
      var digits = groupEnd &- groupStart
      while let separator = Separator.read(in: text, at: groupEnd), separator.end < count,
        ASCII.isDigit(text[separator.end])
      {
        groupStart = separator.end
        groupEnd = Digits.end(in: text, from: groupStart)
        digits &+= groupEnd &- groupStart
      }
      if digits >= digitCountMin {
        if groupStart == start {
          appendGroup(start..<groupEnd, in: text, word: &word, to: &matches)
        } else {
          CardWindows.find(start..<groupEnd, in: text, word: &word, into: &matches)
        }
      }
      at = groupEnd &+ 1
    }
  }

  /// Appends the digits at `group`, the whole part of a JSON number, if they are a card number.
  static func appendGroup(
    _ group: Range<Int>, in text: Span<UInt8>, to matches: inout [NumberMatch]
  ) {
    var word = HexadecimalWord()
    appendGroup(group, in: text, word: &word, to: &matches)
  }

  /// Appends the digits at `group`, which no digit touches, if they alone are a card number.
  static func appendGroup(
    _ group: Range<Int>, in text: Span<UInt8>, word: inout HexadecimalWord,
    to matches: inout [NumberMatch]
  ) {
    guard group.count >= digitCountMin else { return }
    if group.count > digitCountMax {
      // Too long for a card, but a card may be part of it: all of it goes, unless it is a stretch
      // of a hash or an identifier in hexadecimal.
      guard !word.contains(group, in: text) else { return }
      matches.append(NumberMatch(range: group, needsKeyword: isFraction(group, in: text)))
      return
    }
    var sums = Luhn.Sums()
    for index in group { sums.append(text[index]) }
    guard sums.isMultipleOfTen else { return }
    let verdict = CardRange.verdict(
      prefix: prefix(in: text, at: group), count: group.count, shape: 0)
    let isSure =
      verdict != .unknown && !isFraction(group, in: text) && !word.isHash(group, in: text)
      && !Identifier.isInUUID(group, of: text) && !Identifier.isInResourceName(group, of: text)
    matches.append(NumberMatch(range: group, needsKeyword: !isSure))
  }

  /// The number that the first six digits of `text` at `range` make; there are six.
  static func prefix(in text: Span<UInt8>, at range: Range<Int>) -> Int {
    var prefix = 0
    var seen = 0
    var at = range.lowerBound
    while seen < 6, at < range.upperBound {
      let byte = text[at]
      if ASCII.isDigit(byte) {
        prefix = prefix * 10 + Int(byte - ASCII.zero)
        seen += 1
      }
      at += 1
    }
    return prefix
  }

  /// Whether the group is the fraction of a decimal number whose whole part is exactly `0`.
  ///
  /// `v1.0.4111`, `x0.4111` and `_0.4111` are not decimal numbers.
  private static func isFraction(_ group: Range<Int>, in text: Span<UInt8>) -> Bool {
    let start = group.lowerBound
    guard start >= 2, text[start - 1] == ASCII.period, text[start - 2] == ASCII.zero else {
      return false
    }
    guard start > 2 else { return true }
    let before = text[start - 3]
    return !ASCII.isAlphanumeric(before) && before != ASCII.period && before != ASCII.underscore
  }
}
