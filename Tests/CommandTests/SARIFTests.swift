import Foundation
import TestSupport
import Testing

/// What SARIF 2.1.0 (OASIS, schema of Errata 01) asks of the parts that are written, and what code
/// review tools ask beyond it: a result stands beside a line only with a relative or absolute URI.
@Suite("Findings as SARIF")
struct SARIFTests {
  private static let manifests = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: p, namespace: n}
    spec:
      podSelector: {}
      ingress:
      - from: [{podSelector: {}}]
      - ports: [{port: 53}]
    """

  private func sarif(_ text: String, file: String) throws -> [String: Any] {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: file)
    let result = try CommandRunner.maskline(["k8s", "verify", path, "--output", "sarif"])
    #expect(result.exitCode == 2, "\(result.errorText)")
    return try #require(try decode(result.outputText) as? [String: Any])
  }

  @Test("every required property is there, with a value that the schema allows")
  func shape() throws {
    let log = try sarif(Self.manifests, file: "a b/\u{e4}.yaml")
    #expect(log["version"] as? String == "2.1.0")
    #expect((log["$schema"] as? String)?.hasPrefix("https://") == true)
    let runs = try #require(log["runs"] as? [[String: Any]])
    #expect(runs.count == 1)
    let driver = try #require((runs[0]["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "maskline k8s verify")
    let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
    #expect(rules.count == Set(rules).count && rules.contains("W1"))
    #expect(["utf16CodeUnits", "unicodeCodePoints"].contains(runs[0]["columnKind"] as? String))
    let results = try #require(runs[0]["results"] as? [[String: Any]])
    #expect(results.count >= 4)
    for result in results {
      let id = try #require(result["ruleId"] as? String)
      #expect(rules[try #require(result["ruleIndex"] as? Int)] == id)
      #expect(["none", "note", "warning", "error"].contains(result["level"] as? String))
      let message = try #require(result["message"] as? [String: Any])
      #expect((message["text"] as? String)?.isEmpty == false)
      let locations = try #require(result["locations"] as? [[String: Any]])
      let physical = try #require(locations.first?["physicalLocation"] as? [String: Any])
      let uri = try #require((physical["artifactLocation"] as? [String: Any])?["uri"] as? String)
      #expect(uri.hasSuffix("a%20b/%C3%A4.yaml") && URL(string: uri) != nil)
      let region = try #require(physical["region"] as? [String: Any])
      #expect(try #require(region["startLine"] as? Int) >= 1)
      #expect(try #require(region["startColumn"] as? Int) >= 1)
    }
  }

  @Test("texts of manifests stay texts")
  func hostile() throws {
    let text = Self.manifests.replacing("podSelector: {}\n", with: "\"\\\"},\\u2028<\": 1\n")
    let log = try sarif(text, file: "m.yaml")
    let runs = try #require(log["runs"] as? [[String: Any]])
    #expect((runs[0]["results"] as? [[String: Any]])?.first?["level"] as? String == "error")
  }
}
