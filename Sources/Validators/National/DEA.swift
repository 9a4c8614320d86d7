/// Registration numbers of the United States Drug Enforcement Administration.
///
/// Source: DEA Diversion Control Division, "Practitioner's Manual", validity of a registration number: two
/// letters (the second may be 9), six digits and a check digit: the first, third and fifth, and
/// twice the second, fourth and sixth, add up to it modulo 10.
enum DEA {
  /// Whether `text` holds such a number.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 9...9), code.areLetters(0..<1),
      code.areLetters(1..<2) || code[1] == 0x39, code.areDigits(2..<9)
    else { return false }
    return code.sum([1, 2, 1, 2, 1, 2], from: 2) % 10 == code.digit(8)
  }
}
