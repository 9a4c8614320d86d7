internal import Bytes
internal import Crypto
internal import Patterns
public import Rules
internal import Validators

extension MaskPolicy {
  /// Compiles resolved declarations, in the order of the rules.
  ///
  /// - Parameters:
  ///   - declarations: all rules of all mask files, overrides applied (`MaskSet.resolve`).
  ///   - keys: the key files for `hash`.
  ///   - usesPrefilters: false runs every rule on every value; for tests that compare the two.
  ///   - usesJIT: false interprets patterns; for tests that compare the two.
  /// - Throws: every error of every rule, each with its place: patterns that do not compile, unknown
  ///   validators, finders and keys, paths that need too many states.
  public static func compile(
    _ declarations: [RuleDeclaration], keys: HashKeys, usesPrefilters: Bool = true,
    usesJIT: Bool = true
  ) throws(Diagnostics) -> MaskPolicy {
    var compiler = PolicyCompiler(keys: keys, usesJIT: usesJIT)
    for declaration in declarations { compiler.add(declaration) }
    return try compiler.finish(usesPrefilters: usesPrefilters)
  }

  /// What is wrong with the patterns, validators and finders of rules that have other errors already.
  public static func problems(in matches: [MatchDeclaration]) -> [Diagnostic] {
    var compiler = PolicyCompiler(keys: .fixedTestKey, usesJIT: true)
    for match in matches { compiler.look(at: match) }
    return compiler.diagnostics
  }
}

/// Gathers compiled rules and every error on the way.
private struct PolicyCompiler {
  let keys: HashKeys
  let usesJIT: Bool
  private var rules: [CompiledRule] = []
  private var paths: [[PathStep]] = []
  private var pathNumbers: [[PathStep]: Int] = [:]
  private var hashKeys: [HMACKey] = []
  private(set) var diagnostics: [Diagnostic] = []
  private var firstPathLocation: SourceLocation?

  init(keys: HashKeys, usesJIT: Bool) {
    self.keys = keys
    self.usesJIT = usesJIT
  }

  mutating func add(_ declaration: RuleDeclaration) {
    let match = declaration.match
    guard let matching = matching(match) else { return }
    guard let replacement = replacement(declaration.transform) else { return }
    let numberForm: NumberForm =
      switch declaration.transform.numbers {
      case .string: .string
      case .zero: .zero
      case .null: .null
      }
    let conditions = conditions(matching)
    var places = places(match.places)
    if !matching.canHoldInNumber || conditions.periodCountMin > 1 { places.remove(.numbers) }
    rules.append(
      CompiledRule(
        id: declaration.qualifiedID, isPAN: declaration.ruleClass == .pan, matching: matching,
        validators: match.validators.compactMap { validator($0) },
        keywords: match.keywords.map { keywordGate($0) },
        places: places, allow: declaration.allow.compactMap { pattern($0) },
        allowsTestNumbers: declaration.allowsTestNumbers?.value ?? false,
        replacement: replacement, numberForm: numberForm, conditions: conditions,
        includes: match.paths.include.map { path($0) },
        excludes: match.paths.exclude.map { path($0) }, join: match.join.map { path($0) }))
  }

  /// Looks for errors only.
  mutating func look(at match: MatchDeclaration) {
    _ = matching(match)
    for name in match.validators { _ = validator(name) }
  }

  consuming func finish(usesPrefilters: Bool) throws(Diagnostics) -> MaskPolicy {
    let automaton = PathAutomaton(paths: paths)
    if automaton == nil, let place = firstPathLocation {
      diagnostics.append(
        Diagnostic(
          location: place,
          text: "the paths of all rules together need more than \(PathAutomaton.statesMax) states;"
            + " use fewer `**` inside paths"))
    }
    guard diagnostics.isEmpty, let automaton else { throw Diagnostics(diagnostics) }
    return MaskPolicy(
      rules: rules, automaton: automaton, hashKeys: hashKeys, paths: paths,
      usesPrefilters: usesPrefilters)
  }

  private mutating func fail(_ place: SourceLocation, _ text: String) {
    diagnostics.append(Diagnostic(location: place, text: text))
  }

