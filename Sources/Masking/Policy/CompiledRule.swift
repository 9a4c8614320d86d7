internal import Bytes
internal import Patterns
internal import Validators

/// Where in a record a rule looks.
struct PlaceSet: OptionSet, Sendable {
  let rawValue: UInt8
  static let strings = PlaceSet(rawValue: 1)
  static let numbers = PlaceSet(rawValue: 2)
  static let keys = PlaceSet(rawValue: 4)
}

/// What stands where a finding was.
enum Replacement: Sendable, Equatable {
  case keep(first: Int, last: Int, fill: UInt8)
  /// HMAC-SHA-256 with the key at this place of the policy's key ring.
  case hash(key: Int)
  case redact(text: [UInt8])
  case null
  case drop
  case dropRecord

  /// Of overlapping findings the strictest transform wins (design.md 6).
  var strictness: Int {
    switch self {
    case .keep: 0
    case .hash: 1
    case .redact: 2
    case .null: 3
    case .drop: 4
    case .dropRecord: 5
    }
  }

  /// The text of a `redact` that names none.
  static let redactedText = Array("[REDACTED]".utf8)
  /// What replaces a value that could not be scanned for sure.
  static let errorText = Array("[MASK_ERROR]".utf8)
}

/// How a number is written once a finding in it was masked.
enum NumberForm: String, Sendable {
  case string
  case zero
  case null
}

/// Words of which one must stand near a match, or in the field path.
struct KeywordGate: Sendable {
  var words: Keywords
  /// How many bytes of the matching view may lie between the word and the match.
  var within: Int
}

/// What every match of a rule must have: the prefilter. It never changes the result.
struct Conditions: Sendable {
  var byteCountMin = 1
  var digitCountMin = 0
  /// ASCII bytes that every match holds, as bits 0 to 127.
  var requiredLow: UInt64 = 0
  var requiredHigh: UInt64 = 0
  /// The fewest full stops: a number has one at most.
  var periodCountMin = 0
}

/// One rule, ready to run. A class, so that handing it around costs one reference count.
final class CompiledRule: Sendable {
  enum Matching: Sendable {
    case pattern(Pattern, group: Int)
    case number(NumberFinder)
    /// Every scalar at or below the rule's paths.
    case wholeValue

    /// What the prefilter knows of the matches.
    var shape: RuleShape? {
      switch self {
      case .pattern(let pattern, _): RuleShape(pattern)
      case .number(let finder): RuleShape(parsing: finder.shape)
      case .wholeValue: nil
      }
    }

    /// Whether a number's text could hold a match.
    var canHoldInNumber: Bool {
      shape?.canHoldInNumber ?? true
    }
  }

  let id: String
  let isPAN: Bool
  let matching: Matching
  let validators: [Validator]
  let keywords: KeywordGate?
  let places: PlaceSet
  let allow: [Pattern]
  let allowsTestNumbers: Bool
  let replacement: Replacement
  let numberForm: NumberForm
  let conditions: Conditions
  /// Numbers of paths in the automaton; no includes means everywhere.
  let includes: [Int]
  let excludes: [Int]
  /// Numbers of the paths whose values are put together for this rule, in their order; a rule that has
  /// some looks at nothing else.
  let join: [Int]

  init(
    id: String, isPAN: Bool, matching: Matching, validators: [Validator], keywords: KeywordGate?,
    places: PlaceSet, allow: [Pattern], allowsTestNumbers: Bool, replacement: Replacement,
    numberForm: NumberForm,
    conditions: Conditions, includes: [Int], excludes: [Int], join: [Int]
  ) {
    self.id = id
    self.isPAN = isPAN
    self.matching = matching
    self.validators = validators
    self.keywords = keywords
    self.places = places
    self.allow = allow
    self.allowsTestNumbers = allowsTestNumbers
    self.replacement = replacement
    self.numberForm = numberForm
    self.conditions = conditions
    self.includes = includes
    self.excludes = excludes
    self.join = join
  }

  /// Whether the rule finds card numbers by the finder.
  var findsCards: Bool { if case .number(.card) = matching { true } else { false } }

  /// Whether hashes are made of the letters and digits alone, so that a card number gives one
  /// hash however it is grouped.
  var isCanonical: Bool { if case .number = matching { true } else { false } }
}
