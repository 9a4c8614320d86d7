import Bytes

/// International bank account numbers.
///
/// Source: ISO 13616-1:2020 and the SWIFT IBAN Registry (89 countries); the check digits are
/// MOD 97-10 of ISO/IEC 7064. Countries that use IBANs without being registered are listed too:
/// a number that is left unmasked costs more than one that is masked in vain.
enum IBAN {
  /// The shortest length of any country (Norway).
  static let countMin = 15

  /// The longest length of any country (Russia).
  static let countMax = 33

  /// Whether the letters and digits of `text` are an IBAN.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var head = Head()
    var remainder = Remainder()
    var count = 0
    for index in text.indices {
      let byte = text[index]
      guard ASCII.isAlphanumeric(byte) else { continue }
      if count < 4 { head.append(byte) } else { remainder.append(byte) }
      count += 1
      guard count <= countMax else { return false }
    }
    guard let expected = head.count, count == expected else { return false }
    return head.accepts(remainder)
  }

  /// The first four characters: country and check digits.
  struct Head {
    private var letters = 0
    private var digits = 0
    private var seen = 0

    /// Takes the next of the four characters.
    mutating func append(_ byte: UInt8) {
      if seen < 2, ASCII.isLetter(byte) {
        letters = letters * 26 + Int((byte | 0x20) - 0x61)
      } else if seen >= 2, ASCII.isDigit(byte) {
        digits = digits * 10 + Int(byte - ASCII.zero)
      } else {
        letters = -1
        seen = 4
        return
      }
      seen += 1
    }

    /// How many characters an IBAN of this country has; nil when this is no head of an IBAN.
    ///
    /// Check digits are 98 less a remainder: 00, 01 and 99 are never issued (ISO/IEC 7064).
    var count: Int? {
      guard seen == 4, letters >= 0, digits >= 2, digits <= 98 else { return nil }
      let count = Int(IBAN.counts[letters])
      return count == 0 ? nil : count
    }

    /// Whether the check digits fit the characters after them.
    func accepts(_ rest: Remainder) -> Bool {
      var rest = rest
      rest.appendNumber(letters / 26 + 10)
      rest.appendNumber(letters % 26 + 10)
      rest.appendNumber(digits)
      return rest.value == 1
    }
  }

  /// The remainder modulo 97 of characters read as digits, `A` as 10 to `Z` as 35.
  struct Remainder {
    /// The remainder so far.
    private(set) var value = 0

    /// Takes a letter or digit.
    mutating func append(_ byte: UInt8) {
      if ASCII.isDigit(byte) {
        value = (value * 10 + Int(byte - ASCII.zero)) % 97
      } else {
        appendNumber(Int((byte | 0x20) - 0x61) + 10)
      }
    }

    fileprivate mutating func appendNumber(_ number: Int) {
      value = (value * 100 + number) % 97
    }

  }

  /// The length for each pair of letters (26 times the first plus the second), or 0.
  private static let counts: InlineArray<676, UInt8> = {
    var counts = InlineArray<676, UInt8>(repeating: 0)
    func add(_ count: UInt8, _ codes: String) {
      var pair = 0
      var letters = 0
      for byte in codes.utf8 where byte != ASCII.space {
        pair = pair * 26 + Int(byte - 0x41)
        letters += 1
        if letters % 2 == 0 {
          counts[pair] = count
          pair = 0
        }
      }
    }
    // The registry.
    add(15, "NO")
    add(16, "BE")
    add(18, "DK FI FK FO GL NL SD")
    add(19, "MK SI")
    add(20, "AT BA EE KZ LT LU MN XK")
    add(21, "CH HR LI LV")
    add(22, "BG BH CR DE GB GE IE ME RS VA")
    add(23, "AE GI IL IQ OM SO TL")
    add(24, "AD CZ ES MD PK RO SA SE SK TN VG")
    add(25, "LY PT ST")
    add(26, "IS TR")
    add(27, "BI DJ FR GR IT MC MR SM")
    add(28, "AL AZ BY CY DO GT HN HU LB NI PL SV")
    add(29, "BR EG PS QA UA")
    add(30, "JO KW MU YE")
    add(31, "MT SC")
    add(32, "LC")
    add(33, "RU")
    // In use, not in the registry.
    add(25, "AO CV GW MZ")
    add(26, "DZ IR")
    add(27, "CF CG CM GA GQ KM MG TD")
    add(28, "BF BJ CI MA ML NE SN TG")
    return counts
  }()
}
