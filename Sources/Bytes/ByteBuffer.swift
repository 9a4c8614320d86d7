#if canImport(Glibc)
  import Glibc
#endif

/// A growable run of bytes that is always followed by `paddingCount` readable bytes.
///
/// Layout: `0 <= consumed <= end <= capacity`, and `capacity + paddingCount` bytes are allocated.
/// The bytes `consumed ..< end` are the content. The padding lets the vector kernel load whole
/// 64-byte blocks at the end of the content; what the padding holds is unspecified.
///
/// Owned by one stream or one loop at a time (noncopyable); nothing is shared.
@safe
public struct ByteBuffer: ~Copyable, @unchecked Sendable {
  // @unchecked: the memory has one owner, as the type is noncopyable, and goes with it.
  /// How many bytes after the content may be read (never interpreted).
  public static let paddingCount = 128

  private var base: UnsafeMutablePointer<UInt8>
  private var consumed = 0
  private var end = 0
  /// How many bytes fit without a new allocation.
  public private(set) var capacity: Int

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 0) {
    self.capacity = capacity
    unsafe base = .allocate(capacity: capacity + Self.paddingCount)
    unsafe (base + capacity).initialize(repeating: 0, count: Self.paddingCount)
  }

  deinit { unsafe base.deallocate() }

  /// How many bytes of content there are.
  @inline(__always)
  public var count: Int { end &- consumed }

  /// Whether there is no content.
  @inline(__always)
  public var isEmpty: Bool { end == consumed }

  /// The content. Valid until the next mutation; callers keep it inside one expression or call.
  @inline(__always)
  @unsafe public var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: base + consumed, count: count)
  }

  /// Lends the content.
  public borrowing func withSpan<R: ~Copyable, E: Error>(
    _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try unsafe body(bytes.span)
  }

  /// A copy of the content; for tests and cold paths.
  public borrowing func toArray() -> [UInt8] { unsafe Array(bytes) }

  /// Appends one byte.
  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    if end == capacity { grow(by: 1) }
    unsafe base[end] = byte
    end &+= 1
  }

  /// Appends the bytes of `source`, which must not lie in this buffer.
  @inline(__always)
  public mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    guard let start = source.baseAddress, source.count > 0 else { return }
    if capacity &- end < source.count { grow(by: source.count) }
    unsafe memcpy(base + end, start, source.count)
    end &+= source.count
  }

  /// Appends the bytes of `span`.
  public mutating func append(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// Appends the bytes of an array; for cold paths.
  public mutating func append(_ array: [UInt8]) {
    unsafe array.withUnsafeBufferPointer { unsafe append($0) }
  }

  /// Appends the UTF-8 of a literal; for cold paths.
  public mutating func append(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Gives `body` `count` writable bytes after the content; keeps as many as it returns.
  public mutating func append<E: Error>(
    upTo count: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) throws(E) -> Int
  ) throws(E) {
    if capacity &- end < count { grow(by: count) }
    let written = try unsafe body(UnsafeMutableBufferPointer(start: base + end, count: count))
    precondition(written >= 0 && written <= count, "more bytes written than there was room for")
    end &+= written
  }

  /// Forgets the first `count` bytes of content.
  public mutating func removeFirst(_ count: Int) {
    precondition(count >= 0 && count <= self.count, "cannot remove more bytes than there are")
    consumed &+= count
    if consumed == end {
      consumed = 0
      end = 0
    }
  }

  /// Forgets the content after the first `count` bytes.
  public mutating func truncate(to count: Int) {
    precondition(count >= 0 && count <= self.count, "cannot truncate to more bytes than there are")
    end = consumed &+ count
  }

  /// Forgets the content, and keeps the memory when it is at most `keepingCapacity`.
  public mutating func removeAll(keepingCapacity limit: Int = .max) {
    consumed = 0
    end = 0
    if capacity > limit { reallocate(capacity: limit) }
  }

  /// Makes room for `count` more bytes.
  public mutating func reserve(_ count: Int) {
    if capacity &- end < count { grow(by: count) }
  }

  private mutating func grow(by extra: Int) {
    if consumed > 0 {
      unsafe memmove(base, base + consumed, count)
      end -= consumed
      consumed = 0
      if capacity &- end >= extra { return }
    }
    reallocate(capacity: max(capacity * 2, end + extra, 256))
  }

  private mutating func reallocate(capacity newCapacity: Int) {
    let moved = UnsafeMutablePointer<UInt8>.allocate(
      capacity: newCapacity + Self.paddingCount)
    unsafe memcpy(moved, base, end)
    unsafe (moved + newCapacity).initialize(repeating: 0, count: Self.paddingCount)
    unsafe base.deallocate()
    unsafe base = moved
    capacity = newCapacity
  }
}
