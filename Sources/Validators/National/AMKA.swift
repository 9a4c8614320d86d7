/// Greek social security numbers.
///
/// Source: Νόμος 3655/2008, article 153: date of birth, serial, and a Luhn check digit.
enum AMKA {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11),
      Calendar.has(
        day: digits.number(0..<2), month: digits.number(2..<4), shortYear: digits.number(4..<6))
    else { return false }
    return Luhn.accepts(text)
  }
}
