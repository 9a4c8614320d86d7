/// Steps over text that is known to be valid UTF-8 (RFC 3629).
enum UTF8Text {
  /// How many bytes the character with this first byte has.
  @inline(__always)
  static func length(lead: UInt8) -> Int {
    lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }

  /// The character at `index`, and how many bytes it has.
  @inline(__always)
  static func scalar(_ text: ByteView, at index: Int) -> (scalar: UInt32, length: Int) {
    let lead = text[index]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let length = length(lead: lead)
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(text[index + offset] & 0x3F) }
    return (value, length)
  }

  /// The next character border after `index`.
  @inline(__always)
  static func border(_ text: ByteView, after index: Int) -> Int {
    var next = index + 1
    while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
