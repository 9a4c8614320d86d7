internal import Bytes
internal import Crypto
internal import Patterns
internal import SecondOpinion
internal import Validators

/// What a path says about rules, at the place that it names and at every place below it.
struct PathStateInfo: Sendable {
  /// Whole-value rules that hold here.
  var wholeValueRules: [Int] = []
  /// Where the words of the rules that an `include` path lets in begin in `stateWords`.
  var includeStart = 0
  /// Where the words of the rules that an `exclude` path keeps out begin.
  var excludeStart = 0
  /// The rules that put the values here together with others, and which of their fields it is.
  var joinFields: [JoinField] = []
  /// Whether any path ends here.
  var holdsAnything = false
  /// Whether a rule of such a path looks at keys.
  var looksAtKeys = false
}

/// Compiled mask files: immutable, shared by all loops.
///
/// Rules are bits of words, so that the rules to run on a value are a few AND and OR operations:
/// those that a prefilter names, and those whose paths end at the value, & by place & by path.
public final class MaskPolicy: Sendable {
  let rules: [CompiledRule]
  let automaton: PathAutomaton
  let states: [PathStateInfo]
  let wordCount: Int
  let usesPrefilters: Bool
  /// What the kernel looks for in every byte.
  let triggers: TriggerPlan
  /// Which of the rules that look everywhere could match where the kernel met a sign: their own bits,
  /// or those `wordCount` words later if they need a keyword.
  let signs: SignIndex
  /// The same of the rules that look at numbers.
  let numberSigns: SignIndex
  /// The number finders that look at numbers.
  let numberRules: [NumberShapes.WholeRule]
  /// Those finders, each once.
  let numberFinders: [NumberFinder]
  /// Which rules have a keyword in a text.
  let keywords: WordIndex
  /// The rules that are looked for where one of their keywords is.
  private let keywordRuleWords: [UInt64]
  /// The keys of `hash`, in the order of `Replacement.hash(key:)`.
  private let hashKeys: [HMACKey]
  private let allWords: [UInt64]
  /// Rules that the prefilters do not know: where their paths end they run.
  private let pathedWords: [UInt64]
  private let placeWords: [UInt64]
  private let stateWords: [UInt64]
  private let everywhereWords: [UInt64]
  /// Rules that find card numbers by the finder, which looks at arrays of digits too.
  let cardRules: [Int]
  /// Rules after which no card number may be left anywhere, and who looks whether one is.
  let leakRules: [Int]
  let secondOpinion: SecondOpinion?
  /// Whether any rule puts the values of fields together.
  let hasJoins: Bool
  /// Rules that run wherever U+017F or U+212A is (see `CaseTwins`): their own bits, or those `wordCount` words later if
  /// they need a keyword.
  private let caseTwinWords: [UInt64]
  /// Whether any keyword could stand in a number.
  let hasKeywordsInNumbers: Bool
  /// The texts that Maskline writes itself.
  let ownForms: [[UInt8]]
  private let cardGate: KeywordGate
  private let ibanGate: KeywordGate
  private let ssnGate: KeywordGate

  /// Puts compiled parts together; `MaskPolicy.compile` is the way from declarations.
  init(
    rules: [CompiledRule], automaton: PathAutomaton, hashKeys: [HMACKey] = [],
    paths: [[PathStep]] = [], usesPrefilters: Bool = true
  ) {
    self.rules = rules
    self.automaton = automaton
    self.hashKeys = hashKeys
    self.usesPrefilters = usesPrefilters
    let wordCount = max(1, (rules.count + 63) / 64)
    self.wordCount = wordCount
    func bits(_ rules: [Int]) -> [UInt64] { Self.words(wordCount, rules) }
    let searching = rules.indices.filter {
      if case .wholeValue = rules[$0].matching { false } else { rules[$0].join.isEmpty }
    }
    cardRules = searching.filter { rules[$0].findsCards }
    leakRules = Self.leakRules(rules)
    secondOpinion = Self.secondOpinion(rules, paths: paths)
    hasJoins = rules.contains { !$0.join.isEmpty }
    let everywhere = searching.filter { rules[$0].includes.isEmpty }
    let gated = everywhere.filter { rules[$0].keywords != nil }
    let inNumber = ASCIISet(Array("0123456789+-.eE".utf8))
    hasKeywordsInNumbers = gated.contains { rule in
      rules[rule].keywords?.words.words.contains { $0.allSatisfy(inNumber.contains) } ?? false
    }
    let twins = everywhere.filter {
      if case .pattern(let pattern, _) = rules[$0].matching {
        pattern.mixesCaseTwins
      } else {
        false
      }
    }
    caseTwinWords =
      bits(twins.filter { rules[$0].keywords == nil })
      + bits(twins.filter { rules[$0].keywords != nil })
    allWords = bits(searching)
    everywhereWords = bits(everywhere)
    pathedWords = bits(searching.filter { !rules[$0].includes.isEmpty })
    placeWords = (0..<8).flatMap { set in
      bits(
        rules.indices.filter {
          !rules[$0].places.isDisjoint(with: PlaceSet(rawValue: UInt8(set)))
        })
    }
    var looked = [TriggerPlan.Rule?](repeating: nil, count: rules.count)
    for rule in everywhere {
      looked[rule] = rules[rule].matching.shape.map {
        TriggerPlan.Rule(shape: $0, keywords: rules[rule].keywords?.words.words)
      }
    }
    let plan = TriggerPlan(looked)
    triggers = plan.withoutLeads()
    func bit(_ rule: Int) -> Int { rules[rule].keywords == nil ? rule : rule + 64 * wordCount }
    let keywordBit = 128 * wordCount
    signs = SignIndex(plan, wordCount: 2 * wordCount + 1, keywordBit: keywordBit, bit: bit)
    let inNumbers = looked.indices.filter { rules[$0].places.contains(.numbers) }
    numberRules = inNumbers.compactMap { rule in
      guard looked[rule] != nil, case .number(let finder) = rules[rule].matching else { return nil }
      return finder.digitsInNumber.map { NumberShapes.WholeRule(bit: bit(rule), digits: $0) }
    }
    let finders = inNumbers.compactMap { rule -> NumberFinder? in
      if case .number(let finder) = rules[rule].matching { finder } else { nil }
    }
    numberFinders = NumberFinder.allCases.filter {
      finders.contains($0) && $0.digitsInNumber != nil
    }
    let patterns = Set(
      inNumbers.filter { if case .pattern = rules[$0].matching { true } else { false } })
    numberSigns = SignIndex(
      TriggerPlan(looked.indices.map { patterns.contains($0) ? looked[$0] : nil }),
      wordCount: 2 * wordCount + 1, keywordBit: keywordBit, bit: bit)
    var words = [[[UInt8]]](repeating: [], count: rules.count)
    for rule in gated { words[rule] = rules[rule].keywords?.words.words ?? [] }
    keywords = WordIndex(words, wordCount: wordCount)
    keywordRules = everywhere.filter(plan.isLookedForByKeyword)
    keywordRuleWords = bits(keywordRules)
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
    MaskPolicy(rules: [], automaton: .empty)
  }

