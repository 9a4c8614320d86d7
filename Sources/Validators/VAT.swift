import Bytes

/// Value added tax numbers of the European Union, Northern Ireland, Great Britain, Norway and
/// Switzerland.
///
/// Source: European Commission, VIES FAQ 11 (structure of the numbers), and the member states' check
/// digit schemes as published there. Where a country's scheme is not public or is not kept to, its form alone counts.
enum VAT {
  /// Whether `text` begins with a country's two letters and goes on as a number of that country.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 10...14), code.areLetters(0..<2) else { return false }
    return accepts(code, Character(UnicodeScalar(code[0])), Character(UnicodeScalar(code[1])))
  }

  private static func accepts(_ code: Characters, _ first: Character, _ second: Character) -> Bool {
    let count = code.count - 2
    let isDigits = code.areDigits(2..<code.count)
    switch (first, second) {
    case ("A", "T"): return count == 9 && code[2] == 0x55 && code.areDigits(3..<11) && austria(code)
    case ("B", "E"):
      return count == 10 && isDigits && code.digit(2) < 2
        && (code.number(2..<10) + code.number(10..<12)) % 97 == 0
    case ("B", "G"): return (count == 9 || count == 10) && isDigits
    case ("C", "Y"):
      return count == 9 && code.areDigits(2..<10) && code.areLetters(10..<11)
    case ("C", "Z"): return (8...10).contains(count) && isDigits
    case ("D", "E"): return count == 9 && isDigits && code.digit(2) > 0 && mod11x10(code)
    case ("D", "K"):
      return count == 8 && isDigits && code.sum([2, 7, 6, 5, 4, 3, 2, 1], from: 2) % 11 == 0
    case ("E", "E"):
      return count == 9 && isDigits && code.sum([3, 7, 1, 3, 7, 1, 3, 7, 1], from: 2) % 10 == 0
    case ("E", "L"):
      return count == 9 && isDigits
        && code.sum([256, 128, 64, 32, 16, 8, 4, 2], from: 2) % 11 % 10 == code.digit(10)
    case ("E", "S"): return count == 9 && code.areDigits(3..<10)
    case ("F", "I"):
      return count == 8 && isDigits && code.sum([7, 9, 10, 5, 8, 4, 2, 1], from: 2) % 11 == 0
    case ("F", "R"): return count == 11 && code.areDigits(4..<13) && france(code)
    case ("G", "B"), ("X", "I"): return (count == 9 || count == 12) && isDigits
    case ("H", "R"): return count == 11 && isDigits && mod11x10(code)
    case ("H", "U"):
      return count == 8 && isDigits && code.sum([9, 7, 3, 1, 9, 7, 3, 1], from: 2) % 10 == 0
    case ("I", "E"):
      return (count == 8 || count == 9) && code.areDigits(4..<9)
        && code.areLetters(9..<code.count)
    case ("I", "T"): return count == 11 && isDigits && luhn(code, from: 2)
    case ("L", "T"): return (count == 9 || count == 12) && isDigits
    case ("L", "U"):
      return count == 8 && isDigits && code.number(2..<8) % 89 == code.number(8..<10)
    case ("L", "V"): return count == 11 && isDigits
    case ("M", "T"):
      return count == 8 && isDigits && code.sum([3, 4, 6, 7, 8, 9, 10, 1], from: 2) % 37 == 0
    case ("N", "L"):
      return count == 12 && code.areDigits(2..<11) && code[11] == 0x42
        && code.areDigits(12..<14) && netherlands(code)
    case ("N", "O"):
      return count >= 9 && code.areDigits(2..<11)
        && code.sum([3, 2, 7, 6, 5, 4, 3, 2, 1], from: 2) % 11 == 0
    case ("P", "L"):
      return count == 10 && isDigits
        && code.sum([6, 5, 7, 2, 3, 4, 5, 6, 7, -1], from: 2) % 11 == 0
    case ("P", "T"):
      return count == 9 && isDigits
        && (11 - code.sum([9, 8, 7, 6, 5, 4, 3, 2], from: 2) % 11) % 11 % 10 == code.digit(10)
    case ("R", "O"): return (2...10).contains(count) && isDigits
    case ("S", "E"):
      return count == 12 && isDigits && code.number(12..<14) > 0 && luhn(code, from: 2, count: 10)
    case ("S", "I"): return count == 8 && isDigits && code.digit(2) > 0
    case ("S", "K"): return count == 10 && isDigits && code.number(2..<12) % 11 == 0
    default: return false
    }
  }

  private static func austria(_ code: Characters) -> Bool {
    var sums = Luhn.Sums()
    for index in 3..<10 { sums.append(code[index]) }
    // The seven digits are doubled on even places, as if the check digit were not yet there.
    return (10 - (sums.plain + 4) % 10) % 10 == code.digit(10)
  }

  private static func france(_ code: Characters) -> Bool {
    let siren = code.number(4..<13)
    guard siren < 1_000_000 || luhn(code, from: 4) else { return false }
    // Two letters or digits in front follow a scheme of their own, which few numbers use.
    return !code.areDigits(2..<4) || code.number(2..<4) == (siren * 100 + 12) % 97
  }

  private static func netherlands(_ code: Characters) -> Bool {
    if code.number(2..<11) > 0, code.sum([9, 8, 7, 6, 5, 4, 3, 2, -1], from: 2) % 11 == 0 {
      return true
    }
    return ISO7064.Mod97x10.remainder(code) == 1
  }

  private static func luhn(_ code: Characters, from start: Int, count: Int? = nil) -> Bool {
    var sums = Luhn.Sums()
    for index in start..<(count.map { start + $0 } ?? code.count) { sums.append(code[index]) }
    return sums.isMultipleOfTen
  }

  private static func mod11x10(_ code: Characters) -> Bool {
    var product = 10
    var last = 0
    for index in 2..<code.count {
      last = (product + code.digit(index)) % 10
      product = (last == 0 ? 10 : last) * 2 % 11
    }
    return last == 1
  }
}
