/// Thai citizen numbers.
///
/// Source: Department of Provincial Administration, Civil Registration Act B.E. 2534: thirteen digits,
/// the first 1 to 8, the last a check digit with the weights 13 to 2 modulo 11.
enum CitizenIDTH {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 13), (1...8).contains(digits.digit(0))
    else { return false }
    let sum = digits.sum([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
    return (11 - sum % 11) % 10 == digits.digit(12)
  }
}
