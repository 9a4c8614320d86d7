/// National Health Service numbers of England, Wales and the Isle of Man.
///
/// Source: NHS Data Model and Dictionary, "NHS NUMBER": the first nine digits weighted 10 to 2,
/// the remainder of the sum modulo 11 taken from 11 is the tenth digit; 11 is written 0, and a
/// number whose check digit would be 10 is not issued.
enum NHS {
  /// Whether `text` holds ten digits, not all 0, that end in their check digit, and no letter.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let number = Digits.number(in: text, count: 10), number != 0 else { return false }
    return Mod11.accepts(text)
  }
}
