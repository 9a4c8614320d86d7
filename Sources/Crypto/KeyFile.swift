internal import Bytes

// Unsafe code here writes into secret memory through pointers that do not leave the closure they
// are lent to.

/// The text of a key file, `<id>.key`:
///
/// ```
/// maskline-key 1
/// id: k1
/// purpose: hmac
/// key: 3q2+7wAB...                 32 random bytes in base64 (44 characters) or hexadecimal (64)
/// ```
///
/// Four lines in this order, each ended by a line feed, nothing else. The file's name gives the id
/// once more, so that a renamed file is noticed.
public struct KeyFile: ~Copyable {
  /// What a key is for. Keys are never used for two things.
  public enum Purpose: String, Sendable, CaseIterable {
    /// HMAC-SHA-256 (RFC 2104, FIPS 198-1).
    case hmac
  }

  /// How many bytes a key has: as many as the hash gives (RFC 2104, section 3).
  public static let keyBytes = 32
  /// The longest key file that is read, in bytes.
  public static let fileBytesMax = 4096
  /// The version of this format.
  public static let version = 1

  /// The key's name.
  public let id: KeyID
  /// What it is for.
  public let purpose: Purpose
  /// The key.
  public let secret: SecretBytes

  init(id: KeyID, purpose: Purpose, secret: consuming SecretBytes) {
    self.id = id
    self.purpose = purpose
    self.secret = secret
  }

  /// A new random key.
  public static func generate(
    id: KeyID, purpose: Purpose = .hmac
  ) throws(CryptoError) -> KeyFile {
    KeyFile(id: id, purpose: purpose, secret: try SecretBytes.random(count: keyBytes))
  }

  /// The file's text. It holds the key, so it is a secret too.
  public borrowing func text() -> SecretBytes {
    let head = Array("maskline-key 1\nid: \(id)\npurpose: \(purpose.rawValue)\nkey: ".utf8)
    var text = SecretBytes(count: head.count + 45)
    let alphabet = Self.base64Alphabet
    secret.withSpan { key in
      unsafe text.edit { bytes in
        for index in head.indices { unsafe bytes[index] = head[index] }
        var at = head.count
        for start in stride(from: 0, to: Self.keyBytes, by: 3) {
          let left = Self.keyBytes - start
          let group =
            UInt32(key[start]) << 16 | (left > 1 ? UInt32(key[start + 1]) << 8 : 0)
            | (left > 2 ? UInt32(key[start + 2]) : 0)
          for place in 0..<4 {
            let digit = Int(group >> UInt32(18 - 6 * place) & 63)
            unsafe bytes[at] = place <= left ? alphabet[digit] : UInt8(ascii: "=")
            at += 1
          }
        }
        unsafe bytes[at] = ASCII.lineFeed
      }
    }
    return text
  }

  static let base64Alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
