/// The name of a key: 1 to 32 of `a` to `z`, `0` to `9` and `-`, with at most 8 digits.
///
/// It stands in front of every hash that the key made, so it must be no more than a name: fewer digits
/// than the shortest number that a finder looks for.
public struct KeyID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The most characters.
  public static let charactersMax = 32
  /// The most digits: one less than a social security number has.
  public static let digitsMax = 8

  /// The name.
  public let text: String
  /// The name.
  public var description: String { text }

  /// Throws when `text` is no name for a key.
  public init(_ text: String) throws(CryptoError) {
    guard Self.isValid(text.utf8) else {
      throw CryptoError(
        .badKeyID,
        "a key id has 1 to 32 of a-z, 0-9 and '-', with at most 8 digits; choose one such as 'k1'")
    }
    self.text = text
  }

  private init(unchecked text: String) { self.text = text }

  /// The id of the fixed key that rules' own tests are run with. No key file may have it.
  public static let test = KeyID(unchecked: "test")

  /// In the order of their text.
  public static func < (left: KeyID, right: KeyID) -> Bool { left.text < right.text }

  static func isValid(_ bytes: some Sequence<UInt8>) -> Bool {
    var count = 0
    var digits = 0
    for byte in bytes {
      guard isCharacter(byte) else { return false }
      count += 1
      if byte &- 0x30 < 10 { digits += 1 }
    }
    return count >= 1 && count <= charactersMax && digits <= digitsMax
  }

  static func isCharacter(_ byte: UInt8) -> Bool {
    byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D
  }
}
