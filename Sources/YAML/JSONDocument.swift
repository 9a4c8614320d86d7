extension YAMLStream {
  /// Reads the bytes of a JSON file: libyaml takes no tabs and no surrogate pairs, JSON has both.
  ///
  /// Strings become double-quoted scalars, other scalars plain ones, as YAML has them.
  public static func parseJSON(_ bytes: [UInt8], as form: YAMLForm) -> YAMLStream {
    do {
      var reader = JSONReader(try YAMLSource(bytes, bytesMax: form.fileBytesMax), form)
      return YAMLStream(documents: try reader.documents(), errors: [])
    } catch {
      return YAMLStream(documents: [], errors: [error])
    }
  }
}

/// A recursive reader of one JSON text; the form's depth bounds the recursion.
private struct JSONReader {
  private let bytes: [UInt8]
  private let depthMax: Int
  private let holdsManyDocuments: Bool
  private var index = 0
  private var line = 1
  /// The first byte of the line, and how many of its bytes up to `index` continue a code point.
  private var lineStart = 0
  private var continued = 0

  init(_ source: YAMLSource, _ form: YAMLForm) {
    bytes = source.bytes
    depthMax = form.depthMax
    holdsManyDocuments = form.holdsManyDocuments
  }

  /// One document, or objects one after the other where the form has them.
  mutating func documents() throws(YAMLError) -> [YAMLNode] {
    var nodes: [YAMLNode] = []
    repeat {
      nodes.append(try value(depth: 0))
      skipBlanks()
    } while holdsManyDocuments && next == UInt8(ascii: "{")
    guard index == bytes.count else { throw error("expected the end of the file") }
    return nodes
  }

  private var mark: YAMLMark {
    YAMLMark(index: index, line: line, column: index - lineStart - continued + 1)
  }

  private func error(_ text: String) -> YAMLError {
    YAMLError(line: mark.line, column: mark.column, text: "not valid JSON: \(text)")
  }

  private var next: UInt8 { index < bytes.count ? bytes[index] : 0 }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x0A:
        line += 1
        lineStart = index + 1
        continued = 0
      case 0x20, 0x09, 0x0D: break
      default: return
      }
      index += 1
    }
  }

  private mutating func value(depth: Int) throws(YAMLError) -> YAMLNode {
    skipBlanks()
    let start = mark
    switch next {
    case UInt8(ascii: "{"):
      try enter(depth)
      return YAMLNode(.mapping(try members(depth: depth + 1)), at: start)
    case UInt8(ascii: "["):
      try enter(depth)
      return YAMLNode(.sequence(try elements(depth: depth + 1)), at: start)
    case UInt8(ascii: "\""): return YAMLNode(.scalar(try string()), at: start)
    default: return YAMLNode(.scalar(try word()), at: start)
    }
  }

  private mutating func enter(_ depth: Int) throws(YAMLError) {
    guard depth < depthMax else { throw error("nested deeper than \(depthMax) levels") }
    index += 1
  }

  private mutating func members(depth: Int) throws(YAMLError) -> [YAMLPair] {
    var pairs: [YAMLPair] = []
    var lines: [String: Int] = [:]
    skipBlanks()
    if take("}") { return pairs }
    while true {
      skipBlanks()
      let place = mark
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in double quotes") }
      let key = try string()
      if let line = lines[key.text] {
        throw YAMLError(
          line: place.line, column: place.column,
          text: "duplicate key '\(key.text)'; it is already set in line \(line)")
      }
      lines[key.text] = place.line
      skipBlanks()
      guard take(":") else { throw error("expected ':'") }
      let value = try value(depth: depth)
      pairs.append(YAMLPair(key: key, line: place.line, column: place.column, value: value))
      skipBlanks()
      if take("}") { return pairs }
      guard take(",") else { throw error("expected ',' or '}'") }
    }
  }

  private mutating func elements(depth: Int) throws(YAMLError) -> [YAMLNode] {
    var nodes: [YAMLNode] = []
    skipBlanks()
    if take("]") { return nodes }
    while true {
      nodes.append(try value(depth: depth))
      skipBlanks()
      if take("]") { return nodes }
      guard take(",") else { throw error("expected ',' or ']'") }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func word() throws(YAMLError) -> YAMLScalar {
    let start = index
    while index < bytes.count, isWordByte(bytes[index]) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard ["true", "false", "null"].contains(text) || isNumber(text) else {
      index = start
      throw error("expected a value")
    }
    return YAMLScalar(text: text, style: .plain, isVerbatim: true)
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x2B, 0x2D, 0x2E: true
    default: false
    }
  }

  private func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/) != nil
  }

  private mutating func string() throws(YAMLError) -> YAMLScalar {
    index += 1
    var text: [UInt8] = []
    while true {
      guard index < bytes.count else { throw error("the string does not end") }
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return YAMLScalar(
          text: String(decoding: text, as: UTF8.self), style: .doubleQuoted, isVerbatim: false)
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw error("a control character must be written as \\u")
      default:
        if byte & 0xC0 == 0x80 { continued += 1 }
        text.append(byte)
        index += 1
      }
    }
  }

  private mutating func escape() throws(YAMLError) -> [UInt8] {
    guard index + 1 < bytes.count else { throw error("the string does not end") }
    let simple: [UInt8: UInt8] = [
      0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D,
      0x74: 0x09,
    ]
    if let byte = simple[bytes[index + 1]] {
      index += 2
      return [byte]
    }
    var value = try unit()
    if (0xD800..<0xDC00).contains(value) {
      let low = try unit()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
    return Array(String(Character(scalar)).utf8)
  }

  /// The value of `\uXXXX` at `index`.
  private mutating func unit() throws(YAMLError) -> UInt32 {
    guard index + 6 <= bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75,
      let value = UInt32(String(decoding: bytes[index + 2..<index + 6], as: UTF8.self), radix: 16)
    else { throw error("unknown escape") }
    index += 6
    return value
  }
}
