internal import COpenSSL

/// HMAC-SHA-256 under one key (RFC 2104, FIPS 198-1), by OpenSSL's EVP_MAC, so that a FIPS provider
/// serves it where one is configured.
///
/// One per loop, never shared: it owns OpenSSL's context. The key is set once; each digest starts from
/// the keyed state.
@safe
public struct HMACSHA256: ~Copyable {
  /// 32 bytes.
  public typealias Digest = InlineArray<32, UInt8>

  /// The key's name, which stands in front of the hashes it makes.
  public let keyID: KeyID
  private let context: OpaquePointer

  /// A context with `key` set.
  public init(key: HMACKey) throws(CryptoError) {
    let context = try unsafe Self.makeContext()
    let isSet = key.secret.withSpan { secret in
      unsafe Self.setKey(secret, of: context)
    }
    guard isSet else {
      unsafe EVP_MAC_CTX_free(context)
      throw Self.refused("take a key")
    }
    unsafe self.context = unsafe context
    keyID = key.id
  }

  /// A context for a key of any length; for published vectors.
  init(testKey: [UInt8]) throws(CryptoError) {
    let context = try unsafe Self.makeContext()
    guard unsafe Self.setKey(testKey.span, of: context) else {
      unsafe EVP_MAC_CTX_free(context)
      throw Self.refused("take a key")
    }
    unsafe self.context = unsafe context
    keyID = .test
  }

  deinit { unsafe EVP_MAC_CTX_free(context) }

  /// The digest of `message`.
  public mutating func digest(of message: Span<UInt8>) throws(CryptoError) -> Digest {
    var digest = Digest(repeating: 0)
    try self.digest(of: message, into: &digest)
    return digest
  }

  /// Writes the digest of `message` to `digest`.
  ///
  /// - Throws: when OpenSSL refuses; `digest` is zero then, and the caller fails closed.
  public mutating func digest(
    of message: Span<UInt8>, into digest: inout Digest
  ) throws(CryptoError) {
    // A null key: start again from the keyed state.
    guard unsafe EVP_MAC_init(context, nil, 0, nil) == 1 else { throw Self.refused("start") }
    let isRead = unsafe message.withUnsafeBufferPointer { bytes in
      bytes.isEmpty ? true : unsafe EVP_MAC_update(context, bytes.baseAddress, bytes.count) == 1
    }
    guard isRead else { throw Self.refused("read the value") }
    var written = 0
    var span = digest.mutableSpan
    let isWritten = unsafe span.withUnsafeMutableBufferPointer { bytes in
      unsafe EVP_MAC_final(context, bytes.baseAddress, &written, bytes.count) == 1
    }
    guard isWritten, written == 32 else {
      digest = Digest(repeating: 0)
      throw Self.refused("finish")
    }
  }

  private static func makeContext() throws(CryptoError) -> OpaquePointer {
    guard let mac = unsafe EVP_MAC_fetch(nil, "HMAC", nil) else { throw refused("offer HMAC") }
    // The context keeps its own reference.
    defer { unsafe EVP_MAC_free(mac) }
    guard let context = unsafe EVP_MAC_CTX_new(mac) else { throw refused("make a context") }
    return unsafe context
  }

  private static func setKey(_ key: Span<UInt8>, of context: OpaquePointer) -> Bool {
    let digestName: StaticString = "SHA256"
    let name = unsafe UnsafeMutableRawPointer(mutating: digestName.utf8Start)
    let parameter: StaticString = "digest"
    return unsafe parameter.utf8Start.withMemoryRebound(to: CChar.self, capacity: 7) { parameter in
      // OSSL_PARAM: the list ends with a null key.
      unsafe withUnsafeTemporaryAllocation(of: OSSL_PARAM.self, capacity: 2) { parameters in
        unsafe parameters.initializeElement(
          at: 0,
          to: OSSL_PARAM(
            key: parameter, data_type: UInt32(OSSL_PARAM_UTF8_STRING), data: name,
            data_size: digestName.utf8CodeUnitCount, return_size: -1))
        unsafe parameters.initializeElement(at: 1, to: OSSL_PARAM())
        return unsafe key.withUnsafeBufferPointer { bytes in
          unsafe EVP_MAC_init(context, bytes.baseAddress, bytes.count, parameters.baseAddress) == 1
        }
      }
    }
  }

  private static func refused(_ deed: String) -> CryptoError {
    CryptoError(
      .library, "OpenSSL cannot \(deed) (HMAC-SHA-256); check its version and its providers")
  }
}
