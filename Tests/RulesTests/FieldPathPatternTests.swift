import Rules
import Testing

@Suite struct FieldPathPatternTests {
  typealias Segment = FieldPathPattern.Segment

  static let paths: [(String, [Segment])] = [
    ("user", [.key("user")]),
    ("user.email", [.key("user"), .key("email")]),
    ("cards[*].number", [.key("cards"), .anyElement, .key("number")]),
    ("cards[3]", [.key("cards"), .element(3)]),
    ("cards[0][12].x", [.key("cards"), .element(0), .element(12), .key("x")]),
    ("**.ssn", [.anyDepth, .key("ssn")]),
    ("a.**.b", [.key("a"), .anyDepth, .key("b")]),
    ("a.**", [.key("a"), .anyDepth]),
    ("**", [.anyDepth]),
    ("*", [.anyKey]),
    ("*.*", [.anyKey, .anyKey]),
    ("*[*]", [.anyKey, .anyElement]),
    ("[*]", [.anyElement]),
    ("[*][999999999].a", [.anyElement, .element(999_999_999), .key("a")]),
    ("User.E-Mail", [.key("user"), .key("e-mail")]),
    ("'a.b'.c", [.key("a.b"), .key("c")]),
    (#"x."it's""#, [.key("x"), .key("it's")]),
    (#"x.'say "A"'[*]"#, [.key("x"), .key(#"say "a""#), .anyElement]),
    ("''", [.key("")]),
    ("a.'*'", [.key("a"), .key("*")]),
    ("'$'.'/x'", [.key("$"), .key("/x")]),
    ("@timestamp.$ref.a:b", [.key("@timestamp"), .key("$ref"), .key("a:b")]),
    ("straße.ÄB", [.key("straße"), .key("Äb")]),
  ]

  @Test(arguments: paths)
  func `A path is read to its segments, with ASCII letters in lower case`(
    text: String, segments: [Segment]
  ) throws {
    let path = try FieldPathPattern(parsing: text, at: place("f", 1, 1))
    #expect(path.segments == segments)
    #expect(path.text == text)
  }

  @Test func `A path may have 64 segments and 1024 bytes`() throws {
    let deep = Array(repeating: "a", count: 64).joined(separator: ".")
    #expect(try FieldPathPattern(parsing: deep, at: place("f", 1, 1)).segments.count == 64)
    let long = String(repeating: "a", count: 1024)
    #expect(try FieldPathPattern(parsing: long, at: place("f", 1, 1)).segments == [.key(long)])
  }
}
