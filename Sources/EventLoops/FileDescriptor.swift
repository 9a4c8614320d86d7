internal import Bytes
internal import CPlatform

/// The owner of a descriptor: closes it exactly once.
public struct FileDescriptor: ~Copyable, Sendable {
  /// The number that the kernel knows the descriptor by.
  public let number: Int32

  /// Takes the ownership of `number`.
  public init(owning number: Int32) { self.number = number }

  deinit { Self.close(number) }

  /// Gives the ownership up; somebody else closes the number.
  public consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// Both ends of a pipe, close-on-exec.
  ///
  /// - Throws: `SystemError` of `pipe2`.
  public static func pipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
    var reading: Int32 = -1
    var writing: Int32 = -1
    try plainSystemCall("pipe2") { unsafe CPlatform_pipe2(&reading, &writing) }
    return (reading, writing)
  }

  /// Closes a number that nobody owns. An error of `close` leaves nothing to do: on Linux the
  /// descriptor is gone in any case.
  static func close(_ number: Int32) { _ = CPlatform_close(number) }
}

/// What a read gave.
public enum ReadOutcome: Sendable, Equatable {
  /// So many bytes, at least one.
  case bytes(Int)
  /// Nothing for now.
  case wouldBlock
  /// The end: the peer has sent all it will.
  case end
  /// A reset, or another error.
  case failed(SystemError)
}

/// What a write took.
public enum WriteOutcome: Sendable, Equatable {
  /// So many bytes, at least one.
  case bytes(Int)
  /// Nothing for now.
  case wouldBlock
  /// A reset, a closed peer, or another error.
  case failed(SystemError)
}

/// One `read` of at most `count` bytes, appended to `buffer`.
func readOnce(_ number: Int32, into buffer: inout ByteBuffer, upTo count: Int) -> ReadOutcome {
  var outcome = ReadOutcome.wouldBlock
  do throws(SystemError) {
    try unsafe buffer.append(upTo: count) { (room) throws(SystemError) -> Int in
      let taken = try systemCall("read") {
        unsafe CPlatform_read(number, room.baseAddress, room.count)
      }
      guard let taken else { return 0 }
      outcome = taken == 0 ? .end : .bytes(taken)
      return taken
    }
  } catch {
    outcome = .failed(error)
  }
  return outcome
}
