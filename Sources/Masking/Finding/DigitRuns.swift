internal import Bytes
internal import Patterns

/// Runs of digits and of what may separate groups of them: `TriggerPlan.digitRunSet` and every
/// byte outside ASCII.
enum DigitRuns {
  /// How many digits the run with the most of them holds.
  static func longest(in text: ByteView) -> Int {
    var longest = 0
    var digits = 0
    for index in 0..<text.count {
      let kind = kinds[Int(text[index])]
      digits = kind == 0 ? 0 : digits &+ Int(kind &- 1)
      longest = max(longest, digits)
    }
    return longest
  }

  /// Where the run begins that the byte at `place` belongs to.
  static func start(of place: Int, in text: ByteView) -> Int {
    var start = place
    while start > 0, kinds[Int(text[start &- 1])] != 0 { start &-= 1 }
    return start
  }

  /// 2 for a digit, 1 for a separator, 0 for what ends a run.
  private static let kinds: InlineArray<256, UInt8> = InlineArray { byte in
    let byte = UInt8(byte)
    return ASCII.isDigit(byte) ? 2 : byte >= 0x80 || TriggerPlan.digitRunSet.contains(byte) ? 1 : 0
  }
}
