/// How a listing of connections is written.
public enum ListingForm: String, Sendable, CaseIterable {
  case text
  case csv
  case json
  case markdown
}

/// Writes connections line by line, as they are computed.
public struct ConnectionListing {
  private let form: ListingForm
  private let output: (String) -> Void
  private var undefined: [String] = []
  private var count = 0
  private var undefinedCount = 0

  public init(_ form: ListingForm, write: @escaping (String) -> Void) {
    self.form = form
    output = write
  }

  /// Writes all connections; gives how many there are, and how many are undefined in part.
  ///
  /// What is undefined stands apart: it is never listed as allowed.
  public mutating func list(_ connectivity: inout Connectivity) -> (allowed: Int, undefined: Int) {
    begin()
    connectivity.forEach { connection, source, destination in
      add(connection, source, destination)
    }
    end()
    return (count, undefinedCount)
  }

  private func begin() {
    switch form {
    case .text: return
    case .csv: write("src,dst,conn\n")
    case .json: write("{\"connections\":[")
    case .markdown: write("| src | dst | conn |\n|-----|-----|------|\n")
    }
  }

  private mutating func add(_ connection: Connection, _ source: String, _ destination: String) {
    if !connection.undefined.isEmpty {
      undefinedCount += 1
      switch form {
      case .csv: break
      case .json:
        undefined.append(Self.object(source, destination, connection.undefined.description))
      default: undefined.append("\(source) => \(destination) : \(connection.undefined)")
      }
    }
    guard !connection.allowed.isEmpty else { return }
    // Piece by piece: a million lines are not worth a million joined strings.
    switch form {
    case .text: write(source, " => ", destination, " : ", connection.text, "\n")
    case .csv:
      write(
        Self.field(source), ",", Self.field(destination), ",", Self.field(connection.text), "\n")
    case .json:
      write(count > 0 ? ",\n" : "\n", Self.object(source, destination, connection.text))
    case .markdown: write("| ", source, " | ", destination, " | ", connection.text, " |\n")
    }
    count += 1
  }

  private func write(_ parts: String...) { for part in parts { output(part) } }

  private static func object(_ source: String, _ destination: String, _ conn: String) -> String {
    JSONValue.object([
      ("src", .text(source)), ("dst", .text(destination)), ("conn", .text(conn)),
    ]).text(indented: false)
  }

  /// The undefined part: in CSV it is left to the caller, whose readers expect three columns.
  private func end() {
    switch form {
    case .csv: return
    case .json:
      write("\n],\"undefined\":[" + undefined.map { "\n" + $0 }.joined(separator: ",") + "\n]}\n")
    case .text:
      guard !undefined.isEmpty else { return }
      write("\nUndefined (network plugins differ; not allowed for sure):\n")
      for line in undefined { write(line + "\n") }
    case .markdown:
      guard !undefined.isEmpty else { return }
      write("\nUndefined (network plugins differ; not allowed for sure):\n\n")
      for line in undefined { write("- " + line + "\n") }
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
