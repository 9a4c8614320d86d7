/// Austrian social insurance numbers.
///
/// Source: Dachverband der Sozialversicherungsträger, "Aufbau der Versicherungsnummer": serial of
/// three digits, a check digit on the fourth place with the weights 3, 7, 9, 5, 8, 4, 2, 1, 6 modulo
/// 11, and the date of birth, whose month may lie above 12 where serials ran out, so that it is not
/// asked for.
enum SocialInsuranceAT {
  /// Whether `text` holds ten digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10), digits.digit(0) > 0 else {
      return false
    }
    return digits.sum([3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digits.digit(3)
  }
}
