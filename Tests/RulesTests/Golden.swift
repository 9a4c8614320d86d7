import Rules
import Testing
import YAML

/// A snippet, the file that it stands in, and every line that reading the file must report.
struct Golden: Sendable, CustomTestStringConvertible {
  /// What is written around the snippet, so that a table holds only what matters.
  enum Frame: String, Sendable {
    /// The whole of a YAML file, read without any form.
    case yaml
    /// The whole of a mask file.
    case mask
    /// One rule, at 4:5.
    case rule
    /// The `match` of a rule, at 4:31.
    case match
    /// The `transform` of a rule of class pii, at 4:57.
    case transform
    /// One override of rule m/a, at 6:5.
    case override
    /// A config file after its line `version: 1`.
    case config
  }

  var frame: Frame
  var snippet: String
  var expected: [String]

  init(_ frame: Frame, _ snippet: String, _ expected: String...) {
    self.frame = frame
    self.snippet = snippet
    self.expected = expected
  }

  var testDescription: String { "\(frame): \(snippet.prefix(60))" }

  /// The file with the snippet in it.
  var text: String {
    switch frame {
    case .yaml, .mask: snippet
    case .rule: "version: 1\nmask: m\nrules:\n  - \(snippet)\n"
    case .match:
      "version: 1\nmask: m\nrules:\n  - { id: a, class: pii, match: \(snippet), transform: redact }\n"
    case .transform:
      "version: 1\nmask: m\nrules:\n"
        + "  - { id: a, class: pii, match: { number: card }, transform: \(snippet) }\n"
    case .override:
      "version: 1\nmask: m\nrules:\n"
        + "  - { id: a, class: pii, match: { number: card }, transform: redact }\n"
        + "overrides:\n  - \(snippet)\n"
    case .config: "version: 1\n\(snippet)\n"
    }
  }

  /// What reading the file reports, one line for each complaint.
  var actual: [String] {
    let bytes = Array(text.utf8)
    return switch frame {
    case .yaml: YAMLDocument.parse(bytes).errors.map(\.description)
    case .config: ConfigDeclaration.parse(bytes: bytes, file: "f").diagnostics.map(\.description)
    default: MaskSet.read([.init(name: "f", bytes: bytes)]).diagnostics.map(\.description)
    }
  }
}
