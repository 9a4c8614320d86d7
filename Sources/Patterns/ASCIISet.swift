/// A set of ASCII bytes, one bit each.
public struct ASCIISet: Hashable, Sendable, BitwiseCopyable {
  /// Bits of the bytes 0x00 to 0x3F.
  public private(set) var low: UInt64
  /// Bits of the bytes 0x40 to 0x7F.
  public private(set) var high: UInt64

  /// The set with these bits.
  public init(low: UInt64 = 0, high: UInt64 = 0) {
    self.low = low
    self.high = high
  }

  /// The set of the ASCII bytes in `bytes`; other bytes are ignored.
  public init(_ bytes: some Sequence<UInt8>) {
    self.init()
    for byte in bytes { insert(byte) }
  }

  static let all = ASCIISet(low: .max, high: .max)
  static let digits = ASCIISet(UInt8(ascii: "0")...UInt8(ascii: "9"))
  static let upper = ASCIISet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
  static let lower = ASCIISet(UInt8(ascii: "a")...UInt8(ascii: "z"))
  static let letters = upper.union(lower)
  static let word = letters.union(digits).union(ASCIISet([UInt8(ascii: "_")]))
  /// `\s`: tab to carriage return, and the space.
  static let space = ASCIISet(Array(0x09...0x0D) + [0x20])

  /// Whether there is no byte in the set.
  public var isEmpty: Bool { low | high == 0 }
  /// How many bytes are in the set.
  public var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

  /// Whether `byte` is in the set.
  public func contains(_ byte: UInt8) -> Bool {
    guard byte < 0x80 else { return false }
    return (byte < 0x40 ? low : high) >> UInt64(byte & 0x3F) & 1 == 1
  }

  /// The bytes, ascending.
  public var bytes: [UInt8] { (0..<0x80).filter { contains($0) } }

  mutating func insert(_ byte: UInt8) {
    guard byte < 0x80 else { return }
    if byte < 0x40 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 0x3F) }
  }

  func union(_ other: ASCIISet) -> ASCIISet {
    ASCIISet(low: low | other.low, high: high | other.high)
  }

  public func intersection(_ other: ASCIISet) -> ASCIISet {
    ASCIISet(low: low & other.low, high: high & other.high)
  }

  var complement: ASCIISet { ASCIISet(low: ~low, high: ~high) }

  public func isSubset(of other: ASCIISet) -> Bool { intersection(other) == self }

  /// The set with both cases of every letter in it.
  var caseFolded: ASCIISet {
    // Letters 0x41...0x5A and 0x61...0x7A are bits 1...26 and 33...58 of `high`.
    let upperBits: UInt64 = 0x07FF_FFFE
    let uppers = high & upperBits
    let lowers = (high >> 32) & upperBits
    return ASCIISet(low: low, high: high | (uppers << 32) | lowers)
  }
}
