/// One node of a YAML file, with the place where it begins.
public struct YAMLNode: Sendable, Equatable {
  /// What a node is.
  public indirect enum Content: Sendable, Equatable {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    /// The pairs in the order of the file; no two keys are equal.
    case mapping([YAMLPair])
    /// A node that an error was already reported for (an alias): readers pass it over in silence.
    case refused
  }

  /// What the node is.
  public let content: Content
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in Unicode code points.
  public let column: Int

  init(_ content: Content, at mark: YAMLMark) {
    self.content = content
    self.line = mark.line
    self.column = mark.column
  }
}

/// One key of a mapping and its value.
public struct YAMLPair: Sendable, Equatable {
  /// The key's text.
  public let key: YAMLScalar
  /// The line of the key, from 1.
  public let line: Int
  /// The column of the key, from 1, in Unicode code points.
  public let column: Int
  /// The value.
  public let value: YAMLNode
}

/// The text of a scalar. It is never given a type here: `4`, `no` and `null` are the text as written.
public struct YAMLScalar: Sendable, Equatable {
  /// How a scalar was written.
  public enum Style: Sendable, Equatable {
    case plain
    case singleQuoted
    case doubleQuoted
    /// A literal (`|`) or folded (`>`) block.
    case block
  }

  /// The decoded text.
  public let text: String
  /// How the text was written.
  public let style: Style
  /// Whether the text stands in the file as it is, on one line, but for the quotes around it and for
  /// doubled single quotes.
  let isVerbatim: Bool

  /// Whether the scalar is written without quotes on it.
  public var isPlain: Bool { style == .plain }

  /// How many columns to the right of the scalar's first column the text's byte `offset` is written;
  /// nil where escapes, folding or several lines make that unknown.
  public func columns(toByte offset: Int) -> Int? {
    guard isVerbatim else { return nil }
    var columns = style == .plain ? 0 : 1
    var position = 0
    for byte in text.utf8 {
      if position >= offset { break }
      position += 1
      if byte & 0xC0 != 0x80 { columns += 1 }
      if byte == 0x27, style == .singleQuoted { columns += 1 }
    }
    return columns
  }
}
