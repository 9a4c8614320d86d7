/// Icelandic identification numbers.
///
/// Source: Þjóðskrá, lög 140/2019 um skráningu einstaklinga: date (40 added to the day for companies), two
/// digits, a check digit with the weights 3, 2, 7, 6, 5, 4, 3, 2 modulo 11, and a digit for the
/// century.
enum Kennitala {
  /// Whether `text` holds ten digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10), digits[9] == 0x39 || digits[9] == 0x30
    else { return false }
    let day = digits.number(0..<2)
    guard
      Calendar.has(
        day: day >= 40 ? day - 40 : day, month: digits.number(2..<4),
        year: (digits[9] == 0x39 ? 1900 : 2000) + digits.number(4..<6))
    else { return false }
    return digits.sum([3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0
  }
}
