/// Waits between attempts to connect: 100 ms, doubled up to 5 s, each between a half and the whole of
/// it by chance, so that many sidecars do not come back in step (standards.md F5).
struct BackOff {
  static let firstMilliseconds: UInt64 = 100
  static let millisecondsMax: UInt64 = 5000

  private var attempts: UInt64 = 0

  /// The next wait.
  mutating func next(_ random: inout SeededRandom) -> Duration {
    let whole = min(Self.firstMilliseconds << min(attempts, 10), Self.millisecondsMax)
    attempts += 1
    let half = whole / 2
    return .milliseconds(Int64(half + random.next() % (whole - half + 1)))
  }

  /// The upstream proved itself: begin at 100 ms again.
  mutating func reset() { attempts = 0 }
}

/// SplitMix64: a small generator for jitter, not for secrets.
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
