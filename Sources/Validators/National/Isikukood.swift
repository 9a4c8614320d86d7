/// Estonian and Lithuanian personal codes.
///
/// Source: EVS 585:2007 "Personal code. Structure"; Lithuania's asmens kodas is built alike: sex and
/// century, date of birth, serial, and a check digit modulo 11 with the weights 1 to 9, 1; if that
/// leaves 10, with 3 to 9, 1 to 3.
enum Isikukood {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11), (1...8).contains(digits.digit(0)),
      Calendar.has(
        day: digits.number(5..<7), month: digits.number(3..<5),
        year: 1800 + (digits.digit(0) - 1) / 2 * 100 + digits.number(1..<3))
    else { return false }
    var check = digits.sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
    if check == 10 { check = digits.sum([3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 }
    return check % 10 == digits.digit(10)
  }
}
