import Foundation
import TestSupport
import Testing

/// T29: what a mask file or a config file may not say. Each text of an error has its golden test
/// beside the reader; here it is that the program refuses to run, names the place, and gives 78.
@Suite("Refused mask files and configurations")
struct MaskFileErrorsTests {
  /// One bad file each: what is wrong, the file, the line of the complaint.
  static let refused: [(String, String, Int)] = [
    ("leading match limit", file(pattern: "'(*LIMIT_MATCH=1)[0-9]{16}'"), 6),
    ("leading JIT switch", file(pattern: "'(*NO_JIT)[0-9]{16}'"), 6),
    ("leading UTF switch", file(pattern: "'(*UTF)x'"), 6),
    ("callout", file(pattern: "'x(?C1)y'"), 6),
    (#"\C"#, file(pattern: #"'x\Cy'"#), 6),
    ("empty match", file(pattern: "'x*'"), 6),
    ("empty alternative", file(pattern: "'x|'"), 6),
    ("open parenthesis", file(pattern: "'x(y'"), 6),
    ("capture group without group", file(pattern: "'x(y)z'"), 6),
    ("unknown top key", "version: 1\nmask: bad\nrulez: []\n", 3),
    ("duplicate key", "version: 1\nmask: bad\nmask: worse\nrules: []\n", 3),
    ("unknown version", "version: 2\nmask: bad\nrules: []\n", 1),
    ("unknown number finder", file(match: "{ number: cards }"), 6),
    ("unknown validator", file(match: "{ pattern: 'x{9}', validate: [luhnn] }"), 6),
    ("unknown transform", file(transform: "redacted"), 7),
    ("sad that stays", file(ruleClass: "sad", transform: "{ keep: { last: 4 } }"), 7),
    ("bare hash of another name", file(transform: "sha256"), 7),
    ("too many digits shown", file(ruleClass: "pan", transform: "{ keep: { last: 5 } }"), 7),
    ("alias", "version: 1\nmask: &m bad\nrules: *m\n", 3),
  ]

  static func file(
    pattern: String = "'abc'", match: String? = nil, ruleClass: String = "other",
    transform: String = "redact"
  ) -> String {
    """
    version: 1
    mask: bad
    rules:
      - id: rule
        class: \(ruleClass)
        match: \(match ?? "{ pattern: \(pattern) }")
        transform: \(transform)

    """
  }

  @Test(
    "T21 T29 a bad mask file is refused at its place, and nothing is forwarded", arguments: refused)
  func refuses(what: String, text: String, line: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "bad.yaml")
    let check = try CommandRunner.maskline(["check", path])
    #expect(check.exitCode == 78, "\(what): \(check.allText)")
    let place = try Regex("bad\\.yaml:\(line):[0-9]+: ")
    #expect(check.allText.contains(place), "\(what): \(check.allText)")
    let pipe = try CommandRunner.maskline(
      ["pipe", "--masks", path], input: Array("{\"a\":\"4111111111111111\"}\n".utf8))
    #expect(pipe.exitCode == 78, "\(what)")
    #expect(pipe.output.isEmpty, "\(what): nothing is forwarded")
    #expect(pipe.errorText.contains(place), "\(what): \(pipe.errorText)")
  }

