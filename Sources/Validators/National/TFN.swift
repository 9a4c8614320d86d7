/// Australian tax file numbers.
///
/// Source: Australian Taxation Office, "Tax file number data standard": eight or nine digits whose
/// sum with the weights 1, 4, 3, 7, 5, 8, 6, 9, 10 is a multiple of 11.
enum TFN {
  /// Whether `text` holds such a number, not all 0, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(text, count: 8...9), digits.areDigits(0..<digits.count),
      digits.number(0..<digits.count) > 0
    else { return false }
    let sum = digits.sum([1, 4, 3, 7, 5, 8, 6, 9])
    return (sum + (digits.count == 9 ? digits.digit(8) * 10 : 0)) % 11 == 0
  }
}
