public import Bytes
public import EventLoops

/// Why reading or writing a stream failed.
public enum StreamFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// A system call.
  case system(SystemError)
  /// The bytes are not what their format asks for: one sentence.
  case data(String)

  /// `read: Is a directory (EISDIR)`
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .data(let text): text
    }
  }

  /// The reader of the output is gone.
  public var isBrokenPipe: Bool {
    if case .system(let error) = self { error.isBrokenPipe } else { false }
  }
}

/// Where the bytes of a stream come from.
public protocol ByteSource: Sendable {
  /// Waits for bytes and appends at most `count` of them.
  ///
  /// - Returns: how many; 0 at the end; nil when the wait was called off.
  /// - Throws: `StreamFailure`.
  mutating func read(
    into buffer: inout ByteBuffer, upTo count: Int
  ) throws(StreamFailure) -> Int?

  /// Whether a read would return at once.
  var hasMore: Bool { get }
}

/// Where the bytes of a stream go.
public protocol ByteSink: Sendable {
  /// Writes all of `buffer` and empties it.
  ///
  /// - Throws: `StreamFailure`.
  mutating func write(_ buffer: inout ByteBuffer) throws(StreamFailure)
}

/// What a block of masked lines is written as, such as a compressed frame; nil writes it as it is.
/// Each worker has its own.
public protocol BlockEncoder: AnyObject {
  /// Appends the encoded form of `plain` to `output`.
  ///
  /// - Throws: `StreamFailure`.
  func encode(
    _ plain: borrowing ByteBuffer, into output: inout ByteBuffer
  ) throws(StreamFailure)
}

/// A descriptor that stays its owner's.
public struct DescriptorSource: ByteSource {
  private let number: Int32
  /// Calls a wait off; nil where nobody else could want to.
  private let bell: WakeBell?

  /// Reads from `number` until it ends, or `bell` rings.
  public init(_ number: Int32, bell: WakeBell? = nil) {
    self.number = number
    self.bell = bell
  }

  public mutating func read(
    into buffer: inout ByteBuffer, upTo count: Int
  ) throws(StreamFailure) -> Int? {
    do throws(SystemError) {
      if let bell, try !bell.waitToRead(number) { return nil }
      return try BlockingStreams.read(number, into: &buffer, upTo: count)
    } catch {
      throw .system(error)
    }
  }

  public var hasMore: Bool { (try? BlockingStreams.isReadable(number)) ?? false }
}

/// A descriptor that stays its owner's.
public struct DescriptorSink: ByteSink {
  private let number: Int32

  /// Writes to `number`.
  public init(_ number: Int32) { self.number = number }

  public mutating func write(_ buffer: inout ByteBuffer) throws(StreamFailure) {
    do throws(SystemError) {
      try BlockingStreams.writeAll(&buffer, to: number)
    } catch {
      throw .system(error)
    }
  }
}
