import YAML

extension MaskFileDeclaration {
  /// Reads a mask file.
  ///
  /// Returns what was read without errors, and all errors in the order of the file; nil if the file
  /// is no YAML mapping or has no mask name. Apply the declaration only when there are no errors; the rest is for
  /// finding further errors in other files.
  public static func parse(
    bytes: [UInt8], file: String
  ) -> (declaration: MaskFileDeclaration?, diagnostics: [Diagnostic]) {
    var reader = NodeReader(file: file)
    guard let root = reader.root(of: bytes) else { return (nil, reader.sortedDiagnostics) }
    let declaration = reader.maskFile(root)
    return (declaration, reader.sortedDiagnostics)
  }
}

extension NodeReader {
  fileprivate mutating func maskFile(_ root: YAMLNode) -> MaskFileDeclaration? {
    let known = ["version", "mask", "rules", "overrides"]
    guard let fields = fields(root, "mask file", known: known) else { return nil }
    // Errors of YAML and of the top keys can hide whole rules.
    let hidesRules = !diagnostics.isEmpty
    version(in: fields, "mask file")
    require(["mask"], in: fields, "mask file")
    let name = fields["mask"].flatMap { self.name($0, "mask name") }
    var declaration = MaskFileDeclaration(
      name: name ?? Located("", at: location(root)), file: file, rules: [], overrides: [],
      idsInError: [], hasUnreadRules: hidesRules)
    if fields["rules"] == nil, fields["overrides"] == nil {
      report(root, "mask file has neither 'rules' nor 'overrides'; add one")
    }
    var ids: [String: SourceLocation] = [:]
    for node in fields["rules"].flatMap({ list($0, "rules") }) ?? [] {
      rule(node, into: &declaration, ids: &ids)
    }
    for node in fields["overrides"].flatMap({ list($0, "overrides") }) ?? [] {
      if let override = override(node) { declaration.overrides.append(override) }
    }
    // Without a name no rule has a qualified id that another file could speak of.
    return name == nil ? nil : declaration
  }

  /// Reads one rule. `ids` holds the ids used so far, those of rules with errors too.
  private mutating func rule(
    _ node: YAMLNode, into file: inout MaskFileDeclaration, ids: inout [String: SourceLocation]
  ) {
    let before = diagnostics.count
    let known = [
      "id", "class", "severity", "description", "source", "match", "transform", "allow",
      "allowTestNumbers", "tests",
    ]
    guard let fields = fields(node, "rule", known: known) else {
      file.hasUnreadRules = true
      return
    }
    let id = fields["id"].flatMap { name($0, "rule id") }
    let what = id.map { "rule '\($0.value)'" } ?? "rule"
    require(["id", "class", "match", "transform"], in: fields, what)
    let ruleClass: RuleClass? = fields["class"].flatMap { choice($0, "class") }
    let description = fields["description"].flatMap {
      line($0, "description", bytesMax: RulesLimits.descriptionBytesMax)
    }
    let severity: Severity? = fields["severity"].flatMap { choice($0, "severity") }
    let source = fields["source"].flatMap {
      line($0, "source", bytesMax: RulesLimits.descriptionBytesMax)
    }
    let match = fields["match"].flatMap { self.match($0) }
    let transform = fields["transform"].flatMap { self.transform($0) }
    let allow = fields["allow"].flatMap { patterns($0, "allow") } ?? []
    let allowsTestNumbers = fields["allowTestNumbers"].flatMap { allowTestNumbers($0) }
    let tests = fields["tests"].flatMap { list($0, "tests") }?.compactMap { test($0) } ?? []
    guard let id else {
      file.hasUnreadRules = true
      return
    }
    let qualifiedID = "\(file.name.value)/\(id.value)"
    if let first = ids[id.value] {
      report(id.location, MaskSet.duplicateText(id.value, in: file.name.value, first))
      return
    }
    ids[id.value] = id.location
    if let ruleClass, let transform {
      report(RuleChecks.check(transform, of: qualifiedID, ruleClass))
    }
    if let ruleClass, let match {
      report(RuleChecks.check(testNumbers: allowsTestNumbers, ruleClass, match))
    }
    if let match { report(RuleChecks.check(match, allow: allow)) }
    if let ruleClass, let match, let transform {
      let rule = RuleDeclaration(
        id: id, qualifiedID: qualifiedID, ruleClass: ruleClass,
        description: description?.value ?? "", severity: severity ?? Severity(of: ruleClass),
        source: source?.value ?? "", match: match, transform: transform, allow: allow,
        allowsTestNumbers: allowsTestNumbers, tests: tests, isOverridden: false,
        location: location(node))
      if diagnostics.count == before, !holdsRefused(node) {
        file.rules.append(rule)
        return
      }
    }
    file.idsInError.insert(qualifiedID)
    if let match { file.matchesInError.append(match) }
  }

