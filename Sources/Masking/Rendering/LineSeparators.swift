internal import Bytes

// Unsafe code here copies stretches of text that stays valid until the call ends.

/// U+0085, U+2028 and U+2029: RFC 8259 allows them raw in strings, and some readers take them for
/// the end of a line.
///
/// In valid JSON they stand in strings only, so that a `\u` escape in their place means the same; in
/// JSON inside a string it is the outer string that holds the escape.
enum LineSeparators {
  /// Appends `text`, which is valid UTF-8, to `output` with these characters escaped.
  static func appendEscaped(_ text: ByteView, to output: inout ByteBuffer) {
    output.reserve(text.count)
    var done = 0
    var index = 0
    while index < text.count {
      guard let escape = escape(text, at: index) else {
        index += 1
        continue
      }
      unsafe output.append(text[done..<index].buffer)
      output.append(escape)
      index += UTF8Text.length(lead: text[index])
      done = index
    }
    unsafe output.append(text[done..<text.count].buffer)
  }

  private static let nextLine = Array(#"\u0085"#.utf8)
  private static let lineSeparator = Array(#"\u2028"#.utf8)
  private static let paragraphSeparator = Array(#"\u2029"#.utf8)

  private static func escape(_ text: ByteView, at index: Int) -> [UInt8]? {
    let lead = text[index]
    if lead == 0xC2 { return text[index + 1] == 0x85 ? nextLine : nil }
    guard lead == 0xE2, text[index + 1] == 0x80 else { return nil }
    switch text[index + 2] {
    case 0xA8: return lineSeparator
    case 0xA9: return paragraphSeparator
    default: return nil
    }
  }
}
