/// Australian business numbers.
///
/// Source: Australian Business Register, "Format of the ABN": eleven digits; one is taken from the
/// first, and the sum with the weights 10, 1, 3, 5 ... 19 is a multiple of 89.
enum ABN {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11), digits.digit(0) > 0 else {
      return false
    }
    return (digits.sum([10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 == 0
  }
}
