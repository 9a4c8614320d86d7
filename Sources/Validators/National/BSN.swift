/// Dutch citizen service numbers.
///
/// Source: Rijksdienst voor Identiteitsgegevens, "Logisch ontwerp BSN", the "elfproef": nine digits
/// weighted 9 to 2 and -1, a multiple of 11.
enum BSN {
  /// Whether `text` holds nine digits, not all 0, that pass, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 9), digits.number(0..<9) > 0 else {
      return false
    }
    return digits.sum([9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
  }
}
