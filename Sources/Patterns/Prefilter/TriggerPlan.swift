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
  let kinds: [Kind?]
  /// The signs of the words that stand for rules of the kind `keyword`.
  let keywordWays: [(lead: Lead, sign: Sign)]
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

  private static func kind(of rule: Rule) -> Kind {
    if let digits = rule.shape.digitCount, digits >= digitRunBytes { return .digits(digits) }
    let ways = rule.shape.ways.map(way)
    if rule.keywords != nil,
      ways.isEmpty || ways.contains(where: { share(of: $0.sign) > weakShare })
    {
      return .keyword
    }
    return .ways(ways)
  }

  /// The lead of a way whose sign is the rarest.
  private static func way(_ leads: [Lead]) -> (lead: Lead, sign: Sign) {
    let signs = leads.map { (lead: $0, sign: sign(of: $0)) }
    return signs.min { share(of: $0.sign) < share(of: $1.sign) } ?? (Lead.unknown, .none)
  }

  /// A sign that is met more often than this is worth less than a keyword.
  private static let weakShare = 0.002

  private static func share(of sign: Sign) -> Double {
    switch sign {
    case .grams(let grams): 0.0001 * Double(grams.count)
    case .window(let window, _):
      share(of: window.sets[...]) * (window.beginsWord ? wordStartShare : 1)
    case .digitRun: digitRunShare
    case .none: 1
    }
  }

  /// Whether a rule shows itself by signs of its own, other than a count of digits.
  public func hasWays(_ rule: Int) -> Bool {
    if case .ways = kinds[rule] { true } else { false }
  }

  /// Whether a rule is looked for by its keywords.
  public func isLookedForByKeyword(_ rule: Int) -> Bool { kinds[rule] == .keyword }

  // MARK: Choosing

  private static func sign(of lead: Lead) -> Sign {
    let sets = lead.sets
    guard !sets.isEmpty else { return .none }
    let grams = grams(sets)
    let window = window(lead)
    if let grams, grams.share < max((window?.share ?? 1) * 4, gramShareMax) {
      return .grams(grams.grams)
    }
    guard let window else { return .none }
    return hasDigitRun(sets)
      ? .digitRun(window.window, distance: window.distance)
      : .window(window.window, distance: window.distance)
  }

  /// How often a digit run is met, roughly. It is looked for in any case.
  private static let digitRunShare = 0.001
  /// A stretch that can be written in more ways makes too many grams.
  private static let gramsMax = 48
  /// Grams that are met less often are looked for in any case: windows are for what has none.
  private static let gramShareMax = 0.003

  private static func hasDigitRun(_ sets: [ByteSet]) -> Bool {
    let wanted = ByteSet(digitRunSet).union(.nonASCII)
    guard sets.count >= digitRunBytes else { return false }
    return (0...sets.count - digitRunBytes).contains { start in
      sets[start..<start + digitRunBytes].allSatisfy { $0.isSubset(of: wanted) }
    }
  }

  private static func grams(_ sets: [ByteSet]) -> (grams: [Gram], share: Double)? {
    guard sets.count >= 4 else { return nil }
    var best: [(grams: [Gram], share: Double)?] = [nil, nil]
    for start in 0...sets.count - 3 {
      let stretch = sets[start..<start + 3]
      guard let bytes = grams(stretch) else { continue }
      let share = share(of: stretch)
      if share < best[start & 1]?.share ?? 1 {
        best[start & 1] = (bytes.map { Gram(bytes: $0, distance: start) }, share)
      }
    }
    guard let even = best[0], let odd = best[1] else { return nil }
    return (even.grams + odd.grams, (even.share + odd.share) / 2)
  }

  private static func grams(_ stretch: ArraySlice<ByteSet>) -> Set<UInt32>? {
    var grams: Set<UInt32> = [0]
    for (place, set) in stretch.enumerated() {
      guard set.isSubset(of: ByteSet(.all)) else { return nil }
      let bytes = Set(set.bytes.map(fold))
      guard grams.count * bytes.count <= gramsMax, !bytes.isEmpty else { return nil }
      grams = Set(grams.flatMap { gram in bytes.map { gram | UInt32($0) << UInt32(8 * place) } })
    }
    return grams
  }

  private static func window(
    _ lead: Lead
  ) -> (window: Window, distance: Int, share: Double)? {
    var best: (window: Window, distance: Int, share: Double)?
    for start in 0..<max(1, lead.sets.count - 2) {
      var stretch = Array(lead.sets[start..<min(start + 3, lead.sets.count)])
      while stretch.count < 3 { stretch.append(ByteSet(.all).union(.nonASCII)) }
      let beginsWord = start == 0 && lead.beginsWord
      let share = share(of: stretch[...]) * (beginsWord ? wordStartShare : 1)
      if share < best?.share ?? 1 {
        best = (Window(sets: stretch, beginsWord: beginsWord), start, share)
      }
    }
    return best
  }

  /// How many of the places where a window stands begin a word, roughly.
  private static let wordStartShare = 0.15

  /// How often a stretch is met, roughly. Digits and letters come in runs: behind one of a kind another
  /// is likely.
  private static func share(of stretch: ArraySlice<ByteSet>) -> Double {
    var share = 1.0
    var before = ByteSet()
    for set in stretch {
      let sum = min(1, set.bytes.reduce(0) { $0 + weight($1) })
      share *= max(sum, min(runShare(set, before), 1))
      before = set
    }
    return share
  }

  private static func runShare(_ set: ByteSet, _ before: ByteSet) -> Double {
    let digits = Double(set.ascii.intersection(.digits).count) / 10
    let digitsBefore = Double(before.ascii.intersection(.digits).count) / 10
    let letters = Double(set.ascii.intersection(.letters).count) / 52
    let lettersBefore = Double(before.ascii.intersection(.letters).count) / 52
    return 0.7 * digits * digitsBefore + 0.7 * letters * lettersBefore
  }

  /// How often a byte is met in the strings of log records, roughly.
  public static func weight(_ byte: UInt8) -> Double {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): 0.02
    case UInt8(ascii: "a")...UInt8(ascii: "f"): 0.04
    case UInt8(ascii: "g")...UInt8(ascii: "z"):
      "gkjqxzvw".utf8.contains(byte) ? 0.006 : 0.03
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): 0.003
    case UInt8(ascii: " "), UInt8(ascii: "-"): 0.04
    case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/"): 0.02
    case UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: ","): 0.008
    case 0x80...: 0.0001
    default: 0.001
    }
  }
}
