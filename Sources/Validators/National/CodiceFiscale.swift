import Bytes

/// Italian tax codes of persons.
///
/// Source: Decreto Ministeriale 23 dicembre 1976, n. 813: six letters of the name, year, month letter,
/// day (40 added for women), place, and a check letter: characters on odd places have values of
/// their own, those on even places their order; modulo 26. Digits may be written as letters
/// (omocodia).
enum CodiceFiscale {
  /// Whether `text` holds sixteen characters of that form.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 16...16), code.areLetters(0..<6),
      code.areLetters(11..<12), code.areLetters(15..<16), let month = month(code[8]),
      let year = number(code, 6, 7), let day = number(code, 9, 10),
      number(code, 12, 13) != nil, number(code, 14, 14) != nil,
      Calendar.has(day: day > 40 ? day - 40 : day, month: month, shortYear: year)
    else { return false }
    var sum = 0
    for index in 0..<15 {
      let order = code.areDigits(index..<(index + 1)) ? code.digit(index) : code.value(index) - 10
      sum += index % 2 == 0 ? oddValues[order] : order
    }
    return Int(code[15]) - 0x41 == sum % 26
  }

  private static let oddValues: InlineArray<26, Int> = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
  ]

  private static func month(_ byte: UInt8) -> Int? {
    let letters = Letters("ABCDEHLMPRST")
    return letters.place(of: byte).map { $0 + 1 }
  }

  /// The number written at the places `first` to `last`, in digits or in the letters for them.
  private static func number(_ code: Characters, _ first: Int, _ last: Int) -> Int? {
    let letters = Letters("LMNPQRSTUV")
    var number = 0
    for index in first...last {
      if ASCII.isDigit(code[index]) {
        number = number * 10 + code.digit(index)
      } else if let digit = letters.place(of: code[index]) {
        number = number * 10 + digit
      } else {
        return nil
      }
    }
    return number
  }
}
