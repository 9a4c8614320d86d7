internal import Bytes

// Unsafe code here reads and writes secret memory through pointers that do not leave the closure
// they are lent to.

extension KeyFile {
  /// Reads the text of the file `name` (a path, for messages).
  ///
  /// - Parameter expectedID: the id that the file's name gives; nil when there is none.
  /// - Throws: `CryptoError` with the file, the line and the remedy.
  public static func parse(
    _ text: Span<UInt8>, name: String, expectedID: KeyID? = nil
  ) throws(CryptoError) -> KeyFile {
    guard text.count <= fileBytesMax else { throw tooLarge(name, bytes: text.count) }
    var reader = KeyFileReader(name: name)
    let version = try reader.line(of: text, 1)
    guard matches(text, version, "maskline-key 1") else {
      throw reader.error(1, "the first line must be 'maskline-key 1'")
    }
    let idRange = try reader.value(of: text, 2, field: "id")
    guard KeyID.isValid(array(text, idRange)) else {
      throw CryptoError(
        .badKeyID,
        "\(name): line 2: a key id has 1 to 32 of a-z, 0-9 and '-', with at most 8 digits; "
          + "correct it or make the key anew")
    }
    let id = try KeyID(String(decoding: array(text, idRange), as: UTF8.self))
    guard id != .test else {
      throw CryptoError(
        .wrongID, "\(name): line 2: the id 'test' is kept for rules' own tests; choose another")
    }
    if let expectedID, expectedID != id {
      throw CryptoError(
        .wrongID,
        "\(name): line 2: the id is '\(id)' and the file's name says '\(expectedID)'; "
          + "name the file \(id).key")
    }
    let purposeRange = try reader.value(of: text, 3, field: "purpose")
    guard matches(text, purposeRange, "hmac") else {
      throw CryptoError(
        .wrongPurpose, "\(name): line 3: the purpose must be 'hmac'; make a key for it")
    }
    let keyRange = try reader.value(of: text, 4, field: "key")
    guard reader.position == text.count else {
      throw reader.error(5, "nothing may follow the key; remove the rest")
    }
    guard let secret = decode(text, keyRange) else {
      throw CryptoError(
        .badKeyBytes,
        "\(name): line 4: the key must be 32 bytes in base64 (44 characters) or hexadecimal "
          + "(64 digits); make it with 'maskline keys new'")
    }
    return KeyFile(id: id, purpose: .hmac, secret: secret)
  }

  static func tooLarge(_ name: String, bytes: Int) -> CryptoError {
    CryptoError(
      .tooLarge,
      "\(name): it has \(bytes) bytes and a key file at most \(fileBytesMax); "
        + "this is not a key file, remove it")
  }

  private static func matches(
    _ text: Span<UInt8>, _ range: Range<Int>, _ literal: StaticString
  ) -> Bool {
    guard range.count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { bytes in
      for index in bytes.indices where unsafe bytes[index] != text[range.lowerBound + index] {
        return false
      }
      return true
    }
  }

  /// A copy of bytes that are not secret.
  private static func array(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    range.map { text[$0] }
  }

  private static func decode(_ text: Span<UInt8>, _ range: Range<Int>) -> SecretBytes? {
    var key = SecretBytes(count: keyBytes)
    let isValid = unsafe key.edit { bytes in
      switch range.count {
      case 2 * keyBytes: unsafe decodeHexadecimal(text, range, into: bytes)
      case 44: unsafe decodeBase64(text, range, into: bytes)
      default: false
      }
    }
    return isValid ? consume key : nil
  }

  private static func decodeHexadecimal(
    _ text: Span<UInt8>, _ range: Range<Int>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    for index in 0..<keyBytes {
      let at = range.lowerBound + 2 * index
      guard let high = ASCII.hexValue(text[at]), let low = ASCII.hexValue(text[at + 1]) else {
        return false
      }
      unsafe bytes[index] = high << 4 | low
    }
    return true
  }

  /// 43 digits and one `=`; the two bits that no byte needs must be zero (RFC 4648, 3.5).
  private static func decodeBase64(
    _ text: Span<UInt8>, _ range: Range<Int>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) -> Bool {
    guard text[range.upperBound - 1] == UInt8(ascii: "=") else { return false }
    var group: UInt32 = 0
    var bits = 0
    var count = 0
    for at in range.dropLast() {
      guard let digit = base64Value(text[at]) else { return false }
      group = (group << 6 | digit) & 0xFFFF
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      unsafe bytes[count] = UInt8(truncatingIfNeeded: group >> UInt32(bits))
      count += 1
    }
    return count == keyBytes && group & ((1 << UInt32(bits)) - 1) == 0
  }

  private static func base64Value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - 0x41)
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - 0x61) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - 0x30) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

/// Steps through the lines of a key file.
private struct KeyFileReader {
  let name: String
  private(set) var position = 0

  init(name: String) { self.name = name }

  func error(_ line: Int, _ text: String) -> CryptoError {
    CryptoError(.badFormat, "\(name): line \(line): \(text)")
  }

  /// The next line without its line feed.
  mutating func line(of text: Span<UInt8>, _ number: Int) throws(CryptoError) -> Range<Int> {
    let start = position
    while position < text.count, text[position] != ASCII.lineFeed { position += 1 }
    guard position < text.count else {
      throw error(number, "a line feed is missing at its end; make the key anew")
    }
    position += 1
    return start..<(position - 1)
  }

  /// What follows `field: ` on the next line.
  mutating func value(
    of text: Span<UInt8>, _ number: Int, field: String
  ) throws(CryptoError) -> Range<Int> {
    let range = try line(of: text, number)
    let head = Array("\(field): ".utf8)
    guard range.count > head.count,
      head.indices.allSatisfy({ head[$0] == text[range.lowerBound + $0] })
    else { throw error(number, "it must be '\(field): ' and a value") }
    return (range.lowerBound + head.count)..<range.upperBound
  }
}
