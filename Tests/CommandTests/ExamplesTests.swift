import Foundation
import TestSupport
import Testing

/// What users run first must work, and show what it promises.
@Suite("The examples")
struct ExamplesTests {
  static let sampleCards = [
    "4111111111111111", "5555555555554444", "378282246310005", "6011111111111117",
    "4012888888881881", "5105105105105100", "4242424242424242",
  ]

  @Test(
    "the quick start shows each record beside its masked form, and works twice",
    .enabled(if: TestPaths.program("socat") != nil, "install socat"))
  func quickStart() throws {
    let binary = try #require(TestPaths.binary)
    let script = TestPaths.package.appendingPathComponent("examples/quickstart.sh").path
    for _ in 1...2 {
      let result = try CommandRunner.run(
        "/bin/bash", [script], environment: ["MASKLINE_BINARY": binary.path], secondsMax: 90)
      #expect(result.exitCode == 0, "\(result.allText)")
      let lines = result.outputText.split(separator: "\n")
      let outs = lines.filter { $0.hasPrefix("OUT  ") }
      #expect(lines.filter { $0.hasPrefix("IN   ") }.count == 15)
      #expect(outs.count == 15)
      expectNoLeak(of: Self.sampleCards, in: Array(outs.joined(separator: "\n").utf8))
      for text in ["clara.fisher@", "correct-horse-7", "ben@example.org", "WEST 1234"] {
        #expect(!outs.contains { $0.contains(text) }, "\(text)")
      }
      let stubs = outs.filter { $0.contains("_maskline") }
      #expect(stubs.map(String.init) == ["OUT  " + stub("malformed", 12)])
      #expect(result.outputText.contains("15 records in, 15 records out."))
    }
  }

  @Test(
    "text logs come out masked, line for line", arguments: ["panic.log", "syslog.log", "cri.log"])
  func textLogs(name: String) throws {
    let folder = TestPaths.package.appendingPathComponent("examples/text-logs")
    let input = Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    let result = try CommandRunner.maskline(
      ["pipe", "--config", folder.appendingPathComponent("maskline.yaml").path], input: input)
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(result.lines.count == CommandRunner.lines(of: input).count)
    #expect(!result.outputText.contains("_maskline"))
    expectNoLeak(of: Self.sampleCards, in: result.output + result.error)
    #expect(!result.outputText.contains("clara.fisher@"))
    #expect(result.outputText.contains("****"))
  }

  @Test("the example masks do what their comments say")
  func acme() throws {
    let masks = TestPaths.package.appendingPathComponent("examples/masks").path
    let input = """
      {"msg":"member M-1234567","order_no":"4111111111111111","a":{"order_no":4111111111111111}}
      {"msg":"4111111111111111 ops@acme.example jane@example.com"}

      """
    let result = try CommandRunner.maskline(
      ["pipe", "--masks", "pci,pii,\(masks)"], input: Array(input.utf8))
    #expect(result.exitCode == 0, "\(result.errorText)")
    let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
    #expect(
      lines.first
        == #"{"msg":"member #-#####67","order_no":"4111111111111111","a":{"order_no":4111111111111111}}"#
    )
    #expect(lines.count == 2 && lines[1].contains("ops@acme.example"))
    #expect(!lines[1].contains("jane@") && lines[1].contains("************1111"))
  }
}
