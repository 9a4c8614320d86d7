/// Chinese resident identity numbers.
///
/// Source: GB 11643-1999: six digits for a region (11 to 82), date of birth, three digits, and a check
/// character of ISO/IEC 7064 MOD 11-2, which may be X.
enum ResidentIDCN {
  /// Whether `text` holds 18 characters of that form.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 18...18), code.areDigits(0..<17),
      (11...82).contains(code.number(0..<2)),
      (1800...2199).contains(code.number(6..<10)),
      Calendar.has(
        day: code.number(12..<14), month: code.number(10..<12), year: code.number(6..<10))
    else { return false }
    return ISO7064.Mod11x2.accepts(code)
  }
}
