/// Japanese individual numbers ("My Number").
///
/// Source: Ministry of Internal Affairs and Communications, ordinance 85 of 2014, article 5: twelve
/// digits, the last a check digit modulo 11 with the weights 6 to 2, 7 to 2.
enum MyNumber {
  /// Whether `text` holds such a number, not all 0, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 12), digits.number(0..<12) > 0 else {
      return false
    }
    let sum = digits.sum([6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
    return (11 - sum % 11) % 11 % 10 == digits.digit(11)
  }
}
