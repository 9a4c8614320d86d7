internal import Bytes
internal import CPlatform
internal import EventLoops
internal import Masking

// Unsafe code here lets C search a buffer that is not changed before the call returns.

/// A block of whole lines, as it was cut out of a stream.
struct BlockHead: Sendable {
  /// The place of the block among the stream's blocks, from 0.
  var index: Int
  /// What lies before it.
  var position: StreamPosition
  /// How many bytes of the stream it stands for: more than it has where the inside of an overlong
  /// line was left out.
  var inputBytes: Int
  /// Whether the stream ends with it: only then its last line may lack a line feed.
  var isLast: Bool
}

/// Cuts a stream into blocks of whole lines, so that they can be masked side by side: the line that
/// a block ends in goes to the next one, and lines are counted, so that each block knows the number
/// of its first record.
///
/// ```
///   source ──read──► block: | carried over | ............... \n | begin of a line |
///                                                       whole ──┘        └──► carry
/// ```
/// Of an overlong line as much is kept as shows that it is one: memory stays bounded.
struct LineBlockReader<Source: ByteSource>: Sendable, ~Copyable {
  /// What a block should have: it fits into the processor's second cache beside its output.
  let blockBytes: Int
  /// A line of more bytes is overlong, whether or not a byte order mark and a carriage return are
  /// counted.
  private let keptBytesMax: Int
  private let nextReadBytes: @Sendable () -> Int
  private var source: Source
  private var carry = ByteBuffer()
  private var position = StreamPosition.start
  private var index = 0
  private var hasEnded = false

  init(
    _ source: Source, lineBytesMax: Int, blockBytes: Int,
    nextReadBytes: @escaping @Sendable () -> Int
  ) {
    self.source = source
    self.blockBytes = blockBytes
    self.nextReadBytes = nextReadBytes
    keptBytesMax = lineBytesMax + 4
  }

  /// Fills `block` with the next whole lines; waits for the first, and then takes what is there.
  ///
  /// - Returns: nil at the end, and when a wait was called off.
  /// - Throws: `StreamFailure` of the source; nothing comes after that.
  mutating func next(into block: inout ByteBuffer) throws(StreamFailure) -> BlockHead? {
    guard !hasEnded else { return nil }
    block.removeAll(keepingCapacity: StreamLimits.keptBytesMax)
    unsafe block.append(carry.bytes)
    carry.removeAll(keepingCapacity: blockBytes)
    // Only behind an overlong line whole ones are carried over.
    var whole = Self.endOfLastLine(in: block, from: 0)
    var leftOut = 0
    while !hasEnded {
      if whole > 0, block.count >= blockBytes || !source.hasMore { break }
      let searched = block.count
      guard let count = try read(into: &block) else { return nil }
      if count == 0 { break }
      let end = Self.endOfLastLine(in: block, from: searched)
      if end > 0 { whole = end }
      if whole == 0, block.count > keptBytesMax {
        leftOut = try leaveOut(&block)
        // The line is a block by itself: behind it places would be told wrong.
        whole = Self.endOfFirstLine(in: block)
        break
      }
    }
    if hasEnded { whole = block.count }
    unsafe carry.append(UnsafeBufferPointer(rebasing: block.bytes[whole...]))
    block.truncate(to: whole)
    guard whole > 0 else { return nil }
    let head = BlockHead(
      index: index, position: position, inputBytes: whole + leftOut, isLast: hasEnded)
    index += 1
    position.records += UInt64(Self.lineCount(in: block))
    position.bytes += UInt64(head.inputBytes)
    return head
  }

  private mutating func read(into buffer: inout ByteBuffer) throws(StreamFailure) -> Int? {
    // A long line is read on in steps of a block.
    let room = buffer.count < blockBytes ? blockBytes - buffer.count : blockBytes
    do throws(StreamFailure) {
      let count = try source.read(into: &buffer, upTo: max(1, min(room, nextReadBytes())))
      hasEnded = count ?? 0 == 0
      return count
    } catch {
      hasEnded = true
      throw error
    }
  }

  /// `block` is the begin of an overlong line: leaves out all of the line but its first bytes, a
  /// carriage return at its end, and its line feed.
  ///
  /// - Returns: how many bytes were left out.
  private mutating func leaveOut(_ block: inout ByteBuffer) throws(StreamFailure) -> Int {
    var last = unsafe block.bytes[block.count - 1]
    var leftOut = block.count - keptBytesMax
    block.truncate(to: keptBytesMax)
    var rest = ByteBuffer()
    while true {
      rest.removeAll()
      guard let count = try read(into: &rest), count > 0 else { break }
      let bytes = unsafe rest.bytes
      let lineFeed = unsafe CPlatform_first(bytes.baseAddress, bytes.count, ASCII.lineFeed)
      if lineFeed > 0 { last = unsafe bytes[lineFeed - 1] }
      leftOut += lineFeed
      if lineFeed < bytes.count { break }
      rest.removeAll()
    }
    if last == ASCII.carriageReturn {
      block.append(last)
      leftOut -= 1
    }
    if rest.isEmpty { return leftOut }
    let bytes = unsafe rest.bytes
    let lineFeed = unsafe CPlatform_first(bytes.baseAddress, bytes.count, ASCII.lineFeed)
    rest.removeFirst(lineFeed)
    unsafe block.append(rest.bytes)
    return leftOut
  }

  private static func endOfLastLine(in block: borrowing ByteBuffer, from start: Int) -> Int {
    let bytes = unsafe UnsafeBufferPointer(rebasing: block.bytes[start...])
    let end = unsafe CPlatform_end_of_last(bytes.baseAddress, bytes.count, ASCII.lineFeed)
    return end == 0 ? 0 : start + end
  }

  /// 0 when there is no line feed.
  private static func endOfFirstLine(in block: borrowing ByteBuffer) -> Int {
    let bytes = unsafe block.bytes
    let place = unsafe CPlatform_first(bytes.baseAddress, bytes.count, ASCII.lineFeed)
    return place < bytes.count ? place + 1 : 0
  }

  private static func lineCount(in block: borrowing ByteBuffer) -> Int {
    let bytes = unsafe block.bytes
    return unsafe CPlatform_count_byte(bytes.baseAddress, bytes.count, ASCII.lineFeed)
  }
}
