/// A text with the places that its bytes came from, as it reads after escapes are undone some times.
struct Reading {
  var bytes: [UInt8]
  /// For each byte, where it came from in the record.
  var origins: [UInt32]
  var hasBackslash: Bool

  init(of record: Span<UInt8>) {
    bytes = record.indices.map { record[$0] }
    origins = bytes.indices.map { UInt32(truncatingIfNeeded: $0) }
    hasBackslash = true
  }

  private init() {
    bytes = []
    origins = []
    hasBackslash = false
  }

  /// The text with one level of escapes undone wherever they stand, digits of all scripts as digits,
  /// dashes and blanks as plain ones, and characters without width left out.
  func next() -> Reading {
    var result = Reading()
    result.bytes.reserveCapacity(bytes.count)
    result.origins.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      let start = at
      let byte = bytes[at]
      if byte == 0x5C, at + 1 < bytes.count {
        let (scalar, length) = escape(at)
        at += length
        result.append(scalar, from: origins[start])
      } else if byte < 0x80 {
        result.bytes.append(byte)
        result.origins.append(origins[at])
        at += 1
      } else {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        let end = min(at + length, bytes.count)
        var scalar = UInt32(byte) & (0x7F >> UInt32(length))
        for index in at + 1..<max(end, at + 1) {
          scalar = scalar << 6 | UInt32(bytes[index] & 0x3F)
        }
        at = max(end, at + 1)
        result.append(scalar, from: origins[start])
      }
    }
    return result
  }

  private mutating func append(_ scalar: UInt32, from origin: UInt32) {
    guard let byte = Self.plain(scalar) else { return }
    if byte == 0x5C { hasBackslash = true }
    bytes.append(byte)
    origins.append(origin)
  }

  /// The escape at a backslash: its character, and how long it is.
  private func escape(_ at: Int) -> (UInt32, Int) {
    let letter = bytes[at + 1]
    guard letter == 0x75 else {
      switch letter {
      // `\n` and its like part words; a quote, slash or backslash stands for itself.
      case 0x62, 0x66, 0x6E, 0x72, 0x74: return (0x0A, 2)
      case 0x22, 0x2F, 0x5C: return (UInt32(letter), 2)
      default: return (0x5C, 1)
      }
    }
    guard let unit = unit(at + 2) else { return (0x5C, 1) }
    if unit >> 10 == 0x36, at + 7 < bytes.count, bytes[at + 6] == 0x5C, bytes[at + 7] == 0x75,
      let low = self.unit(at + 8), low >> 10 == 0x37
    {
      return (0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), 12)
    }
    return (unit, 6)
  }

  private func unit(_ start: Int) -> UInt32? {
    guard start + 4 <= bytes.count else { return nil }
    var unit: UInt32 = 0
    for byte in bytes[start..<start + 4] {
      switch byte {
      case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
      case 0x41...0x46, 0x61...0x66: unit = unit << 4 | UInt32((byte | 0x20) - 0x61 + 10)
      default: return nil
      }
    }
    return unit
  }

  /// The byte that a character reads as: 0x80 for half of a pair, nil for one that nobody sees. Letters of other scripts
  /// read as `z`: they are letters, and no hexadecimal digits.
  private static func plain(_ scalar: UInt32) -> UInt8? {
    if scalar < 0x80 { return UInt8(scalar) }
    // Latin with accents, Greek, Cyrillic, Armenian, Hebrew; kana, CJK, Hangul.
    switch scalar {
    case 0xC0...0x2FF, 0x370...0x482, 0x48A...0x589, 0x3041...0x3096, 0x30A1...0x30FA,
      0x3400...0x9FFF, 0xAC00...0xD7A3:
      return 0x7A
    default: break
    }
    guard let properties = Unicode.Scalar(scalar)?.properties else { return 0x80 }
    if properties.numericType == .decimal, let value = properties.numericValue {
      return 0x30 + UInt8(value)
    }
    switch properties.generalCategory {
    case .format, .nonspacingMark, .enclosingMark: return nil
    case .dashPunctuation: return 0x2D
    case .spaceSeparator: return 0x20
    default:
      if properties.isDefaultIgnorableCodePoint { return nil }
      return properties.isAlphabetic ? 0x7A : 0x3F
    }
  }
}
