/// The pure systems MOD 11-2 and MOD 97-10 of ISO/IEC 7064:2003, section 6.
extension ISO7064 {
  /// One check character, 0 to 9 or X, over digits: Chinese resident numbers, ORCID and ISNI.
  enum Mod11x2 {
    /// Whether the digits of `text`, two or more, and a last character that may be X, pass.
    static func accepts(_ text: Span<UInt8>) -> Bool {
      guard let code = Characters(text, count: 2...Characters.countMax) else { return false }
      return accepts(code)
    }

    /// Whether `code` passes.
    static func accepts(_ code: Characters) -> Bool {
      let last = code.count - 1
      guard code.areDigits(0..<last) else { return false }
      var product = 0
      for index in 0..<last { product = (product + code.digit(index)) * 2 % 11 }
      let check = (12 - product) % 11
      return check == 10 ? code[last] == 0x58 : code[last] == UInt8(0x30 + check)
    }
  }

  /// Two check digits over digits and letters, A as 10 to Z as 35: IBANs (turned), LEIs.
  enum Mod97x10 {
    /// Whether the letters and digits of `text`, three or more, leave 1 modulo 97.
    static func accepts(_ text: Span<UInt8>) -> Bool {
      guard let code = Characters(text, count: 3...Characters.countMax),
        code.areDigits((code.count - 2)..<code.count)
      else { return false }
      return remainder(code) == 1
    }

    /// The remainder modulo 97 of `code`.
    static func remainder(_ code: Characters) -> Int {
      var remainder = 0
      for index in 0..<code.count {
        let value = code.value(index)
        remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
      }
      return remainder
    }
  }
}
