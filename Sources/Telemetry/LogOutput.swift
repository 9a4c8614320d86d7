internal import CPlatform
internal import Synchronization

// Unsafe code here hands the kernel a buffer together with its own length; the pointer does not
// outlive the call.

/// Where log lines go: a descriptor that is never waited for.
///
/// A reader of standard error that stands still must not make a loop stand still, so that a line that
/// would block is dropped and counted; the next line that gets through is preceded by one that says
/// how many were lost.
public final class LogOutput: Sendable {
  /// Standard error.
  public static let standardError = LogOutput(descriptor: 2)

  /// The longest line in bytes: a write of at most this much to a pipe that has room is whole
  /// (`PIPE_BUF`).
  public static let lineBytesMax = 4096

  private let descriptor: Int32
  private let lost = Mutex(0)

  /// An output to `descriptor`, which stays its owner's.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Writes one line, or counts it as lost.
  func write(_ line: [UInt8], lostLine: (Int) -> [UInt8]) {
    lost.withLock { lost in
      guard CPlatform_poll_write(descriptor, 0) == 1 else {
        lost += 1
        return
      }
      if lost > 0, write(lostLine(lost)) { lost = 0 }
      if !write(line) { lost += 1 }
    }
  }

  private func write(_ line: [UInt8]) -> Bool {
    unsafe line.withUnsafeBufferPointer { bytes in
      unsafe CPlatform_write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
    }
  }
}
