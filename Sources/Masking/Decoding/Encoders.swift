internal import Bytes

/// Writes text so that a reader who undoes the encoding finds it.
enum EscapeEncoder {
  private static let ampersand = Array("&amp;".utf8)
  private static let less = Array("&lt;".utf8)
  private static let greater = Array("&gt;".utf8)
  private static let quote = Array("&quot;".utf8)

  /// Appends `byte`, escaped if the encoding would read it as something else.
  static func append(_ byte: UInt8, _ encoding: Encoding, to text: inout Scratch<UInt8>) {
    switch encoding {
    case .percent:
      switch byte {
      case 0x25, 0x2B, 0x26, 0x3D, 0x23, 0x20: appendHex(byte, after: 0x25, to: &text)
      default: text.append(byte)
      }
    case .quotedPrintable:
      if byte == 0x3D { appendHex(byte, after: 0x3D, to: &text) } else { text.append(byte) }
    case .html:
      switch byte {
      case 0x26: append(ampersand, to: &text)
      case 0x3C: append(less, to: &text)
      case 0x3E: append(greater, to: &text)
      case 0x22: append(quote, to: &text)
      default: text.append(byte)
      }
    case .base64: text.append(byte)
    }
  }

  private static func append(_ word: [UInt8], to text: inout Scratch<UInt8>) {
    for byte in word { text.append(byte) }
  }

  private static func appendHex(
    _ byte: UInt8, after sign: UInt8, to text: inout Scratch<UInt8>
  ) {
    text.append(sign)
    text.append(hexDigit(byte >> 4))
    text.append(hexDigit(byte & 15))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? ASCII.zero + value : 0x41 + value - 10
  }
}

/// Writes octets as base64 again, one at a time, in the alphabet and with the padding of the run that
/// they take the place of.
struct Base64Encoder {
  private var bits: UInt32 = 0
  private var bitCount: UInt32 = 0
  private var count = 0
  private let isURLSafe: Bool

  init(isURLSafe: Bool) { self.isURLSafe = isURLSafe }

  mutating func append(_ octet: UInt8, to text: inout Scratch<UInt8>) {
    bits = bits << 8 | UInt32(octet)
    bitCount += 8
    while bitCount >= 6 {
      bitCount -= 6
      appendCharacter(UInt8(truncatingIfNeeded: bits >> bitCount & 63), to: &text)
    }
  }

  mutating func append(_ unit: UInt16, form: OctetForm, to text: inout Scratch<UInt8>) {
    let (high, low) = (UInt8(unit >> 8), UInt8(truncatingIfNeeded: unit))
    append(form == .utf16LowFirst ? low : high, to: &text)
    append(form == .utf16LowFirst ? high : low, to: &text)
  }

  mutating func finish(withPadding: Bool, to text: inout Scratch<UInt8>) {
    if bitCount > 0 {
      appendCharacter(UInt8(truncatingIfNeeded: bits << (6 - bitCount) & 63), to: &text)
    }
    guard withPadding else { return }
    while count % 4 != 0 {
      text.append(0x3D)
      count += 1
    }
  }

  private mutating func appendCharacter(_ value: UInt8, to text: inout Scratch<UInt8>) {
    count += 1
    switch value {
    case 0..<26: text.append(0x41 + value)
    case 26..<52: text.append(0x61 + value - 26)
    case 52..<62: text.append(0x30 + value - 52)
    case 62: text.append(isURLSafe ? 0x2D : 0x2B)
    default: text.append(isURLSafe ? 0x5F : 0x2F)
    }
  }
}
