/// Addresses in Base58Check: Bitcoin, Litecoin, Dogecoin, Tron and others with one byte of version.
///
/// Source: Bitcoin Core, `base58.cpp` and "Base58Check encoding" of the Bitcoin Wiki: 25 bytes in base
/// 58 (no 0, O, I and l), of which the last four begin the double SHA-256 of the rest.
enum Base58Check {
  /// Whether `text` is such an address.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard (25...36).contains(text.count) else { return false }
    // Base 256, the last byte first.
    var bytes = InlineArray<25, UInt8>(repeating: 0)
    var leadingOnes = 0
    for index in text.indices {
      guard var carry = value(text[index]) else { return false }
      if carry == 0, leadingOnes == index { leadingOnes += 1 }
      for place in bytes.indices {
        carry += Int(bytes[place]) * 58
        bytes[place] = UInt8(carry & 0xFF)
        carry >>= 8
      }
      guard carry == 0 else { return false }
    }
    // Each leading 1 is a leading byte of 0, and there are no others.
    var zeros = 0
    while zeros < 25, bytes[24 - zeros] == 0 { zeros += 1 }
    guard zeros == leadingOnes else { return false }
    var block = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<21 { block[index] = bytes[24 - index] }
    let first = SHA256.hash(block, count: 21)
    for index in 0..<32 { block[index] = first[index] }
    let second = SHA256.hash(block, count: 32)
    for index in 0..<4 where second[index] != bytes[3 - index] { return false }
    return true
  }

  private static func value(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x31...0x39: Int(byte) - 0x31
    case 0x41...0x48: Int(byte) - 0x41 + 9
    case 0x4A...0x4E: Int(byte) - 0x4A + 17
    case 0x50...0x5A: Int(byte) - 0x50 + 22
    case 0x61...0x6B: Int(byte) - 0x61 + 33
    case 0x6D...0x7A: Int(byte) - 0x6D + 44
    default: nil
    }
  }
}
