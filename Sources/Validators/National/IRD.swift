/// New Zealand tax numbers.
///
/// Source: Inland Revenue, "Resident withholding tax and non-resident withholding tax file
/// specification", IRD number validation: eight or nine digits between 10,000,000 and 150,000,000;
/// two sets of weights modulo 11, the second when the first gives 10.
enum IRD {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(text, count: 8...9), digits.areDigits(0..<digits.count) else {
      return false
    }
    let number = digits.number(0..<digits.count)
    guard number > 10_000_000, number < 150_000_000 else { return false }
    let skipped = digits.count == 8 ? 1 : 0
    var check = self.check(digits, skipped, [3, 2, 7, 6, 5, 4, 3, 2])
    if check == 10 { check = self.check(digits, skipped, [7, 4, 3, 2, 5, 2, 7, 6]) }
    return check == digits.digit(digits.count - 1)
  }

  /// The check digit; a number of eight digits is read as if a 0 stood before it.
  private static func check(
    _ digits: Characters, _ skipped: Int, _ weights: [8 of Int]
  ) -> Int {
    var sum = 0
    for index in skipped..<8 { sum += weights[index] * digits.digit(index - skipped) }
    return (11 - sum % 11) % 11
  }
}
