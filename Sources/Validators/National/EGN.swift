/// Bulgarian uniform civil numbers.
///
/// Source: Закон за гражданската регистрация, article 11: date of birth (20 or 40 added to the month
/// for 1800 and 2000), serial, and a check digit with the weights 2, 4, 8, 5, 10, 9, 7, 3, 6 modulo
/// 11.
enum EGN {
  /// Whether `text` holds ten digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10) else { return false }
    var year = 1900 + digits.number(0..<2)
    var month = digits.number(2..<4)
    if month > 40 {
      year += 100
      month -= 40
    } else if month > 20 {
      year -= 100
      month -= 20
    }
    guard Calendar.has(day: digits.number(4..<6), month: month, year: year) else { return false }
    return digits.sum([2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits.digit(9)
  }
}
