/// A set of bytes, one bit each.
public struct ByteSet: Hashable, Sendable {
  private var words: InlineArray<4, UInt64> = [0, 0, 0, 0]

  init() {}

  /// The bytes that can stand first in a character of `set`: every byte of 0x80 and above if any
  /// character outside ASCII can.
  ///
  /// U+017F and U+212A, which `(?i)` takes for `s` and `k`, are left out: text with one of them is
  /// searched for every rule.
  init(startsOf set: CharacterSet) {
    words[0] = set.possible.low
    words[1] = set.possible.high
    if Self.hasOthers(set) { formUnion(.nonASCII) }
  }

  /// Whether a character outside ASCII, case twins aside, is in `set`.
  static func hasOthers(_ set: CharacterSet) -> Bool {
    switch set.others {
    case .none: false
    case .any: true
    case .known(let forms): !forms.allSatisfy(caseTwins.contains)
    }
  }

  /// U+017F and U+212A in UTF-8.
  static let caseTwins: [[UInt8]] = [[0xC5, 0xBF], [0xE2, 0x84, 0xAA]]

  init(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { insert(byte) }
  }

  init(_ set: ASCIISet) {
    words[0] = set.low
    words[1] = set.high
  }

  static let nonASCII = ByteSet(0x80...0xFF)
  /// The bytes that go on with a character of more than one (RFC 3629).
  static let continuations = ByteSet(0x80...0xBF)

  public static func == (left: ByteSet, right: ByteSet) -> Bool {
    left.words[0] == right.words[0] && left.words[1] == right.words[1]
      && left.words[2] == right.words[2] && left.words[3] == right.words[3]
  }

  public func hash(into hasher: inout Hasher) {
    for place in 0..<4 { hasher.combine(words[place]) }
  }

  var isEmpty: Bool { words[0] | words[1] | words[2] | words[3] == 0 }

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

  mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

  mutating func formUnion(_ other: ByteSet) {
    for place in 0..<4 { words[place] |= other.words[place] }
  }

  func isSubset(of other: ByteSet) -> Bool {
    (0..<4).allSatisfy { words[$0] & ~other.words[$0] == 0 }
  }

  /// Its bytes below 0x80.
  var ascii: ASCIISet { ASCIISet(low: words[0], high: words[1]) }

  func union(_ other: ByteSet) -> ByteSet {
    var union = self
    union.formUnion(other)
    return union
  }

  func intersects(_ other: ByteSet) -> Bool {
    (0..<4).contains { words[$0] & other.words[$0] != 0 }
  }

  var allWords: [UInt64] { (0..<4).map { words[$0] } }

  /// Its bytes, ascending.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for place in 0..<4 {
      var bits = words[place]
      while bits != 0 {
        bytes.append(UInt8(place << 6 | bits.trailingZeroBitCount))
        bits &= bits &- 1
      }
    }
    return bytes
  }

  /// How many bytes are in it.
  var count: Int {
    words[0].nonzeroBitCount + words[1].nonzeroBitCount + words[2].nonzeroBitCount
      + words[3].nonzeroBitCount
  }
}
