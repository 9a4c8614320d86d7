/// Belgian national register numbers.
///
/// Source: Arrêté royal du 3 avril 1984, article 3: date of birth, serial, and 97 less the remainder
/// modulo 97; for births from 2000 on a 2 stands before the number. Months above 12 are those of the BIS
/// register (20 or 40 added); a day or month of 0 is unknown.
enum NationalNumberBE {
  /// Whether `text` holds eleven digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11) else { return false }
    let (head, check) = (digits.number(0..<9), digits.number(9..<11))
    guard head > 0, digits.number(2..<4) % 20 <= 12,
      digits.number(2..<4) < 60
    else { return false }
    return 97 - head % 97 == check || 97 - (2_000_000_000 + head) % 97 == check
  }
}
