internal import Bytes
internal import Crypto
internal import Validators

/// What a path says about rules, at the place that it names and at every place below it.
struct PathStateInfo: Sendable {
  /// Whole-value rules that hold here.
  var wholeValueRules: [Int] = []
  /// Where the words of the rules that an `include` path lets in begin in `stateWords`.
  var includeStart = 0
  /// Where the words of the rules that an `exclude` path keeps out begin.
  var excludeStart = 0
  /// Whether any path ends here.
  var holdsAnything = false
}

/// Compiled mask files: immutable, shared by all loops.
///
/// Rules are bits of words, so that the rules to run on a value are a few AND and OR operations:
/// (by digit count | by literal) & by place & by path.
public final class MaskPolicy: Sendable {
  /// Digit counts above this are one class.
  static let digitClassMax = 20

  let rules: [CompiledRule]
  let literals: [TriggerTable.Literal]
  /// The words that rules want near a match; `keywordWord` says whose they are.
  let keywords: [TriggerTable.Literal]
  let automaton: PathAutomaton
  let states: [PathStateInfo]
  let wordCount: Int
  let usesPrefilters: Bool
  /// The keys of `hash`, in the order of `Replacement.hash(key:)`.
  private let hashKeys: [HMACKey]
  private let digitWords: [UInt64]
  private let allWords: [UInt64]
  private let literalWords: [UInt64]
  private let placeWords: [UInt64]
  private let stateWords: [UInt64]
  private let everywhereWords: [UInt64]
  /// Rules that need a keyword, and for each literal those that it is a keyword of.
  private let gatedWords: [UInt64]
  private let keywordWords: [UInt64]
  /// The rules of `gatedWords`.
  let gatedRules: [Int]
  private let ownForms: [[UInt8]]
  private let cardGate: KeywordGate
  private let ibanGate: KeywordGate
  private let ssnGate: KeywordGate

  /// Puts compiled parts together; `MaskPolicy.compile` is the way from declarations.
  init(
    rules: [CompiledRule], literals: [TriggerTable.Literal],
    keywords: [TriggerTable.Literal] = [], automaton: PathAutomaton,
    hashKeys: [HMACKey] = [], usesPrefilters: Bool = true
  ) {
    self.rules = rules
    self.literals = literals
    self.keywords = keywords
    self.automaton = automaton
    self.hashKeys = hashKeys
    self.usesPrefilters = usesPrefilters
    wordCount = max(1, (rules.count + 63) / 64)
    let searching = rules.indices.filter {
      if case .wholeValue = rules[$0].matching { false } else { true }
    }
    allWords = Self.words(wordCount, searching)
    digitWords = (0...Self.digitClassMax).flatMap { digits in
      Self.words(
        max(1, (rules.count + 63) / 64),
        searching.filter {
          rules[$0].conditions.literals == nil && rules[$0].conditions.digitCountMin <= digits
        })
    }
    literalWords = literals.indices.flatMap { literal in
      Self.words(
        max(1, (rules.count + 63) / 64),
        searching.filter { rules[$0].conditions.literals?.contains(literal) ?? false })
    }
    placeWords = (0..<8).flatMap { set in
      Self.words(
        max(1, (rules.count + 63) / 64),
        rules.indices.filter {
          !rules[$0].places.isDisjoint(with: PlaceSet(rawValue: UInt8(set)))
        })
    }
    gatedRules = searching.filter { rules[$0].keywords != nil }
    gatedWords = Self.words(wordCount, gatedRules)
    keywordWords = keywords.indices.flatMap { literal in
      Self.words(
        max(1, (rules.count + 63) / 64),
        searching.filter { rules[$0].keywords?.literals.contains(literal) ?? false })
    }
    everywhereWords = Self.words(wordCount, searching.filter { rules[$0].includes.isEmpty })
    (states, stateWords) = Self.stateTables(rules, automaton)
    var forms = [Replacement.redactedText, Replacement.errorText]
    for rule in rules { if case .redact(let text) = rule.replacement { forms.append(text) } }
    ownForms = Array(Set(forms))
    cardGate = Self.gate(.card)
    ibanGate = Self.gate(.iban)
    ssnGate = Self.gate(.ssn)
  }

  /// A policy without rules: records are validated, and nothing is masked.
  public static var empty: MaskPolicy {
    MaskPolicy(rules: [], literals: [], automaton: .empty)
  }

