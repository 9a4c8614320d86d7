/// Danish personal numbers.
///
/// Source: CPR-kontoret, "Personnummeret i CPR-systemet" (2008): date of birth and four digits, of
/// which the first tells the century. The check digit modulo 11 is not kept to since 2007, so it is
/// not asked for.
enum CPR {
  /// Whether `text` holds ten digits with a date of birth and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10) else { return false }
    let year = digits.number(4..<6)
    let century =
      switch digits.digit(6) {
      case 5...8 where year >= 58: 1800
      case 0...3: 1900
      case 4 where year >= 37, 9 where year >= 37: 1900
      default: 2000
      }
    return Calendar.has(
      day: digits.number(0..<2), month: digits.number(2..<4), year: century + year)
  }
}
