/// Korean resident registration numbers.
///
/// Source: Ministry of the Interior and Safety, Enforcement Rules of the Resident Registration Act,
/// article 2: date of birth, a digit for sex and century, place, serial, and a check digit modulo 11
/// with the weights 2 to 9 and 2 to 5.
enum RRN {
  /// Whether `text` holds thirteen digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 13) else { return false }
    let century =
      switch digits.digit(6) {
      case 1, 2, 5, 6: 1900
      case 3, 4, 7, 8: 2000
      default: 1800
      }
    guard
      Calendar.has(
        day: digits.number(4..<6), month: digits.number(2..<4),
        year: century + digits.number(0..<2)),
      digits.number(7..<9) <= 96
    else { return false }
    let sum = digits.sum([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
    return (11 - sum % 11) % 10 == digits.digit(12)
  }
}
