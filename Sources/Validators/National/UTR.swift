/// Unique taxpayer references of the United Kingdom.
///
/// Source: HM Revenue & Customs, "Check digit calculation for UTR" in its developer guidance: ten
/// digits, the first a check digit over the rest with the weights 6, 7, 8, 9, 10, 5, 4, 3, 2.
enum UTR {
  /// Whether `text` holds such a number, not all 0, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10), digits.number(0..<10) > 0 else {
      return false
    }
    let checks: [11 of Int] = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    return checks[digits.sum([6, 7, 8, 9, 10, 5, 4, 3, 2], from: 1) % 11] == digits.digit(0)
  }
}
