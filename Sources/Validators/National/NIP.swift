/// Polish tax numbers.
///
/// Source: Ustawa o zasadach ewidencji i identyfikacji podatników (1995): ten digits weighted 6, 5, 7,
/// 2, 3, 4, 5, 6, 7 and -1, a multiple of 11.
enum NIP {
  /// Whether `text` holds such a number, not all 0, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10), digits.number(0..<10) > 0 else {
      return false
    }
    return digits.sum([6, 5, 7, 2, 3, 4, 5, 6, 7, -1]) % 11 == 0
  }
}
