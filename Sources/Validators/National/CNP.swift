/// Romanian personal numeric codes.
///
/// Source: Legea 105/1996 and Ordonanța de urgență 97/2005: sex and century, date of birth, county (01
/// to 52, and 70 for those outside), serial, and a check digit with the weights 279146358279 modulo 11.
enum CNP {
  /// Whether `text` holds thirteen digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 13), digits.digit(0) > 0 else {
      return false
    }
    let century =
      switch digits.digit(0) {
      case 3, 4: 1800
      case 5, 6: 2000
      default: 1900
      }
    let county = digits.number(7..<9)
    guard
      Calendar.has(
        day: digits.number(5..<7), month: digits.number(3..<5),
        year: century + digits.number(1..<3)),
      (1...48).contains(county) || (51...52).contains(county) || county == 70
        || (80...83).contains(county)
    else { return false }
    let check = digits.sum([2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return (check == 10 ? 1 : check) == digits.digit(12)
  }
}
