import Bytes

/// The hybrid check character system MOD 11,10.
///
/// Source: ISO/IEC 7064:2003, section 9 (hybrid systems). One check digit over digits; German tax
/// identification numbers and Croatian OIBs carry it.
enum ISO7064 {
  /// Whether the digits of `text`, two or more, end in their check digit. A letter is refused.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var count = 0
    // `product` is what the standard calls P; the check passes when P plus the last digit leaves 1.
    var product = 10
    var last = 0
    for index in text.indices {
      let byte = text[index]
      if ASCII.isDigit(byte) {
        let digit = Int(byte - ASCII.zero)
        last = (product + digit) % 10
        product = (last == 0 ? 10 : last) * 2 % 11
        count += 1
      } else if ASCII.isLetter(byte) {
        return false
      }
    }
    return count >= 2 && last == 1
  }
}
