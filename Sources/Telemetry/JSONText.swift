/// Writes JSON (RFC 8259) for log lines.
enum JSONText {
  /// Appends `value` as a JSON string, at most `bytesMax` bytes of it.
  ///
  /// Control characters and the line separators that some readers take for line ends are escaped, so
  /// that one event is one line for every reader.
  static func append(_ value: String, bytesMax: Int, to line: inout [UInt8]) {
    line.append(0x22)
    var taken = 0
    for scalar in value.unicodeScalars {
      taken += UTF8.width(scalar)
      if taken > bytesMax {
        line.append(contentsOf: "...".utf8)
        break
      }
      append(scalar, to: &line)
    }
    line.append(0x22)
  }

  private static func append(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
    switch scalar {
    case "\"": line.append(contentsOf: #"\""#.utf8)
    case "\\": line.append(contentsOf: #"\\"#.utf8)
    case "\n": line.append(contentsOf: #"\n"#.utf8)
    case "\r": line.append(contentsOf: #"\r"#.utf8)
    case "\t": line.append(contentsOf: #"\t"#.utf8)
    case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      line.append(contentsOf: #"\u"#.utf8)
      for _ in digits.utf8.count..<4 { line.append(0x30) }
      line.append(contentsOf: digits.utf8)
    default:
      UTF8.encode(scalar) { line.append($0) }
    }
  }
}
