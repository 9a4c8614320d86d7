/// Bytes borrowed for the time of one call.
///
/// Why not `Span`: the scanner keeps several of these in its own state between steps, which a
/// `Span` cannot be without lifetime annotations. What makes it safe: a view never outlives the
/// call of `MaskingEngine` that made it, the memory behind it belongs to a buffer that is not
/// mutated meanwhile, and indices are checked in debug builds (where the fuzzers run).
@safe
struct ByteView {
  let base: UnsafePointer<UInt8>
  let count: Int

  @inline(__always)
  init(base: UnsafePointer<UInt8>, count: Int) {
    unsafe self.base = unsafe base
    self.count = count
  }

  /// The byte at `index`. One byte past the end may be read: buffers are padded.
  @inline(__always)
  subscript(index: Int) -> UInt8 {
    assert(index >= 0 && index <= count)
    return unsafe base[index]
  }

  @inline(__always)
  subscript(range: Range<Int>) -> ByteView {
    assert(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe ByteView(base: base + range.lowerBound, count: range.count)
  }

  /// The view as a span, for calls into other modules.
  @inline(__always)
  func withSpan<R: ~Copyable>(_ body: (Span<UInt8>) -> R) -> R {
    unsafe body(UnsafeBufferPointer(start: base, count: count).span)
  }

  /// The view as a buffer pointer, for copying.
  @inline(__always)
  var buffer: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: base, count: count)
  }

  /// Whether the bytes are exactly those of `other`.
  func equals(_ other: [UInt8]) -> Bool {
    guard count == other.count else { return false }
    for index in other.indices where self[index] != other[index] { return false }
    return true
  }

  /// Whether `byte` stands anywhere in it.
  func contains(_ byte: UInt8) -> Bool {
    for index in 0..<count where self[index] == byte { return true }
    return false
  }

  /// A copy, for cold paths.
  func toArray() -> [UInt8] { unsafe Array(buffer) }
}
