/// French social security numbers.
///
/// Source: INSEE, décret 82-103 and "Numéro de sécurité sociale: clé de contrôle": sex, year, month,
/// department (2A and 2B for Corsica, which count as 19 and 18), commune, serial, and 97 less the
/// remainder modulo 97.
enum NIR {
  /// Whether `text` holds fifteen characters of that form with their key.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 15...15), code.areDigits(0..<6),
      code.areDigits(7..<15), code.digit(0) > 0
    else { return false }
    var number = code.number(0..<5) * 100
    switch code[6] {
    case 0x41 where code[5] == 0x32: number += 19
    case 0x42 where code[5] == 0x32: number += 18
    case 0x30...0x39: number += code.number(5..<7)
    default: return false
    }
    number = number * 1_000_000 + code.number(7..<13)
    return 97 - number % 97 == code.number(13..<15)
  }
}
