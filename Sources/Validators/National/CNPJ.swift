/// Brazilian numbers of legal persons.
///
/// Source: Receita Federal, Instrução Normativa RFB 2119/2022 and Nota Técnica 49/2024 (letters from
/// 2026 on): twelve digits or letters, which count as their ASCII code less 48, and two check digits
/// modulo 11 with the weights 2 to 9 from the right.
enum CNPJ {
  /// Whether `text` holds such a number.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let characters = Characters(text, count: 14...14), characters.areDigits(12..<14),
      !characters.areEqual
    else { return false }
    var isZero = true
    for index in 0..<12 where characters[index] != 0x30 { isZero = false }
    return !isZero && check(characters, count: 12) == characters.digit(12)
      && check(characters, count: 13) == characters.digit(13)
  }

  private static func check(_ characters: Characters, count: Int) -> Int {
    var sum = 0
    for index in 0..<count {
      sum += (Int(characters[index]) - 48) * (2 + (count - 1 - index) % 8)
    }
    return (11 - sum % 11) % 11 % 10
  }
}
