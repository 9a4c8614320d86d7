internal import Bytes
internal import CScan

// Unsafe code here asks the kernel's readings about bytes inside the bounds of the text.

/// Percent, HTML and quoted-printable: every escape becomes its character, all else stays. What comes
/// out is valid UTF-8, and each character knows the bytes that it was written with.
enum EscapeDecoder {
  /// Decodes `text` into `output`, whose origins are offsets into `text`.
  static func decode(_ encoding: Encoding, _ text: ByteView, into output: inout TextBuffer) {
    output.reset(room: text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      let length =
        switch (encoding, byte) {
        case (.percent, 0x25): octets(text, index, escape: percentOctet, into: &output)
        case (.percent, 0x2B): plus(text, index, into: &output)
        case (.html, 0x26): entity(text, index, into: &output)
        case (.quotedPrintable, 0x3D): quoted(text, index, into: &output)
        default: 0
        }
      index = length > 0 ? index + length : copyCharacter(text, index, to: &output)
    }
  }

  /// Copies the character at `index`; returns the next one's place.
  static func copyCharacter(_ text: ByteView, _ index: Int, to output: inout TextBuffer) -> Int {
    let end = min(index + UTF8Text.length(lead: text[index]), text.count)
    for place in index..<end {
      output.append(
        text[place], start: UInt32(truncatingIfNeeded: index), end: UInt32(truncatingIfNeeded: end))
    }
    return end
  }

  private static func append(
    _ scalar: UInt32, _ index: Int, length: Int, to output: inout TextBuffer
  ) -> Int {
    output.append(
      scalar: scalar, start: UInt32(truncatingIfNeeded: index),
      end: UInt32(truncatingIfNeeded: index + length))
    return length
  }

  private static func percentOctet(_ text: ByteView, _ index: Int) -> UInt8? {
    guard index < text.count, text[index] == 0x25 else { return nil }
    return hexPair(text, index + 1)
  }

  private static func hexPair(_ text: ByteView, _ index: Int) -> UInt8? {
    let value = unsafe CScan_hex_pair(text.base, index, text.count)
    return value < 0 ? nil : UInt8(truncatingIfNeeded: value)
  }

  /// The character whose octets are escaped from `index` on, three bytes each; 0 if none is.
  private static func octets(
    _ text: ByteView, _ index: Int, escape: (ByteView, Int) -> UInt8?,
    into output: inout TextBuffer
  ) -> Int {
    guard let first = escape(text, index) else { return 0 }
    let character = LenientUTF8.character(first) { escape(text, index + 3 * $0) }
    return append(character.scalar, index, length: 3 * character.length, to: &output)
  }

  /// The blank of a form; before a number, and behind no word (nor an entity), the plus of a telephone
  /// number.
  private static func plus(_ text: ByteView, _ index: Int, into output: inout TextBuffer) -> Int {
    let before = output.count > 0 ? output.view[output.count - 1] : 0
    let isBehindWord = ASCII.isAlphanumeric(before) || before == 0x3B
    var next = index + 1 < text.count ? text[index + 1] : 0
    if let octet = percentOctet(text, index + 1) { next = octet }
    let isPlus = ASCII.isDigit(next) && !isBehindWord
    return append(isPlus ? 0x2B : 0x20, index, length: 1, to: &output)
  }

  private static func entity(
    _ text: ByteView, _ index: Int, into output: inout TextBuffer
  ) -> Int {
    var length = 0
    let scalar = unsafe CScan_entity(text.base, index, text.count, &length)
    guard scalar >= 0 else { return 0 }
    return append(UInt32(scalar), index, length: length, to: &output)
  }

  private static func quoted(
    _ text: ByteView, _ index: Int, into output: inout TextBuffer
  ) -> Int {
    let length = unsafe CScan_quoted(text.base, index, text.count, true)
    guard length > 0 else { return 0 }
    // A soft line break stands for nothing.
    if text[index + 1] <= ASCII.space { return length }
    guard let first = hexPair(text, index + 1) else { return 0 }
    let character = LenientUTF8.character(first) { quotedOctet(text, index, number: $0).octet }
    let end = quotedOctet(text, index, number: character.length - 1).end
    return append(character.scalar, index, length: end - index, to: &output)
  }

  /// The octet of that number from the one at `index` on, and where it ends. Lines may be broken between
  /// the octets of a character.
  private static func quotedOctet(
    _ text: ByteView, _ index: Int, number: Int
  ) -> (octet: UInt8?, end: Int) {
    var place = index
    var octet: UInt8?
    for _ in 0...number {
      while place + 1 < text.count, text[place] == 0x3D, text[place + 1] <= ASCII.space {
        let length = unsafe CScan_quoted(text.base, place, text.count, true)
        if length == 0 { break }
        place += length
      }
      guard place < text.count, text[place] == 0x3D, let value = hexPair(text, place + 1) else {
        return (nil, place)
      }
      octet = value
      place += 3
    }
    return (octet, place)
  }
}

/// Characters of UTF-8 as a lenient reader takes them: an overlong form is the character that it stands
/// for, an octet that begins none is one of Latin-1. Strict reading would part the digits of a value
/// that such a reader sees whole.
enum LenientUTF8 {
  /// The character that begins with `first`; `octet` gives those behind it, by their number.
  @inline(__always)
  static func character(
    _ first: UInt8, _ octet: (Int) -> UInt8?
  ) -> (scalar: UInt32, length: Int) {
    guard first >= 0xC0, first < 0xF8 else { return (UInt32(first), 1) }
    let length = UTF8Text.length(lead: first)
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for place in 1..<length {
      guard let next = octet(place), next & 0xC0 == 0x80 else { return (UInt32(first), 1) }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    guard scalar <= 0x10FFFF, scalar < 0xD800 || scalar > 0xDFFF else { return (UInt32(first), 1) }
    return (scalar, length)
  }
}
