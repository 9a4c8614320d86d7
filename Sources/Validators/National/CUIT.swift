/// Argentinian tax and labour numbers (CUIT, CUIL).
///
/// Source: AFIP/ARCA, Resolución General 10/97: a type of two digits, eight digits, and a check digit
/// modulo 11 with the weights 5 to 2, 7 to 2; 10 is written 9 and 11 is written 0.
enum CUIT {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11) else { return false }
    switch digits.number(0..<2) {
    case 20, 23, 24, 27, 30, 33, 34, 50, 51, 55: break
    default: return false
    }
    let check = 11 - digits.sum([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return (check == 11 ? 0 : check == 10 ? 9 : check) == digits.digit(10)
  }
}
