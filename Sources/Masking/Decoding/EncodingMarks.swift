internal import Bytes
internal import CScan

// Unsafe code here asks the kernel's readings about bytes inside the bounds of the text.

/// Where something of an encoding stands in a text.
enum EncodingMarks {
  /// The next one: an escape, or the begin of a run of base64.
  static func next(_ encoding: Encoding, in text: ByteView, from start: Int) -> Range<Int>? {
    guard encoding != .base64 else {
      let place = unsafe CScan_base64_text(text.base, start, text.count)
      return place < text.count ? place..<min(place + base64BytesMin, text.count) : nil
    }
    var index = start
    while index < text.count {
      let length = length(encoding, text, index)
      if length > 0 { return index..<index + length }
      index += 1
    }
    return nil
  }

  /// How much base64 is looked at before it is taken for text.
  private static let base64BytesMin = 10

  private static func length(_ encoding: Encoding, _ text: ByteView, _ index: Int) -> Int {
    switch (encoding, text[index]) {
    case (.percent, 0x25): unsafe CScan_hex_pair(text.base, index + 1, text.count) < 0 ? 0 : 3
    case (.percent, 0x2B): unsafe CScan_is_form_blank(text.base, index, text.count) ? 1 : 0
    case (.quotedPrintable, 0x3D): unsafe CScan_quoted(text.base, index, text.count, true)
    case (.html, 0x26): entityLength(text, index)
    default: 0
    }
  }

  private static func entityLength(_ text: ByteView, _ index: Int) -> Int {
    var length = 0
    return unsafe CScan_entity(text.base, index, text.count, &length) < 0 ? 0 : length
  }
}
