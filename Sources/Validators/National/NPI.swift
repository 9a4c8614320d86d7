/// National provider identifiers of the United States.
///
/// Source: 45 CFR 162.406 and CMS, "Requirements for National Provider Identifier (NPI) and NPI Check
/// Digit": ten digits, the first 1 or 2, with a Luhn check digit as if 80840 stood before them.
enum NPI {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 10), (1...2).contains(digits.digit(0))
    else { return false }
    var sums = Luhn.Sums()
    for index in 0..<10 { sums.append(digits[index]) }
    // 8, 0, 8, 4, 0 in front of ten digits add 24.
    return (sums.plain + 24) % 10 == 0
  }
}
