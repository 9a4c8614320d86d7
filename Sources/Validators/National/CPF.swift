/// Brazilian numbers of natural persons.
///
/// Source: Receita Federal, Instrução Normativa RFB 1548/2015 and its annexes: nine digits and two
/// check digits modulo 11, with the weights 10 to 2 and 11 to 2. Eleven equal digits pass the check
/// and are not given out.
enum CPF {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11), !digits.areEqual else { return false }
    let first = (11 - digits.sum([10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
    let second = (11 - digits.sum([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
    return digits.digit(9) == first && digits.digit(10) == second
  }
}
