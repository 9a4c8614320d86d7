import Foundation
import TestSupport
import Testing

/// Runs `maskline pipe` over a few lines with mask files of the test's own.
struct Pipe {
  /// A card rule in the form of the shipped pack, so that expectations do not hang on the pack.
  static let cardRule = """
    version: 1
    mask: test
    rules:
      - id: card
        class: pan
        match: { number: card }
        transform: { keep: { last: 4 }, fill: '*' }
    """

  /// A rule that nothing in the tests' records can hit.
  static let silentRule = """
    version: 1
    mask: silent
    rules:
      - id: never
        class: other
        match: { pattern: 'ZQ7-never-in-any-record-7QZ' }
        transform: redact
    """

  /// The text of a mask file with one rule of class `other`, given by its match and transform.
  static func rule(_ match: String, _ transform: String) -> String {
    """
    version: 1
    mask: test
    rules:
      - id: rule
        class: other
        match: \(match)
        transform: \(transform)
    """
  }

  let folder: TemporaryFolder
  private let arguments: [String]

  /// A pipe with `mask` (and the packs of `packs`), a config file, and further arguments. With
  /// neither mask nor packs, the default packs apply.
  init(
    mask: String? = nil, packs: [String] = [], config: String? = nil, arguments: [String] = []
  ) throws {
    folder = try TemporaryFolder()
    var list = packs
    if let mask { list.append(try folder.write(mask, to: "test.yaml")) }
    var all = ["pipe"]
    if !list.isEmpty { all += ["--masks", list.joined(separator: ",")] }
    if let config { all += ["--config", try folder.write(config, to: "config.yaml")] }
    self.arguments = all + arguments
  }

  /// Standard output, error and exit code for `input`.
  func run(_ input: [UInt8], secondsMax: Double = 120) throws -> CommandResult {
    try CommandRunner.maskline(arguments, input: input, secondsMax: secondsMax)
  }

  /// Standard output, error and exit code for input that arrives piece by piece.
  func run(_ feed: CommandRunner.Feed) throws -> CommandResult {
    try CommandRunner.maskline(arguments, feed: feed)
  }

  /// The lines that come out for `lines`, each with a line feed; the run must end with 0.
  func lines(
    _ lines: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String] {
    let result = try run(Array(lines.map { $0 + "\n" }.joined().utf8))
    #expect(result.exitCode == 0, "\(result.errorText)", sourceLocation: sourceLocation)
    #expect(
      result.output.isEmpty || result.output.last == 0x0A, "the last line feed is gone",
      sourceLocation: sourceLocation)
    return result.lines.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The one line that comes out for `line`.
  func line(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let lines = try lines([line], sourceLocation: sourceLocation)
    return try #require(lines.count == 1 ? lines[0] : nil, sourceLocation: sourceLocation)
  }
}

/// The line forwarded in place of a withheld record (design.md 6).
func stub(_ reason: String, _ record: Int) -> String {
  #"{"_maskline":{"withheld":"\#(reason)","record":\#(record)}}"#
}

/// Whether a line is the stub of record `record`, with any of `reasons`.
func isStub(_ line: String, _ record: Int, _ reasons: [String]) -> Bool {
  reasons.contains { line == stub($0, record) }
}

/// A JSON text as Foundation reads it; records an issue when it is none.
func decode(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> Any {
  do {
    return try JSONSerialization.jsonObject(
      with: Data(line.utf8), options: .fragmentsAllowed)
  } catch {
    Issue.record("no valid JSON: \(line.prefix(300))", sourceLocation: sourceLocation)
    throw error
  }
}

/// The string at `key` of the object in `line`.
func string(
  _ key: String, of line: String, sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
  let object = try decode(line, sourceLocation: sourceLocation) as? [String: Any]
  return try #require(object?[key] as? String, "\(line)", sourceLocation: sourceLocation)
}

/// Text with the digits of all scripts as ASCII digits and without format characters.
func folded(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
      result += String(Int(value))
    } else if scalar.properties.generalCategory != .format {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Fails when a card number, or eleven digits of one in a row, can be read in `output`.
func expectNoLeak(
  of cards: [String], in output: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) {
  let leaks = LeakChecker(cards: cards).leaks(in: output)
  #expect(leaks.isEmpty, "\(leaks.prefix(3))", sourceLocation: sourceLocation)
}
