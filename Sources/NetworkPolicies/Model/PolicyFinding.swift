public import Rules

/// Something that is wrong, or looks wrong, with manifests.
public struct PolicyFinding: Sendable, Equatable, CustomStringConvertible {
  public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    case error
    case warning
    case note

    public static func < (left: Severity, right: Severity) -> Bool {
      let order = allCases
      return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
  }

  /// `W1` to `W20`, or a name such as `raw-exit`.
  public var rule: String
  public var severity: Severity
  public var location: SourceLocation
  public var text: String
  /// What the manifest says, and what its author may have meant.
  public var readings: [String] = []
  /// The corrected YAML, or what to do.
  public var fix: String?
  /// The ends of the connection that shows it.
  public var path: [String] = []

  /// `file:line:column: severity: text [rule]`.
  public var description: String {
    var text = "\(location): \(severity.rawValue): \(text) [\(rule)]"
    if !path.isEmpty { text += "\n  path: " + path.joined(separator: " -> ") }
    for reading in readings { text += "\n  \(reading)" }
    if let fix {
      text += "\n  fix:"
      for line in fix.split(separator: "\n", omittingEmptySubsequences: false) {
        text += "\n    \(line)"
      }
    }
    return text
  }
}
