import Bytes

/// The check digit over the dihedral group D5.
///
/// Source: J. Verhoeff, "Error Detecting Decimal Codes", Mathematical Centre Tract 29, Amsterdam
/// 1969. Aadhaar numbers (UIDAI: twelve digits, the first 2 to 9) end in it; a rule's pattern says
/// how many digits there are.
enum Verhoeff {
  /// Whether the digits of `text`, two or more, end in their check digit. A letter is refused.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    var count = 0
    var check = 0
    var index = text.count
    while index > 0 {
      index -= 1
      let byte = text[index]
      if ASCII.isDigit(byte) {
        check = product(check, permuted(Int(byte - ASCII.zero), times: count))
        count += 1
      } else if ASCII.isLetter(byte) {
        return false
      }
    }
    return count >= 2 && check == 0
  }

  /// The product in D5: 0 to 4 are the rotations of a pentagon, 5 to 9 its reflections.
  private static func product(_ left: Int, _ right: Int) -> Int {
    switch (left < 5, right < 5) {
    case (true, true): (left + right) % 5
    case (true, false): 5 + (left + right - 5) % 5
    case (false, true): 5 + (left - right) % 5
    case (false, false): (left - right + 5) % 5
    }
  }

  /// `digit` after the permutation (1 5 8 9 4 2 7 0)(3 6), done `count` times: it has order 8.
  private static func permuted(_ digit: Int, times count: Int) -> Int {
    var digit = digit
    for _ in 0..<(count % 8) {
      digit = Int(permutation[digit])
    }
    return digit
  }

  private static let permutation: InlineArray<10, UInt8> = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
}