  @Test("T29 an alias bomb and a file of 10 MiB are refused at once")
  func bombs() throws {
    let folder = try TemporaryFolder()
    var bomb = "version: 1\nmask: bomb\na: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, before) in zip("bcdefgh", "abcdefg") {
      let list = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
      bomb += "\(name): &\(name) [\(list)]\n"
    }
    let large =
      "version: 1\nmask: large\nrules: []\n" + String(repeating: "# filler\n", count: 1_200_000)
    // A child's own peak counts what its parent had before the exec, so it is held against a plain child.
    let plain = try CommandRunner.maskline(["--version"]).exit.residentKiBMax
    let residentKiBMax = max(200 * 1024, plain + 32 * 1024)
    for (name, text) in [("bomb.yaml", bomb), ("large.yaml", large)] {
      let path = try folder.write(text, to: name)
      let result = try CommandRunner.maskline(["check", path], secondsMax: 20)
      #expect(result.exitCode == 78, "\(name)")
      #expect(result.allText.contains(try Regex("\(name):[0-9]+:[0-9]+: ")), "\(result.allText)")
      #expect(result.exit.residentKiBMax < residentKiBMax)
    }
  }

  @Test("all errors of all files are told in one run")
  func allErrors() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write(Self.file(pattern: "'x*'", transform: "nope"), to: "first.yaml")
    let second = try folder.write(Self.file(match: "{ number: nope }"), to: "second.yaml")
    let result = try CommandRunner.maskline(["check", first, second])
    #expect(result.exitCode == 78)
    for place in ["first\\.yaml:6:", "first\\.yaml:7:", "second\\.yaml:6:"] {
      #expect(result.allText.contains(try Regex(place)), "\(place) in \(result.allText)")
    }
  }

  @Test("check runs the rules' own tests and fails when one fails")
  func ownTests() throws {
    let folder = try TemporaryFolder()
    let good = """
      version: 1
      mask: good
      rules:
        - id: code
          class: other
          match: { pattern: 'C-[0-9]{3}' }
          transform: redact
          tests:
            - { in: 'a C-123 b', out: 'a [REDACTED] b' }
            - { in: 'a C-12 b' }
            - { record: '{"x":"C-123"}', out: '{"x":"[REDACTED]"}' }
      """
    let path = try folder.write(good, to: "good.yaml")
    let passed = try CommandRunner.maskline(["check", path])
    #expect(passed.exitCode == 0, "\(passed.allText)")
    let broken = try folder.write(
      good.replacingOccurrences(of: "'a C-12 b' }", with: "'a C-124 b' }"), to: "broken.yaml")
    let failed = try CommandRunner.maskline(["check", broken])
    #expect(failed.exitCode == 78)
    #expect(failed.allText.contains(try Regex("broken\\.yaml:10:[0-9]+")), "\(failed.allText)")
    #expect(failed.allText.contains("good/code"), "the rule is named: \(failed.allText)")
  }

  @Test("check passes the shipped packs and the examples")
  func shippedFiles() throws {
    for folder in ["masks", "examples/masks"] {
      let path = TestPaths.package.appendingPathComponent(folder).path
      let result = try CommandRunner.maskline(["check", path])
      #expect(result.exitCode == 0, "\(folder): \(result.allText)")
    }
    for file in ["examples/maskline.yaml", "examples/text-logs/maskline.yaml"] {
      let path = TestPaths.package.appendingPathComponent(file).path
      let result = try CommandRunner.maskline(["check", path])
      #expect(result.exitCode == 0, "\(file): \(result.allText)")
    }
  }

  static let badConfigs: [(String, Int)] = [
    ("version: 1\nonFault: { malformed: pass }\n", 2),
    ("version: 1\nonFault: { malformed: maskValue }\n", 2),
    ("version: 1\nonfault: { malformed: stub }\n", 2),
    ("version: 1\nlimits: { lineBytesMax: lots }\n", 2),
    ("version: 1\nlimits: { depthMax: 0 }\n", 2),
    ("version: 1\nlisteners:\n  - { name: a, listen: nowhere, upstream: '127.0.0.1:1' }\n", 3),
    ("version: 1\nlisteners:\n  - { name: a, listen: '127.0.0.1:5170' }\n", 3),
  ]

  @Test(
    "a bad config file is refused at its place; no fault can be made to pass", arguments: badConfigs
  )
  func refusesConfig(text: String, line: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "config.yaml")
    let place = try Regex("config\\.yaml:\(line):[0-9]+: ")
    for arguments in [["check", path], ["pipe", "--config", path], ["proxy", "--config", path]] {
      let result = try CommandRunner.maskline(
        arguments, input: Array("{}\n".utf8), secondsMax: 20)
      #expect(result.exitCode == 78, "\(arguments[0]): \(result.allText)")
      #expect(result.allText.contains(place), "\(arguments[0]): \(result.allText)")
      #expect(!result.outputText.contains("{}"))
    }
  }
}
