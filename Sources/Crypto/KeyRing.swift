/// A key and its name, shared by all loops; it never changes.
public final class HMACKey: Sendable {
  /// The key's name.
  public let id: KeyID
  /// The key.
  public let secret: SecretBytes

  init(id: KeyID, secret: consuming SecretBytes) {
    self.id = id
    self.secret = secret
  }

  /// The key of a file.
  public convenience init(_ file: consuming KeyFile) {
    self.init(id: file.id, secret: file.secret)
  }

  /// The fixed key that rules' own tests are run with (`maskline check`), so that their results can
  /// be written down: the bytes 0 to 31. It is public, so it protects nothing.
  public static let test: HMACKey = {
    var secret = SecretBytes(count: KeyFile.keyBytes)
    unsafe secret.edit { bytes in
      for index in bytes.indices { unsafe bytes[index] = UInt8(index) }
    }
    return HMACKey(id: .test, secret: secret)
  }()
}

/// The keys of one folder.
public struct KeyRing: Sendable {
  /// In the order of their ids.
  public let keys: [HMACKey]

  /// The ring of these keys.
  public init(_ keys: [HMACKey]) { self.keys = keys.sorted { $0.id < $1.id } }

  /// A ring that holds the fixed test key alone.
  public static var test: KeyRing { KeyRing([.test]) }

  /// The key with this name, nil when there is none: the caller fails closed (`keyMissing`).
  public func key(_ id: KeyID) -> HMACKey? { keys.first { $0.id == id } }
}
