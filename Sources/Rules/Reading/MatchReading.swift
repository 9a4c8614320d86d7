import YAML

extension NodeReader {
  /// Reads `match` of a rule.
  mutating func match(_ node: YAMLNode) -> MatchDeclaration? {
    let known = ["pattern", "number", "group", "validate", "keywords", "in", "paths", "join"]
    let before = diagnostics.count
    guard let fields = fields(node, "match", known: known) else { return nil }
    let pattern = fields["pattern"].flatMap { self.pattern($0, "pattern") }
    let number = fields["number"].flatMap { line($0, "number", bytesMax: RulesLimits.nameBytesMax) }
    if fields["pattern"] != nil, let node = fields["number"] {
      report(node, "match has both 'pattern' and 'number'; use one")
    }
    let group = fields["group"].flatMap { node in
      integer(node, "group", 0...RulesLimits.groupMax).map { Located($0, at: location(node)) }
    }
    let validators = fields["validate"].map { names($0, "validate") } ?? []
    let keywords = fields["keywords"].flatMap { self.keywords($0) }
    let places = fields["in"].flatMap { self.places($0) }
    let paths = fields["paths"].flatMap { self.paths($0) } ?? PathsDeclaration()
    let join = fields["join"].map { pathList($0, "join") } ?? []
    guard diagnostics.count == before, !holdsRefused(node) else { return nil }
    let finder: MatchDeclaration.Finder =
      if let pattern { .pattern(pattern) } else if let number { .number(number) } else {
        .wholeValue
      }
    return MatchDeclaration(
      finder: finder, group: group, validators: validators, keywords: keywords,
      declaredPlaces: places, paths: paths, join: join, location: location(node))
  }

  /// Reads a list of patterns.
  mutating func patterns(_ node: YAMLNode, _ what: String) -> [PatternText]? {
    list(node, what)?.compactMap { pattern($0, "pattern in \(what)") }
  }

  private mutating func names(_ node: YAMLNode, _ what: String) -> [Located<String>] {
    let names = (list(node, what) ?? []).compactMap {
      line($0, "name in \(what)", bytesMax: RulesLimits.nameBytesMax)
    }
    reportRepeated(names, what)
    return names
  }

  /// Reports each text that a list holds a second time.
  mutating func reportRepeated(_ texts: [Located<String>], _ what: String) {
    var seen: Set<String> = []
    for text in texts where !seen.insert(text.value).inserted {
      report(text.location, "\(shown(text.value)) is twice in \(what); remove one")
    }
  }

  /// Reads `keywords: { any: [a, b], within: 32 }`.
  mutating func keywords(_ node: YAMLNode) -> KeywordsDeclaration? {
    guard let fields = fields(node, "keywords", known: ["any", "within"]) else { return nil }
    require(["any"], in: fields, "keywords")
    let words = fields["any"].flatMap { list($0, "any") }?.compactMap {
      line($0, "keyword", bytesMax: RulesLimits.keywordBytesMax)
    }
    if let words { reportRepeated(words, "keywords") }
    let within =
      fields["within"].map { integer($0, "within", 1...RulesLimits.keywordWithinBytesMax) }
      ?? RulesLimits.keywordWithinBytesDefault
    guard let words, !words.isEmpty, let within else { return nil }
    return KeywordsDeclaration(any: words, withinBytes: within, location: location(node))
  }

  /// Reads `in: [strings, numbers, keys]`.
  mutating func places(_ node: YAMLNode) -> Located<Set<MatchPlace>>? {
    guard let nodes = list(node, "in") else { return nil }
    var places: Set<MatchPlace> = []
    for node in nodes {
      guard let place: MatchPlace = choice(node, "place", in: "in") else { continue }
      if !places.insert(place).inserted {
        report(node, "'\(place.rawValue)' is twice in 'in'; remove one")
      }
    }
    return places.isEmpty ? nil : Located(places, at: location(node))
  }

  /// Reads `paths`: a list of paths to include, or `{ include: [...], exclude: [...] }`.
  mutating func paths(_ node: YAMLNode) -> PathsDeclaration? {
    switch node.content {
    case .refused: return nil
    case .sequence: return PathsDeclaration(include: pathList(node, "paths"))
    case .scalar:
      report(node, "paths must be a list of paths, or a mapping with include and exclude")
      return nil
    case .mapping:
      guard let fields = fields(node, "paths", known: ["include", "exclude"]) else { return nil }
      if fields["include"] == nil, fields["exclude"] == nil {
        report(node, "paths has neither 'include' nor 'exclude'; add one")
        return nil
      }
      return PathsDeclaration(
        include: fields["include"].map { pathList($0, "include") } ?? [],
        exclude: fields["exclude"].map { pathList($0, "exclude") } ?? [])
    }
  }

  private mutating func pathList(_ node: YAMLNode, _ what: String) -> [FieldPathPattern] {
    let texts = (list(node, what) ?? []).compactMap { pattern($0, "path in \(what)") }
    reportRepeated(texts.map { Located($0.value, at: $0.location) }, what)
    return texts.compactMap { text in
      do throws(FieldPathPattern.ParseError) {
        return try FieldPathPattern(parsing: text.value, at: text.location)
      } catch {
        report(text.location(ofByte: error.byteOffset), "path \(shown(text.value)) \(error.text)")
        return nil
      }
    }
  }

  /// Whether a node that the YAML reader has refused is anywhere in a tree: then nothing was reported
  /// here, but the tree is not whole.
  func holdsRefused(_ node: YAMLNode) -> Bool {
    switch node.content {
    case .refused: true
    case .scalar: false
    case .sequence(let nodes): nodes.contains { holdsRefused($0) }
    case .mapping(let pairs): pairs.contains { holdsRefused($0.value) }
    }
  }
}
