import Rules
import Testing

@Suite struct PatternTextTests {
  private func pattern(_ written: String) throws -> PatternText {
    let file = try maskFile(Golden(.match, "{ pattern: \(written) }").text)
    guard case .pattern(let pattern) = file.rules.first?.match.finder else {
      throw NoPattern()
    }
    return pattern
  }

  private struct NoPattern: Error {}

  @Test(
    arguments: [
      ("ab(c", [44, 45, 46, 47, 48]), ("'a''(b'", [45, 46, 48, 49, 50]), ("\"a(\"", [45, 46, 47]),
      ("'é('", [45, 46, 46, 47]), ("\"\\x61(\"", [44, 44, 44]),
    ] as [(String, [Int])])
  func `A byte of a pattern is pointed to where it stands, or where the pattern begins`(
    written: String, columns: [Int]
  ) throws {
    let pattern = try pattern(written)
    #expect(pattern.location == place("f", 4, 44))
    #expect(columns.indices.map { pattern.location(ofByte: $0).column } == columns)
    #expect(pattern.location(ofByte: 0).line == 4)
  }

  @Test func `A pattern without a file points at its place`() {
    let pattern = PatternText("abc", at: place("g", 1, 7))
    #expect(pattern.location(ofByte: 2) == place("g", 1, 7))
  }
}
