internal import COpenSSL
internal import Glibc

/// Bytes that must not outlive their use: kept out of swap and core dumps where the system allows it,
/// and zeroed when released.
///
/// Owns whole pages of its own, so that unlocking one secret unlocks no other. Never printed: there is
/// no description and no way to a `String`.
///
/// @unchecked Sendable: the bytes are written in `init` only (and by `edit`, which needs sole access).
@safe
public struct SecretBytes: ~Copyable, @unchecked Sendable {
  /// How many bytes.
  public let count: Int
  /// Whether the bytes are kept out of swap. The system allows little locked memory, so false is no
  /// error.
  public let isLocked: Bool
  private let storage: UnsafeMutableRawPointer
  private let allocatedBytes: Int
  private let isOwned: Bool

  /// `count` zero bytes.
  public init(count: Int) {
    precondition(count >= 0, "a secret cannot have fewer than no bytes")
    let page = max(4096, Int(sysconf(Int32(_SC_PAGESIZE))))
    let bytes = max(1, (count + page - 1) / page) * page
    var memory: UnsafeMutableRawPointer?
    guard unsafe posix_memalign(&memory, page, bytes) == 0, let memory = unsafe memory else {
      fatalError("no memory for a secret")
    }
    unsafe memset(memory, 0, bytes)
    isLocked = unsafe mlock(memory, bytes) == 0
    unsafe madvise(memory, bytes, MADV_DONTDUMP)
    unsafe storage = unsafe memory
    self.count = count
    allocatedBytes = bytes
    isOwned = true
  }

  /// A secret in memory that the caller keeps: tests look at it after the release.
  @unsafe init(over memory: UnsafeMutableRawBufferPointer) {
    guard let base = memory.baseAddress else { fatalError("a secret needs memory") }
    unsafe storage = unsafe base
    count = memory.count
    allocatedBytes = memory.count
    isLocked = false
    isOwned = false
  }

  deinit {
    unsafe OPENSSL_cleanse(storage, allocatedBytes)
    guard isOwned else { return }
    if isLocked { unsafe munlock(storage, allocatedBytes) }
    unsafe madvise(storage, allocatedBytes, MADV_DODUMP)
    unsafe free(storage)
  }

  /// Random bytes from OpenSSL's generator for secrets, which the system's generator seeds.
  public static func random(count: Int) throws(CryptoError) -> SecretBytes {
    var secret = SecretBytes(count: count)
    let status = unsafe secret.edit { unsafe RAND_priv_bytes($0.baseAddress, Int32($0.count)) }
    guard status == 1 else {
      throw CryptoError(.library, "OpenSSL has no random bytes; check the system's entropy source")
    }
    return secret
  }

  /// Lends the bytes; they must not be copied to where they are not zeroed.
  public borrowing func withSpan<R: ~Copyable, E: Error>(
    _ body: (Span<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    let bytes = unsafe UnsafeBufferPointer(
      start: storage.assumingMemoryBound(to: UInt8.self), count: count)
    return try unsafe body(bytes.span)
  }

  /// Lends the bytes for writing.
  @unsafe mutating func edit<R, E: Error>(
    _ body: (UnsafeMutableBufferPointer<UInt8>) throws(E) -> R
  ) throws(E) -> R {
    try unsafe body(
      UnsafeMutableBufferPointer(
        start: storage.assumingMemoryBound(to: UInt8.self), count: count))
  }

  /// A copy of the first `count` bytes, in memory of its own.
  consuming func truncated(to count: Int) -> SecretBytes {
    precondition(count <= self.count, "a secret cannot be cut to more bytes than it has")
    var copy = SecretBytes(count: count)
    withSpan { span in
      unsafe copy.edit { bytes in
        for index in 0..<count { unsafe bytes[index] = span[index] }
      }
    }
    return copy
  }
}
