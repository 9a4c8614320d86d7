internal import Bytes

/// Writes text so that it stands inside a JSON string that itself lies `depth - 1` strings deep.
enum JSONEscaping {
  /// Appends `byte` (of UTF-8 text) escaped `depth` times.
  static func append(_ byte: UInt8, depth: Int, to text: inout Scratch<UInt8>) {
    guard depth > 0, byte == ASCII.quote || byte == ASCII.backslash || byte < 0x20 else {
      text.append(byte)
      return
    }
    if byte < 0x20 {
      append(ASCII.backslash, depth: depth - 1, to: &text)
      let hex = Array("0123456789abcdef".utf8)
      for digit in [0x75, 0x30, 0x30, hex[Int(byte >> 4)], hex[Int(byte & 15)]] {
        text.append(digit)
      }
      return
    }
    append(ASCII.backslash, depth: depth - 1, to: &text)
    append(byte, depth: depth - 1, to: &text)
  }
}
