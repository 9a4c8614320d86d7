/// Polish national identification numbers.
///
/// Source: Ustawa o ewidencji ludności (2010), article 15 to 16: date of birth, in which 80, 20, 40 or 60 added
/// to the month tell the century, serial, and a check digit with the weights 1, 3, 7, 9.
enum PESEL {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11) else { return false }
    let month = digits.number(2..<4)
    let centuries: [5 of Int] = [1900, 2000, 2100, 2200, 1800]
    guard
      Calendar.has(
        day: digits.number(4..<6), month: month % 20,
        year: centuries[month / 20] + digits.number(0..<2))
    else { return false }
    return digits.sum([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0
  }
}
