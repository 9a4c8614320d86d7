/// Singapore identity card numbers (NRIC) and foreign identification numbers (FIN).
///
/// Source: Immigration and Checkpoints Authority's format as worked through by Ngiam Shih Tung, "NRIC
/// checkdigit" (1993), and the M series of 2022: a letter for the series, seven digits with the
/// weights 2, 7, 6, 5, 4, 3, 2, four added for T and G and three for M, and a letter modulo 11.
enum NRIC {
  /// Whether `text` holds such a number.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 9...9), code.areDigits(1..<8) else { return false }
    let sum = code.sum([2, 7, 6, 5, 4, 3, 2], from: 1)
    switch code[0] {
    case 0x53: return letter("JZIHGFEDCBA", sum) == code[8]
    case 0x54: return letter("JZIHGFEDCBA", sum + 4) == code[8]
    case 0x46: return letter("XWUTRQPNMLK", sum) == code[8]
    case 0x47: return letter("XWUTRQPNMLK", sum + 4) == code[8]
    case 0x4D: return letter("KLJNPQRTUWX", 10 - (sum + 3) % 11) == code[8]
    default: return false
    }
  }

  private static func letter(_ letters: StaticString, _ place: Int) -> UInt8 {
    Letters(letters)[place % 11]
  }
}
