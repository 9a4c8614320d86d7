/// Swedish personal identity numbers, and coordination numbers.
///
/// Source: Skatteverket, SKV 704 and SKV 707: date of birth with two or four digits of the year (60
/// added to the day of a coordination number), three digits, and a Luhn check digit over the last
/// ten.
enum Personnummer {
  /// Whether `text` holds ten or twelve digits of that form and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(text, count: 10...12), digits.count != 11,
      digits.areDigits(0..<digits.count)
    else { return false }
    let start = digits.count - 10
    var day = digits.number((start + 4)..<(start + 6))
    if day > 60 { day -= 60 }
    let month = digits.number((start + 2)..<(start + 4))
    let year = digits.number(0..<(start + 2))
    if start == 0 {
      guard Calendar.has(day: day, month: month, shortYear: year) else { return false }
    } else {
      guard (1800...2099).contains(year), Calendar.has(day: day, month: month, year: year) else {
        return false
      }
    }
    var sums = Luhn.Sums()
    for index in start..<digits.count { sums.append(digits[index]) }
    return sums.isMultipleOfTen
  }
}
