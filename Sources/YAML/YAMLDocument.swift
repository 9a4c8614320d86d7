/// A YAML file read strictly: one document, no aliases, anchors, tags or directives, no duplicate keys.
public struct YAMLDocument: Sendable, Equatable {
  /// The top node; nil when the file is not YAML, too long or too deep.
  ///
  /// With errors the tree holds what could be read, so that further errors can be found in it. Use it
  /// for anything else only when `errors` is empty.
  public let root: YAMLNode?
  /// What is wrong with the file, in the order of the file.
  public let errors: [YAMLError]

  /// Reads the bytes of a file (UTF-8, with or without a byte order mark).
  public static func parse(_ bytes: [UInt8]) -> YAMLDocument {
    let stream = YAMLStream.parse(bytes, as: .ruleFile)
    return YAMLDocument(root: stream.documents.first, errors: stream.errors)
  }
}

/// Makes the trees from libyaml's events.
struct TreeBuilder: ~Copyable {
  private var reader: YAMLEventReader
  private let form: YAMLForm
  private var errors: [YAMLError] = []

  init(_ reader: consuming YAMLEventReader, _ form: YAMLForm) {
    self.reader = reader
    self.form = form
  }

  mutating func stream() -> YAMLStream {
    do {
      let documents = try documents()
      return YAMLStream(documents: documents, errors: errors)
    } catch {
      return YAMLStream(documents: [], errors: errors + [error])
    }
  }

  private mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try reader.next()
      switch event.kind {
      case .streamEnd:
        if documents.isEmpty, !form.holdsManyDocuments {
          try report(YAMLMark(), "the file is empty")
        }
        return documents
      case .documentStart(let hasDirectives):
        if hasDirectives {
          try report(event.mark, "directives (%YAML, %TAG) are not allowed; remove them")
        }
        guard documents.isEmpty || form.holdsManyDocuments else {
          try report(event.mark, "a file holds one document; remove '---' and what follows it")
          return documents
        }
        documents.append(try node(from: try reader.next(), depth: 0))
      default: continue
      }
    }
  }

  private mutating func node(from event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
    try checkProperties(of: event)
    switch event.kind {
    case .scalar(let scalar): return YAMLNode(.scalar(scalar), at: event.mark)
    case .sequenceStart:
      try checkDepth(depth + 1, at: event.mark)
      var nodes: [YAMLNode] = []
      while true {
        let next = try reader.next()
        if case .sequenceEnd = next.kind { return YAMLNode(.sequence(nodes), at: event.mark) }
        nodes.append(try node(from: next, depth: depth + 1))
      }
    case .mappingStart:
      try checkDepth(depth + 1, at: event.mark)
      return try mapping(at: event.mark, depth: depth + 1)
    default: return YAMLNode(.refused, at: event.mark)
    }
  }

  private mutating func mapping(at mark: YAMLMark, depth: Int) throws(YAMLError) -> YAMLNode {
    var pairs: [YAMLPair] = []
    var lines: [String: Int] = [:]
    while true {
      let event = try reader.next()
      if case .mappingEnd = event.kind { return YAMLNode(.mapping(pairs), at: mark) }
      let key = try node(from: event, depth: depth)
      let value = try node(from: try reader.next(), depth: depth)
      switch key.content {
      case .scalar(let scalar):
        if let line = lines[scalar.text] {
          let place = YAMLMark(line: key.line, column: key.column)
          try report(
            place, "duplicate key \(Self.shown(scalar.text)); it is already set in line \(line)")
        } else {
          lines[scalar.text] = key.line
          pairs.append(
            YAMLPair(key: scalar, line: key.line, column: key.column, value: value))
        }
      case .refused: continue
      case .sequence, .mapping:
        try report(YAMLMark(line: key.line, column: key.column), "a key must be one text")
      }
    }
  }

  private mutating func checkProperties(of event: YAMLEvent) throws(YAMLError) {
    if case .alias = event.kind {
      try report(event.mark, "aliases (*name) are not allowed; write the value again")
    }
    if event.hasAnchor { try report(event.mark, "anchors (&name) are not allowed; remove it") }
    if event.hasTag { try report(event.mark, "tags (!name) are not allowed; remove it") }
  }

  private func checkDepth(_ depth: Int, at mark: YAMLMark) throws(YAMLError) {
    guard depth > form.depthMax else { return }
    throw YAMLError(
      line: mark.line, column: mark.column, text: "nested deeper than \(form.depthMax) levels")
  }

  private mutating func report(_ mark: YAMLMark, _ text: String) throws(YAMLError) {
    let error = YAMLError(line: mark.line, column: mark.column, text: text)
    guard errors.count < YAMLLimits.errorsMax else {
      throw YAMLError(
        line: mark.line, column: mark.column,
        text: "more than \(YAMLLimits.errorsMax) errors; mend those above first")
    }
    errors.append(error)
  }

  private static func shown(_ text: String) -> String {
    let prefix = text.unicodeScalars.prefix(40).map { $0.properties.isPrintable ? $0 : "?" }
    return "'" + String(String.UnicodeScalarView(prefix)) + (text.count > 40 ? "..." : "") + "'"
  }
}

extension Unicode.Scalar.Properties {
  /// Whether the character can be written to a log or a terminal as it is.
  fileprivate var isPrintable: Bool {
    switch generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
      .unassigned:
      false
    default: true
    }
  }
}
