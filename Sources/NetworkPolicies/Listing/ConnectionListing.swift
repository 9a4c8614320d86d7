/// How a listing of connections is written.
public enum ListingForm: String, Sendable, CaseIterable {
  case text
  case csv
  case json
  case markdown
}

/// Writes connections line by line, as they are computed, in large pieces of bytes.
public struct ConnectionListing {
  private let form: ListingForm
  private var writer: ListingWriter
  /// Each name, and each set of connections by its number, is put into its form once: a line is three
  /// copies of bytes.
  private var sources = TextPieces()
  private var destinations = TextPieces()
  private var texts = TextPieces()
  /// What stands before the first item of a JSON array, and before others.
  private var commas = TextPieces()

  /// `write` returns false when nobody reads any more: then the listing ends.
  public init(_ form: ListingForm, write: @escaping ([UInt8]) -> Bool) {
    self.form = form
    writer = ListingWriter(write)
  }

  /// Writes all connections; gives how many there are, and how many are undefined in part.
  ///
  /// What is undefined stands apart: it is never listed as allowed.
  public mutating func list(_ connectivity: inout Connectivity) -> (allowed: Int, undefined: Int) {
    for end in connectivity.sources { sources.append(beginning + quoted(end.name) + separators.0) }
    for end in connectivity.destinations { destinations.append(quoted(end.name) + separators.1) }
    for text in ["\n", ",\n"] { commas.append(text) }
    var allowedCount = 0
    var undefinedCount = 0
    writer.write(head)
    connectivity.forEachPair { pair, table in
      if pair.reachable != pair.allowed { undefinedCount += 1 }
      guard pair.allowed != ConnectionTable.none else { return true }
      write(pair, pair.allowed, table, isFirst: allowedCount == 0)
      allowedCount += 1
      return writer.hasReader
    }
    if form == .json { writer.write("\n],\"undefined\":[") }
    if undefinedCount > 0 { writeUndefined(&connectivity) }
    if form == .json { writer.write("\n]}\n") }
    writer.flush()
    return (allowedCount, undefinedCount)
  }

  private mutating func write(
    _ pair: Connectivity.Pair, _ set: ConnectionTable.ID, _ table: ConnectionTable, isFirst: Bool
  ) {
    while texts.count < table.sets.count {
      texts.append(quoted(table.sets[texts.count].description) + ending)
    }
    if form == .json { writer.write(commas, isFirst ? 0 : 1) }
    writer.write(sources, pair.source)
    writer.write(destinations, pair.destination)
    writer.write(texts, Int(set))
  }

  /// The undefined part, computed again so that it need not be kept. In CSV it is left to the caller,
  /// whose readers expect three columns.
  private mutating func writeUndefined(_ connectivity: inout Connectivity) {
    if form == .csv { return }
    if form != .json {
      writer.write("\nUndefined (network plugins differ; not allowed for sure):\n\n")
    }
    if form == .markdown { writer.write(head) }
    var isFirst = true
    connectivity.forEachPair { pair, table in
      guard pair.reachable != pair.allowed else { return true }
      write(pair, table.difference(pair.reachable, pair.allowed), table, isFirst: isFirst)
      isFirst = false
      return writer.hasReader
    }
  }

  private var head: String {
    switch form {
    case .text: ""
    case .csv: "src,dst,conn\n"
    case .json: "{\"connections\":["
    case .markdown: "| src | dst | conn |\n|-----|-----|------|\n"
    }
  }

  private var beginning: String {
    switch form {
    case .text, .csv: ""
    case .json: "{\"src\":"
    case .markdown: "| "
    }
  }

  private var separators: (String, String) {
    switch form {
    case .text: (" => ", " : ")
    case .csv: (",", ",")
    case .json: (",\"dst\":", ",\"conn\":")
    case .markdown: (" | ", " | ")
    }
  }

  private var ending: String {
    switch form {
    case .text, .csv: "\n"
    case .json: "}"
    case .markdown: " |\n"
    }
  }

  private func quoted(_ text: String) -> String {
    switch form {
    case .text, .markdown: text
    case .csv: Self.field(text)
    case .json: JSONValue.quoted(text)
    }
  }

  /// A field of a CSV file (RFC 4180).
  static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { byte in
      byte == 0x2C || byte == 0x22 || byte == 0x0A || byte == 0x0D
    }
    guard needsQuotes else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
