internal import Bytes
internal import CZlib
internal import Streams

// Unsafe code here lends zlib buffers that outlive each call, and keeps its state at one place in
// memory, which the object owns and frees.

/// Unpacks members of gzip (RFC 1952), one after the other. @unchecked: used by one worker at a time,
/// the one that reads.
@safe
final class GzipDecoder: BlockDecoder, @unchecked Sendable {
  private let stream: UnsafeMutablePointer<z_stream>
  private var isInsideMember = false
  private var hadMember = false
  private var isPadding = false

  init() throws(StreamFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe CZlib_inflate_init(stream) == Z_OK else {
      throw .data("there is no memory for zlib")
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func decode(
    _ packed: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>
  ) throws(StreamFailure) -> (taken: Int, given: Int) {
    var packed = unsafe packed
    let count = packed.count
    if !isInsideMember, hadMember {
      // Tapes and some tools fill up with zeros.
      while let first = unsafe packed.first, first == 0 {
        isPadding = true
        unsafe packed = UnsafeBufferPointer(rebasing: packed.dropFirst())
      }
      guard let first = unsafe packed.first else { return (count, 0) }
      if isPadding || first != 0x1F { throw .data("has bytes after its end that are not gzip") }
    }
    isInsideMember = true
    hadMember = true
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: packed.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(clamping: packed.count)
    unsafe stream.pointee.next_out = room.baseAddress
    unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
    let status = unsafe inflate(stream, Z_NO_FLUSH)
    let given = unsafe room.count - Int(stream.pointee.avail_out)
    let left = unsafe Int(stream.pointee.avail_in)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END:
      isInsideMember = false
      unsafe inflateReset(stream)
    default: throw .data("is damaged: its gzip data cannot be unpacked")
    }
    return (count - left, given)
  }

  func end() throws(StreamFailure) {
    if isInsideMember { throw .data("ends in the middle of its gzip data") }
  }
}

/// Packs each block as a gzip member, without name and time, so that the same input gives the same
/// bytes.
@safe
final class GzipEncoder: BlockEncoder {
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(StreamFailure) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe CZlib_deflate_init(stream, Z_DEFAULT_COMPRESSION) == Z_OK else {
      throw .data("there is no memory for zlib")
    }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  func encode(
    _ plain: borrowing ByteBuffer, into output: inout ByteBuffer
  ) throws(StreamFailure) {
    let bytes = unsafe plain.bytes
    unsafe deflateReset(stream)
    let bound = unsafe Int(deflateBound(stream, UInt(bytes.count)))
    var isPacked = false
    unsafe output.append(upTo: bound) { room in
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
      unsafe stream.pointee.next_out = room.baseAddress
      unsafe stream.pointee.avail_out = UInt32(clamping: room.count)
      // A block of 4 GiB and more, which zlib cannot count, is refused rather than cut.
      isPacked = unsafe deflate(stream, Z_FINISH) == Z_STREAM_END && bytes.count <= UInt32.max
      return unsafe room.count - Int(stream.pointee.avail_out)
    }
    if !isPacked { throw .data("a block of \(bytes.count) bytes cannot be packed by zlib") }
  }
}