  /// Hashers of one engine, in the order of `Replacement.hash(key:)`.
  func makeHashers() -> [KeyedHasher?] { hashKeys.map { KeyedHasher($0) } }

  /// The ids of all rules, in order.
  public var ruleIDs: [String] { rules.map(\.id) }

  @inline(__always)
  func allWord(_ word: Int) -> UInt64 { allWords[word] }

  func caseTwinWord(_ word: Int) -> UInt64 { caseTwinWords[word] }

  @inline(__always)
  func pathedWord(_ word: Int) -> UInt64 { pathedWords[word] }

  @inline(__always)
  func placeWord(_ word: Int, _ places: PlaceSet) -> UInt64 {
    placeWords[Int(places.rawValue) * wordCount + word]
  }

  /// Rules that look everywhere.
  @inline(__always)
  func everywhereWord(_ word: Int) -> UInt64 { everywhereWords[word] }

  @inline(__always)
  func stateWord(_ word: Int, _ start: Int) -> UInt64 { stateWords[start + word] }

  /// Whether the walker has to look at every string, with a sign in it or not.
  var looksAtAllStrings: Bool { !usesPrefilters || !triggers.rulesWithoutSign.isEmpty }

  /// The rules that are looked for where one of their keywords is.
  let keywordRules: [Int]

  @inline(__always)
  func keywordRuleWord(_ word: Int) -> UInt64 { keywordRuleWords[word] }

  /// The fewest digits that a number must have for a rule that looks everywhere to match in it; below
  /// a key with a keyword, or not.
  func numberDigitsMin(belowKeyword: Bool) -> Int {
    guard usesPrefilters else { return 0 }
    return rules.indices.lazy.filter { rule in
      self.rules[rule].places.contains(.numbers) && self.rules[rule].includes.isEmpty
        && self.rules[rule].join.isEmpty
        && (belowKeyword || !self.triggers.isLookedForByKeyword(rule))
    }
    .map { self.rules[$0].conditions.digitCountMin }.min() ?? .max
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
    KeywordGate(words: Keywords(finder.keywords.map { Array($0.utf8) }), within: 32)
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
    func rulesOfPaths(_ paths: (CompiledRule) -> [Int]) -> [Int: [Int]] {
      var found: [Int: [Int]] = [:]
      for (rule, compiled) in rules.enumerated() {
        for path in paths(compiled) { found[path, default: []].append(rule) }
      }
      return found
    }
    let including = rulesOfPaths(\.includes)
    let excluding = rulesOfPaths(\.excludes)
    let states = automaton.holding.map { holding -> PathStateInfo in
      var info = PathStateInfo()
      guard !holding.isEmpty else { return info }
      let included = Set(holding.flatMap { including[$0] ?? [] }).sorted()
      info.holdsAnything = true
      info.joinFields = JoinField.all(of: rules, at: holding)
      info.wholeValueRules = included.filter {
        if case .wholeValue = rules[$0].matching { true } else { false }
      }
      info.looksAtKeys = included.contains {
        if case .wholeValue = rules[$0].matching { false } else { rules[$0].places.contains(.keys) }
      }
      info.includeStart = place(of: included)
      info.excludeStart = place(of: Set(holding.flatMap { excluding[$0] ?? [] }).sorted())
      return info
    }
    return (states, table)
  }
}
