import Bytes

/// Vehicle identification numbers.
///
/// Source: ISO 3779:2009 and 49 CFR 565.15(c): 17 characters without I, O and Q; in North America the
/// ninth is a check character modulo 11 over transliterated values, which most makers use elsewhere
/// too, so that it is asked for.
enum VIN {
  /// Whether `text` holds such a number with its check character.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 17...17), !code.areDigits(0..<17) else {
      return false
    }
    let weights: [17 of Int] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    var sum = 0
    for index in 0..<17 {
      guard let value = value(code[index]) else { return false }
      sum += value * weights[index]
    }
    let check = sum % 11
    return check == 10 ? code[8] == 0x58 : code[8] == UInt8(0x30 + check)
  }

  private static func value(_ byte: UInt8) -> Int? {
    switch Character(UnicodeScalar(byte)) {
    case "A", "J", "1": 1
    case "B", "K", "S", "2": 2
    case "C", "L", "T", "3": 3
    case "D", "M", "U", "4": 4
    case "E", "N", "V", "5": 5
    case "F", "W", "6": 6
    case "G", "P", "X", "7": 7
    case "H", "Y", "8": 8
    case "R", "Z", "9": 9
    case "0": 0
    default: nil
    }
  }
}
