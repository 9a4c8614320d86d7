/// The characters of base64 about a place in a text.
struct Base64Run {
  /// What each character stands for, six bits, and where it came from in the record.
  private(set) var values: [UInt8] = []
  private var origins: [UInt32] = []
  /// Where the run ends in the text.
  private(set) var end: Int

  /// The run that holds the character at `place` and begins at `lowerBound` at the earliest. Line ends,
  /// as bytes or as escapes of JSON, part nothing; a slash may be escaped.
  init(around place: Int, from lowerBound: Int, in text: Span<UInt8>, origins: [UInt32]?) {
    var at = place
    while at > lowerBound {
      let byte = text[at - 1]
      let isEscape = byte == 0x5C && (text[at] == 0x6E || text[at] == 0x72 || text[at] == 0x2F)
      guard Self.value(byte) != nil || byte == 0x0A || byte == 0x0D || isEscape else { break }
      at -= 1
    }
    end = at
    while at < text.count {
      var length = 1
      if text[at] == 0x5C, at + 1 < text.count {
        let letter = text[at + 1]
        guard letter == 0x6E || letter == 0x72 || letter == 0x2F else { break }
        length = 2
        if letter == 0x2F { append(63, at, origins) }
      } else if let value = Self.value(text[at]) {
        append(value, at, origins)
      } else if text[at] != 0x0A, text[at] != 0x0D {
        break
      }
      at += length
    }
    end = max(at, place + 1)
  }

  private mutating func append(_ value: UInt8, _ place: Int, _ origins: [UInt32]?) {
    values.append(value)
    self.origins.append(origins?[place] ?? UInt32(truncatingIfNeeded: place))
  }

  /// How many octets of text a group's reading has to have in a row: the wrong groups give garbage.
  private static let textMin = 12

  /// The text in the groups that begin with the character `phase`; nil if it is none. UTF-16 is read
  /// as what is left without octets of zero.
  func reading(_ phase: Int) -> Reading? {
    var reading = Reading()
    var textCount = 0
    var textLongest = 0
    reading.bytes.reserveCapacity(values.count)
    reading.origins.reserveCapacity(values.count)
    var zeros = 0
    var bits: UInt32 = 0
    var bitCount = 0
    for index in min(phase, values.count)..<values.count {
      bits = bits << 6 | UInt32(values[index])
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      let octet = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
      if octet == 0 { zeros += 1 }
      // Octets of characters outside ASCII count as text where they may follow each other.
      let before = reading.bytes.last ?? 0
      let isText = octet < 0x80 ? octet >= 0x20 && octet < 0x7F : octet >= 0xC0 || before >= 0x80
      textCount = isText || octet == 0 ? textCount + 1 : 0
      textLongest = max(textLongest, textCount)
      reading.bytes.append(octet)
      reading.origins.append(origins[index])
    }
    guard textLongest >= Self.textMin else { return nil }
    guard zeros > 0, zeros * 3 >= reading.bytes.count else { return reading }
    var stripped = Reading()
    for (octet, origin) in zip(reading.bytes, reading.origins) where octet != 0 {
      stripped.bytes.append(octet)
      stripped.origins.append(origin)
    }
    return stripped
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }
}
