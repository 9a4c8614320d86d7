import Testing
import YAML

@Suite struct YAMLDocumentTests {
  private func root(_ text: String) throws -> YAMLNode {
    let document = YAMLDocument.parse(Array(text.utf8))
    try #require(document.errors.map(\.description) == [])
    return try #require(document.root)
  }

  private func pairs(_ node: YAMLNode) -> [YAMLPair] {
    if case .mapping(let pairs) = node.content { pairs } else { [] }
  }

  private func scalar(_ node: YAMLNode?) -> YAMLScalar? {
    if case .scalar(let scalar) = node?.content { scalar } else { nil }
  }

  @Test func `Every key and node has its line and column, in code points from 1`() throws {
    let top = pairs(try root("# ü\na: 1\nключ:\n  - x\n  - { é: 'y', z: [1, 22] }\n"))
    #expect(top.map(\.key.text) == ["a", "ключ"])
    #expect(top.map(\.line) == [2, 3])
    #expect(top.map(\.column) == [1, 1])
    #expect(top[0].value.line == 2 && top[0].value.column == 4)
    guard case .sequence(let items) = top[1].value.content else {
      Issue.record("no sequence")
      return
    }
    #expect(items.map(\.line) == [4, 5])
    #expect(items.map(\.column) == [5, 5])
    let inner = pairs(items[1])
    #expect(inner.map(\.column) == [7, 15])
    #expect(inner.map(\.value.column) == [10, 18])
  }

  @Test func `Scalars keep their text and the way they are written`() throws {
    let text = "a: null\nb: 'it''s'\nc: \"\\x41\\0\"\nd: |\n  x\n  y\ne: >-\n  x\n  y\nf:\ng: ''\n"
    let values = pairs(try root(text)).compactMap { scalar($0.value) }
    #expect(values.map(\.text) == ["null", "it's", "A\0", "x\ny\n", "x y", "", ""])
    #expect(
      values.map(\.style) == [
        .plain, .singleQuoted, .doubleQuoted, .block, .block, .plain, .singleQuoted,
      ])
    #expect(values.map(\.isPlain) == [true, false, false, false, false, true, false])
  }

  @Test func `A byte order mark and CRLF change neither texts nor places`() throws {
    let plain = try root("a: 1\nb:\n  - 'c'\n")
    let marked = try root("\u{FEFF}a: 1\r\nb:\r\n  - 'c'\r\n")
    #expect(plain == marked)
  }

  @Test func `Columns inside a scalar are known where it stands as written`() throws {
    let text =
      "a: plain\nb: 'i''m é x'\nc: \"as is\"\nd: \"\\x41b\"\ne: |\n  block\nf: two\n  lines\n"
    let values = pairs(try root(text)).compactMap { scalar($0.value) }
    #expect((0...5).map { values[0].columns(toByte: $0) } == [0, 1, 2, 3, 4, 5])
    // i ' m space é(2 bytes) space x: the second quote of '' and the second byte of é move things.
    #expect((0...8).map { values[1].columns(toByte: $0) } == [1, 2, 4, 5, 6, 7, 7, 8, 9])
    #expect(values[2].columns(toByte: 3) == 4)
    for value in values[3...] { #expect(value.columns(toByte: 1) == nil, "\(value.text)") }
  }

  @Test func `32 levels are read and the 33rd is refused with its place`() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try root(nested(32))
    let flow = YAMLDocument.parse(Array(nested(33).utf8))
    #expect(flow.root == nil)
    #expect(flow.errors.map(\.description) == ["1:33: nested deeper than 32 levels"])
    let block = (0..<33).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(
      YAMLDocument.parse(Array(block.utf8)).errors.map(\.description) == [
        "33:33: nested deeper than 32 levels"
      ])
    let far = YAMLDocument.parse(Array(repeating: 0x5B, count: 1 << 20))
    #expect(far.errors.map(\.description) == ["1:33: nested deeper than 32 levels"])
  }

  @Test func `1 MiB is read and one byte more is refused`() throws {
    let line = "- abcdefghijklmnopqrstuvwxyz012\n"
    let full = String(repeating: line, count: (1 << 20) / line.utf8.count)
    #expect(full.utf8.count == 1 << 20)
    guard case .sequence(let nodes) = try root(full).content else {
      Issue.record("no sequence")
      return
    }
    #expect(nodes.count == 32_768)
    let document = YAMLDocument.parse(Array((full + "\n").utf8))
    #expect(document.root == nil)
    #expect(
      document.errors.map(\.description) == [
        "1:1: the file is 1048577 bytes long; the limit is 1048576"
      ])
  }

  @Test(
    arguments: [
      ([0x61, 0x3A, 0x20, 0xFF], "1:4"), ([0x61, 0x0A, 0xC3, 0xA9, 0xC3], "2:2"),
      ([0xED, 0xA0, 0x80], "1:1"), ([0xC0, 0xB4], "1:1"), ([0x23, 0xF5, 0x80, 0x80, 0x80], "1:2"),
    ] as [([UInt8], String)])
  func `Bytes that are not UTF-8 are refused with their place`(bytes: [UInt8], place: String) {
    #expect(
      YAMLDocument.parse(bytes).errors.map(\.description) == [
        "\(place): the file is not valid UTF-8; save it as UTF-8"
      ])
  }

  @Test func `UTF-16 is refused, with and without its byte order mark`() {
    let text = Array("a: 1".utf16)
    let little = text.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    #expect(!YAMLDocument.parse([0xFF, 0xFE] + little).errors.isEmpty)
    #expect(!YAMLDocument.parse(little).errors.isEmpty)
    #expect(YAMLDocument.parse([0xFF, 0xFE] + little).root == nil)
  }

  @Test func `A file full of errors is given up after one hundred`() {
    let text = String(repeating: "- *a\n", count: 500)
    let document = YAMLDocument.parse(Array(text.utf8))
    #expect(document.root == nil)
    #expect(document.errors.count == 101)
    #expect(
      document.errors.last?.description == "101:3: more than 100 errors; mend those above first")
  }

  @Test func `What can be read of a file with errors is still there to be checked`() {
    let document = YAMLDocument.parse(Array("a: *x\nb: &y 2\na: 3\n".utf8))
    #expect(document.errors.count == 3)
    let top = document.root.map(pairs) ?? []
    #expect(top.map(\.key.text) == ["a", "b"])
    #expect(top.first?.value.content == .refused)
    #expect(scalar(top.last?.value)?.text == "2")
  }
}
