/// Mexican population registry codes.
///
/// Source: Secretaría de Gobernación, "Instructivo normativo para la asignación de la CURP" (2018):
/// four letters, date of birth, sex, state, three consonants, a homonym sign that tells the century,
/// and a check digit with the weights 18 to 2 over an alphabet in which Ñ follows N.
enum CURP {
  /// Whether `text` holds 18 characters of that form with the check digit.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 18...18), code.areLetters(0..<4),
      code.areDigits(4..<10), code.areLetters(10..<16), code.areDigits(17..<18)
    else { return false }
    // H, M, and X since 2021.
    guard code[10] == 0x48 || code[10] == 0x4D || code[10] == 0x58 else { return false }
    let century = code.areDigits(16..<17) ? 1900 : 2000
    guard
      Calendar.has(
        day: code.number(8..<10), month: code.number(6..<8), year: century + code.number(4..<6)),
      isState(code[11], code[12])
    else { return false }
    var sum = 0
    for index in 0..<17 {
      let value = code.value(index)
      // Ñ takes a place after N.
      sum += (value > 23 ? value + 1 : value) * (18 - index)
    }
    return (10 - sum % 10) % 10 == code.digit(17)
  }

  private static func isState(_ first: UInt8, _ second: UInt8) -> Bool {
    switch (Character(UnicodeScalar(first)), Character(UnicodeScalar(second))) {
    case ("A", "S"), ("B", "C"), ("B", "S"), ("C", "C"), ("C", "H"), ("C", "L"), ("C", "M"),
      ("C", "S"), ("D", "F"), ("D", "G"), ("G", "R"), ("G", "T"), ("H", "G"), ("J", "C"),
      ("M", "C"), ("M", "N"), ("M", "S"), ("N", "E"), ("N", "L"), ("N", "T"), ("O", "C"),
      ("P", "L"), ("Q", "R"), ("Q", "T"), ("S", "L"), ("S", "P"), ("S", "R"), ("T", "C"),
      ("T", "L"), ("T", "S"), ("V", "Z"), ("Y", "N"), ("Z", "S"):
      true
    default: false
    }
  }
}
