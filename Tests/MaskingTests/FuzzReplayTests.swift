import Foundation
import FuzzChecks
import TestSupport
import Testing

/// Inputs on which a fuzzer once failed, and a little fuzzing without one.
@Suite("Fuzzed inputs")
struct FuzzReplayTests {
  private static let folder = TestPaths.package.appendingPathComponent("Tests/Fuzz/FailCases")

  private func cases(_ target: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = Self.folder.appendingPathComponent(target)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try names.sorted().map {
      ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0))))
    }
  }

  @Test("records on which a fuzzer failed are masked")
  func records() throws {
    let check = RecordCheck(excusesKeysOfBrackets: false)
    for (name, bytes) in try cases("records") {
      #expect(check.problem(in: bytes) == nil, "\(name)")
      #expect(check.leak(in: bytes) == nil, "\(name)")
    }
  }

  @Test("texts on which a fuzzer failed are masked alike in all spellings")
  func views() throws {
    let check = ViewCheck()
    for (name, bytes) in try cases("views") { #expect(check.problem(in: bytes) == nil, "\(name)") }
  }

  @Test("mask files on which a fuzzer failed are read or refused")
  func maskFiles() throws {
    let check = MaskFileCheck()
    for (name, bytes) in try cases("maskfiles") {
      #expect(check.problem(in: bytes) == nil, "\(name)")
    }
  }

  private static let pieces: [String] = [
    "4111111111111111", "S-1234", "\\u0053-1234", "S\u{AD}-\u{FF11}234", "{\"", "\":", "\",\"",
    "\"}", "\"", "{", "}", "[", "]", ",", ":", "\\", "\\\\", "\\\"", "\\ud835\\udfdc", "kelvin12",
    "{\"password\":\"", "\"gone\":", "\"none\":1", "DROP-RECORD", "null", "-0.5e1", "\n", "\r\n",
    "\u{FEFF}", "\u{2028}", "\u{85}", "\u{212A}", "é", " ", "H-1234", "E-12", "near ", "Kalpha",
    "3142", "\"free\":", "{\\\"a\\\":\\\"S-1234\\\"}", "7", "",
  ]

  private func input(_ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(random.next() % 16), UInt8(random.next() % 90)]
    var lines = random.next() % 4 + 1
    while lines > 0 {
      lines -= 1
      // Half of the lines are valid JSON, some of these with a piece put in.
      var line =
        random.next() % 2 == 0
        ? Array(RandomJSON.lines(1, &random).dropLast())
        : (0..<random.next() % 12).flatMap { _ in
          Array(Self.pieces[Int(random.next() % UInt64(Self.pieces.count))].utf8)
        }
      if random.next() % 3 == 0 {
        let piece = Array(Self.pieces[Int(random.next() % UInt64(Self.pieces.count))].utf8)
        line.insert(contentsOf: piece, at: Int(random.next() % UInt64(line.count + 1)))
      }
      if random.next() % 20 == 0, !line.isEmpty {
        line[Int(random.next() % UInt64(line.count))] = UInt8(random.next() % 256)
      }
      bytes += line + [0x0A]
    }
    if random.next() % 4 == 0 { bytes.removeLast() }
    return bytes
  }

  @Test("T24 random streams against a second reader of JSON")
  func randomStreams() {
    let check = RecordCheck()
    var random = SeededRandom(for: "random streams")
    for _ in 0..<TestSize.count(3000, full: 200_000) {
      let bytes = input(&random)
      for problem in [check.problem(in: bytes), check.leak(in: bytes)] {
        if let problem { Issue.record("\(problem)\n\(bytes)") }
      }
    }
  }

  @Test("J3 random texts are masked alike however they are escaped")
  func randomTexts() {
    let check = ViewCheck()
    var random = SeededRandom(for: "random texts")
    for _ in 0..<TestSize.count(3000, full: 200_000) {
      let bytes = Array(input(&random).dropFirst(2))
      if let problem = check.problem(in: bytes) { Issue.record("\(problem)\n\(bytes)") }
    }
  }
}
