/// A place in a mask file or a config file.
public struct SourceLocation: Sendable, Equatable, Hashable, CustomStringConvertible {
  /// The name of the file, as the caller gave it.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column, from 1, in Unicode code points.
  public var column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }
}

/// One thing that is wrong with a mask file or a config file.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
  /// Where it is wrong.
  public var location: SourceLocation
  /// The rule broken and the remedy.
  public var text: String

  /// A complaint at a place.
  public init(location: SourceLocation, text: String) {
    self.location = location
    self.text = text
  }

  /// `file:line:column: text`.
  public var description: String { "\(location): \(text)" }
}

/// All that is wrong with a set of files.
public struct Diagnostics: Error, Sendable, Equatable, CustomStringConvertible {
  /// File by file, in the order of each file; never empty.
  public var diagnostics: [Diagnostic]

  /// Wraps a list of complaints.
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// One line per complaint, with no line feed at the end.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}

/// A value with its place, for a later step that may have to complain about it.
public struct Located<Value: Sendable>: Sendable {
  /// The value.
  public var value: Value
  /// Where it is written.
  public var location: SourceLocation

  /// A value at a place.
  public init(_ value: Value, at location: SourceLocation) {
    self.value = value
    self.location = location
  }
}

extension Located: Equatable where Value: Equatable {}
