/// A mask file as written (design.md 6).
public struct MaskFileDeclaration: Sendable, Equatable {
  /// The pack's name: the part of a rule's id before the slash.
  public var name: Located<String>
  /// The name of the file, as the caller gave it.
  public var file: String
  /// The rules without errors, in the order of the file.
  public var rules: [RuleDeclaration]
  /// The overrides without errors, in the order of the file.
  public var overrides: [OverrideDeclaration]
  /// The qualified ids of rules that are declared but have errors, so that an override of one is not
  /// called unknown.
  public var idsInError: Set<String>
  /// What these rules find, as far as that could be read: to look for further errors in it.
  public var matchesInError: [MatchDeclaration] = []
  /// Whether the file may declare rules whose ids could not be read.
  public var hasUnreadRules: Bool
}

/// What a rule looks for; it sets what is allowed (standards.md 3).
public enum RuleClass: String, Sendable, CaseIterable {
  /// Payment card numbers.
  case pan
  /// Sensitive authentication data: card verification codes, track data, PINs (PCI DSS 3.3.1).
  case sad
  /// Personal data.
  case pii
  /// Credentials and keys.
  case secret
  /// Health data.
  case health
  case other
}

/// How bad it is when what a rule finds gets out; for reports and alerts, never for what is masked.
public enum Severity: String, Sendable, CaseIterable, Comparable {
  case low
  case medium
  case high
  case critical

  /// The severity of a rule that names none.
  public init(of ruleClass: RuleClass) {
    self =
      switch ruleClass {
      case .sad: .critical
      case .pan, .secret, .health: .high
      case .pii: .medium
      case .other: .low
      }
  }

  /// In the order of the cases.
  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One rule as written.
public struct RuleDeclaration: Sendable, Equatable {
  /// The id within its mask file: `pan`.
  public var id: Located<String>
  /// The id with the mask's name: `pci/pan`.
  public var qualifiedID: String
  /// What the rule looks for.
  public var ruleClass: RuleClass
  /// One line for `maskline rules`; empty if the file has none.
  public var description: String
  /// How bad it is when a finding gets out: as the file says, else by the class.
  public var severity: Severity
  /// Where the form that the rule finds is defined; empty if the file does not say.
  public var source: String
  /// What is found.
  public var match: MatchDeclaration
  /// What replaces it.
  public var transform: TransformDeclaration
  /// Patterns searched in a match; what they hit is left alone.
  public var allow: [PatternText]
  /// Whether the published test card numbers are let through (`allowTestNumbers: true`); class pan only.
  public var allowsTestNumbers: Located<Bool>?
  /// The rule's own tests. They were written for the rule before any override.
  public var tests: [RuleTestDeclaration]
  /// Whether an override has changed the rule, so that its tests need not hold any more.
  public var isOverridden: Bool
  /// Where the rule begins.
  public var location: SourceLocation
}

/// One of a rule's own tests.
public struct RuleTestDeclaration: Sendable, Equatable {
  /// What goes in.
  public enum Input: Sendable, Equatable {
    /// The text of one string value.
    case text(String)
    /// A whole record: one line of JSON.
    case record(String)
  }

  /// What goes in.
  public var input: Input
  /// What must come out, in the form of the input; nil: the input unchanged.
  public var expected: String?
  /// Where the test begins.
  public var location: SourceLocation
}

/// What a rule finds.
public struct MatchDeclaration: Sendable, Equatable {
  /// How a rule finds.
  public enum Finder: Sendable, Equatable {
    /// A PCRE2 pattern on the matching view.
    case pattern(PatternText)
    /// A built-in number finder, by name.
    case number(Located<String>)
    /// Every scalar at or below the included paths, of which there is at least one.
    case wholeValue
  }

  /// How the rule finds.
  public var finder: Finder
  /// The capture group that is masked; 0 is the whole match. Only with a pattern.
  public var group: Located<Int>?
  /// Names of the validators that a match must pass, all of them.
  public var validators: [Located<String>]
  /// Words that must stand near a match.
  public var keywords: KeywordsDeclaration?
  /// The places that the file lists under `in`.
  public var declaredPlaces: Located<Set<MatchPlace>>?
  /// Where in a record the rule looks.
  public var paths: PathsDeclaration
  /// Fields of one object whose values are put together, in this order, and looked at as one text;
  /// empty for a rule that looks at each value by itself.
  public var join: [FieldPathPattern]
  /// Where the match begins.
  public var location: SourceLocation

  /// The places in which the rule looks: all three unless the file lists them.
  public var places: Set<MatchPlace> { declaredPlaces?.value ?? Set(MatchPlace.allCases) }
}

/// A kind of place in a record; the raw values are those of `in`.
public enum MatchPlace: String, Sendable, CaseIterable {
  case strings
  case numbers
  case keys
}

/// Words of which one must stand near a match or in the field path, on either side; ASCII case is
/// ignored.
public struct KeywordsDeclaration: Sendable, Equatable {
  /// The words; at least one.
  public var any: [Located<String>]
  /// How far from the match, in bytes.
  public var withinBytes: Int
  /// Where the keywords begin.
  public var location: SourceLocation
}

/// The field paths where a rule looks, and where it does not.
public struct PathsDeclaration: Sendable, Equatable {
  /// Where the rule looks; empty: everywhere.
  public var include: [FieldPathPattern]
  /// Where it does not look, even if included.
  public var exclude: [FieldPathPattern]

  /// The paths of a rule that looks everywhere.
  public init(include: [FieldPathPattern] = [], exclude: [FieldPathPattern] = []) {
    self.include = include
    self.exclude = exclude
  }
}

/// A change of a rule of this or another mask file. What is nil stays as the rule says.
public struct OverrideDeclaration: Sendable, Equatable {
  /// The qualified id of the rule.
  public var rule: Located<String>
  /// Whether the rule is switched off.
  public var disabled: Bool?
  /// `include` stands in place of the rule's (unless empty), `exclude` is added to it.
  public var paths: PathsDeclaration?
  /// Stands in place of the rule's.
  public var transform: TransformDeclaration?
  /// Added to the rule's.
  public var allow: [PatternText]?
  /// Stands in place of the rule's.
  public var allowsTestNumbers: Located<Bool>?
  /// Stand in place of the rule's.
  public var keywords: KeywordsDeclaration?
  /// Stand in place of the rule's.
  public var places: Located<Set<MatchPlace>>?
  /// Where the override begins.
  public var location: SourceLocation
}
