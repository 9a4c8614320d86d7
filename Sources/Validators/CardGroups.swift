import Bytes

/// Finds card numbers whose digits are parted over the elements of an array: `[4,1,1,1,...]`,
/// `["4111","1111","1111","1111"]`.
///
/// Arrays of numbers are often measurements, so their elements count as the groups of one number only
/// where the array is nothing else, and they are single digits or the brand's usual groups; elements
/// that are strings of digits only count however they part the number, and the usual groups also in a
/// longer array. In all other cases a keyword is needed.
public enum CardGroups {
  /// An array of more numbers than this is not looked at: every element has a digit at least.
  public static let elementCountMax = CardFinder.digitCountMax

  /// Appends the card numbers of two or more groups of `digits`.
  ///
  /// - Parameters:
  ///   - digits: the digits of all groups.
  ///   - ends: where in `digits` each group ends; they rise, and the last is the end.
  ///   - areStrings: whether every element is a string.
  public static func find(
    in digits: Span<UInt8>, ends: [Int], areStrings: Bool, into matches: inout [NumberMatch]
  ) {
    guard ends.count > 1, digits.count >= CardFinder.digitCountMin else { return }
    let all = 0..<ends.count
    if let verdict = verdict(of: all, in: digits, ends) {
      let isSure =
        switch verdict {
        case .usualGrouping: true
        case .otherGrouping: areStrings || ends.count == digits.count
        case .unknown: false
        }
      matches.append(NumberMatch(range: 0..<digits.count, needsKeyword: !isSure))
      return
    }
    // The usual groups: three to five.
    for first in all.dropLast(2) {
      for last in (first + 2)..<min(first + 5, ends.count) {
        guard case .usualGrouping? = verdict(of: first..<(last + 1), in: digits, ends) else {
          continue
        }
        let start = first == 0 ? 0 : ends[first - 1]
        matches.append(NumberMatch(range: start..<ends[last], needsKeyword: !areStrings))
      }
    }
  }

  /// What brands say of some groups; nil if they are no card number.
  private static func verdict(
    of groups: Range<Int>, in digits: Span<UInt8>, _ ends: [Int]
  ) -> CardRange.Verdict? {
    var start = groups.lowerBound == 0 ? 0 : ends[groups.lowerBound - 1]
    let range = start..<ends[groups.upperBound - 1]
    guard (CardFinder.digitCountMin...CardFinder.digitCountMax).contains(range.count) else {
      return nil
    }
    var sums = Luhn.Sums()
    for index in range { sums.append(digits[index]) }
    guard sums.isMultipleOfTen else { return nil }
    var shape: UInt64 = 0
    for group in groups {
      let count = ends[group] - start
      start = ends[group]
      if groups.count > 6 || count > 15 { shape = 0 } else { shape = shape << 4 | UInt64(count) }
    }
    return CardRange.verdict(
      prefix: CardFinder.prefix(in: digits, at: range), count: range.count, shape: shape)
  }
}
