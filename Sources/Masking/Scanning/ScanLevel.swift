internal import CScan

/// One open array or object.
struct Frame: BitwiseCopyable {
  /// The current member's key, between its quotes (objects).
  var keyStart: UInt32 = 0
  var keyEnd: UInt32 = 0
  /// The current element's number (arrays).
  var elementIndex: UInt32 = 0
  /// The index entry of the opening bracket.
  var openCursor: UInt32 = 0
  /// The path state of the array or object itself.
  var state: UInt16 = 0
  var isObject = false
  /// Whether a key of this object was masked, or a member is to be dropped: see `ObjectMending`.
  var needsMending = false
}

/// The scratch memory of one level: level 0 walks the records of a chunk, level `n + 1` walks the
/// JSON text that was found in a string of level `n`.
struct ScanLevel: ~Copyable {
  /// Offsets of the structure of this level's text: see `CScan_index`.
  var index = Scratch<UInt32>(capacity: 256)
  /// Byte classes of this level's text.
  var blocks = Scratch<CScan_Block>(capacity: 8)
  /// The open arrays and objects, outermost first.
  var frames = Scratch<Frame>(capacity: 16)
  /// Decoded text of a string of this level: the text of the next level, when that is entered.
  var decoded = TextBuffer(capacity: 256)

  /// Indexes `text` and returns whether it is valid UTF-8.
  mutating func index(
    _ text: ByteView, lines: Bool, triggers: borrowing TriggerTable
  ) -> Bool {
    index.resizeUninitialized(to: text.count + 64)
    blocks.resizeUninitialized(to: text.count / 64 + 1)
    let result = unsafe CScan_index(
      text.base, text.count, lines, triggers.pointer, index.base, blocks.base)
    index.truncate(to: result.indexCount)
    return result.isUTF8
  }

  /// Gives back memory that only an unusually long line needed.
  mutating func shrink(to bytes: Int) {
    index.shrink(to: bytes)
    blocks.shrink(to: bytes / 64 + 1)
    decoded.shrink(to: bytes)
  }
}

/// What the blocks say about one stretch of text.
struct StretchSummary {
  var digitCount = 0
  var hasTrigger = false
  var hasBackslash = false
  var hasNonASCII = false

  /// Sums up `blocks` over the bytes `start ..< end`, which must not be empty.
  @inline(__always)
  init(_ blocks: UnsafeMutablePointer<CScan_Block>, _ start: Int, _ end: Int) {
    let first = start >> 6
    let last = (end &- 1) >> 6
    let head = ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    let tail = ~UInt64(0) >> UInt64(truncatingIfNeeded: 63 &- ((end &- 1) & 63))
    if first == last {
      let mask = head & tail
      let block = unsafe blocks[first]
      digitCount = (block.digits & mask).nonzeroBitCount
      hasTrigger = block.triggers & mask != 0
      hasBackslash = block.backslashes & mask != 0
      hasNonASCII = block.nonASCII & mask != 0
      return
    }
    var mask = head
    var triggers: UInt64 = 0
    var backslashes: UInt64 = 0
    var nonASCII: UInt64 = 0
    for number in first...last {
      if number == last { mask = tail }
      let block = unsafe blocks[number]
      digitCount &+= (block.digits & mask).nonzeroBitCount
      triggers |= block.triggers & mask
      backslashes |= block.backslashes & mask
      nonASCII |= block.nonASCII & mask
      mask = ~0
    }
    hasTrigger = triggers != 0
    hasBackslash = backslashes != 0
    hasNonASCII = nonASCII != 0
  }
}
