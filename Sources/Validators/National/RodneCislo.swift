/// Czech and Slovak birth numbers.
///
/// Source: zákon 133/2000 Sb., § 13: year, month (50 added for women, 20 where serials ran out), day,
/// and three or, since 1954, four digits; then the whole is a multiple of 11, or its first nine
/// digits leave 10 and it ends in 0.
enum RodneCislo {
  /// Whether `text` holds nine or ten digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(text, count: 9...10), digits.areDigits(0..<digits.count) else {
      return false
    }
    var year = 1900 + digits.number(0..<2)
    if digits.count == 9 {
      if year >= 1980 { year -= 100 }
      guard year <= 1953 else { return false }
    } else if year < 1954 {
      year += 100
    }
    let month = digits.number(2..<4) % 50 % 20
    guard Calendar.has(day: digits.number(4..<6), month: month, year: year) else { return false }
    return digits.count == 9 || digits.number(0..<9) % 11 % 10 == digits.digit(9)
  }
}
