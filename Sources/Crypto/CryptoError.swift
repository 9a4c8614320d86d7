/// What is wrong with a key or with the crypto library: one sentence that names the place, the fault
/// and the remedy, and never a byte of a key.
public struct CryptoError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of fault.
  public enum Code: Equatable, Sendable {
    case badKeyID
    case badFormat
    case wrongID
    case wrongPurpose
    case badKeyBytes
    case permissions
    case owner
    case notAFile
    case tooLarge
    case missing
    case exists
    case noKeys
    /// A system call failed; the number is its errno.
    case system(Int32)
    /// OpenSSL refused.
    case library
  }

  /// The kind of fault.
  public let code: Code
  /// One sentence.
  public let text: String
  /// `text`.
  public var description: String { text }

  init(_ code: Code, _ text: String) {
    self.code = code
    self.text = text
  }
}
