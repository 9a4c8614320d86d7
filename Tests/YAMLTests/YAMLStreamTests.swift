import Testing
import YAML

@Suite("Streams of YAML and JSON documents")
struct YAMLStreamTests {
  private func yaml(_ text: String) -> YAMLStream {
    YAMLStream.parse(Array(text.utf8), as: .manifests)
  }

  private func json(_ text: String) -> YAMLStream {
    YAMLStream.parseJSON(Array(text.utf8), as: .manifests)
  }

  @Test("documents after --- are all read, with their places")
  func manyDocuments() throws {
    let stream = yaml("a: 1\n---\n# nothing\n---\nb: 2\n")
    #expect(stream.errors == [])
    #expect(stream.documents.count == 3)
    #expect(stream.documents.map(\.line) == [1, 4, 5])
  }

  @Test("an empty stream holds no document and is no error")
  func empty() {
    let stream = yaml("# only a comment\n")
    #expect(stream.documents.isEmpty)
    #expect(stream.errors.isEmpty)
  }

  @Test("a rule file still holds one document only")
  func ruleFile() {
    let stream = YAMLStream.parse(Array("a: 1\n---\nb: 2\n".utf8), as: .ruleFile)
    #expect(
      stream.errors.map(\.description) == [
        "2:1: a file holds one document; remove '---' and what follows it"
      ])
  }

  @Test("anchors, aliases and duplicate keys are refused in manifests, too")
  func refused() {
    #expect(
      yaml("a: &x 1\nb: *x\na: 2\n").errors.map(\.description) == [
        "1:4: anchors (&name) are not allowed; remove it",
        "2:4: aliases (*name) are not allowed; write the value again",
        "3:1: duplicate key 'a'; it is already set in line 1",
      ])
  }

  @Test("JSON with tabs, escapes and surrogate pairs is read as the same tree as YAML")
  func jsonTree() throws {
    let stream = json("{\n\t\"a\": [1, true, null, \"\\ud83d\\ude00\\n\\/\"],\n\t\"b\": {}\n}\n")
    #expect(stream.errors == [])
    let root = try #require(stream.documents.first)
    guard case .mapping(let pairs) = root.content,
      case .sequence(let items) = pairs[0].value.content
    else {
      Issue.record("no mapping with a list")
      return
    }
    #expect(pairs.map(\.key.text) == ["a", "b"])
    #expect(pairs.map(\.line) == [2, 3])
    #expect(pairs.map(\.column) == [2, 2])
    let texts = items.compactMap { item -> String? in
      guard case .scalar(let scalar) = item.content else { return nil }
      return scalar.text
    }
    #expect(texts == ["1", "true", "null", "\u{1F600}\n/"])
  }

  @Test(
    "what is no JSON is refused with its place",
    arguments: [
      ("{\"a\": 1,}", "1:9: not valid JSON: expected a key in double quotes"),
      ("{\"a\" 1}", "1:6: not valid JSON: expected ':'"),
      ("[1 2]", "1:4: not valid JSON: expected ',' or ']'"),
      ("{\"é\": 01}", "1:7: not valid JSON: expected a value"),
      ("\"\\ud800\"", "1:8: not valid JSON: unknown escape"),
      ("{} x", "1:4: not valid JSON: expected the end of the file"),
      ("{\"a\":1,\n \"a\":2}", "2:2: duplicate key 'a'; it is already set in line 1"),
    ])
  func badJSON(text: String, error: String) {
    #expect(json(text).errors.map(\.description) == [error])
  }

  @Test("nesting is bounded in both forms")
  func depth() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(json(deep).errors.map(\.text) == ["not valid JSON: nested deeper than 100 levels"])
    #expect(yaml(deep).errors.map(\.text) == ["nested deeper than 100 levels"])
  }

  @Test(
    "a byte order mark may begin any document, and nothing else",
    arguments: [
      ("\u{FEFF}a: 1\n---\n\u{FEFF}b: 2\n", 2), ("a: 1\n\u{FEFF}---\nb: 2\n", 2),
      ("a: 1\r\n...\r\n\u{FEFF}---\r\nb: 2\r\n", 2), ("a: 1\n--- # next\n\u{FEFF}b: 2\nc: 3\n", 2),
      ("a: 1\n\u{FEFF}b: 2\n", 0), ("a: \u{FEFF}1\n", 0), ("a: 1\n----\n\u{FEFF}b: 2\n", 0),
    ])
  func byteOrderMarks(text: String, count: Int) {
    let stream = YAMLStream.parse(Array(text.utf8), as: .manifests)
    #expect(stream.documents.count == count && stream.errors.isEmpty == (count > 0))
    if count == 2 {
      #expect(
        stream
          == YAMLStream.parse(
            Array(text.replacing("\u{FEFF}", with: "").utf8), as: .manifests))
    }
  }
}
