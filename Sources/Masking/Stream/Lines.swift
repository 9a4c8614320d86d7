internal import Bytes

#if canImport(Glibc)
  internal import Glibc
#endif

// Unsafe code here asks memchr about bytes inside the bounds of the view.

/// Finding line feeds in bytes as they arrived.
enum Lines {
  /// The first line feed at or after `start`.
  static func first(in bytes: ByteView, from start: Int) -> Int? {
    guard start < bytes.count,
      let found = unsafe memchr(bytes.base + start, Int32(ASCII.lineFeed), bytes.count - start)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(bytes.base)
  }

  /// The place after a line feed about `target` bytes behind `start`: the last one before that,
  /// else the first one after; nil if there is none.
  static func chunkEnd(in bytes: ByteView, from start: Int, target: Int) -> Int? {
    var place = min(start + target, bytes.count)
    while place > start {
      if bytes[place - 1] == ASCII.lineFeed { return place }
      place -= 1
    }
    return first(in: bytes, from: min(start + target, bytes.count)).map { $0 + 1 }
  }

  /// U+FEFF in UTF-8, which RFC 8259 (section 8.1) lets a reader ignore.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether the stream that begins with `bytes` has a byte order mark before its first record.
  /// Before an empty line it is no mark but all there is, and the record is malformed.
  static func beginsWithByteOrderMark(_ bytes: ByteView) -> Bool {
    guard bytes.count > 3, bytes[0..<3].equals(byteOrderMark) else { return false }
    return bytes[3] != ASCII.lineFeed && bytes[3] != ASCII.carriageReturn
  }
}
