import Bytes

/// The check digit of payment card numbers: ISO/IEC 7812-1, annex B ("Luhn formula").
///
/// From the right, every second digit is doubled and 9 taken off where that gives more than 9;
/// the sum of all is a multiple of ten. One digit in ten passes by chance.
enum Luhn {
  /// Whether the digits of `text`, two or more, end in their check digit. A letter is refused.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var sums = Sums()
    var count = 0
    for index in text.indices {
      let byte = text[index]
      if ASCII.isDigit(byte) {
        sums.append(byte)
        count &+= 1
      } else if ASCII.isLetter(byte) {
        return false
      }
    }
    return count >= 2 && sums.isMultipleOfTen
  }

  /// The sums of digits read from the left, when it is not known yet which will be the last.
  struct Sums {
    /// The sum if the last digit so far is the last of all.
    var plain = 0
    /// The sum if one more digit follows, so that the last so far is doubled.
    var doubled = 0

    /// Whether the digits so far pass.
    @inline(__always)
    var isMultipleOfTen: Bool { plain % 10 == 0 }

    /// Adds an ASCII digit on the right: every digit before it changes its place.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
      let digit = Int(byte &- ASCII.zero)
      let twice = digit > 4 ? digit &* 2 &- 9 : digit &* 2
      (plain, doubled) = (doubled &+ digit, plain &+ twice)
    }
  }
}
