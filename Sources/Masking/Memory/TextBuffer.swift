/// Decoded or folded text with the place that each of its bytes came from.
///
/// Invariant: `bytes`, `starts` and `ends` have the same count; the bytes of one character share
/// their start and end. Followed by padding that the vector kernel may read.
@safe
struct TextBuffer: ~Copyable {
  private static let paddingCount = 128
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private(set) var starts: UnsafeMutablePointer<UInt32>
  private(set) var ends: UnsafeMutablePointer<UInt32>
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int = 256) {
    self.capacity = capacity
    unsafe bytes = .allocate(capacity: capacity + Self.paddingCount)
    unsafe starts = .allocate(capacity: capacity)
    unsafe ends = .allocate(capacity: capacity)
  }

  deinit {
    unsafe bytes.deallocate()
    unsafe starts.deallocate()
    unsafe ends.deallocate()
  }

  /// Forgets the text and makes room for `room` bytes, so that `append` need not check.
  mutating func reset(room: Int) {
    count = 0
    guard room > capacity else { return }
    replaceMemory(capacity: max(room, capacity * 2))
  }

  /// Gives memory above `limit` bytes back.
  mutating func shrink(to limit: Int) {
    count = 0
    if capacity > limit { replaceMemory(capacity: limit) }
  }

  @inline(__always)
  mutating func append(_ byte: UInt8, start: UInt32, end: UInt32) {
    assert(count < capacity)
    unsafe bytes[count] = byte
    unsafe starts[count] = start
    unsafe ends[count] = end
    count &+= 1
  }

  /// Appends a character as UTF-8.
  @inline(__always)
  mutating func append(scalar: UInt32, start: UInt32, end: UInt32) {
    if scalar < 0x80 {
      append(UInt8(truncatingIfNeeded: scalar), start: start, end: end)
      return
    }
    if scalar < 0x800 {
      append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), start: start, end: end)
    } else {
      if scalar < 0x10000 {
        append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), start: start, end: end)
      } else {
        append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18), start: start, end: end)
        append(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 12 & 0x3F)), start: start, end: end)
      }
      append(UInt8(truncatingIfNeeded: 0x80 | (scalar >> 6 & 0x3F)), start: start, end: end)
    }
    append(UInt8(truncatingIfNeeded: 0x80 | (scalar & 0x3F)), start: start, end: end)
  }

  /// Writes a line feed into the padding: where the walker of nested text stops.
  mutating func terminate() { unsafe bytes[count] = 0x0A }

  @inline(__always)
  var view: ByteView { unsafe ByteView(base: bytes, count: count) }

  private mutating func replaceMemory(capacity newCapacity: Int) {
    unsafe bytes.deallocate()
    unsafe starts.deallocate()
    unsafe ends.deallocate()
    unsafe bytes = .allocate(capacity: newCapacity + Self.paddingCount)
    unsafe starts = .allocate(capacity: newCapacity)
    unsafe ends = .allocate(capacity: newCapacity)
    capacity = newCapacity
  }
}
