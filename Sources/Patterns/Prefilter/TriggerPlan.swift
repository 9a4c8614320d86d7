/// What a vector pass can look for in every byte of a text, so that only texts with a hit need a
/// closer look: for each way in which a rule's matches begin one necessary sign.
///
/// | Sign | What it is | For |
/// |---|---|---|
/// | grams | two stretches of three known bytes, one at an even and one at an odd distance from the match's beginning, so that a look at every other place meets one of them | literals |
/// | window | three bytes out of three sets, anywhere or where a word begins | shapes: `D.D`, `LLD` |
/// | digit run | seven bytes in a row that are digits, separators or outside ASCII | long numbers |
///
/// Where a sign is met, `SignIndex` says which rules it may stand for.
public struct TriggerPlan: Sendable {
  /// The length of a digit run.
  public static let digitRunBytes = 7
  /// The ASCII bytes of a digit run: digits, and what separates groups of them.
  public static let digitRunSet = ASCIISet(Array("0123456789 \t-._/".utf8))
  /// So many bytes of a match's beginning are known at most, its sign among them.
  public static let leadBytesMax = Lead.countMax

  /// How a way shows itself.
  enum Sign: Hashable, Sendable {
    /// The folded bytes and the distance from the match's beginning of either stretch.
    case grams([Gram])
    case window(Window, distance: Int)
    /// A digit run, and in it the window.
    case digitRun(Window, distance: Int)
    case none
  }

  /// Three bytes out of three sets.
  public struct Window: Hashable, Sendable {
    public var sets: [ByteSet]
    /// Whether no letter or digit stands before it.
    public var beginsWord: Bool
  }

  /// Three folded bytes, the first in the low bits, and how far behind the match's beginning they are.
  public struct Gram: Hashable, Sendable {
    public var bytes: UInt32
    var distance: Int
  }

  /// What a rule's matches are like.
  enum Kind: Sendable, Equatable {
    /// So many digits and their separators (`digitRunSet`), nothing else: a count tells.
    case digits(Int)
    /// Anything else: the ways to begin tell.
    case ways([(lead: Lead, sign: Sign)])
    /// No sign of its own is rare: its keywords are looked for.
    case keyword

    static func == (left: Kind, right: Kind) -> Bool {
      switch (left, right) {
      case (.digits(let one), .digits(let other)): one == other
      case (.keyword, .keyword): true
      default: false
      }
    }
  }

  /// What the plan has to know of a rule.
  public struct Rule: Sendable {
    var shape: RuleShape
    /// Words of which one must stand near a match, in lower case; nil if none need to.
    var keywords: [[UInt8]]?

    public init(shape: RuleShape, keywords: [[UInt8]]?) {
      self.shape = shape
      self.keywords = keywords
    }
  }

  /// The kind of each rule; nil for rules that are not looked for.
  private(set) var kinds: [Kind?]
  /// The signs of the words that stand for rules of the kind `keyword`.
  private(set) var keywordWays: [(lead: Lead, sign: Sign)]
  /// Rules that have to look at every text.
  public let rulesWithoutSign: [Int]
  /// All stretches that are looked for at every other place.
  public let grams: Set<UInt32>
  public let windows: [Window]
  /// Whether any rule needs digit runs.
  public let hasDigitRuns: Bool

  /// Letters without their case; other bytes are mapped to fewer, too.
  public static func fold(_ byte: UInt8) -> UInt8 { byte & 0xDF }

  /// Chooses signs for each rule; none for `nil`.
  public init(_ rules: [Rule?]) {
    var kinds: [Kind?] = []
    var keywords: Set<[UInt8]> = []
    for rule in rules {
      let kind = rule.map(Self.kind)
      if kind == .keyword { keywords.formUnion(rule?.keywords ?? []) }
      kinds.append(kind)
    }
    self.kinds = kinds
    keywordWays = keywords.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { word in
      RuleShape(word: word).ways.map(Self.way)
    }
    var unsigned: [Int] = []
    var signs = keywordWays.map(\.sign)
    for (rule, kind) in kinds.enumerated() {
      guard case .ways(let ways) = kind else { continue }
      if ways.isEmpty || ways.contains(where: { $0.sign == .none }) { unsigned.append(rule) }
      signs += ways.map(\.sign)
    }
    rulesWithoutSign = unsigned
    var grams: Set<UInt32> = []
    var windows: [Window] = []
    for sign in signs {
      if case .grams(let found) = sign { grams.formUnion(found.map(\.bytes)) }
      if case .window(let window, _) = sign, !windows.contains(window) { windows.append(window) }
    }
    self.grams = grams
    self.windows = windows
    hasDigitRuns =
      signs.contains { if case .digitRun = $0 { true } else { false } }
      || kinds.contains { if case .digits = $0 { true } else { false } }
  }

  private static let gatedDigitsMin = 9

  private static func kind(of rule: Rule) -> Kind {
    // Beside a keyword few digits are many: dates have eight.
    let digitsMin = rule.keywords == nil ? digitRunBytes : gatedDigitsMin
    if let digits = rule.shape.digitCount, digits >= digitsMin { return .digits(digits) }
    let ways = rule.shape.ways
    let isWeak =
      ways.isEmpty
      || ways.contains { leads in
        !leads.contains { SignChoice($0).isStrong }
      }
    return rule.keywords != nil && isWeak ? .keyword : .ways(ways.map(way))
  }

  /// The lead of a way whose sign is the rarest.
  private static func way(_ leads: [Lead]) -> (lead: Lead, sign: Sign) {
    let signs = leads.map { (lead: $0, choice: SignChoice($0)) }
    guard let best = signs.min(by: { $0.choice.share < $1.choice.share }) else {
      return (Lead.unknown, .none)
    }
    return (best.lead, best.choice.sign)
  }

  /// The plan without the leads, of which only a `SignIndex` has need: they take megabytes.
  public consuming func withoutLeads() -> TriggerPlan {
    keywordWays = []
    for rule in kinds.indices {
      if case .ways = kinds[rule] { kinds[rule] = .ways([]) }
    }
    return self
  }

  /// Whether a rule is looked for by its keywords.
  public func isLookedForByKeyword(_ rule: Int) -> Bool { kinds[rule] == .keyword }
}
