internal import Bytes
internal import Patterns

/// Words to look for, in lower case, laid out for `KeywordSearch`.
struct Keywords: Sendable {
  /// The words one behind the other, and where each begins and the last one ends.
  private let bytes: [UInt8]
  private let bounds: [Int32]
  /// Their first bytes in either case.
  private let firsts: ASCIISet
  private let hasOtherFirsts: Bool

  init(_ words: [[UInt8]]) {
    let words = words.filter { !$0.isEmpty }
    bytes = words.flatMap { $0 }
    bounds = words.reduce(into: [0]) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    firsts = ASCIISet(words.flatMap { [$0[0], ASCII.isLetter($0[0]) ? $0[0] & 0xDF : $0[0]] })
    hasOtherFirsts = words.contains { $0[0] >= 0x80 }
  }

  /// All of them.
  var words: [[UInt8]] {
    (0..<count).map { Array(bytes[Int(bounds[$0])..<Int(bounds[$0 + 1])]) }
  }

  private var count: Int { bounds.count - 1 }

  /// Whether a word may begin with `byte`.
  @inline(__always)
  func mayBegin(with byte: UInt8) -> Bool {
    byte < 0x80 ? firsts.contains(byte) : hasOtherFirsts
  }

  /// Whether a word stands at `start` of `text`, ASCII case ignored, that `counts` where it ends.
  @inline(__always)
  func stand(in text: ByteView, at start: Int, _ counts: (_ end: Int) -> Bool) -> Bool {
    for number in 0..<count {
      let first = Int(bounds[number])
      let length = Int(bounds[number + 1]) - first
      guard start + length <= text.count else { continue }
      var place = 0
      while place < length, ASCII.lowercased(text[start + place]) == bytes[first + place] {
        place += 1
      }
      if place == length, counts(start + length) { return true }
    }
    return false
  }
}
