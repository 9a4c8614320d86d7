/// Why a file is not accepted, with its place.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in Unicode code points.
  public let column: Int
  /// The rule broken and the remedy.
  public let text: String

  /// An error at a place.
  public init(line: Int, column: Int, text: String) {
    self.line = line
    self.column = column
    self.text = text
  }

  /// `line:column: text`.
  public var description: String { "\(line):\(column): \(text)" }
}
