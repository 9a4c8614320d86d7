import Foundation

/// Random numbers for tests: the seed is printed, and `MASKLINE_SEED` takes it back.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  /// The seed this generator began with.
  public let seed: UInt64
  private var state: UInt64

  /// A generator for the test called `name`; prints its seed so that a failure can be repeated.
  public init(for name: String) {
    let seed =
      ProcessInfo.processInfo.environment["MASKLINE_SEED"].flatMap(Self.parse)
      ?? UInt64.random(in: 1...UInt64(UInt32.max))
    self.init(seed: seed)
    FileHandle.standardError.write(Data("\(name): MASKLINE_SEED=\(seed)\n".utf8))
  }

  /// A generator with a fixed seed.
  public init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// SplitMix64: the same numbers for the same seed on every machine.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private static func parse(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}
