internal import CSecondOpinion

// Unsafe code here lends a text to the scanner's readings of a place inside its bounds.

/// Undoes one encoding at one place of a text: the character that stands there, nil for none, and how
/// many bytes it takes, one at least.
enum Undoing {
  /// An escape of JSON, percent, a reference of HTML, or the character itself.
  static func escape(
    _ text: Span<UInt8>, _ at: Int, _ end: Int, _ decodes: SecondOpinion.Decodes
  ) -> (UInt32?, Int) {
    let byte = text[at]
    switch byte {
    case 0x5C: return backslash(text, at, end)
    case 0x25 where decodes.contains(.percent):
      guard let octet = octet(text, at, end, sign: 0x25) else { return (UInt32(byte), 1) }
      return octets(octet, of: text, at, end, sign: 0x25)
    case 0x26 where decodes.contains(.html):
      var length = 0
      let scalar = unsafe text.withUnsafeBufferPointer {
        unsafe CSecondOpinion_reference($0.baseAddress, at, end, &length)
      }
      return scalar < 0 ? (UInt32(byte), 1) : (UInt32(scalar), length)
    default:
      guard byte >= 0xC0 else { return (UInt32(byte), 1) }
      return character(byte) { at + $0 < end ? text[at + $0] : nil }
    }
  }

  /// An octet of quoted-printable, or the byte itself.
  static func quoted(_ text: Span<UInt8>, _ at: Int, _ end: Int) -> (UInt32?, Int) {
    guard text[at] == 0x3D else {
      guard text[at] >= 0xC0 else { return (UInt32(text[at]), 1) }
      return character(text[at]) { at + $0 < end ? text[at + $0] : nil }
    }
    if let octet = octet(text, at, end, sign: 0x3D) {
      return octets(octet, of: text, at, end, sign: 0x3D)
    }
    let length = unsafe text.withUnsafeBufferPointer {
      unsafe CSecondOpinion_soft_break($0.baseAddress, at, end)
    }
    return length > 0 ? (nil, length) : (0x3D, 1)
  }

  private static func backslash(_ text: Span<UInt8>, _ at: Int, _ end: Int) -> (UInt32?, Int) {
    guard at + 1 < end else { return (0x5C, 1) }
    switch text[at + 1] {
    // `\n` and its like part words; a quote, slash or backslash stands for itself.
    case 0x62, 0x66, 0x6E, 0x72, 0x74: return (0x0A, 2)
    case 0x22, 0x2F, 0x5C: return (UInt32(text[at + 1]), 2)
    case 0x75: break
    default: return (0x5C, 1)
    }
    guard let unit = unit(text, at + 2, end) else { return (0x5C, 1) }
    if unit >> 10 == 0x36, at + 7 < end, text[at + 6] == 0x5C, text[at + 7] == 0x75,
      let low = self.unit(text, at + 8, end), low >> 10 == 0x37
    {
      return (0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), 12)
    }
    return (unit, 6)
  }

  private static func unit(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var unit: UInt32 = 0
    for at in start..<start + 4 {
      guard let value = hexadecimal(text[at]) else { return nil }
      unit = unit << 4 | UInt32(value)
    }
    return unit
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
    default: nil
    }
  }

  /// The octet whose two hexadecimal digits follow the sign at `at`.
  private static func octet(_ text: Span<UInt8>, _ at: Int, _ end: Int, sign: UInt8) -> UInt8? {
    guard at + 3 <= end, text[at] == sign, let high = hexadecimal(text[at + 1]),
      let low = hexadecimal(text[at + 2])
    else { return nil }
    return high << 4 | low
  }

  private static func octets(
    _ first: UInt8, of text: Span<UInt8>, _ at: Int, _ end: Int, sign: UInt8
  ) -> (UInt32?, Int) {
    let (scalar, length) = character(first) { octet(text, at + 3 * $0, end, sign: sign) }
    return (scalar, 3 * length)
  }

  /// The character of UTF-8 that begins with `first`, of Latin-1 where that is none.
  private static func character(_ first: UInt8, _ octet: (Int) -> UInt8?) -> (UInt32?, Int) {
    guard first >= 0xC0, first < 0xF8 else { return (UInt32(first), 1) }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for place in 1..<length {
      guard let next = octet(place), next & 0xC0 == 0x80 else { return (UInt32(first), 1) }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    return (scalar, length)
  }
}
