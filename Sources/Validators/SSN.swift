/// United States social security numbers.
///
/// Source: Social Security Administration, POMS RM 10201.030 and "Social Security Number
/// Randomization" (2011): area 000, 666 and 900 to 999, group 00 and serial 0000 are never issued.
/// There is no check digit.
enum SSN {
  /// Whether `text` holds nine digits, no letter, and none of the numbers never issued.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let number = Digits.number(in: text, count: 9) else { return false }
    return isIssuable(number)
  }

  /// Whether a number of nine digits may have been issued.
  static func isIssuable(_ number: UInt64) -> Bool {
    let area = number / 1_000_000
    let group = number / 10_000 % 100
    let serial = number % 10_000
    return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
  }
}
