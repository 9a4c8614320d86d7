internal import Bytes
internal import CScan
internal import Patterns
internal import Validators

/// What kind of place in a record is looked at.
enum Place: UInt8 {
  case value
  case number
  case key
  /// A line that is not JSON, taken as text.
  case text

  var set: PlaceSet {
    switch self {
    case .value, .text: .strings
    case .number: .numbers
    case .key: .keys
    }
  }
}

/// A finding in one matching view, before merging.
struct Finding: BitwiseCopyable {
  var start: Int32
  var end: Int32
  var rule: UInt16
  /// The place of its text in `DecodingState.ready`, if it stands for an edit of a decoded text.
  var unit = isPlain

  /// A rule matched the view itself.
  static let isPlain: Int32 = -1
  /// It stands for a finding in a decoded text, whose rule's transform is still to be carried out.
  static let noReadyText: Int32 = -2
}

/// The scanner of one loop: all scratch memory, and the steps from a chunk of whole lines to a
/// plan. Pure: no I/O, no clock, no globals. The steps are in extensions by topic:
/// `RecordWalker` (grammar), `Inspection` (one place), `RuleMatching` (rules on a view),
/// `Resolution` (findings to edits), `ObjectMending` (dropped members, equal keys), `TextLines`.
struct EngineCore: ~Copyable {
  /// How many strings deep JSON is entered: the level above is a fault.
  static let nestingLevelsMax = 3
  /// Level 0 is the record; the last level only decides whether a text is JSON.
  static let levelCount = nestingLevelsMax + 2

  let policy: MaskPolicy
  let automaton: PathAutomaton
  let triggers: KernelTriggers
  var levels: [5 of ScanLevel]
  /// The text that each level walks, and where its bytes came from.
  var texts: [5 of ByteView]
  var origins: [5 of ByteOrigins]
  /// How many frames of each level lead to the place in hand.
  var pathDepths: [5 of Int]
  var depthMax = 128
  var faults = FaultTable()

  // The prefilters of the hot loop, copied out of the policy.
  var plainStates: Scratch<Bool>
  let looksAtAllStrings: Bool
  /// The states of paths below which a rule looks at keys.
  var keyStates: Scratch<Bool>
  let numberDigitsMin: Int
  let keyedNumberDigitsMin: Int
  let hasKeywordRules: Bool
  let hasJoins: Bool
  let hasCardRules: Bool
  var keys: KeyCache

  /// The states of the open arrays and objects in which a path ends: it holds for all below.
  var held = Scratch<UInt16>()

  // Where a walk stopped.
  var cursor = 0
  var faultPosition = 0
  var malformedKind = MalformedKind.unexpectedByte

  /// Whether the place in hand is, or lies below, a key with a word that rules are looked for by.
  var isKeyed = false

  // One place.
  var folded = TextBuffer()
  var number = TextBuffer(capacity: 64)
  /// The text of a key with escapes, decoded to look for keywords in it.
  var keyText = TextBuffer(capacity: 64)
  var keyTextBefore = TextBuffer(capacity: 64)
  /// A text with plain letters for U+017F and U+212A.
  var plainLetters = TextBuffer(capacity: 64)
  var masked = TextBuffer()
  var candidates: Scratch<UInt64>
  let signs: SignIndex
  let numberSigns: SignIndex
  var numberShapes: NumberShapes
  var viewBlocks = Scratch<CScan_Block>(capacity: 8)
  /// The rules that have a keyword in the view or its path.
  var keywordHits: Scratch<UInt64>
  /// The rules that the paths of the place let run, and its whole-value rules.
  var allowed: Scratch<UInt64>
  /// Whether those are the rules that look everywhere, as at most places.
  var allowsEverywhere = false
  /// The allowed rules that look at the kind of place in hand.
  var allowedHere: Scratch<UInt64>
  let ruleWords: RuleWords
  var wholeValueRules: [Int] = []
  /// The text of several values that are looked at as one.
  var joined = TextBuffer(capacity: 64)
  var findings = Scratch<Finding>()
  var viewEdits = Scratch<ViewEdit>()
  var viewText = Scratch<UInt8>()
  var numberMatches: [NumberMatch] = []
  var matcher: Matcher
  let hashers: [KeyedHasher?]
  var isRescan = false
  /// Whether a rule asked for the words of the field path.
  var asksPath = false
  /// Maskline's own replacements in which no rule found anything; see `isQuiet`.
  var quietForms: [Bool]
  var decoding = DecodingState()

