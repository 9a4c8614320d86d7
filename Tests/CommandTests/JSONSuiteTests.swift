import Foundation
import TestSupport
import Testing

/// nst/JSONTestSuite, each file as one line of a stream.
@Suite("JSONTestSuite", .enabled(if: TestPaths.data("json-test-suite") != nil, "set MASKLINE_DATA"))
struct JSONSuiteTests {
  /// Valid JSON of more than one line: the parser's own tests hold these two.
  static let multiline: Set = ["y_array_with_1_and_newline.json", "y_object_with_newlines.json"]
  /// Of these, one line by itself is valid JSON.
  static let holdsValidLine: Set = [
    "n_array_newlines_unclosed.json", "n_array_unclosed_with_new_lines.json",
  ]
  /// The answers where RFC 8259 leaves the choice (standards.md 1).
  static let accepted: Set = [
    "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json", "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
    "i_structure_UTF-8_BOM_empty_object.json",
  ]

  @Test("A2 T20 the 95 files to accept are forwarded byte for byte, as lines without findings")
  func accepts() throws {
    let files = try Self.files("y_")
    #expect(files.count == 95)
    let pipe = try Pipe(mask: Pipe.silentRule)
    for (name, bytes) in files where !Self.multiline.contains(name) {
      let line = bytes.last == 0x0A ? bytes : bytes + [0x0A]
      let result = try pipe.run(line)
      #expect(result.output == line, "\(name)")
      #expect(result.exitCode == 0, "\(name)")
    }
  }

  @Test("A2 T20 the 95 files to accept are accepted under the default packs too")
  func acceptsUnderDefaultPacks() throws {
    let lines = try Self.files("y_").filter { !Self.multiline.contains($0.name) }
      .flatMap { $0.bytes.last == 0x0A ? $0.bytes : $0.bytes + [0x0A] }
    let result = try Pipe().run(lines)
    #expect(result.lines.count == 93)
    #expect(!result.outputText.contains("_maskline"))
  }

  @Test("A2 T20 the 188 files to reject are rejected")
  func rejects() throws {
    let files = try Self.files("n_")
    #expect(files.count == 188)
    let pipe = try Pipe(mask: Pipe.silentRule)
    var rejected = 0
    for (name, bytes) in files where !bytes.isEmpty && !Self.holdsValidLine.contains(name) {
      let input = bytes.last == 0x0A ? bytes : bytes + [0x0A]
      let result = try pipe.run(input, secondsMax: 50)
      let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
      #expect(lines.count == CommandRunner.lines(of: input).count, "\(name)")
      for (index, line) in lines.enumerated() {
        #expect(
          isStub(line, index + 1, ["malformed", "invalidUTF8", "tooDeep"]), "\(name): \(line)")
      }
      #expect(result.exitCode == 0, "\(name)")
      rejected += 1
    }
    #expect(rejected == 185)
  }

  @Test("A2 T20 a rejected file that holds a valid line forwards that line alone")
  func rejectsAllButOneLine() throws {
    let pipe = try Pipe(mask: Pipe.silentRule)
    for (name, bytes) in try Self.files("n_") where Self.holdsValidLine.contains(name) {
      let lines = try pipe.run(bytes + [0x0A]).lines.map { String(decoding: $0, as: UTF8.self) }
      #expect(lines.count == 3, "\(name)")
      #expect(lines.filter { $0.contains("malformed") }.count == 2, "\(name)")
      #expect(lines.filter { ["4", "1"].contains($0) }.count == 1, "\(name)")
    }
  }

  @Test("A2 T20 a file of nothing gives nothing")
  func nothing() throws {
    let file = try #require(try Self.files("n_").first { $0.name == "n_structure_no_data.json" })
    #expect(file.bytes.isEmpty)
    #expect(try Pipe(mask: Pipe.silentRule).run(file.bytes).output.isEmpty)
  }

  @Test("A2 T5 T20 the 35 files left open get the answers of the fixed table")
  func fixedTable() throws {
    let files = try Self.files("i_")
    #expect(files.count == 35)
    let pipe = try Pipe(mask: Pipe.silentRule)
    for (name, bytes) in files {
      let result = try pipe.run(bytes + [0x0A])
      if Self.accepted.contains(name) {
        #expect(result.output == bytes + [0x0A], "\(name)")
      } else {
        let line = result.lines.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(
          isStub(line, 1, ["malformed", "invalidUTF8", "tooDeep"]) && result.lines.count == 1,
          "\(name): \(line)")
      }
    }
  }

  @Test("A2 T20 all files together, in one stream, give a stub for each line to reject")
  func oneStream() throws {
    var input: [UInt8] = []
    var valid: [Bool] = []
    for (name, bytes) in try Self.files("") where !bytes.isEmpty && !name.hasPrefix("i_") {
      if Self.multiline.contains(name) || Self.holdsValidLine.contains(name) { continue }
      let lines = CommandRunner.lines(of: bytes)
      valid += lines.map { _ in name.hasPrefix("y_") }
      for line in lines { input += line + [0x0A] }
    }
    let output = try Pipe(mask: Pipe.silentRule).run(input).lines
    #expect(output.count == valid.count)
    for (index, (line, isValid)) in zip(output, valid).enumerated() {
      let text = String(decoding: line, as: UTF8.self)
      let isStubbed = isStub(text, index + 1, ["malformed", "invalidUTF8", "tooDeep"])
      #expect(isStubbed == !isValid, "line \(index + 1)")
    }
  }

  private static func files(_ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = try #require(TestPaths.data("json-test-suite"))
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
      .map { ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0)))) }
  }
}
