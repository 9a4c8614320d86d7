import Bytes

/// Medicare beneficiary identifiers of the United States.
///
/// Source: Centers for Medicare & Medicaid Services, "Understanding the Medicare Beneficiary Identifier (MBI)
/// Format": eleven characters C A AN N A AN N A A N N without S, L, O, I, B and Z; the first is 1 to
/// 9. There is no check digit.
enum MBI {
  /// Whether `text` holds eleven characters of that form.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 11...11), code[0] != 0x30 else { return false }
    // N: digit, A: letter, X: either.
    let form = Letters("NAXNAXNAANN")
    for index in 0..<11 {
      let kind = form[index]
      if ASCII.isDigit(code[index]) {
        guard kind != 0x41 else { return false }
      } else {
        guard kind != 0x4E, isUsed(code[index]) else { return false }
      }
    }
    return true
  }

  private static func isUsed(_ letter: UInt8) -> Bool {
    switch Character(UnicodeScalar(letter)) {
    case "S", "L", "O", "I", "B", "Z": false
    default: true
    }
  }
}
