import Bytes

/// Addresses in Bech32 and Bech32m: Bitcoin (bc1), Litecoin (ltc1), Cardano (addr1), Cosmos and others.
///
/// Source: BIP 173 and BIP 350: a human-readable part, `1`, and data in 32 characters whose last six
/// are a BCH code that leaves 1, or 0x2bc830a3. Upper and lower case do not mix.
enum Bech32 {
  /// Whether `text` is such an address.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    // BIP 173 has 90 at most; Cardano's addresses are longer.
    guard (14...128).contains(text.count) else { return false }
    var separator = text.count - 1
    while separator > 0, text[separator] != 0x31 { separator -= 1 }
    guard separator >= 1, text.count - separator > 6 else { return false }
    var (hasUpper, hasLower) = (false, false)
    for index in text.indices where ASCII.isLetter(text[index]) {
      if text[index] & 0x20 == 0 { hasUpper = true } else { hasLower = true }
    }
    guard !(hasUpper && hasLower) else { return false }
    var checksum: UInt32 = 1
    for index in 0..<separator { take(UInt32(ASCII.lowercased(text[index]) >> 5), &checksum) }
    take(0, &checksum)
    for index in 0..<separator { take(UInt32(ASCII.lowercased(text[index]) & 31), &checksum) }
    for index in (separator + 1)..<text.count {
      guard let value = value(ASCII.lowercased(text[index])) else { return false }
      take(UInt32(value), &checksum)
    }
    return checksum == 1 || checksum == 0x2BC8_30A3
  }

  private static func take(_ value: UInt32, _ checksum: inout UInt32) {
    let top = checksum >> 25
    checksum = (checksum & 0x1FF_FFFF) << 5 ^ value
    let generators: [5 of UInt32] = [
      0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3,
    ]
    for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 { checksum ^= generators[bit] }
  }

  private static func value(_ byte: UInt8) -> Int? {
    let characters = Letters("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
    return characters.place(of: byte)
  }
}
