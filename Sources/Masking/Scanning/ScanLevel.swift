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
  /// Whether a key above it holds a word that rules are looked for by.
  var isKeyed = false
  /// Whether the current member's key is known to hold no keyword of any rule.
  var isKeyPlain = false
  /// Whether a key of this object was masked, or a member is to be dropped: see `ObjectMending`.
  var needsMending = false
}

/// The scratch memory of one level: level 0 walks the records of a chunk, level `n + 1` walks the
/// JSON text that was found in a string of level `n`.
struct ScanLevel: ~Copyable {
  /// Offsets of the structure of this level's text: see `CScan_index`.
  var index = Scratch<UInt32>(capacity: 256)
  /// The first hot byte that the walk has not passed, as far as is known.
  var nextHot = -1
  /// Byte classes of this level's text.
  var blocks = Scratch<CScan_Block>(capacity: 8)
  /// The open arrays and objects, outermost first.
  var frames = Scratch<Frame>(capacity: 16)
  /// Decoded text of a string of this level: the text of the next level, when that is entered.
  var decoded = TextBuffer(capacity: 256)

  /// Indexes `text` and returns whether it is valid UTF-8.
  mutating func index(
    _ text: ByteView, lines: Bool, triggers: borrowing KernelTriggers
  ) -> Bool {
    index.resizeUninitialized(to: text.count + 64)
    // One more than there are: a number is read by two blocks.
    blocks.resizeUninitialized(to: text.count / 64 + 2)
    nextHot = -1
    let result = unsafe CScan_index(
      text.base, text.count, lines, triggers.pointer, index.base, blocks.base)
    index.truncate(to: result.indexCount)
    return result.isUTF8
  }

  /// Gives back memory that only an unusually long line needed.
  mutating func shrink(to bytes: Int) {
    index.shrink(to: bytes)
    blocks.shrink(to: bytes / 64 + 2)
    decoded.shrink(to: bytes)
  }
}

/// What the blocks say about one stretch of text.
struct StretchSummary {
  var hasSigns = false
  var hasBackslash = false
  var hasNonASCII = false
  var hasEncoding = false

  /// Sums up `blocks` over the bytes `start ..< end`, which must not be empty.
  init(_ blocks: UnsafeMutablePointer<CScan_Block>, _ start: Int, _ end: Int) {
    let last = (end &- 1) >> 6
    var mask = ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    var signs: UInt64 = 0
    var backslashes: UInt64 = 0
    var nonASCII: UInt64 = 0
    // Base64 may end on the quote behind the text.
    var encoded = unsafe blocks[end >> 6].encoded >> UInt64(truncatingIfNeeded: end & 63) & 1
    for number in start >> 6...last {
      if number == last {
        mask &= ~UInt64(0) >> UInt64(truncatingIfNeeded: 63 &- ((end &- 1) & 63))
      }
      let block = unsafe blocks[number]
      signs |= (block.signs | block.longRuns) & mask
      backslashes |= block.backslashes & mask
      nonASCII |= block.nonASCII & mask
      encoded |= block.encoded & mask
      mask = ~0
    }
    hasSigns = signs != 0
    hasBackslash = backslashes != 0
    hasNonASCII = nonASCII != 0
    hasEncoding = encoded != 0
  }
}

/// Searches in the masks of blocks.
enum BlockSearch {
  /// The first quote at or after `start` that ends a string; there must be one.
  @inline(__always)
  static func stringEnd(_ blocks: UnsafeMutablePointer<CScan_Block>, from start: Int) -> Int {
    var number = start >> 6
    var bits =
      unsafe blocks[number].closes & ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    while bits == 0 {
      number &+= 1
      bits = unsafe blocks[number].closes
    }
    return number << 6 &+ bits.trailingZeroBitCount
  }

  /// The same before `limit`, or nil.
  static func stringEnd(
    _ blocks: UnsafeMutablePointer<CScan_Block>, from start: Int, before limit: Int
  ) -> Int? {
    guard start < limit else { return nil }
    var mask = ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    for number in start >> 6...(limit &- 1) >> 6 {
      let bits = unsafe blocks[number].closes & mask
      if bits != 0 {
        let place = number << 6 + bits.trailingZeroBitCount
        return place < limit ? place : nil
      }
      mask = ~0
    }
    return nil
  }

  /// The first hot byte at or after `start`, or `Int.max`.
  static func hot(
    _ blocks: UnsafeMutablePointer<CScan_Block>, from start: Int, textCount: Int
  ) -> Int {
    let last = (textCount &- 1) >> 6
    var number = start >> 6
    guard number <= last else { return .max }
    var bits = unsafe blocks[number].hot & ~UInt64(0) << UInt64(truncatingIfNeeded: start & 63)
    while bits == 0 {
      number &+= 1
      if number > last { return .max }
      bits = unsafe blocks[number].hot
    }
    return number << 6 &+ bits.trailingZeroBitCount
  }

  /// Which of the 64 bytes from `start` on are digits.
  @inline(__always)
  static func digits(_ blocks: UnsafeMutablePointer<CScan_Block>, from start: Int) -> UInt64 {
    let number = start >> 6
    let shift = UInt64(truncatingIfNeeded: start & 63)
    let low = unsafe blocks[number].digits &>> shift
    if shift == 0 { return low }
    return unsafe low | blocks[number &+ 1].digits &<< (64 &- shift)
  }
}
