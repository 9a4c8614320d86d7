import Bytes
import Foundation
import Samples
import TestSupport
import Testing

/// What each command prints and how it ends (design.md 7).
@Suite("The command line")
struct CommandLineTests {
  @Test("--version names a version and ends with 0")
  func version() throws {
    let result = try CommandRunner.maskline(["--version"])
    #expect(result.exitCode == 0)
    #expect(result.outputText.contains(try Regex("[0-9]+\\.[0-9]+")), "\(result.outputText)")
    #expect(result.error.isEmpty)
  }

  @Test("--help lists the commands and ends with 0")
  func help() throws {
    let result = try CommandRunner.maskline(["--help"])
    #expect(result.exitCode == 0)
    for command in ["pipe", "proxy", "check", "explain", "rules", "learn", "bench", "keys"] {
      #expect(result.outputText.contains(command), "\(command)")
    }
  }

  static let usageErrors: [([String], String)] = [
    (["pipe", "--bogus"], "--bogus"),
    (["pipe", "--mask", "pci"], "--mask"),
    (["pipe", "--summary", "many"], "many"),
    (["frobnicate"], "frobnicate"),
    (["keys", "new"], "--id"),
    (["proxy", "--listen", "127.0.0.1:0"], "--upstream"),
    (["proxy", "--listen", "nonsense", "--upstream", "127.0.0.1:1"], "--listen"),
    (["proxy"], "--config"),
  ]

  @Test("a wrong use names the flag and ends with 64", arguments: usageErrors)
  func usage(arguments: [String], named: String) throws {
    let result = try CommandRunner.maskline(arguments, secondsMax: 20)
    #expect(result.exitCode == 64, "\(arguments): \(result.allText)")
    #expect(result.errorText.contains(named), "\(arguments): \(result.errorText)")
    #expect(result.output.isEmpty)
  }

  @Test("an unknown pack and a missing file are named, and nothing is forwarded")
  func unknownMasks() throws {
    for masks in ["nope", "/nowhere/at-all.yaml", "pci,nope"] {
      let result = try CommandRunner.maskline(
        ["pipe", "--masks", masks], input: Array("{}\n".utf8), secondsMax: 20)
      #expect(result.exitCode == 64 || result.exitCode == 78, "\(masks): \(result.exit)")
      #expect(result.errorText.contains(masks.replacing("pci,", with: "")), "\(result.errorText)")
      #expect(result.output.isEmpty)
    }
  }

