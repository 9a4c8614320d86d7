/// What a match attempt may read without PCRE2 counting it: a bound derived from the pattern's text.
///
/// PCRE2 counts steps (one for each character that a repeat gives back, one for each round of a
/// group), and its match limit bounds them. It does not count the characters that a repeat takes,
/// nor anything inside a possessive group. Such reading is bounded here:
///
/// - a bounded repeat reads at most its maximum, and at most one run of its characters;
/// - an unbounded repeat reads at most one run of its characters, once for each start offset
///   (`hidden`), or once for a whole call where the JIT remembers where it failed (`amortized`:
///   `*` and `+` that come first in a pattern, before any assertion or repeated group);
/// - a repeat that follows another one may be read again after each counted step (`rescanned`).
///
/// Where the pattern's first long repeat is followed by one required character that the repeat does not
/// take (the `@` of an address), what stands behind that gate costs only where the gate is near.
///
/// A step is the unit: about 2 ns with the JIT on the machine where this was measured; reading two
/// characters counts as one step.
struct PatternCost: Sendable {
  /// Repeats up to this many characters are left out: the free allowance covers them.
  static let shortRepeatMax = 8
  /// How many unbounded repeats the JIT remembers failures of (PCRE2 10.42: four, one of which a
  /// bounded repeat may take up).
  static let amortizedRepeatsMax = 3

  /// What is read for each start offset.
  struct PerStart: Sendable {
    /// The maxima of the bounded repeats that are not short.
    var boundedRepeats: [Int] = []
    /// How many unbounded repeats may be read once for each start offset.
    var hiddenRepeats = 0
  }

  /// Before the gate, or all where there is none.
  private(set) var beforeGate = PerStart()
  private(set) var behindGate = PerStart()
  /// The most bytes that short parts before the gate may take.
  private(set) var shortBytesBeforeGate = 0
  /// How many unbounded repeats are read once for each call.
  private(set) var amortizedRepeats = 0
  /// The largest maximum of the repeats that follow another repeat; `Int.max` without a bound.
  private(set) var rescannedMax = 0
  /// `wordFlag` where every match starts at a word boundary, else 0.
  private(set) var boundaryFlag: UInt8 = 0
  /// For each byte, bits by the flags below.
  private(set) var byteFlags: [UInt8]

  /// A match may start with the byte.
  static let startFlag: UInt8 = 1
  /// No match starts after the byte.
  static let noStartAfterFlag: UInt8 = 2
  /// It may be the second, the third byte of a match.
  static let secondFlag: UInt8 = 4
  static let thirdFlag: UInt8 = 8
  /// It is part of a run of a hidden repeat, of any other long repeat.
  static let hiddenRunFlag: UInt8 = 16
  static let runFlag: UInt8 = 32
  /// It is the pattern's gate.
  static let gateFlag: UInt8 = 64
  /// It is a word character, in a pattern whose matches start at a word boundary.
  static let wordFlag: UInt8 = 128

  /// The longest runs near the offsets in question, in bytes.
  struct Runs: Equatable {
    var hidden = 0
    var other = 0
    /// Whether the gate can be reached.
    var isGateNear = true
  }

  private var hiddenRunBytes = CharacterSet(ASCIISet())
  private var runBytes = CharacterSet(ASCIISet())
  private var isBehindBarrier = false
  private var isBehindRepeat = false
  private var isBehindGate = false

  /// The cost of `node`; of a pattern that is not understood (nil): the worst.
  init(of node: PatternNode?, startBytes: [Bool]) {
    let later = Self.secondFlag | Self.thirdFlag
    byteFlags = startBytes.map { ($0 ? Self.startFlag : 0) | later }
    guard let node else {
      beforeGate.hiddenRepeats = 2
      rescannedMax = .max
      hiddenRunBytes = .any
      setRunFlags()
      return
    }
    if case .sequence(let parts) = node { visitTop(parts) } else { visit(node, rounds: 1) }
    setRunFlags()
    let forbidden = StartGuard.bytesNotBefore(node)
    for byte in forbidden.bytes { byteFlags[Int(byte)] |= Self.noStartAfterFlag }
    if StartGuard.startsAtBoundary(node) {
      boundaryFlag = Self.wordFlag
      for byte in ASCIISet.word.bytes { byteFlags[Int(byte)] |= Self.wordFlag }
    }
    let prefix = StartGuard.prefix(of: node)
    for (place, flag) in [(1, Self.secondFlag), (2, Self.thirdFlag)] where place < prefix.count {
      for byte in 0..<256 where !prefix[place].contains(byte: UInt8(byte)) {
        byteFlags[byte] &= ~flag
      }
    }
  }

  /// Nothing but short repeats: an attempt reads a few characters and its counted steps.
  var isFlat: Bool { boundedRepeats.isEmpty && !hasUnboundedRepeats }

  private var boundedRepeats: [Int] { beforeGate.boundedRepeats + behindGate.boundedRepeats }

  /// The longest run that a bound depends on.
  var runBytesMax: Int {
    hasUnboundedRepeats ? Int.max : boundedRepeats.max() ?? 0
  }

  /// The runs that no subject has longer ones than, as far as bounded repeats go.
  var longestRuns: Runs { Runs(hidden: 0, other: runBytesMax) }

  var hasUnboundedRepeats: Bool {
    beforeGate.hiddenRepeats + behindGate.hiddenRepeats + amortizedRepeats > 0
  }

  /// Steps of uncounted reading for one start offset.
  func stepsPerStart(_ runs: Runs) -> Int {
    let bytes = bytesPerStart(beforeGate, runs)
    return (runs.isGateNear ? bytes + bytesPerStart(behindGate, runs) : bytes) / 2
  }

