/// Indian Aadhaar numbers.
///
/// Source: Unique Identification Authority of India, "A UID Numbering Scheme" (2010): twelve digits,
/// the first 2 to 9, with a Verhoeff check digit; palindromes are not given out.
enum Aadhaar {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 12), digits.digit(0) >= 2 else {
      return false
    }
    var isPalindrome = true
    for index in 0..<6 where digits[index] != digits[11 - index] { isPalindrome = false }
    return !isPalindrome && Verhoeff.accepts(text)
  }
}
