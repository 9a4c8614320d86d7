/// Spanish tax numbers: DNI of citizens, NIE of foreigners, K, L and M numbers, CIF of companies.
///
/// Source: Real Decreto 1065/2007, articles 18 to 23, and Orden EHA/451/2008: seven or eight digits
/// modulo 23 give a letter (X, Y and Z in front stand for 0, 1 and 2); companies have a Luhn digit or
/// the letter for it.
enum NIF {
  /// Whether `text` holds nine characters of one of these forms.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 9...9), code.areDigits(1..<8) else { return false }
    switch code[0] {
    case 0x30...0x39: return letter(code.number(0..<8)) == code[8]
    case 0x58...0x5A:
      return letter((Int(code[0]) - 0x58) * 10_000_000 + code.number(1..<8)) == code[8]
    case 0x4B, 0x4C, 0x4D: return letter(code.number(1..<8)) == code[8]
    default: return acceptsCompany(code)
    }
  }

  private static func acceptsCompany(_ code: Characters) -> Bool {
    switch code[0] {
    case 0x41...0x48, 0x4A, 0x4E, 0x50...0x53, 0x55...0x57: break
    default: return false
    }
    var sums = Luhn.Sums()
    for index in 1..<8 { sums.append(code[index]) }
    let check = (10 - sums.doubled % 10) % 10
    if code.areDigits(8..<9) { return code.digit(8) == check }
    // J for 0, then A to I.
    return code[8] == (check == 0 ? 0x4A : UInt8(0x40 + check))
  }

  private static func letter(_ number: Int) -> UInt8 {
    let letters = Letters("TRWAGMYFPDXBNJZSQVHLCKE")
    return letters[number % 23]
  }
}
