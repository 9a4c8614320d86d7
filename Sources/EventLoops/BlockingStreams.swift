public import Bytes
internal import CPlatform

// Unsafe code here hands the kernel a buffer together with its own length; the pointer does not
// outlive the call.

/// The blocking side, for standard input and output: a regular file cannot be waited for with epoll,
/// and a pipe command has nothing else to do meanwhile.
public enum BlockingStreams {
  /// Waits for bytes and appends at most `count` of them.
  ///
  /// Works on a descriptor that somebody has set to non-blocking, too.
  ///
  /// - Returns: how many bytes; 0 at the end.
  /// - Throws: `SystemError` of `read` or `poll`.
  public static func read(
    _ number: Int32, into buffer: inout ByteBuffer, upTo count: Int
  ) throws(SystemError) -> Int {
    while true {
      switch readOnce(number, into: &buffer, upTo: count) {
      case .bytes(let taken): return taken
      case .end: return 0
      case .failed(let error): throw error
      case .wouldBlock: try plainSystemCall("poll") { CPlatform_poll_read(number, -1) }
      }
    }
  }

  /// Writes all of `buffer` and empties it.
  ///
  /// - Throws: `SystemError` of `write`; `isBrokenPipe` when the reader is gone. What was not
  ///   written is left in the buffer.
  public static func writeAll(
    _ buffer: inout ByteBuffer, to number: Int32
  ) throws(SystemError) {
    while !buffer.isEmpty {
      let bytes = unsafe buffer.bytes
      let taken = try systemCall("write") {
        unsafe CPlatform_write(number, bytes.baseAddress, bytes.count)
      }
      if let taken {
        buffer.removeFirst(taken)
      } else {
        try plainSystemCall("poll") { CPlatform_poll_write(number, -1) }
      }
    }
  }

  /// Whether a read would return at once: with bytes, the end, or an error.
  ///
  /// - Throws: `SystemError` of `poll`.
  public static func isReadable(_ number: Int32) throws(SystemError) -> Bool {
    try plainSystemCall("poll") { CPlatform_poll_read(number, 0) } > 0
  }

  /// Makes a write to a closed pipe an error (`EPIPE`) instead of the end of the process.
  public static func ignoreBrokenPipes() { _ = CPlatform_ignore_broken_pipes() }
}