  private func bytesPerStart(_ repeats: PerStart, _ runs: Runs) -> Int {
    var bytes = saturating(repeats.hiddenRepeats, runs.hidden)
    for most in repeats.boundedRepeats { bytes += min(most, runs.other) }
    return bytes
  }

  /// Steps of uncounted reading after one counted step.
  func stepsPerStep(_ runs: Runs) -> Int { min(rescannedMax, max(runs.hidden, runs.other)) / 2 }

  /// Steps of uncounted reading for one call.
  ///
  /// Half of the usual rate: these repeats take no count of characters, and are read in a tight loop.
  func stepsPerCall(_ runs: Runs) -> Int { saturating(amortizedRepeats, runs.other) / 4 }

  /// A product that stays far enough below the largest number to be multiplied by a window's width.
  private func saturating(_ left: Int, _ right: Int) -> Int {
    let product = left.multipliedReportingOverflow(by: right)
    return product.overflow ? Self.bytesCounted : min(product.partialValue, Self.bytesCounted)
  }

  private static var bytesCounted: Int { 1 << 32 }

  // MARK: Reading the pattern

  /// The parts of the whole pattern, with a look out for a gate.
  private mutating func visitTop(_ parts: [PatternNode]) {
    for part in parts {
      if case .set(let set) = part, !isBehindGate, longRepeats == 1, shortBytesBeforeGate <= 64,
        set.others == .none, set.possible.count == 1, let gate = set.possible.bytes.first,
        !runBytes.contains(byte: gate), !hiddenRunBytes.contains(byte: gate)
      {
        isBehindGate = true
        byteFlags[Int(gate)] |= Self.gateFlag
      }
      let before = longRepeats
      visit(part, rounds: 1)
      if !isBehindGate, longRepeats == before {
        shortBytesBeforeGate = Swift.min(shortBytesBeforeGate + Self.mostBytes(of: part), 1 << 20)
      }
    }
  }

  /// How many long repeats were met.
  private var longRepeats: Int {
    boundedRepeats.count + beforeGate.hiddenRepeats + behindGate.hiddenRepeats + amortizedRepeats
  }

  /// The most bytes that a part without a long repeat takes.
  private static func mostBytes(of node: PatternNode) -> Int {
    switch node {
    case .set(let set): set.others == .none ? 1 : 4
    case .boundary, .lookaround: 0
    case .sequence(let nodes): nodes.reduce(0) { $0 + mostBytes(of: $1) }
    case .alternation(let nodes): nodes.map(mostBytes).max() ?? 0
    case .atomic(let inner): mostBytes(of: inner)
    case .repetition(let inner, _, let max, _):
      mostBytes(of: inner) * Swift.min(max ?? 1 << 20, 1 << 20)
    }
  }

  private mutating func add(bounded most: Int) {
    if isBehindGate {
      behindGate.boundedRepeats.append(most)
    } else {
      beforeGate.boundedRepeats.append(most)
    }
  }

  private mutating func addHidden() {
    if isBehindGate { behindGate.hiddenRepeats += 1 } else { beforeGate.hiddenRepeats += 1 }
  }

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
    case .repetition(let inner, let min, let max, _):
      visitRepeat(inner, min: min, max: max, rounds: rounds)
    }
  }

  private mutating func visitRepeat(_ inner: PatternNode, min: Int, max: Int?, rounds: Int) {
    let isRescanned = isBehindRepeat || rounds > 1
    if max != 1 { isBehindRepeat = true }
    if case .set(let set) = inner {
      let most = max.map { saturating($0, rounds) }
      if let most, most <= Self.shortRepeatMax { return }
      if isRescanned { rescannedMax = Swift.max(rescannedMax, most ?? .max) }
      if let most {
        add(bounded: most)
        runBytes.formUnion(set)
      } else if isBehindBarrier || min > 1 || amortizedRepeats == Self.amortizedRepeatsMax {
        // `[a-z]{2,}` is compiled to a form that the JIT does not remember failures of.
        addHidden()
        hiddenRunBytes.formUnion(set)
      } else {
        amortizedRepeats += 1
        runBytes.formUnion(set)
      }
      return
    }
    isBehindBarrier = true
    if max == 1 { return visit(inner, rounds: rounds) }
    guard let max else {
      // Rounds without end over anything inside: one run of all its characters.
      addHidden()
      rescannedMax = .max
      Self.addCharacters(of: inner, to: &hiddenRunBytes)
      return
    }
    let most = saturating(max, Self.longestRound(of: inner))
    Self.addCharacters(of: inner, to: &runBytes)
    if most > Self.shortRepeatMax { add(bounded: most) }
    visit(inner, rounds: saturating(rounds, max))
  }

  private static func addCharacters(of node: PatternNode, to bytes: inout CharacterSet) {
    switch node {
    case .set(let set): bytes.formUnion(set)
    case .boundary: break
    case .sequence(let nodes), .alternation(let nodes):
      for part in nodes { addCharacters(of: part, to: &bytes) }
    case .atomic(let inner), .repetition(let inner, _, _, _), .lookaround(let inner, _, _):
      addCharacters(of: inner, to: &bytes)
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
    for byte in 0..<256 {
      if runBytes.contains(byte: UInt8(byte)) { byteFlags[byte] |= Self.runFlag }
      if hiddenRunBytes.contains(byte: UInt8(byte)) { byteFlags[byte] |= Self.hiddenRunFlag }
    }
  }
}
