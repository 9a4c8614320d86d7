/// Finnish personal identity codes.
///
/// Source: Digital and Population Data Services Agency, "The personal identity code", with the signs of
/// 2023: date of birth, a sign for the century, three digits from 002 on, and a check character
/// modulo 31.
enum HETU {
  /// Whether `text`, which needs its sign, is such a code.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard text.count == 11, let century = century(text[6]) else { return false }
    // A dash or plus is passed over, a letter is not: it is the seventh character.
    let letters = text[6] > 0x40 ? 1 : 0
    guard let code = Characters(text, count: (10 + letters)...(10 + letters)),
      code.areDigits(0..<6), code.areDigits((6 + letters)..<(9 + letters))
    else { return false }
    let serial = code.number((6 + letters)..<(9 + letters))
    guard serial >= 2,
      Calendar.has(
        day: code.number(0..<2), month: code.number(2..<4), year: century + code.number(4..<6))
    else { return false }
    let signs = Letters("0123456789ABCDEFHJKLMNPRSTUVWXY")
    let place = (code.number(0..<6) * 1000 + serial) % 31
    return code[9 + letters] == signs[place]
  }

  private static func century(_ sign: UInt8) -> Int? {
    switch Character(UnicodeScalar(sign)) {
    case "+": 1800
    case "-", "U", "V", "W", "X", "Y", "u", "v", "w", "x", "y": 1900
    case "A", "B", "C", "D", "E", "F", "a", "b", "c", "d", "e", "f": 2000
    default: nil
    }
  }
}
