import Bytes

/// A check digit modulo 11 with the weights 2, 3, 4 ... from the digit left of it, without a limit.
///
/// Source: the scheme of ISBN-10 (ISO 2108:1992) and of NHS numbers, whose weights 10 to 2 are
/// these. The check digit is 11 less the remainder of the weighted sum; 11 is written 0, and a
/// number that would need 10 (ISBN's X) is refused.
enum Mod11 {
  /// Whether the digits of `text`, two or more, end in their check digit. A letter is refused.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var weight = 0
    var sum = 0
    var index = text.count
    while index > 0 {
      index -= 1
      let byte = text[index]
      if ASCII.isDigit(byte) {
        // The check digit itself weighs 1: the sum of all is then a multiple of 11. A check digit
        // of 10 has no spelling, so that such a number never passes.
        weight += 1
        sum = (sum + Int(byte - ASCII.zero) * (weight % 11)) % 11
      } else if ASCII.isLetter(byte) {
        return false
      }
    }
    return weight >= 2 && sum == 0
  }
}