  @Test("--masks takes files and folders, in any order and together with packs")
  func maskLists() throws {
    let folder = try TemporaryFolder()
    try folder.write(Pipe.rule("{ pattern: 'A-1' }", "redact"), to: "set/a.yaml")
    let second = Pipe.rule("{ pattern: 'B-1' }", "redact")
      .replacing("mask: test", with: "mask: second")
    try folder.write(second, to: "set/b.yaml")
    let line = Array("{\"t\":\"A-1 B-1 4111111111111111\"}\n".utf8)
    for (list, expected) in [
      ("\(folder.path("set"))", #"{"t":"[REDACTED] [REDACTED] 4111111111111111"}"#),
      (
        "pci,\(folder.path("set"))", #"{"t":"[REDACTED] [REDACTED] ************1111"}"#
      ),
      (
        "\(folder.path("set/b.yaml")),pci", #"{"t":"A-1 [REDACTED] ************1111"}"#
      ),
    ] {
      let result = try CommandRunner.maskline(["pipe", "--masks", list], input: line)
      #expect(result.outputText == expected + "\n", "\(list): \(result.errorText)")
    }
  }

  @Test("without other files the default packs mask cards, addresses and passwords")
  func defaults() throws {
    let input = """
      {"t":"card 4111 1111 1111 1111","m":"jane.doe@example.com","db":{"password":"hunter2!"}}

      """
    let folder = try TemporaryFolder()
    let result = try CommandRunner.maskline(
      ["pipe"], input: Array(input.utf8), folder: folder.url.path)
    #expect(result.exitCode == 0)
    #expect(result.outputText.contains("card **** **** **** 1111"), "\(result.outputText)")
    #expect(!result.outputText.contains("jane.doe"))
    #expect(!result.outputText.contains("hunter2"))
    _ = try decode(result.outputText)
  }

  @Test("the summary on standard error counts records, findings per rule and stubs per reason")
  func summary() throws {
    let input = """
      {"a":"4111111111111111"}
      oops 4111111111111111
      {"a":"jane.doe@example.com","b":4111111111111111}

      """
    let result = try Pipe().run(Array(input.utf8))
    #expect(result.lines.count == 3)
    let text = result.errorText
    #expect(text.contains(try Regex("\\b3\\b")), "records: \(text)")
    for line in [("pci/pan", 2), ("pii/email", 1), ("malformed", 1)] {
      let counted = text.split(separator: "\n").contains {
        $0.contains(line.0) && $0.contains("\(line.1)")
      }
      #expect(counted, "\(line.0) \(line.1) in: \(text)")
    }
    expectNoLeak(of: ["4111111111111111"], in: result.error)
    #expect(!text.contains("jane.doe"))
  }

  @Test("--strict runs to the end and gives 65 when a record was withheld")
  func strict() throws {
    let pipe = try Pipe(mask: Pipe.cardRule, arguments: ["--strict"])
    let bad = try pipe.run(Array("{}\noops\n[1]\n".utf8))
    #expect(bad.exitCode == 65)
    #expect(bad.outputText == "{}\n\(stub("malformed", 2))\n[1]\n")
    let good = try pipe.run(Array("{}\n[\"4111111111111111\"]\n".utf8))
    #expect(good.exitCode == 0)
  }

  @Test("explain gives a line for each finding, with places and never the value")
  func explain() throws {
    let input = """
      {"user":{"email":"write to jane.doe@example.com"}}
      {}
      {"n":[0,4111111111111111],"4111111111111111":1}
      {"e":"caf\\u00e9 4111111111111111"}

      """
    let result = try CommandRunner.maskline(["explain"], input: Array(input.utf8))
    #expect(result.exitCode == 0, "\(result.errorText)")
    expectNoLeak(of: ["4111111111111111"], in: result.output + result.error)
    #expect(!result.outputText.contains("jane.doe"))
    let findings = try result.lines.map { line in
      try #require(try decode(String(decoding: line, as: UTF8.self)) as? [String: Any])
    }
    func find(_ record: Int, _ rule: String, _ place: String) -> [String: Any]? {
      findings.first {
        $0["record"] as? Int == record && $0["rule"] as? String == rule
          && $0["place"] as? String == place
      }
    }
    let email = try #require(find(1, "pii/email", "value"), "\(result.outputText)")
    #expect(email["path"] as? String == "/user/email")
    #expect(email["range"] as? [Int] == [9, 29])
    let number = try #require(find(3, "pci/pan", "number"), "\(result.outputText)")
    #expect(number["path"] as? String == "/n/1")
    let key = try #require(find(3, "pci/pan", "key"), "\(result.outputText)")
    #expect(key["range"] as? [Int] == [0, 16])
    let text = try #require(find(4, "pci/pan", "value"), "\(result.outputText)")
    // In bytes of the decoded text: the letter e acute has two.
    #expect(text["range"] as? [Int] == [6, 22])
    #expect(!findings.contains { $0["record"] as? Int == 2 })
  }

  @Test("explain prints the members of the contract in their order")
  func explainForm() throws {
    let result = try CommandRunner.maskline(
      ["explain", "--masks", "pci"], input: Array("{\"a\":\"4111111111111111\"}\n".utf8))
    #expect(
      result.lines.first.map { String(decoding: $0, as: UTF8.self) }
        == #"{"record":1,"path":"/a","place":"value","rule":"pci/pan","range":[0,16]}"#)
  }

  @Test("a path of explain escapes as RFC 6901 says, and its keys are masked")
  func explainPaths() throws {
    let input = #"{"a/b":{"m~n":{"4111111111111111":"5500005555555559"}}}"# + "\n"
    let result = try CommandRunner.maskline(
      ["explain", "--masks", "pci"], input: Array(input.utf8))
    expectNoLeak(of: ["4111111111111111", "5500005555555559"], in: result.output)
    #expect(result.outputText.contains(#""path":"/a~1b/m~0n/************1111""#))
  }

  @Test("rules lists every rule with its class and transform")
  func rules() throws {
    let folder = try TemporaryFolder()
    let mask = try folder.write(Pipe.cardRule, to: "mine.yaml")
    let text = try CommandRunner.maskline(["rules", "--masks", mask])
    #expect(text.exitCode == 0)
    for word in ["test/card", "pan", "keep"] {
      #expect(text.outputText.contains(word), "\(word) in \(text.outputText)")
    }
    let json = try CommandRunner.maskline(["rules", "--masks", mask, "--output", "json"])
    #expect(json.exitCode == 0, "\(json.errorText)")
    #expect(json.outputText.contains("test/card"))
    for line in json.lines.count == 1 || json.output.first != 0x5B
      ? json.lines : [json.output]
    { _ = try decode(String(decoding: line, as: UTF8.self)) }
    let defaults = try CommandRunner.maskline(["rules"])
    for rule in ["pci/pan", "pii/email"] {
      #expect(defaults.outputText.contains(rule), "\(rule)")
    }
  }

  @Test(
    "rules --show prints the file of a pack as it is in masks/",
    arguments: ["pci", "pii", "ids", "secrets"])
  func showPack(name: String) throws {
    let file = TestPaths.package.appendingPathComponent("masks/\(name).yaml")
    let result = try CommandRunner.maskline(["rules", "--show", name])
    #expect(result.exitCode == 0)
    #expect(result.output == Array(try Data(contentsOf: file)))
  }

  @Test("keys new makes a file that its owner alone may read, and never writes over one")
  func keys() throws {
    let folder = try TemporaryFolder()
    let keys = folder.path("keys")
    let first = try CommandRunner.maskline(["keys", "new", "--id", "k-2026", "--keys", keys])
    #expect(first.exitCode == 0, "\(first.allText)")
    let manager = FileManager.default
    let names = try manager.contentsOfDirectory(atPath: keys)
    #expect(names.count == 1 && names[0].contains("k-2026"), "\(names)")
    let path = "\(keys)/\(names[0])"
    let mode = try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let content = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(content.count >= 32)
    let shown = first.output + first.error
    #expect(!Data(shown).contains(content), "the key is not printed")
    let second = try CommandRunner.maskline(["keys", "new", "--id", "k-2026", "--keys", keys])
    #expect(second.exitCode != 0)
    #expect(second.errorText.contains("k-2026"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
  }

  @Test("a key file that others may read is refused")
  func openKeyFile() throws {
    let folder = try TemporaryFolder()
    let keys = folder.path("keys")
    _ = try CommandRunner.maskline(["keys", "new", "--id", "k1", "--keys", keys])
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: keys).first)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: "\(keys)/\(name)")
    let pipe = try Pipe(
      mask: Pipe.rule("{ paths: ['a'] }", "hash"), arguments: ["--keys", keys])
    let result = try pipe.run(Array("{\"a\":\"x-value\"}\n".utf8))
    #expect(result.exitCode == 78, "\(result.allText)")
    #expect(result.errorText.contains(name))
    #expect(result.output.isEmpty)
  }

  @Test("bench --generate writes the records of a seed, and bench --input measures them")
  func bench() throws {
    let made = try CommandRunner.maskline(["bench", "--generate", "300", "--seed", "3"])
    #expect(made.exitCode == 0, "\(made.errorText)")
    var generator = SampleGenerator(seed: 3)
    var expected = ByteBuffer(capacity: 1 << 16)
    for _ in 0..<300 { generator.appendRecord(to: &expected) }
    let isSame = made.output == expected.toArray()
    #expect(isSame, "the bytes of a seed are fixed")
    let folder = try TemporaryFolder()
    let file = try folder.write(made.output, to: "mixed.ndjson")
    let result = try CommandRunner.maskline(["bench", "--input", file], secondsMax: 300)
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(result.outputText.contains("pci/pan"), "the cost of each rule is told")
    #expect(result.outputText.contains(try Regex("(MB|MiB)/s")), "\(result.outputText)")
  }
}
