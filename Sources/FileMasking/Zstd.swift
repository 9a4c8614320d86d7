internal import Bytes
internal import CZstd
internal import Streams

// Unsafe code here lends zstd buffers that outlive each call; its contexts belong to one object each,
// which frees them.

/// Unpacks frames of zstd (RFC 8878), one after the other. @unchecked: used by one worker at a time,
/// the one that reads.
@safe
final class ZstdDecoder: BlockDecoder, @unchecked Sendable {
  private let context: OpaquePointer
  private var isInsideFrame = false

  init() throws(StreamFailure) {
    guard let context = unsafe ZSTD_createDCtx() else {
      throw .data("there is no memory for zstd")
    }
    unsafe self.context = context
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  func decode(
    _ packed: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>
  ) throws(StreamFailure) -> (taken: Int, given: Int) {
    var input = unsafe ZSTD_inBuffer(src: packed.baseAddress, size: packed.count, pos: 0)
    var output = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
    let hint = unsafe ZSTD_decompressStream(context, &output, &input)
    if ZSTD_isError(hint) != 0 {
      throw .data("is damaged: its zstd data cannot be unpacked")
    }
    // 0 says that a frame has been read and given whole.
    isInsideFrame = hint != 0
    return unsafe (input.pos, output.pos)
  }

  func end() throws(StreamFailure) {
    if isInsideFrame { throw .data("ends in the middle of its zstd data") }
  }
}

/// Packs each block as a zstd frame with a checksum.
@safe
final class ZstdEncoder: BlockEncoder {
  private let context: OpaquePointer

  init() throws(StreamFailure) {
    guard let context = unsafe ZSTD_createCCtx() else {
      throw .data("there is no memory for zstd")
    }
    unsafe self.context = context
    _ = unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  func encode(
    _ plain: borrowing ByteBuffer, into output: inout ByteBuffer
  ) throws(StreamFailure) {
    let bytes = unsafe plain.bytes
    var isPacked = false
    unsafe output.append(upTo: ZSTD_compressBound(bytes.count)) { room in
      let count = unsafe ZSTD_compress2(
        context, room.baseAddress, room.count, bytes.baseAddress, bytes.count)
      isPacked = ZSTD_isError(count) == 0
      return isPacked ? count : 0
    }
    if !isPacked { throw .data("a block of \(bytes.count) bytes cannot be packed by zstd") }
  }
}
