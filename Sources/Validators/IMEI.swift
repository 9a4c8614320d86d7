/// Identities of mobile devices.
///
/// Source: 3GPP TS 23.003, section 6.2.1 and annex B: type allocation code (8 digits), serial
/// number (6) and a Luhn check digit. The 16-digit form with a software version has no check digit
/// and is refused.
enum IMEI {
  /// Whether `text` holds 15 digits, not all 0, that end in their check digit, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let number = Digits.number(in: text, count: 15), number != 0 else { return false }
    return Luhn.accepts(text)
  }
}
