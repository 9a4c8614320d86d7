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
  private let output: ([UInt8]) -> Void
  private var buffer: [UInt8] = []
  private var count = 0
  private var undefinedCount = 0

  public init(_ form: ListingForm, write: @escaping ([UInt8]) -> Void) {
    self.form = form
    output = write
  }

  /// Writes all connections; gives how many there are, and how many are undefined in part.
  ///
  /// What is undefined stands apart: it is never listed as allowed.
  public mutating func list(_ connectivity: inout Connectivity) -> (allowed: Int, undefined: Int) {
    // Each name is put into its form once: lines are then three copies of bytes.
    let sources = connectivity.sources.map { bytes(beginning + quoted($0.name) + separators.0) }
    let destinations = connectivity.destinations.map { bytes(quoted($0.name) + separators.1) }
    var texts: [[UInt8]] = []
    write(head)
    connectivity.forEachPair { pair, table in
      if pair.reachable != pair.allowed { undefinedCount += 1 }
      guard pair.allowed != ConnectionTable.none else { return }
      while texts.count < table.texts.count {
        texts.append(bytes(quoted(table.texts[texts.count]) + ending))
      }
      write(
        line: sources[pair.source], destinations[pair.destination], texts[Int(pair.allowed)],
        isFirst: count == 0)
      count += 1
    }
    writeUndefined(&connectivity, sources, destinations)
    output(buffer)
    buffer = []
    return (count, undefinedCount)
  }

  private mutating func write(
    line source: [UInt8], _ destination: [UInt8], _ text: [UInt8], isFirst: Bool
  ) {
    if form == .json { write(isFirst ? "\n" : ",\n") }
    buffer += source
    buffer += destination
    buffer += text
    if buffer.count > 1 << 16 {
      output(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
  }

  private mutating func write(_ text: String) { buffer += text.utf8 }

  /// The undefined part, computed again so that it need not be kept. In CSV it is left to the caller,
  /// whose readers expect three columns.
  private mutating func writeUndefined(
    _ connectivity: inout Connectivity, _ sources: [[UInt8]], _ destinations: [[UInt8]]
  ) {
    if form == .json { write("\n],\"undefined\":[") }
    if undefinedCount > 0, form != .csv {
      if form != .json { write("\nUndefined (network plugins differ; not allowed for sure):\n\n") }
      if form == .markdown { write(head) }
      var isFirst = true
      connectivity.forEachPair { pair, table in
        guard pair.reachable != pair.allowed else { return }
        let set = table[pair.reachable].subtracting(table[pair.allowed])
        write(
          line: sources[pair.source], destinations[pair.destination],
          bytes(quoted(set.description) + ending), isFirst: isFirst)
        isFirst = false
      }
    }
    if form == .json { write("\n]}\n") }
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

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