  /// Hashers of one engine, in the order of `Replacement.hash(key:)`.
  func makeHashers() -> [KeyedHasher?] { hashKeys.map { KeyedHasher($0) } }

  /// The ids of all rules, in order.
  public var ruleIDs: [String] { rules.map(\.id) }

  @inline(__always)
  func candidateWord(_ word: Int, digits: Int?) -> UInt64 {
    guard let digits else { return allWords[word] }
    return digitWords[digits * wordCount + word]
  }

  @inline(__always)
  func literalWord(_ word: Int, _ literal: Int) -> UInt64 {
    literalWords[literal * wordCount + word]
  }

  @inline(__always)
  func keywordWord(_ word: Int, _ literal: Int) -> UInt64 {
    keywordWords[literal * wordCount + word]
  }

  @inline(__always)
  func gatedWord(_ word: Int) -> UInt64 { gatedWords[word] }

  @inline(__always)
  func placeWord(_ word: Int, _ places: PlaceSet) -> UInt64 {
    placeWords[Int(places.rawValue) * wordCount + word]
  }

  /// Rules that look everywhere.
  @inline(__always)
  func everywhereWord(_ word: Int) -> UInt64 { everywhereWords[word] }

  @inline(__always)
  func stateWord(_ word: Int, _ start: Int) -> UInt64 { stateWords[start + word] }

  /// The fewest digits that a value of this kind must hold for a rule without a literal to match.
  func digitsMin(_ place: PlaceSet) -> Int {
    guard usesPrefilters else { return 0 }
    var least = Int.max
    // Rules with paths run where these end, and there every value is looked at.
    for rule in rules where rule.places.contains(place) && rule.includes.isEmpty {
      if case .wholeValue = rule.matching { continue }
      // A number may hold a literal that is made of digits; those are not looked for there.
      if rule.conditions.literals == nil || place == .numbers {
        least = min(least, rule.conditions.digitCountMin)
      }
    }
    return least
  }

  /// Whether the text is one that Maskline itself writes: those are left alone (idempotence).
  func isOwnForm(_ text: ByteView) -> Bool {
    let text = Self.withoutNumber(text)
    for form in ownForms where text.equals(form) { return true }
    return text.withSpan { HashForm.matches($0) }
  }

  /// The text without the `~2` that tells masked keys apart.
  private static func withoutNumber(_ text: ByteView) -> ByteView {
    var end = text.count
    while end > 0, ASCII.isDigit(text[end - 1]) { end -= 1 }
    guard end > 1, end < text.count, text[end - 1] == 0x7E else { return text }
    return text[0..<end - 1]
  }

  func finderKeywords(_ finder: NumberFinder) -> KeywordGate {
    switch finder {
    case .card: cardGate
    case .iban: ibanGate
    case .ssn: ssnGate
    }
  }

  private static func gate(_ finder: NumberFinder) -> KeywordGate {
    KeywordGate(words: finder.keywords.map { Array($0.utf8) }, within: 32)
  }

  private static func words(_ count: Int, _ rules: [Int]) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    for rule in rules { words[rule / 64] |= 1 << UInt64(rule % 64) }
    return words
  }

  /// The rules of every path state.
  private static func stateTables(
    _ rules: [CompiledRule], _ automaton: PathAutomaton
  ) -> ([PathStateInfo], [UInt64]) {
    let wordCount = max(1, (rules.count + 63) / 64)
    var table = [UInt64](repeating: 0, count: wordCount)
    func place(of rules: [Int]) -> Int {
      if rules.isEmpty { return 0 }
      table += words(wordCount, rules)
      return table.count - wordCount
    }
    let states = automaton.holding.map { holding -> PathStateInfo in
      var info = PathStateInfo()
      guard !holding.isEmpty else { return info }
      let here = Set(holding)
      let included = rules.indices.filter { !here.isDisjoint(with: rules[$0].includes) }
      info.holdsAnything = true
      info.wholeValueRules = included.filter {
        if case .wholeValue = rules[$0].matching { true } else { false }
      }
      info.includeStart = place(of: included)
      info.excludeStart = place(
        of: rules.indices.filter { !here.isDisjoint(with: rules[$0].excludes) })
      return info
    }
    return (states, table)
  }
}
