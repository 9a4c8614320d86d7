internal import Bytes
internal import EventLoops
internal import Streams

// Unsafe code here hands a decoder two buffers that it does not keep.

/// Unpacks bytes as they come.
protocol BlockDecoder: AnyObject, Sendable {
  /// Unpacks some of `packed` into `room`. Both are not empty.
  func decode(
    _ packed: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>
  ) throws(StreamFailure) -> (taken: Int, given: Int)
  /// The file has ended: throws unless it may end here.
  func end() throws(StreamFailure)
}

/// The lines of a file, unpacked. The descriptor stays its owner's.
struct FileSource: ByteSource {
  private static let packedReadBytes = 256 << 10

  private let number: Int32
  private let decoder: (any BlockDecoder)?
  private let progress: FileProgress?
  private var packed = PackedBytes()
  private var hasEnded = false
  /// The last room was filled: the decoder may have more to give without any more input.
  private var mayHoldMore = false

  init(_ number: Int32, _ decoder: (any BlockDecoder)?, _ progress: FileProgress?) {
    self.number = number
    self.decoder = decoder
    self.progress = progress
  }

  /// A file never lets anybody wait.
  var hasMore: Bool { true }

  mutating func read(
    into buffer: inout ByteBuffer, upTo count: Int
  ) throws(StreamFailure) -> Int? {
    guard let decoder else {
      let taken = try readFile(into: &buffer, upTo: count)
      return taken
    }
    while true {
      if packed.buffer.isEmpty, !mayHoldMore, !hasEnded {
        hasEnded = try readFile(into: &packed.buffer, upTo: Self.packedReadBytes) == 0
      }
      if packed.buffer.isEmpty, !mayHoldMore {
        try decoder.end()
        return 0
      }
      var taken = 0
      let before = buffer.count
      try unsafe buffer.append(upTo: count) { (room) throws(StreamFailure) in
        let (used, given) = try unsafe decoder.decode(packed.buffer.bytes, into: room)
        taken = used
        return given
      }
      let given = buffer.count - before
      if taken == 0, given == 0, !packed.buffer.isEmpty {
        throw .data("cannot be unpacked further")
      }
      packed.buffer.removeFirst(taken)
      mayHoldMore = given == count
      if given > 0 { return given }
    }
  }

  private func readFile(
    into buffer: inout ByteBuffer, upTo count: Int
  ) throws(StreamFailure) -> Int {
    do throws(SystemError) {
      let taken = try BlockingStreams.read(number, into: &buffer, upTo: count)
      progress?.add(bytes: taken)
      return taken
    } catch {
      throw .system(error)
    }
  }
}

/// Holds a buffer in a copyable source. @unchecked: used by one worker at a time, the one that reads.
private final class PackedBytes: @unchecked Sendable {
  var buffer = ByteBuffer()
}
