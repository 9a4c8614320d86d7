/// What a vector pass can look for in every byte of a text, so that only texts with a hit need a
/// closer look: for each way in which a rule's matches begin one necessary sign.
///
/// | Sign | What it is | For |
/// |---|---|---|
/// | grams | two stretches of three known bytes, one at an even and one at an odd distance from the match's beginning, so that a look at every other place meets one of them | literals |
/// | window | five bytes out of five sets, anywhere or where a word begins | shapes: `D.D`, `LLD` |
/// | digit run | digits, separators and bytes outside ASCII in a row, with enough digits among them | long numbers |
///
/// Where a sign is met, `SignIndex` says which rules it may stand for.
public struct TriggerPlan: Sendable {
  /// The length of a window.
  public static let windowBytes = 5
  /// The fewest digits of a run that are a sign: the kernel looks for so many bytes first.
  public static let digitRunBytes = 9
  /// The ASCII bytes of a digit run: digits, and what separates groups of them.
  public static let digitRunSet = ASCIISet(Array("0123456789 \t-._/".utf8))

  /// How a way shows itself.
  enum Sign: Hashable, Sendable {
    /// The folded bytes and the distance from the match's beginning of either stretch.
    case grams([Gram])
    case window(Window, distance: Int)
    case none
  }

  /// Bytes out of so many sets.
  public struct Window: Hashable, Sendable {
    public var sets: [ByteSet]
    public var border: Border
  }

  /// Where a window may stand.
  public enum Border: Int, CaseIterable, Sendable {
    case anywhere
    /// Where no letter or digit stands before it.
    case word
    /// Where no letter stands before it, or it begins with a capital: as keywords of few letters do.
    case keyword

    func allows(_ first: UInt8, after before: UInt8?) -> Bool {
      guard let before else { return true }
      return switch self {
      case .anywhere: true
      case .word: !ASCIISet.letters.union(.digits).contains(before)
      case .keyword:
        !ASCIISet.letters.contains(before)
          || (ASCIISet.letters.contains(first) && first & 0x20 == 0)
      }
    }
  }

  /// Three folded bytes, the first in the low bits, and how far behind the match's beginning they are.
  public struct Gram: Hashable, Sendable {
    public var bytes: UInt32
    var distance: Int
  }

  /// What a rule's matches are like.
  enum Kind: Sendable, Equatable {
    /// So many digits and their separators (`digitRunSet`) in a row: a count tells.
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
  /// The fewest digits that are enough for any rule of the kind `digits`.
  public let digitsMin: Int
  /// Whether any rule needs digit runs.
  public var hasDigitRuns: Bool { digitsMin < .max }

  /// Letters without their case; other bytes are mapped to fewer, too.
  public static func fold(_ byte: UInt8) -> UInt8 { byte & 0xDF }

  /// Chooses signs for each rule; none for `nil`.
  public init(_ rules: [Rule?]) {
    var kinds: [Kind?] = []
    var keywords: Set<[UInt8]> = []
    var chooser = SignChooser()
    for rule in rules {
      let kind = rule.map { Self.kind(of: $0, &chooser) }
      if kind == .keyword { keywords.formUnion(rule?.keywords ?? []) }
      kinds.append(kind)
    }
    self.kinds = kinds
    keywordWays = Self.telling(keywords).map { word in
      guard word.count > Self.shortWordMax || !ASCIISet.letters.contains(word[0]) else {
        return Self.shortWord(word)
      }
      let best = chooser.rarest([Lead(word: word)])
      return (best.lead, best.choice.sign)
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
    digitsMin =
      kinds.lazy.compactMap { if case .digits(let count) = $0 { count } else { nil } }
      .min() ?? .max
  }

  /// So many digits in a row are seldom met where no number is.
  private static let longNumberDigits = 12

  private static func kind(of rule: Rule, _ chooser: inout SignChooser) -> Kind {
    let count = rule.shape.digitCount.flatMap { $0 >= digitRunBytes ? $0 : nil }
    // Where a keyword must stand beside it, a count is enough.
    if let count, rule.keywords != nil { return .digits(count) }
    let ways = rule.shape.ways.map { chooser.rarest($0) }
    guard ways.isEmpty || ways.contains(where: { !$0.choice.isStrong }) else {
      return .ways(ways.map { ($0.lead, $0.choice.sign) })
    }
    if let count { return .digits(count) }
    let digits = rule.shape.digitCountInRow
    if digits >= longNumberDigits { return .digits(digits) }
    return rule.keywords == nil ? .ways(ways.map { ($0.lead, $0.choice.sign) }) : .keyword
  }

  /// A keyword of so many letters counts only as a word of its own: see `shortWord`.
  public static let shortWordMax = 3

  /// The keywords without those in which another one stands, whose sign stands there too: either way
  /// some keyword stands in the text.
  private static func telling(_ keywords: Set<[UInt8]>) -> [[UInt8]] {
    var kept: [[UInt8]] = []
    for word in keywords.sorted(by: { $0.count < $1.count }) {
      let holdsAnother = kept.contains { $0.count > shortWordMax && word.holds($0) }
      if !holdsAnother { kept.append(word) }
    }
    return kept.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// The sign of a short keyword: it begins a word or hump, and no small letter stands behind it.
  private static func shortWord(_ word: [UInt8]) -> (lead: Lead, sign: Sign) {
    let lead = Lead(word: word)
    let any = ByteSet(.all).union(.nonASCII)
    let behind = ByteSet(any.bytes.filter { !(0x61...0x7A).contains($0) })
    let rest = [behind] + .init(repeating: any, count: windowBytes - word.count - 1)
    return (lead, .window(Window(sets: lead.sets + rest, border: .keyword), distance: 0))
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

extension [UInt8] {
  /// Whether `part` stands somewhere in it.
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: part) }
  }
}
