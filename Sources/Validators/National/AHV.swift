/// Swiss social security numbers.
///
/// Source: Bundesgesetz über die AHV, article 50c, and GS1 General Specifications 7.9: thirteen digits from
/// 756 on with the check digit of an EAN-13.
enum AHV {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 13), digits.number(0..<3) == 756 else {
      return false
    }
    return digits.sum([1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
  }
}
