/// All mask files of one deployment.
public enum MaskSet {
  /// One file as it was read from disk or from the binary.
  public struct File: Sendable {
    /// The name for error texts.
    public var name: String
    /// What the file holds.
    public var bytes: [UInt8]

    /// A file by name and content.
    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Reads all files and applies their overrides.
  ///
  /// With diagnostics, the rules are those without errors: use them only to find further errors.
  public static func read(
    _ files: [File]
  ) -> (rules: [RuleDeclaration], diagnostics: [Diagnostic]) {
    var declarations: [MaskFileDeclaration] = []
    var diagnostics: [Diagnostic] = []
    var isWhole = true
    for file in files {
      let (declaration, found) = MaskFileDeclaration.parse(bytes: file.bytes, file: file.name)
      diagnostics += found
      if let declaration { declarations.append(declaration) } else { isWhole = false }
    }
    var resolver = Resolver(declarations, isWhole: isWhole)
    resolver.resolve(hasErrors: !diagnostics.isEmpty)
    diagnostics = sorted(diagnostics + resolver.diagnostics, by: files.map(\.name))
    return (resolver.enabledRules, diagnostics)
  }

  /// What the rules with errors find, as far as that could be read: for errors that only a later
  /// step can see, so that one run tells them all.
  public static func matchesInError(_ files: [File]) -> [MatchDeclaration] {
    files.flatMap {
      MaskFileDeclaration.parse(bytes: $0.bytes, file: $0.name).declaration?.matchesInError ?? []
    }
  }

  /// Reads all files and applies their overrides.
  ///
  /// - Throws: all that is wrong in all files.
  public static func load(_ files: [File]) throws(Diagnostics) -> [RuleDeclaration] {
    let (rules, diagnostics) = read(files)
    guard diagnostics.isEmpty else { throw Diagnostics(diagnostics) }
    return rules
  }

  /// Applies the overrides of all files to the rules of all files, in the order of the files, and
  /// checks the result. Disabled rules are left out.
  ///
  /// - Throws: duplicate ids, overrides of unknown rules, and rules that the result does not allow.
  public static func resolve(
    _ files: [MaskFileDeclaration]
  ) throws(Diagnostics) -> [RuleDeclaration] {
    var resolver = Resolver(files, isWhole: true)
    resolver.resolve(hasErrors: false)
    guard resolver.diagnostics.isEmpty else {
      throw Diagnostics(sorted(resolver.diagnostics, by: files.map(\.file)))
    }
    return resolver.enabledRules
  }

  /// The order of the files, and within a file the order of its lines.
  private static func sorted(_ diagnostics: [Diagnostic], by files: [String]) -> [Diagnostic] {
    let order = Dictionary(zip(files, files.indices)) { first, _ in first }
    return diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element.location, right.element.location)
      let (fileA, fileB) = (order[a.file] ?? files.count, order[b.file] ?? files.count)
      return (fileA, a.line, a.column, left.offset) < (fileB, b.line, b.column, right.offset)
    }.map(\.element)
  }

  static func duplicateText(_ id: String, in mask: String, _ first: SourceLocation) -> String {
    "duplicate rule id '\(id)' in mask '\(mask)'; it is already used at \(first)"
  }
}

private struct Resolver {
  private let files: [MaskFileDeclaration]
  /// Whether the id of every rule is known: otherwise an unknown rule may be one that was not read.
  private let isWhole: Bool
  private var rules: [RuleDeclaration] = []
  private var indices: [String: Int] = [:]
  private var disabled: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []

  init(_ files: [MaskFileDeclaration], isWhole: Bool) {
    self.files = files
    self.isWhole = isWhole && !files.contains { $0.hasUnreadRules }
  }

  var enabledRules: [RuleDeclaration] { rules.filter { !disabled.contains($0.qualifiedID) } }

  mutating func resolve(hasErrors: Bool) {
    for file in files { file.rules.forEach { add($0, of: file) } }
    for file in files { file.overrides.forEach { apply($0) } }
    let enabled = enabledRules
    for rule in enabled where rule.isOverridden { diagnostics += RuleChecks.check(rule) }
    diagnostics += RuleChecks.checkTogether(enabled)
    if enabled.isEmpty, diagnostics.isEmpty, !hasErrors {
      let location =
        files.first?.name.location ?? SourceLocation(file: "--masks", line: 1, column: 1)
      report(location, "no rule is left: without rules every record would pass as it came")
    }
  }

  private mutating func report(_ location: SourceLocation, _ text: String) {
    diagnostics.append(Diagnostic(location: location, text: text))
  }

  private mutating func add(_ rule: RuleDeclaration, of file: MaskFileDeclaration) {
    if let index = indices[rule.qualifiedID] {
      let first = rules[index].id.location
      report(
        rule.id.location, MaskSet.duplicateText(rule.id.value, in: file.name.value, first))
      return
    }
    indices[rule.qualifiedID] = rules.count
    rules.append(rule)
  }

  private mutating func apply(_ override: OverrideDeclaration) {
    let id = override.rule.value
    guard let index = indices[id] else {
      if isWhole, !files.contains(where: { $0.idsInError.contains(id) }) {
        reportUnknown(override.rule)
      }
      return
    }
    if let isDisabled = override.disabled {
      if isDisabled { disabled.insert(id) } else { disabled.remove(id) }
    }
    var rule = rules[index]
    if let paths = override.paths {
      if !paths.include.isEmpty { rule.match.paths.include = paths.include }
      rule.match.paths.exclude += paths.exclude
    }
    if let transform = override.transform { rule.transform = transform }
    if let allow = override.allow { rule.allow += allow }
    if let allows = override.allowsTestNumbers { rule.allowsTestNumbers = allows }
    if let keywords = override.keywords { rule.match.keywords = keywords }
    if let places = override.places { rule.match.declaredPlaces = places }
    rule.isOverridden = rule != rules[index] || rule.isOverridden
    rules[index] = rule
  }

  private mutating func reportUnknown(_ rule: Located<String>) {
    var names = rules.map(\.qualifiedID)
    for file in files { names += file.idsInError.sorted() }
    let tail = names.first { $0.hasSuffix("/" + rule.value) }
    let near = tail ?? nearest(to: rule.value, among: names)
    let remedy =
      near.map { "; did you mean '\($0)'?" } ?? "; `maskline rules` lists the rules of the masks"
    report(rule.location, "unknown rule \(shown(rule.value)) in override\(remedy)")
  }
}
