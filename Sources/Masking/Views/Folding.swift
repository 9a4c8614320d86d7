internal import Bytes

/// The folding of the matching view: decimal digits of every script (category Nd) and full-width
/// ASCII become ASCII; characters without width (category Cf, and the other default-ignorable
/// ones) vanish, and so do marks set on a digit (a line through it, a key cap around it); a literal
/// `\uXXXX` becomes its character. Nothing else changes.
enum Folding {
  /// Folds `text` into `output`, whose origins are offsets into `text`.
  static func fold(_ text: ByteView, into output: inout TextBuffer) {
    output.reset(room: text.count)
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 && byte != ASCII.backslash {
        let place = UInt32(truncatingIfNeeded: index)
        output.append(byte, start: place, end: place &+ 1)
        index += 1
        continue
      }
      if byte == ASCII.backslash {
        let (scalar, end) = literalCharacter(text, at: index)
        if let scalar {
          append(scalar, index, end, to: &output)
        } else {
          // No escape: the run stays as it is, and is not looked at again.
          for place in index..<end {
            let start = UInt32(truncatingIfNeeded: place)
            output.append(text[place], start: start, end: start &+ 1)
          }
        }
        index = end
        continue
      }
      let (scalar, length) = UTF8Text.scalar(text, at: index)
      append(scalar, index, index + length, to: &output)
      index += length
    }
  }

  private static func append(
    _ scalar: UInt32, _ start: Int, _ end: Int, to output: inout TextBuffer
  ) {
    guard let folded = fold(scalar) else { return }
    if isMark(scalar), output.count > 0, ASCII.isDigit(output.view[output.count - 1]) { return }
    output.append(
      scalar: folded, start: UInt32(truncatingIfNeeded: start),
      end: UInt32(truncatingIfNeeded: end))
  }

  /// The character of a literal `\uXXXX`, or of a pair of them, at `index`; nil if there is none
  /// before `end`.
  private static func literalCharacter(
    _ text: ByteView, at index: Int
  ) -> (scalar: UInt32?, end: Int) {
    let first = literalUnit(text, at: index)
    guard let unit = first.unit else { return (nil, first.end) }
    guard unit >= 0xD800, unit <= 0xDFFF else { return (unit, first.end) }
    guard unit < 0xDC00, first.end < text.count, text[first.end] == ASCII.backslash,
      case let second = literalUnit(text, at: first.end), let low = second.unit, low >= 0xDC00,
      low <= 0xDFFF
    else { return (nil, first.end) }
    return (0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), second.end)
  }

  /// The code unit of a literal `\uXXXX` at the backslash at `index`, escaped any number of times:
  /// text that was put into JSON strings again and again has more backslashes before the `u`, and
  /// any of them may be `\u005c`. Nil with the end of the run if it is no escape.
  private static func literalUnit(_ text: ByteView, at index: Int) -> (unit: UInt32?, end: Int) {
    var place = index
    while place < text.count {
      if text[place] == ASCII.backslash {
        place += 1
        continue
      }
      guard let unit = codeUnit(text, at: place) else { break }
      place += 5
      // Another backslash, escaped once more.
      if unit != UInt32(ASCII.backslash) { return (unit, place) }
    }
    return (nil, place)
  }

  /// The four hexadecimal digits behind a `u` at `place`.
  private static func codeUnit(_ text: ByteView, at place: Int) -> UInt32? {
    guard place + 5 <= text.count, text[place] == 0x75 else { return nil }
    var unit: UInt32 = 0
    for offset in 1..<5 {
      guard let digit = ASCII.hexValue(text[place + offset]) else { return nil }
      unit = unit << 4 | UInt32(digit)
    }
    return unit
  }

  /// The character that patterns see for `scalar`, or nil if they see none.
  static func fold(_ scalar: UInt32) -> UInt32? {
    if scalar < 0xAD { return scalar }
    if scalar >= 0xFF01 && scalar <= 0xFF5E { return scalar - 0xFEE0 }
    if isIgnorable(scalar) { return nil }
    if let digit = decimalDigit(scalar) { return 0x30 + digit }
    return scalar
  }

  /// The value of a decimal digit of any script (Unicode 16, category Nd), or nil.
  static func decimalDigit(_ scalar: UInt32) -> UInt32? {
    if scalar >= 0x1D7CE && scalar <= 0x1D7FF { return (scalar - 0x1D7CE) % 10 }
    var low = 0
    var high = zeroDigits.count
    while low < high {
      let middle = (low + high) / 2
      let zero = zeroDigits[middle]
      if scalar < zero {
        high = middle
      } else if scalar > zero + 9 {
        low = middle + 1
      } else {
        return scalar - zero
      }
    }
    return nil
  }

  /// The digit zero of every script but the mathematical ones, in rising order.
  private static let zeroDigits: [UInt32] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0,
    0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0,
    0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950,
    0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70,
    0x1CCF0, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
  ]

  /// Whether the character has no width of its own: category Cf, and Default_Ignorable_Code_Point.
  static func isIgnorable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0xAD, 0x34F, 0x61C, 0x6DD, 0x70F, 0x8E2, 0x180B...0x180F, 0x3164, 0xFEFF, 0xFFA0,
      0x110BD, 0x110CD:
      true
    case 0x600...0x605, 0x890...0x891, 0x115F...0x1160, 0x17B4...0x17B5, 0x200B...0x200F,
      0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFFF0...0xFFFB, 0x13430...0x1343F,
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
      true
    default: false
    }
  }

  /// Whether the character is a combining mark of no script in particular (categories Mn, Me). On a
  /// letter it may tell words apart; on a digit it only hides it.
  static func isMark(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x300...0x36F, 0x483...0x489, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF,
      0xFE20...0xFE2F:
      true
    default: false
    }
  }

  /// Whether folding could change text in which this byte begins a character: a cheap necessary
  /// condition on the first byte of each multi-byte character. Kana, CJK and Hangul text,
  /// Latin letters with accents, Greek and Cyrillic pass by.
  @inline(__always)
  static func mayFold(lead: UInt8) -> Bool {
    switch lead {
    case 0xC2, 0xCC, 0xCD, 0xD2, 0xD8, 0xD9, 0xDB, 0xDC, 0xDF, 0xE0, 0xE1, 0xE2, 0xE3, 0xEA, 0xEF,
      0xF0...0xF4:
      true
    default: false
    }
  }

  /// Whether `text` holds a character that folding may change.
  static func isNeeded(_ text: ByteView) -> Bool {
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        index += 1
        continue
      }
      if mayFold(lead: byte) {
        let (scalar, length) = UTF8Text.scalar(text, at: index)
        if fold(scalar) != scalar { return true }
        if index > 0, isMark(scalar), ASCII.isDigit(text[index - 1]) { return true }
        index += length
      } else {
        index += UTF8Text.length(lead: byte)
      }
    }
    return false
  }
}
