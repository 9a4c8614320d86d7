/// Australian Medicare card numbers.
///
/// Source: Services Australia, as published in the Data Validation Guide of the National Health Data
/// Dictionary (METeOR 270101): the first digit is 2 to 6, the first eight weighted 1, 3, 7, 9, 1, 3,
/// 7, 9 leave the ninth modulo 10, the tenth is the issue number, and an eleventh the person's.
enum MedicareAU {
  /// Whether `text` holds ten or eleven digits that fit, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(text, count: 10...11), digits.areDigits(0..<digits.count),
      (2...6).contains(digits.digit(0)), digits.digit(9) > 0
    else { return false }
    return digits.sum([1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits.digit(8)
  }
}
