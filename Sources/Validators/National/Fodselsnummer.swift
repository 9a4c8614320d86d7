/// Norwegian birth numbers and D-numbers.
///
/// Source: Folkeregisterforskriften, § 2-2-3, and Skatteetaten: date of birth (40 added to the day of a
/// D-number, 40 or 80 to the month of test persons), three digits, and two check digits modulo 11 with the
/// weights 3, 7, 6, 1, 8, 9, 4, 5, 2 and 5, 4, 3, 2, 7, 6, 5, 4, 3, 2.
enum Fodselsnummer {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11) else { return false }
    let day = digits.number(0..<2)
    let shortYear = digits.number(4..<6)
    let century =
      switch (digits.number(6..<9), shortYear) {
      case (0..<500, _), (900..., 40...): 1900
      case (500..<750, 54...): 1800
      case (500..., ..<40): 2000
      default: 0
      }
    guard century > 0,
      Calendar.has(
        day: day > 40 ? day - 40 : day, month: digits.number(2..<4) % 40,
        year: century + shortYear)
    else { return false }
    let first = (11 - digits.sum([3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11
    let second = (11 - digits.sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
    return first == digits.digit(9) && second == digits.digit(10)
  }
}
