internal import CSecondOpinion

/// A text that was written in an encoding, with the places in the record that its bytes came from.
struct Reading {
  var bytes: [UInt8] = []
  var origins: [UInt32] = []

  init() {}

  /// A stretch of a text with one level of encodings undone wherever they stand: escapes of JSON, percent
  /// and references of HTML, or quoted-printable. Digits of all scripts are digits, dashes and blanks
  /// plain ones, and characters without width left out.
  init(
    of text: Span<UInt8>, _ range: Range<Int>, origins: [UInt32]?, decodes: SecondOpinion.Decodes,
    isQuoted: Bool
  ) {
    bytes.reserveCapacity(range.count)
    self.origins.reserveCapacity(range.count)
    var at = range.lowerBound
    while at < range.upperBound {
      let origin = origins?[at] ?? UInt32(truncatingIfNeeded: at)
      let (scalar, length) =
        isQuoted
        ? Undoing.quoted(text, at, range.upperBound)
        : Undoing.escape(text, at, range.upperBound, decodes)
      if let scalar { append(scalar, from: origin) }
      at += length
    }
  }

  private mutating func append(_ scalar: UInt32, from origin: UInt32) {
    guard let byte = Self.plain(scalar) else { return }
    bytes.append(byte)
    origins.append(origin)
  }

  /// The byte that a character reads as: 0x80 for half of a pair, nil for one that nobody sees. Letters of other scripts
  /// read as `z`: they are letters, and no hexadecimal digits.
  private static func plain(_ scalar: UInt32) -> UInt8? {
    if scalar < 0x80 { return UInt8(scalar) }
    if CSecondOpinion_is_letter(scalar) { return 0x7A }
    guard let properties = Unicode.Scalar(scalar)?.properties else { return 0x80 }
    if properties.numericType == .decimal, let value = properties.numericValue {
      return 0x30 + UInt8(value)
    }
    // Full-width signs and letters.
    if (0xFF01...0xFF5E).contains(scalar) { return UInt8(scalar - 0xFEE0) }
    switch properties.generalCategory {
    case .format, .nonspacingMark, .enclosingMark: return nil
    case .dashPunctuation: return 0x2D
    case .spaceSeparator: return 0x20
    default:
      if scalar == 0x2212 { return 0x2D }
      if properties.isDefaultIgnorableCodePoint { return nil }
      return properties.isAlphabetic ? 0x7A : 0x3F
    }
  }
}
