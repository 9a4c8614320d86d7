internal import Bytes
internal import Masking
internal import Rules

/// Why a rule does not fire where it nearly would: the first of its conditions that keeps it from it.
///
/// Found by running the rule again with one kind of condition after the other taken off: what a looser
/// form of the rule finds and a stricter one does not, that condition refused. So the answer comes
/// from the same engine that masks, not from a second reading of the rule.
enum RefusedBy: Int, CaseIterable {
  case testNumbers
  case allow
  case keywords
  case validators
  case paths

  /// The rule without this condition and those before it; nil when the rule has none of this kind.
  func loosened(_ rule: RuleDeclaration) -> RuleDeclaration? {
    var loose = rule
    var isLooser = false
    for step in Self.allCases where step.rawValue <= rawValue {
      let changes = step.takeOff(&loose)
      if step == self { isLooser = changes }
    }
    return isLooser ? loose : nil
  }

  /// Takes the condition off; false when there is none.
  private func takeOff(_ rule: inout RuleDeclaration) -> Bool {
    switch self {
    case .testNumbers:
      defer { rule.allowsTestNumbers = nil }
      return rule.allowsTestNumbers?.value ?? false
    case .allow:
      defer { rule.allow = [] }
      return !rule.allow.isEmpty
    case .keywords:
      if case .number(let name) = rule.match.finder, let form = Self.form(of: name.value) {
        rule.match.finder = .pattern(PatternText(form.pattern, at: name.location))
        rule.match.validators += [Located(form.validator, at: name.location)]
        rule.match.keywords = nil
        return true
      }
      defer { rule.match.keywords = nil }
      return rule.match.keywords != nil
    case .validators:
      defer { rule.match.validators = [] }
      return !rule.match.validators.isEmpty
    case .paths:
      if case .wholeValue = rule.match.finder { return false }
      defer {
        rule.match.paths = PathsDeclaration()
        rule.match.declaredPlaces = nil
      }
      return rule.match.paths != PathsDeclaration() || rule.match.declaredPlaces != nil
    }
  }

  /// What a number finder's numbers look like before it asks for more.
  private static func form(of finder: String) -> (pattern: String, validator: String)? {
    let separators = #"(?:[\p{Zs}\p{Pd}\x{2212}\t._/]{1,3})?"#
    return switch finder {
    case "card": ("(?<![0-9])[0-9](?:\(separators)[0-9]){11,18}(?![0-9])", "luhn")
    case "iban":
      (
        "(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?:\(separators)[0-9A-Za-z]){11,29}(?![0-9A-Za-z])",
        "iban"
      )
    case "ssn": ("(?<![0-9])[0-9]{3}\(separators)[0-9]{2}\(separators)[0-9]{4}(?![0-9])", "ssn")
    default: nil
    }
  }

  /// What is missing or in the way, and so what to change.
  func text(_ rule: RuleDeclaration) -> String {
    switch self {
    case .testNumbers:
      "allowTestNumbers: it is a published test number, and the rule lets them through"
    case .allow: "allow: one of the rule's patterns hits the match"
    case .keywords:
      if let keywords = rule.match.keywords {
        "keywords: none of \(Self.listed(keywords.any.map(\.value))) stands within"
          + " \(keywords.withinBytes) bytes or in the path"
      } else {
        "number: it is one by itself, but issuer, length, grouping or surroundings leave doubt,"
          + " and no keyword stands near"
      }
    case .validators:
      if case .number(let name) = rule.match.finder {
        "number: it has the form of a \(name.value) number, and its check or its ranges refuse it"
      } else {
        "validate: refused by \(rule.match.validators.map(\.value).joined(separator: ", "))"
      }
    case .paths:
      "paths: the path or the place is not one where the rule looks"
    }
  }

  private static func listed(_ words: [String]) -> String {
    let shown = words.prefix(6).joined(separator: ", ")
    return words.count > 6 ? shown + " and \(words.count - 6) more" : shown
  }

