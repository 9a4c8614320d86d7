/// United States bank routing numbers.
///
/// Source: American Bankers Association, "ABA Routing Number Policy"; the digits weighted
/// 3, 7, 1, 3, 7, 1, 3, 7, 1 add up to a multiple of ten, and the first two are a Federal Reserve
/// prefix: 00 (government), 01 to 12, 21 to 32 (thrifts), 61 to 72 (electronic), 80 (cheques).
enum ABA {
  /// Whether `text` holds nine digits, not all 0, with the check digit and a prefix in use.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let number = Digits.number(in: text, count: 9), number != 0 else { return false }
    switch number / 10_000_000 {
    case 0...12, 21...32, 61...72, 80: break
    default: return false
    }
    var rest = number
    var sum: UInt64 = 0
    while rest > 0 {
      // From the right: 1, 7, 3.
      sum += rest % 10 + rest / 10 % 10 * 7 + rest / 100 % 10 * 3
      rest /= 1000
    }
    return sum % 10 == 0
  }
}
