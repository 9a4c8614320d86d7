import Foundation
import TestSupport
import Testing

/// The scripts in Tests/Benchmarks, so that they do not rot: what can be tried without timing anything.
@Suite("The benchmark scripts")
struct BenchmarkScriptsTests {
  static let folder = TestPaths.package.appendingPathComponent("Tests/Benchmarks")

  @Test("compare.sh lists its rows, takes a pattern, and refuses what it does not know")
  func compare() throws {
    let script = Self.folder.appendingPathComponent("compare.sh").path
    let all = try CommandRunner.run("/bin/bash", [script, "--relay", "none", "--list"])
    #expect(all.exitCode == 0, "\(all.errorText)")
    let rows = all.outputText.split(separator: "\n")
    for row in ["pipe:mixed", "simdjson:long", "syslog-ng:1", "proxy:8", "latency:proxy"] {
      #expect(rows.contains(row[...]), "\(row)")
    }
    let some = try CommandRunner.run(
      "/bin/bash", [script, "--rows", "^pipe:(tiny|long)$", "--list"])
    #expect(some.outputText == "pipe:long\npipe:tiny\n")
    #expect(try CommandRunner.run("/bin/bash", [script, "--rows", "nothing"]).exitCode == 64)
    #expect(try CommandRunner.run("/bin/bash", [script, "--bogus", "1"]).exitCode == 64)
  }

  @Test("the generated mask file of many rules is a valid one")
  func manyRules() throws {
    let script = Self.folder.appendingPathComponent("many-rules.sh").path
    let made = try CommandRunner.run("/bin/bash", [script, "40"])
    let place = try TemporaryFolder()
    let file = try place.write(made.output, to: "many.yaml")
    let checked = try CommandRunner.maskline(["check", file])
    #expect(checked.exitCode == 0, "\(checked.allText)")
    #expect(checked.allText.contains("40 rules"))
    let record = "{\"a\":\"zq000_abcdefghijklmnopqrst\",\"private004\":{\"x\":\"secret\"}}\n"
    let masked = try CommandRunner.maskline(["pipe", "--masks", file], input: Array(record.utf8))
    #expect(masked.outputText == "{\"a\":\"[REDACTED]\",\"private004\":{\"x\":\"[REDACTED]\"}}\n")
  }

  @Test("the counts of instructions cover every shape of the samples")
  func instructions() throws {
    let table = try String(
      contentsOf: Self.folder.appendingPathComponent("instructions.txt"), encoding: .utf8)
    for shape in ["mixed", "dense", "clean", "long", "escaped", "numbers", "tiny", "nonascii"] {
      #expect(table.contains("\n\(shape) "), "\(shape)")
    }
  }
}
