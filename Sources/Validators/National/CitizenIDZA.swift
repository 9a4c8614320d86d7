/// South African identity numbers.
///
/// Source: Department of Home Affairs, Identification Act 68 of 1997 and its regulations: date of
/// birth, four digits for sex and serial, 0 for a citizen or 1 for a resident, one digit that was a
/// race once, and a Luhn check digit.
enum CitizenIDZA {
  /// Whether `text` holds thirteen digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 13), digits.digit(10) <= 1,
      Calendar.has(
        day: digits.number(4..<6), month: digits.number(2..<4), shortYear: digits.number(0..<2))
    else { return false }
    return Luhn.accepts(text)
  }
}
