internal import Rules

/// How findings are written for programs.
public enum FindingListing {
  /// One JSON document with all findings.
  public static func json(_ findings: [PolicyFinding]) -> String {
    let items = findings.map { finding -> JSONValue in
      var members: [(String, JSONValue)] = [
        ("rule", .text(finding.rule)), ("severity", .text(finding.severity.rawValue)),
        ("file", .text(finding.location.file)), ("line", .number(finding.location.line)),
        ("column", .number(finding.location.column)), ("text", .text(finding.text)),
      ]
      if !finding.path.isEmpty { members.append(("path", .list(finding.path.map(JSONValue.text)))) }
      if !finding.readings.isEmpty {
        members.append(("readings", .list(finding.readings.map(JSONValue.text))))
      }
      if let fix = finding.fix { members.append(("fix", .text(fix))) }
      return .object(members)
    }
    return JSONValue.object([("findings", .list(items))]).text() + "\n"
  }

  /// SARIF 2.1.0, which code review tools show beside the lines.
  public static func sarif(_ findings: [PolicyFinding], version: String) -> String {
    let rules = Array(Set(findings.map(\.rule))).sorted()
    let driver = JSONValue.object([
      ("name", .text("maskline k8s verify")), ("version", .text(version)),
      ("rules", .list(rules.map { .object([("id", .text($0))]) })),
    ])
    let results = findings.map { finding -> JSONValue in
      let lines = [finding.text] + finding.readings + (finding.fix.map { ["fix:", $0] } ?? [])
      let region = JSONValue.object([
        ("startLine", .number(finding.location.line)),
        ("startColumn", .number(finding.location.column)),
      ])
      let file = JSONValue.object([("uri", .text(uri(finding.location.file)))])
      let location = JSONValue.object([
        ("physicalLocation", .object([("artifactLocation", file), ("region", region)]))
      ])
      return .object([
        ("ruleId", .text(finding.rule)),
        ("ruleIndex", .number(rules.firstIndex(of: finding.rule) ?? 0)),
        ("level", .text(finding.severity.rawValue)),
        ("message", .object([("text", .text(lines.joined(separator: "\n")))])),
        ("locations", .list(finding.location.file.isEmpty ? [] : [location])),
      ])
    }
    let run = JSONValue.object([
      ("tool", .object([("driver", driver)])), ("columnKind", .text("unicodeCodePoints")),
      ("results", .list(results)),
    ])
    return JSONValue.object([
      ("$schema", .text("https://json.schemastore.org/sarif-2.1.0.json")),
      ("version", .text("2.1.0")), ("runs", .list([run])),
    ]).text() + "\n"
  }

  /// A path as a reference of RFC 3986.
  private static func uri(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case 0x2D...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count < 2 ? "0" : "") + hex
      }
    }
    return result
  }
}
