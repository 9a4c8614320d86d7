internal import Bytes

/// What decoding a string's escapes says about the text.
struct DecodeSummary {
  /// Whether every escape was valid and every surrogate had its pair (RFC 8259, section 7).
  var isValid = true
  /// Whether the text holds a byte of 0x80 or above.
  var hasNonASCII = false
  /// Whether the text itself holds a backslash (it came as `\\` or `\u005c`).
  var hasBackslash = false
}

/// Where the bytes of a text came from: offsets into the chunk.
@safe
struct ByteOrigins {
  /// Nil means that byte `i` is byte `offset + i` of the chunk.
  private let starts: UnsafeMutablePointer<UInt32>?
  private let ends: UnsafeMutablePointer<UInt32>?

  /// The text is the chunk itself.
  static var chunk: ByteOrigins { unsafe ByteOrigins(starts: nil, ends: nil) }

  init(starts: UnsafeMutablePointer<UInt32>?, ends: UnsafeMutablePointer<UInt32>?) {
    unsafe self.starts = unsafe starts
    unsafe self.ends = unsafe ends
  }

  @inline(__always)
  func start(_ index: Int) -> UInt32 {
    if let starts = unsafe starts { return unsafe starts[index] }
    return UInt32(truncatingIfNeeded: index)
  }

  @inline(__always)
  func end(_ index: Int) -> UInt32 {
    if let ends = unsafe ends { return unsafe ends[index] }
    return UInt32(truncatingIfNeeded: index &+ 1)
  }
}

/// Decodes the escapes of one JSON string into text with origins.
enum StringDecoder {
  /// Decodes `source[range]`, the bytes between two quotes, into `output`.
  static func decode(
    _ source: ByteView, _ range: Range<Int>, origins: ByteOrigins, into output: inout TextBuffer
  ) -> DecodeSummary {
    output.reset(room: range.count)
    var summary = DecodeSummary()
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = source[index]
      if byte != ASCII.backslash {
        if byte >= 0x80 {
          summary.hasNonASCII = true
          let length = UTF8Text.length(lead: byte)
          let last = min(index + length, range.upperBound) - 1
          let start = origins.start(index)
          let end = origins.end(last)
          while index <= last {
            output.append(source[index], start: start, end: end)
            index += 1
          }
        } else {
          output.append(byte, start: origins.start(index), end: origins.end(index))
          index += 1
        }
        continue
      }
      guard let escape = escapedScalar(source, at: index, end: range.upperBound) else {
        summary.isValid = false
        return summary
      }
      if escape.scalar >= 0x80 { summary.hasNonASCII = true }
      if escape.scalar == 0x5C { summary.hasBackslash = true }
      output.append(
        scalar: escape.scalar, start: origins.start(index),
        end: origins.end(index + escape.length - 1))
      index += escape.length
    }
    return summary
  }

  /// The character that the escape at `index` stands for, and the escape's length; nil if the
  /// escape is not one of RFC 8259 or leaves a surrogate without its pair.
  static func escapedScalar(
    _ source: ByteView, at index: Int, end: Int
  ) -> (scalar: UInt32, length: Int)? {
    guard index + 1 < end else { return nil }
    switch source[index + 1] {
    case 0x22: return (0x22, 2)
    case 0x5C: return (0x5C, 2)
    case 0x2F: return (0x2F, 2)
    case 0x62: return (0x08, 2)
    case 0x66: return (0x0C, 2)
    case 0x6E: return (0x0A, 2)
    case 0x72: return (0x0D, 2)
    case 0x74: return (0x09, 2)
    case 0x75: return unicodeEscape(source, at: index, end: end)
    default: return nil
    }
  }

  /// The character of a `\uXXXX` at `index`, or of a pair of them; nil if it is neither.
  static func unicodeEscape(
    _ source: ByteView, at index: Int, end: Int
  ) -> (scalar: UInt32, length: Int)? {
    guard let unit = codeUnit(source, at: index, end: end) else { return nil }
    if unit < 0xD800 || unit > 0xDFFF { return (unit, 6) }
    guard unit < 0xDC00, let low = codeUnit(source, at: index + 6, end: end),
      low >= 0xDC00, low <= 0xDFFF
    else { return nil }
    return (0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), 12)
  }

  private static func codeUnit(_ source: ByteView, at index: Int, end: Int) -> UInt32? {
    guard index + 6 <= end, source[index] == ASCII.backslash, source[index + 1] == 0x75 else {
      return nil
    }
    var unit: UInt32 = 0
    for offset in 2..<6 {
      guard let digit = ASCII.hexValue(source[index + offset]) else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }
}