  // One record.
  /// What matching may still cost; made when the first pattern runs on the record.
  var budget = WorkBudget(recordBytes: 0)
  var hasBudget = false
  var recordStart = 0
  /// The chunk that the record lies in.
  var recordText: ByteView
  var plan = Plan()
  var hits = Scratch<UInt16>()
  var errorValues: [8 of UInt32] = .init(repeating: 0)
  var dropMarks = Scratch<UInt64>()
  var keyMarks = Scratch<KeyMark>()
  var joinParts = JoinParts()
  /// How many published test card numbers were let through.
  var testNumbers: UInt64 = 0
  /// Those of the place in hand.
  var countedTestNumbers: [(digits: UInt64, place: UInt)] = []
  var needsNormalizing = false
  /// Whether a place of the record was at a path that exempts it from a rule; see `Exemptions`.
  var usesExemption = false
  /// Whether JSON inside a string of the record repeats a key beside such a place.
  var exemptionsAreVoid = false
  var ignoresExclusions = false
  var textLine = TextBuffer()
  var reports: [FindingReport] = []
  var reportPlaces: [ReportPlace] = []
  var isReporting = false

  /// The records of the chunk that leave no line in the output.
  var vanished = Scratch<UInt64>()

  // What all records so far add up to.
  var finishedReports: [FindingReport] = []
  var ruleHits: Scratch<UInt64>

  // The rules' costs, for the benchmark.
  var costs: RuleCosts

  init(policy: MaskPolicy) {
    self.policy = policy
    automaton = policy.automaton
    triggers = KernelTriggers(policy.triggers, policy.signs)
    levels = InlineArray { _ in ScanLevel() }
    let empty = folded.view
    texts = InlineArray(repeating: empty)
    recordText = empty
    origins = InlineArray(repeating: .chunk)
    pathDepths = InlineArray(repeating: 0)
    plainStates = Scratch(capacity: policy.states.count)
    for state in policy.states { plainStates.append(!state.holdsAnything) }
    keywordHits = Scratch(capacity: policy.wordCount)
    keywordHits.resizeUninitialized(to: policy.wordCount)
    keys = KeyCache(wordCount: policy.wordCount)
    allowed = Scratch(capacity: policy.wordCount)
    allowed.resizeUninitialized(to: policy.wordCount)
    allowedHere = Scratch(capacity: policy.wordCount)
    ruleWords = RuleWords(policy)
    looksAtAllStrings = policy.looksAtAllStrings
    keyStates = Scratch(capacity: policy.states.count)
    for state in policy.states { keyStates.append(state.looksAtKeys) }
    numberDigitsMin = policy.numberDigitsMin(belowKeyword: false)
    keyedNumberDigitsMin = policy.numberDigitsMin(belowKeyword: true)
    hasKeywordRules = !policy.keywordRules.isEmpty
    hasJoins = policy.hasJoins
    hasCardRules = !policy.cardRules.isEmpty
    candidates = Scratch(capacity: policy.signs.wordCount)
    candidates.resizeUninitialized(to: policy.signs.wordCount)
    signs = policy.signs
    numberSigns = policy.numberSigns
    numberShapes = NumberShapes(
      policy.numberSigns, policy.numberRules, ownWordCount: policy.wordCount)
    matcher = Matcher()
    quietForms = .init(repeating: false, count: policy.ownForms.count)
    hashers = policy.makeHashers()
    costs = RuleCosts(count: policy.rules.count)
    ruleHits = Scratch(capacity: max(policy.rules.count, 1))
    for _ in policy.rules { ruleHits.append(0) }
    setDepthMax(128)
  }

  mutating func setDepthMax(_ depth: Int) {
    depthMax = depth
    for level in 0..<Self.levelCount {
      levels[level].frames.resizeUninitialized(to: depth + 1)
    }
  }
}