  private mutating func matching(_ match: MatchDeclaration) -> CompiledRule.Matching? {
    switch match.finder {
    case .wholeValue: return .wholeValue
    case .number(let name):
      guard let finder = NumberFinder(rawValue: name.value) else {
        let known = NumberFinder.allCases.map(\.rawValue).joined(separator: ", ")
        fail(name.location, "there is no number finder '\(name.value)'; there are: \(known)")
        return nil
      }
      return .number(finder)
    case .pattern(let text):
      guard let pattern = pattern(text) else { return nil }
      let group = match.group?.value
      if pattern.captureGroupCount > 0 && group == nil {
        fail(
          text.location,
          "the pattern has \(pattern.captureGroupCount) capture group(s), so the rule must say"
            + " which one is masked: add `group: 1`, or write (?:...) for groups that only group")
        return nil
      }
      if let group, group > pattern.captureGroupCount {
        fail(
          match.group?.location ?? text.location,
          "the pattern has \(pattern.captureGroupCount) capture group(s), there is no group \(group)"
        )
        return nil
      }
      return .pattern(pattern, group: group ?? 0)
    }
  }

  private mutating func pattern(_ text: PatternText) -> Pattern? {
    do throws(PatternError) {
      return try Pattern(Array(text.value.utf8), jit: usesJIT)
    } catch {
      fail(text.location(ofByte: error.byteOffset ?? 0), error.text)
      return nil
    }
  }

  private mutating func validator(_ name: Located<String>) -> Validator? {
    if let validator = Validator(rawValue: name.value) { return validator }
    let known = Validator.allCases.map(\.rawValue).sorted().joined(separator: ", ")
    fail(name.location, "there is no validator '\(name.value)'; there are: \(known)")
    return nil
  }

  private mutating func replacement(_ transform: TransformDeclaration) -> Replacement? {
    switch transform.kind {
    case .redact(let text):
      return .redact(text: text.map { Array($0.utf8) } ?? Replacement.redactedText)
    case .keep(let first, let last, let fill): return .keep(first: first, last: last, fill: fill)
    case .null: return .null
    case .drop: return .drop
    case .dropRecord: return .dropRecord
    case .hash(let key): return hash(key, transform.location)
    }
  }

  private mutating func hash(_ name: Located<String>?, _ place: SourceLocation) -> Replacement? {
    guard let key = keys.key(named: name?.value) else {
      fail(name?.location ?? place, missingKeyText(name?.value))
      return nil
    }
    if let known = hashKeys.firstIndex(where: { $0.id == key.id }) { return .hash(key: known) }
    hashKeys.append(key)
    return .hash(key: hashKeys.count - 1)
  }

  private func missingKeyText(_ name: String?) -> String {
    if let name {
      return "there is no key '\(name)'; make it with `maskline keys new --id \(name)` and name its"
        + " folder by --keys"
    }
    guard keys.names.isEmpty else {
      return "hash must say which key: `hash: { key: ID }`; there are: "
        + keys.names.joined(separator: ", ")
    }
    return
      "hash needs a key: make one with `maskline keys new --id ID` and name its folder by --keys"
  }

  private func places(_ places: Set<MatchPlace>) -> PlaceSet {
    var set: PlaceSet = []
    if places.contains(.strings) { set.insert(.strings) }
    if places.contains(.numbers) { set.insert(.numbers) }
    if places.contains(.keys) { set.insert(.keys) }
    return set
  }

  private mutating func path(_ path: FieldPathPattern) -> Int {
    if firstPathLocation == nil { firstPathLocation = path.location }
    let steps = path.segments.map { segment -> PathStep in
      switch segment {
      case .key(let key): .key(Array(key.utf8).map(ASCII.lowercased))
      case .anyKey: .anyKey
      case .element(let number): .element(number)
      case .anyElement: .anyElement
      case .anyDepth: .anyDepth
      }
    }
    if let known = pathNumbers[steps] { return known }
    pathNumbers[steps] = paths.count
    paths.append(steps)
    return paths.count - 1
  }

  private func keywordGate(_ keywords: KeywordsDeclaration) -> KeywordGate {
    KeywordGate(
      words: Keywords(keywords.any.map { Array($0.value.utf8).map(ASCII.lowercased) }),
      within: keywords.withinBytes)
  }

  private func conditions(_ matching: CompiledRule.Matching) -> Conditions {
    var conditions = Conditions()
    switch matching {
    case .wholeValue: break
    case .number(let finder):
      conditions.byteCountMin = finder.byteCountMin
      conditions.digitCountMin = finder.digitCountMin
    case .pattern(let pattern, _):
      let necessary = pattern.conditions
      conditions.byteCountMin = max(1, pattern.minBytes)
      conditions.digitCountMin = necessary.minDigits
      conditions.requiredLow = necessary.requiredBytes.low
      conditions.requiredHigh = necessary.requiredBytes.high
      conditions.periodCountMin = necessary.minPeriods
    }
    return conditions
  }
}
