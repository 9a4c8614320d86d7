/// Portuguese tax numbers.
///
/// Source: Decreto-Lei 14/2013 and Portaria 386/98: nine digits, the first not 0, the last a check
/// digit modulo 11 with the weights 9 to 2.
enum TaxNumberPT {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 9), digits.digit(0) > 0 else {
      return false
    }
    return (11 - digits.sum([9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == digits.digit(8)
  }
}
