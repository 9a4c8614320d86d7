// Unsafe code here owns the table, whose size is fixed, and lends a text to one call.

/// What could be found in a JSON number of which only the counts of its digits are known: nearly all
/// numbers of a log are too short or of the wrong shape for every rule.
///
/// A shape is worked out when it is met first, and never again: there are few. One per loop.
@safe
public struct NumberShapes: ~Copyable {
  /// Numbers with more digits before or behind the point have no shape.
  public static let digitsMax = 20

  private enum Answer: UInt8 {
    case unknown
    case nothing
    case something
  }

  /// A rule that looks at the digits before the point alone.
  public struct WholeRule: Sendable {
    /// Its bit.
    public var bit: Int
    /// How many digits it must find there.
    public var digits: ClosedRange<Int>

    public init(bit: Int, digits: ClosedRange<Int>) {
      self.bit = bit
      self.digits = digits
    }
  }

  private let index: SignIndex
  private let wholeRules: [WholeRule]
  private let answers: UnsafeMutablePointer<Answer>
  /// For each shape and first digit the ways that may stand in such a number, nil if it was not met yet.
  private var ways: [[SignIndex.PlacedWay]?]
  /// For each shape and first digit whether only rules that look at the digits before the point could
  /// find something without a keyword.
  private let isWholeOnly: UnsafeMutablePointer<Answer>
  private let ownWordCount: Int

  private static let count = (digitsMax + 1) * (digitsMax + 1)

  /// - Parameter index: of the rules that look at numbers, without `wholeRules`.
  /// - Parameter ownWordCount: how many words of a set of rules are those of rules without keywords.
  public init(_ index: SignIndex, _ wholeRules: [WholeRule], ownWordCount: Int) {
    self.index = index
    self.ownWordCount = ownWordCount
    unsafe isWholeOnly = .allocate(capacity: Self.count * 10)
    unsafe isWholeOnly.initialize(repeating: .unknown, count: Self.count * 10)
    self.wholeRules = wholeRules
    unsafe answers = .allocate(capacity: Self.count)
    unsafe answers.initialize(repeating: .unknown, count: Self.count)
    ways = .init(repeating: nil, count: Self.count * 10)
  }

  deinit {
    unsafe answers.deallocate()
    unsafe isWholeOnly.deallocate()
  }

  /// Whether any rule that looks everywhere, and that no word above the number is asked for, could find
  /// something in a number of so many digits, or in what is left of it without zeros at the end of its
  /// fraction.
  @inline(__always)
  public mutating func mayHold(whole: Int, fraction: Int) -> Bool {
    guard whole | fraction <= Self.digitsMax else { return true }
    return switch unsafe answers[Self.place(whole, fraction)] {
    case .nothing: false
    case .something: true
    case .unknown: workOut(whole, fraction)
    }
  }

  /// The same for the text of a number without an exponent.
  public mutating func mayHold(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let isNegative = unsafe text.count > 1 && text[0] == 0x2D
    let digits = unsafe UnsafeBufferPointer(rebasing: text[(isNegative ? 1 : 0)...])
    guard let (whole, fraction) = unsafe Self.counts(digits) else { return true }
    return mayHold(whole: whole, fraction: fraction)
  }

  /// How many digits `text` has before its point, if only rules that look at those (`WholeRule`) could
  /// find something in it, as far as no keyword stands above or in it.
  public mutating func digitsForWholeRules(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !index.hasUnsigned, let (whole, fraction) = unsafe Self.counts(text) else { return nil }
    let first = Int(unsafe text[0] &- 0x30)
    let place = Self.place(whole, fraction) * 10 + first
    if unsafe isWholeOnly[place] == .unknown {
      let hasOwn = index.namesRule(ofDigits: whole + fraction, below: ownWordCount)
      let isOnly = !hasOwn && placedWays(whole, fraction, first).isEmpty
      unsafe isWholeOnly[place] = isOnly ? .something : .nothing
    }
    return unsafe isWholeOnly[place] == .something ? whole : nil
  }

  /// Adds the rules whose signs stand in `text`, digits with an optional fraction and no sign before
  /// them; false if such a text has no shape.
  public mutating func addRules(
    in text: UnsafeBufferPointer<UInt8>, to words: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    guard let (whole, fraction) = unsafe Self.counts(text) else { return false }
    unsafe index.addRules(ofDigits: whole + fraction, to: words)
    for rule in wholeRules where rule.digits.contains(whole) {
      unsafe words[rule.bit / 64] |= 1 << UInt64(rule.bit % 64)
    }
    let first = Int(unsafe text[0] &- 0x30)
    for way in placedWays(whole, fraction, first) {
      unsafe index.addRule(of: way, in: text, to: words)
    }
    return true
  }

  /// Adds the rules that look at the digits before the point, for a text without a shape.
  public func addWholeRules(to words: UnsafeMutablePointer<UInt64>) {
    for rule in wholeRules { unsafe words[rule.bit / 64] |= 1 << UInt64(rule.bit % 64) }
  }

  /// The digits before and behind the point.
  private static func counts(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> (whole: Int, fraction: Int)? {
    var point: Int?
    for place in 0..<text.count {
      let byte = unsafe text[place]
      if byte == 0x2E, point == nil { point = place } else if byte &- 0x30 > 9 { return nil }
    }
    let whole = point ?? text.count
    let fraction = point.map { text.count - $0 - 1 } ?? 0
    guard 1...digitsMax ~= whole, fraction <= digitsMax, point == nil || fraction > 0 else {
      return nil
    }
    return (whole, fraction)
  }

  private static func place(_ whole: Int, _ fraction: Int) -> Int {
    whole &* (digitsMax &+ 1) &+ fraction
  }

  private mutating func placedWays(
    _ whole: Int, _ fraction: Int, _ first: Int
  ) -> [SignIndex.PlacedWay] {
    let place = Self.place(whole, fraction) * 10 + first
    if let known = ways[place] { return known }
    var sets = Self.sets(whole, fraction)
    sets[0] = ByteSet([0x30 + UInt8(first)])
    let found = index.ways(in: sets)
    ways[place] = found
    return found
  }

  private static func sets(_ whole: Int, _ fraction: Int) -> [ByteSet] {
    let digit = ByteSet(Array(0x30...0x39))
    let wholeSets = [ByteSet](repeating: digit, count: whole)
    guard fraction > 0 else { return wholeSets }
    return wholeSets + [ByteSet([0x2E])] + .init(repeating: digit, count: fraction)
  }

  @inline(never)
  private mutating func workOut(_ whole: Int, _ fraction: Int) -> Bool {
    var holds =
      index.hasUnsigned || whole + fraction >= index.digitsMin
      || wholeRules.contains { $0.digits.contains(whole) }
    for shorter in 0...fraction where !holds {
      let sets = Self.sets(whole, shorter)
      holds = [sets, [ByteSet([0x2D])] + sets].contains { !index.ways(in: $0).isEmpty }
    }
    unsafe answers[Self.place(whole, fraction)] = holds ? .something : .nothing
    return holds
  }
}
