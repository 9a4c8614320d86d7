/// A place in the file as libyaml counts it, but with line and column from 1.
struct YAMLMark: Sendable, Equatable {
  /// Code points before the place, from 0.
  var index = 0
  var line = 1
  var column = 1
}

/// The bytes of a file, checked for what libyaml would read in another way than an editor shows it.
struct YAMLSource {
  /// The file without its byte order mark.
  let bytes: [UInt8]

  /// Checks the size, the encoding and the characters.
  ///
  /// Lone CR, U+0085, U+2028 and U+2029 end a line for YAML 1.1 but for hardly any editor, so that a
  /// comment could hide a rule: they are refused.
  init(_ file: [UInt8], bytesMax: Int) throws(YAMLError) {
    guard file.count <= bytesMax else {
      throw YAMLError(
        line: 1, column: 1,
        text: "the file is \(file.count) bytes long; the limit is \(bytesMax)")
    }
    bytes = Self.withoutMarks(file)
    if let offset = firstInvalidByte() {
      throw error(at: offset, "the file is not valid UTF-8; save it as UTF-8")
    }
    if let (offset, value) = firstForbiddenCharacter() {
      let name = "U+" + Self.hexadecimal(value, digits: 4)
      if value == 0x0D {
        throw error(at: offset, "a carriage return must be followed by a line feed")
      }
      let escape =
        value < 0x100
        ? "\\x" + Self.hexadecimal(value, digits: 2) : "\\u" + Self.hexadecimal(value, digits: 4)
      throw error(
        at: offset,
        "the character \(name) is not allowed; remove it, or write \(escape) in double quotes")
    }
  }

  /// The file without the byte order marks that begin it or a later document (YAML 1.2.2, 5.2): before
  /// `---`, and after a line of `---` or `...`, as files have them that were put together. libyaml would
  /// count them as a column.
  private static func withoutMarks(_ file: [UInt8]) -> [UInt8] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let rest = file.starts(with: mark) ? Array(file.dropFirst(3)) : file
    guard rest.contains(0xEF) else { return rest }
    var isAfterMarker = false
    var kept: [UInt8] = []
    for line in rest.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if !kept.isEmpty || line.startIndex > 0 { kept.append(0x0A) }
      let own = line.dropFirst(3)
      if line.starts(with: mark), isAfterMarker || isMarker(own) {
        kept += own
        isAfterMarker = isMarker(own)
      } else {
        kept += line
        isAfterMarker = isMarker(line)
      }
    }
    return kept
  }

  /// Whether a line begins or ends a document.
  private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.starts(with: "---".utf8) || line.starts(with: "...".utf8) else { return false }
    return line.count == 3 || [0x20, 0x09, 0x0D].contains(line[line.startIndex + 3])
  }

  /// The place of the byte at `offset`.
  func mark(at offset: Int) -> YAMLMark {
    var mark = YAMLMark()
    for byte in bytes.prefix(offset) where byte & 0xC0 != 0x80 {
      mark.index += 1
      mark.column += 1
      if byte == 0x0A {
        mark.line += 1
        mark.column = 1
      }
    }
    return mark
  }

  /// The byte where the code point at a mark begins, or nil at the end.
  func byte(at mark: YAMLMark) -> UInt8? {
    var index = 0
    for byte in bytes where byte & 0xC0 != 0x80 {
      if index == mark.index { return byte }
      index += 1
    }
    return nil
  }

  private func error(at offset: Int, _ text: String) -> YAMLError {
    let mark = mark(at: offset)
    return YAMLError(line: mark.line, column: mark.column, text: text)
  }

  private func firstInvalidByte() -> Int? {
    do {
      _ = try UTF8Span(validating: bytes.span)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }

  /// The first character that is a control or a hidden line break, as its offset and code point.
  private func firstForbiddenCharacter() -> (offset: Int, value: UInt32)? {
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case 0x09, 0x0A: continue
      case 0x0D where next(offset, 1) == 0x0A: continue
      case 0x00..<0x20, 0x7F: return (offset, UInt32(byte))
      case 0xC2 where next(offset, 1) < 0xA0: return (offset, UInt32(next(offset, 1)))
      case 0xE2 where next(offset, 1) == 0x80 && [0xA8, 0xA9].contains(next(offset, 2)):
        return (offset, 0x2000 + UInt32(next(offset, 2)) - 0x80)
      case 0xEF where next(offset, 1) == 0xBB && next(offset, 2) == 0xBF: return (offset, 0xFEFF)
      case 0xEF where next(offset, 1) == 0xBF && next(offset, 2) > 0xBD:
        return (offset, 0xFFC0 + UInt32(next(offset, 2)) - 0x80)
      default: continue
      }
    }
    return nil
  }

  private func next(_ offset: Int, _ distance: Int) -> UInt8 {
    offset + distance < bytes.count ? bytes[offset + distance] : 0
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
