/// United States individual taxpayer identification numbers.
///
/// Source: IRS, Internal Revenue Manual 3.21.263 and Publication 1915: nine digits that begin with
/// 9, whose fourth and fifth digits are 50 to 65, 70 to 88, 90 to 92 or 94 to 99. No check digit.
enum ITIN {
  /// Whether `text` holds nine digits of the issued ranges and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let number = Digits.number(in: text, count: 9), number / 100_000_000 == 9 else {
      return false
    }
    switch number / 10_000 % 100 {
    case 50...65, 70...88, 90...92, 94...99: return true
    default: return false
    }
  }
}