  /// Reads `{ in: '...', out: '...' }` or `{ record: '...', out: '...' }`.
  private mutating func test(_ node: YAMLNode) -> RuleTestDeclaration? {
    guard let fields = fields(node, "test", known: ["in", "record", "out"]) else { return nil }
    var input: RuleTestDeclaration.Input?
    switch (fields["in"], fields["record"]) {
    case (nil, nil): report(node, "test has neither 'in' nor 'record'; add one")
    case (.some, let record?): report(record, "test has both 'in' and 'record'; use one")
    case (let text?, nil): input = self.text(text, "in", canBeEmpty: true).map { .text($0.value) }
    case (nil, let record?): input = self.record(record, "record").map { .record($0) }
    }
    guard let input, let out = fields["out"] else {
      return input.map { .init(input: $0, expected: nil, location: location(node)) }
    }
    let expected: String? =
      switch input {
      case .text: text(out, "out", canBeEmpty: true)?.value
      case .record: record(out, "out", canBeEmpty: true)
      }
    guard let expected else { return nil }
    return .init(input: input, expected: expected, location: location(node))
  }

  private mutating func allowTestNumbers(_ node: YAMLNode) -> Located<Bool>? {
    boolean(node, "allowTestNumbers").map { Located($0, at: location(node)) }
  }

  private mutating func record(
    _ node: YAMLNode, _ what: String, canBeEmpty: Bool = false
  ) -> String? {
    guard let text = text(node, what, canBeEmpty: canBeEmpty) else { return nil }
    if text.value.utf8.contains(0x0A) {
      report(node, "\(what) must be one line: a record is one line of JSON")
      return nil
    }
    return text.value
  }

  private mutating func override(_ node: YAMLNode) -> OverrideDeclaration? {
    let before = diagnostics.count
    let changes = ["disabled", "paths", "transform", "allow", "allowTestNumbers", "keywords", "in"]
    guard let fields = fields(node, "override", known: ["rule"] + changes) else { return nil }
    require(["rule"], in: fields, "override")
    let rule = fields["rule"].flatMap { text($0, "rule") }
    if diagnostics.count == before, changes.allSatisfy({ fields[$0] == nil }) {
      report(node, "override changes nothing; add \(listed(changes))")
    }
    let override = OverrideDeclaration(
      rule: rule ?? Located("", at: location(node)),
      disabled: fields["disabled"].flatMap { boolean($0, "disabled") },
      paths: fields["paths"].flatMap { paths($0) },
      transform: fields["transform"].flatMap { transform($0) },
      allow: fields["allow"].flatMap { patterns($0, "allow") },
      allowsTestNumbers: fields["allowTestNumbers"].flatMap { allowTestNumbers($0) },
      keywords: fields["keywords"].flatMap { keywords($0) },
      places: fields["in"].flatMap { places($0) },
      location: location(node))
    return diagnostics.count == before && !holdsRefused(node) ? override : nil
  }
}
