/// Turkish identification numbers.
///
/// Source: Nüfus ve Vatandaşlık İşleri, law 5490: eleven digits, the first not 0; the tenth follows from the digits
/// on odd places times 7 less those on even places, the eleventh from the sum of all before it.
enum TCKN {
  /// Whether `text` holds such a number and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let digits = Characters(digits: text, count: 11), digits.digit(0) > 0 else {
      return false
    }
    let tenth = digits.sum([7, 9, 7, 9, 7, 9, 7, 9, 7]) % 10
    let eleventh = digits.sum([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10
    return tenth == digits.digit(9) && eleventh == digits.digit(10)
  }
}