  /// What let a match through, for a rule that fires.
  static func passed(_ rule: RuleDeclaration) -> String {
    var parts: [String] = []
    switch rule.match.finder {
    case .pattern: parts.append("pattern")
    case .number(let name): parts.append("number \(name.value)")
    case .wholeValue: parts.append("path")
    }
    if !rule.match.validators.isEmpty {
      parts.append("validate " + rule.match.validators.map(\.value).joined(separator: ", "))
    }
    if rule.match.keywords != nil { parts.append("a keyword") }
    if case .wholeValue = rule.match.finder {
    } else if !rule.match.paths.include.isEmpty {
      parts.append("path")
    }
    return parts.joined(separator: "; ")
  }
}

/// One looser form of all rules, and its place in the stream.
private final class LooseRun {
  let step: RefusedBy
  private let engine: MaskingEngine
  private var masker: StreamMasker
  private var scratch = ByteBuffer()

  init(_ step: RefusedBy, _ policy: MaskPolicy, _ options: StreamOptions) {
    self.step = step
    engine = MaskingEngine(policy: policy)
    engine.reportsFindings = true
    masker = StreamMasker(options: options)
  }

  /// What it finds in the next bytes of the stream, or at its end.
  func findings(in chunk: borrowing ByteBuffer, isEnd: Bool) -> [FindingReport] {
    _ =
      isEnd
      ? masker.finish(.clean, with: engine, into: &scratch)
      : masker.consume(chunk, with: engine, into: &scratch)
    scratch.removeAll(keepingCapacity: 1 << 20)
    return engine.takeReports()
  }
}

/// Runs the same stream through the rules and their looser forms.
struct ReasonFinder {
  private let rules: [String: RuleDeclaration]
  private let runs: [LooseRun]

  /// The looser forms of `rules`.
  init(_ rules: [RuleDeclaration], options: StreamOptions, keys: HashKeys) throws {
    self.rules = Dictionary(
      rules.map { ($0.qualifiedID, $0) }, uniquingKeysWith: { first, _ in first })
    var runs: [LooseRun] = []
    for step in RefusedBy.allCases {
      let loose = rules.compactMap { step.loosened($0) }
      guard !loose.isEmpty else { continue }
      do throws(Diagnostics) {
        runs.append(LooseRun(step, try MaskPolicy.compile(loose, keys: keys), options))
      } catch {
        throw ExitStatus.fail(error.diagnostics)
      }
    }
    self.runs = runs
  }

  /// All lines about the next bytes of the stream, or its end, in the order of the records.
  func lines(
    of chunk: borrowing ByteBuffer, isEnd: Bool, findings: [FindingReport]
  ) -> [JSONObject] {
    var known: [Place: [Range<Int>]] = [:]
    var lines: [(UInt64, JSONObject)] = []
    for finding in findings {
      known[Place(finding), default: []].append(finding.range)
      guard let rule = rules[finding.rule] else { continue }
      lines.append((finding.record, line(finding, fires: true, RefusedBy.passed(rule))))
    }
    for run in runs {
      for finding in run.findings(in: chunk, isEnd: isEnd) {
        let place = Place(finding)
        let isKnown = known[place]?.contains { $0.overlaps(finding.range) || $0 == finding.range }
        guard !(isKnown ?? false), let rule = rules[finding.rule] else { continue }
        known[place, default: []].append(finding.range)
        lines.append((finding.record, line(finding, fires: false, run.step.text(rule))))
      }
    }
    return lines.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
      .map(\.element.1)
  }

  private func line(_ finding: FindingReport, fires: Bool, _ because: String) -> JSONObject {
    var object = ExplainCommand.object(finding)
    object.add("fires", fires)
    object.add("because", because)
    return object
  }

  /// One rule at one place of one record.
  private struct Place: Hashable {
    let record: UInt64
    let path: String
    let kind: String
    let rule: String

    init(_ finding: FindingReport) {
      record = finding.record
      path = finding.path
      kind = finding.place
      rule = finding.rule
    }
  }
}
