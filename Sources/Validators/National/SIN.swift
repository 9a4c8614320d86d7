/// Canadian social insurance numbers.
///
/// Source: Government of Canada, "Social Insurance Number Code of Practice", annex 1: nine digits
/// with a Luhn check digit, of which the first is neither 0 nor 8 (those are not given to persons).
enum SIN {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 9) else { return false }
    return digits[0] != 0x30 && digits[0] != 0x38 && Luhn.accepts(text)
  }
}
