/// What a match attempt may read without PCRE2 counting it: a bound derived from the pattern's text.
///
/// PCRE2 counts steps (one for each character that a repeat gives back, one for each round of a
/// group), and its match limit bounds them. It does not count the characters that a repeat takes,
/// nor anything inside a possessive group. Such reading is bounded here:
///
/// - a bounded repeat reads at most its maximum, and at most one run of its characters;
/// - an unbounded repeat reads at most one run of its characters, once for each start offset
///   (`hidden`), or once for a whole call where the JIT remembers where it failed (`amortized`:
///   the first repeats of a pattern, before any assertion or repeated group);
/// - a repeat that follows another one may be read again after each counted step (`rescanned`).
///
/// A step is the unit: about 2 ns with the JIT on the machine where this was measured; reading two
/// characters counts as one step.
struct PatternCost: Sendable {
  /// Repeats up to this many characters are left out: the free allowance covers them.
  static let shortRepeatMax = 8
  /// How many unbounded repeats the JIT remembers failures of (PCRE2 10.42: four, one of which a
  /// bounded repeat may take up).
  static let amortizedRepeatsMax = 3

  /// The maxima of the bounded repeats that are not short.
  private(set) var boundedRepeats: [Int] = []
  /// How many unbounded repeats may be read once for each start offset.
  private(set) var hiddenRepeats = 0
  /// How many unbounded repeats are read once for each call.
  private(set) var amortizedRepeats = 0
  /// The largest maximum of the repeats that follow another repeat; `Int.max` without a bound.
  private(set) var rescannedMax = 0
  /// For each byte: bit 0, a match may start with it; bit 1, no match starts after it; bit 2, it is
  /// part of a run of a repeat; bits 3 and 4, it may be the second, the third byte of a match.
  private(set) var byteFlags: [UInt8]

  static let startFlag: UInt8 = 1
  static let noStartAfterFlag: UInt8 = 2
  static let runFlag: UInt8 = 4
  static let secondFlag: UInt8 = 8
  static let thirdFlag: UInt8 = 16

  private var runBytes = CharacterSet(ASCIISet())
  private var isBehindBarrier = false
  private var isBehindRepeat = false

  /// The cost of `node`; of a pattern that is not understood (nil): the worst.
  init(of node: PatternNode?, startBytes: [Bool]) {
    let later = Self.secondFlag | Self.thirdFlag
    byteFlags = startBytes.map { ($0 ? Self.startFlag : 0) | later }
    guard let node else {
      hiddenRepeats = 2
      rescannedMax = .max
      runBytes = .any
      setRunFlags()
      return
    }
    visit(node, rounds: 1)
    setRunFlags()
    let forbidden = StartGuard.bytesNotBefore(node)
    for byte in forbidden.bytes { byteFlags[Int(byte)] |= Self.noStartAfterFlag }
    let prefix = StartGuard.prefix(of: node)
    for (place, flag) in [(1, Self.secondFlag), (2, Self.thirdFlag)] where place < prefix.count {
      for byte in 0..<256 where !prefix[place].contains(byte: UInt8(byte)) {
        byteFlags[byte] &= ~flag
      }
    }
  }

  /// Nothing but short repeats: an attempt reads a few characters and its counted steps.
  var isFlat: Bool { boundedRepeats.isEmpty && hiddenRepeats == 0 && amortizedRepeats == 0 }

  /// The longest run that a bound depends on.
  var runBytesMax: Int {
    hasUnboundedRepeats ? Int.max : boundedRepeats.max() ?? 0
  }

  var hasUnboundedRepeats: Bool { hiddenRepeats + amortizedRepeats > 0 }

  /// Steps of uncounted reading for one start offset, when no run is longer than `run` bytes.
  func stepsPerStart(longestRun run: Int) -> Int {
    var bytes = saturating(hiddenRepeats, run)
    for most in boundedRepeats { bytes += min(most, run) }
    return bytes / 2
  }

  /// Steps of uncounted reading after one counted step, when no run is longer than `run` bytes.
  func stepsPerStep(longestRun run: Int) -> Int { min(rescannedMax, run) / 2 }

  /// Steps of uncounted reading for one call, when no run is longer than `run` bytes.
  ///
  /// Half of the usual rate: these repeats take no count of characters, and are read in a tight loop.
  func stepsPerCall(longestRun run: Int) -> Int { saturating(amortizedRepeats, run) / 4 }

  private func saturating(_ left: Int, _ right: Int) -> Int {
    let product = left.multipliedReportingOverflow(by: right)
    return product.overflow ? Int.max / 4 : min(product.partialValue, Int.max / 4)
  }

  // MARK: Reading the pattern

  private mutating func visit(_ node: PatternNode, rounds: Int) {
    switch node {
    case .set, .boundary: break
    case .sequence(let nodes), .alternation(let nodes):
      for part in nodes { visit(part, rounds: rounds) }
    case .atomic(let inner): visit(inner, rounds: rounds)
    case .lookaround(let inner, let behind, _):
      isBehindBarrier = true
      // A lookbehind is short (`Pattern.lookbehindCharactersMax`) and has no long repeat.
      if !behind { visit(inner, rounds: rounds) }
    case .repetition(let inner, _, let max, _): visitRepeat(inner, max: max, rounds: rounds)
    }
  }

  private mutating func visitRepeat(_ inner: PatternNode, max: Int?, rounds: Int) {
    let isRescanned = isBehindRepeat || rounds > 1
    if max != 1 { isBehindRepeat = true }
    if case .set(let set) = inner {
      let most = max.map { saturating($0, rounds) }
      if let most, most <= Self.shortRepeatMax { return }
      runBytes.formUnion(set)
      if isRescanned { rescannedMax = Swift.max(rescannedMax, most ?? .max) }
      if let most {
        boundedRepeats.append(most)
      } else if isBehindBarrier || amortizedRepeats == Self.amortizedRepeatsMax {
        hiddenRepeats += 1
      } else {
        amortizedRepeats += 1
      }
      return
    }
    if max == 1 {
      isBehindBarrier = true
      return visit(inner, rounds: rounds)
    }
    isBehindBarrier = true
    guard let max else {
      // Rounds without end over anything inside: one run of all its characters.
      hiddenRepeats += 1
      rescannedMax = .max
      addCharacters(of: inner)
      return
    }
    let most = saturating(max, Self.longestRound(of: inner))
    addCharacters(of: inner)
    if most > Self.shortRepeatMax { boundedRepeats.append(most) }
    visit(inner, rounds: saturating(rounds, max))
  }

  private mutating func addCharacters(of node: PatternNode) {
    switch node {
    case .set(let set): runBytes.formUnion(set)
    case .boundary: break
    case .sequence(let nodes), .alternation(let nodes):
      for part in nodes { addCharacters(of: part) }
    case .atomic(let inner), .repetition(let inner, _, _, _), .lookaround(let inner, _, _):
      addCharacters(of: inner)
    }
  }

  /// The most characters one round takes, its inner repeats not counted: they are visited themselves.
  private static func longestRound(of node: PatternNode) -> Int {
    switch node {
    case .set: 1
    case .boundary, .lookaround, .repetition: 0
    case .sequence(let nodes): nodes.reduce(0) { $0 + longestRound(of: $1) }
    case .alternation(let nodes): nodes.map(longestRound).max() ?? 0
    case .atomic(let inner): longestRound(of: inner)
    }
  }

  private mutating func setRunFlags() {
    for byte in 0..<256 where runBytes.contains(byte: UInt8(byte)) {
      byteFlags[byte] |= Self.runFlag
    }
  }
}
