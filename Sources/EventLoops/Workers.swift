internal import CPlatform
internal import Dispatch

// Unsafe code here hands C a buffer together with its own length; the pointer does not outlive the
// call.

/// Threads that work side by side on one task, each to its end; for commands that may block.
public enum Workers {
  /// The most threads that a command may ask for.
  public static let countMax = 256

  /// Runs `body` on `count` threads at once, this one included, and returns when all have ended.
  /// Never from a loop: it waits.
  ///
  /// - Parameter body: is given the worker's number, from 0.
  public static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for worker in 1..<max(count, 1) {
      // A queue for each: a concurrent queue would start no more threads than there are cores.
      DispatchQueue(label: "maskline.worker.\(worker)").async(group: group) { body(worker) }
    }
    body(0)
    group.wait()
  }
}

/// The processor time of the calling thread: other programs' turns are not in it.
public enum ProcessorClock {
  /// Nanoseconds (`CLOCK_THREAD_CPUTIME_ID`).
  public static func now() -> UInt64 { CPlatform_thread_cpu_nanoseconds() }
}

/// A number of permits; who takes one waits until there is one.
public final class Permits: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  /// `count` permits. (A semaphore that is made with them must have them all back when it goes.)
  public init(_ count: Int) { for _ in 0..<count { semaphore.signal() } }

  /// Takes one.
  public func take() { semaphore.wait() }

  /// Gives one back.
  public func giveBack() { semaphore.signal() }
}

/// A door bell for threads that wait for input: once rung, it rings for ever.
public final class WakeBell: Sendable {
  private let reading: FileDescriptor
  private let writing: FileDescriptor

  /// A silent bell.
  ///
  /// - Throws: `SystemError` of `pipe2`.
  public init() throws(SystemError) {
    let ends = try FileDescriptor.pipe()
    reading = FileDescriptor(owning: ends.reading)
    writing = FileDescriptor(owning: ends.writing)
  }

  /// Wakes all that wait, now and later.
  public func ring() {
    var byte: UInt8 = 0
    _ = unsafe CPlatform_write(writing.number, &byte, 1)
  }

  /// Waits until `number` can be read, or has ended or failed.
  ///
  /// - Returns: false when the bell rang instead.
  /// - Throws: `SystemError` of `poll`.
  public func waitToRead(_ number: Int32) throws(SystemError) -> Bool {
    try plainSystemCall("poll") { CPlatform_poll_read_or_wake(number, reading.number) } > 0
  }
}

extension BlockingStreams {
  /// Asks the kernel for a pipe that holds `bytes`, so that reader and writer change over less
  /// often. What is no pipe, or may not grow, stays as it is.
  public static func growPipe(_ number: Int32, to bytes: Int32) {
    CPlatform_grow_pipe(number, bytes)
  }
}
