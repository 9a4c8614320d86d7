/// Irish personal public service numbers.
///
/// Source: Social Welfare Consolidation Act 2005, section 262, and Revenue, "Tax reference number
/// check character": seven digits weighted 8 to 2, a check letter modulo 23, and since 2013 a letter
/// that weighs 9.
enum PPS {
  /// Whether `text` holds such a number.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard let code = Characters(text, count: 8...9), code.areDigits(0..<7),
      code.areLetters(7..<code.count)
    else { return false }
    var sum = code.sum([8, 7, 6, 5, 4, 3, 2])
    if code.count == 9 {
      switch code[8] {
      case 0x41, 0x42, 0x48: sum += (Int(code[8]) - 0x40) * 9
      // Older suffixes, which do not count: T, W, X.
      case 0x54, 0x57, 0x58: break
      default: return false
      }
    }
    let check = sum % 23
    return code[7] == (check == 0 ? 0x57 : UInt8(0x40 + check))
  }
}
