/// German tax identification numbers.
///
/// Source: Bundeszentralamt für Steuern, § 139b AO and "Prüfziffernberechnung": eleven digits, the
/// first not 0, of the first ten exactly one twice or three times, and a check digit of ISO/IEC 7064
/// MOD 11,10.
enum SteuerID {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11), digits.digit(0) > 0 else {
      return false
    }
    var counts = InlineArray<10, Int>(repeating: 0)
    for index in 0..<10 { counts[digits.digit(index)] += 1 }
    var repeated = 0
    for index in counts.indices where counts[index] > 1 {
      guard counts[index] <= 3 else { return false }
      repeated += 1
    }
    return repeated == 1 && ISO7064.accepts(text)
  }
}
