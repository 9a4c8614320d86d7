import Bytes

/// Addresses of Ethereum and chains like it.
///
/// Source: EIP-55 and FIPS 202's Keccak-f[1600] with Ethereum's padding: `0x` and forty hexadecimal
/// digits; when letters of both cases stand among them, a letter is a capital where the hash of the
/// lower-case address has a digit of 8 or more. In one case alone there is no check.
enum EIP55 {
  /// Whether `text` is such an address.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard text.count == 42, text[0] == 0x30, text[1] | 0x20 == 0x78 else { return false }
    var (hasUpper, hasLower) = (false, false)
    for index in 2..<42 {
      guard ASCII.isHexDigit(text[index]) else { return false }
      if ASCII.isLetter(text[index]) {
        if text[index] & 0x20 == 0 { hasUpper = true } else { hasLower = true }
      }
    }
    guard hasUpper, hasLower else { return true }
    let lanes = hash(text)
    for index in 0..<40 where ASCII.isLetter(text[index + 2]) {
      let byte = lanes[index >> 4] >> UInt64((index >> 1 & 7) * 8)
      let digit = index & 1 == 0 ? byte >> 4 & 15 : byte & 15
      guard (digit >= 8) == (text[index + 2] & 0x20 == 0) else { return false }
    }
    return true
  }

  /// Keccak-256 of the forty digits in lower case, as lanes in little-endian order.
  private static func hash(_ text: Span<UInt8>) -> [25 of UInt64] {
    var lanes = InlineArray<25, UInt64>(repeating: 0)
    for index in 0..<40 {
      lanes[index >> 3] |= UInt64(ASCII.lowercased(text[index + 2])) << UInt64((index & 7) * 8)
    }
    // Padding: a 1 after the text, and the last bit of the 136 bytes that a block takes.
    lanes[5] |= 1
    lanes[16] |= 1 << 63
    permute(&lanes)
    return lanes
  }

  private static func permute(_ lanes: inout [25 of UInt64]) {
    var register: UInt8 = 1
    for _ in 0..<24 {
      mixColumns(&lanes)
      var moved = lanes
      var (x, y) = (1, 0)
      var current = lanes[1]
      for step in 0..<24 {
        (x, y) = (y, (2 * x + 3 * y) % 5)
        let bits = UInt64((step + 1) * (step + 2) / 2 % 64)
        let rotated = bits == 0 ? current : current << bits | current >> (64 - bits)
        (current, moved[x + 5 * y]) = (lanes[x + 5 * y], rotated)
      }
      for row in 0..<5 {
        for column in 0..<5 {
          lanes[column + 5 * row] =
            moved[column + 5 * row]
            ^ ~moved[(column + 1) % 5 + 5 * row] & moved[(column + 2) % 5 + 5 * row]
        }
      }
      // The round constant's bits come from a shift register (FIPS 202, algorithm 5).
      for power in 0..<7 {
        if register & 1 == 1 { lanes[0] ^= 1 << UInt64((1 << power) - 1) }
        register = register << 1 ^ (register >> 7) * 0x71
      }
    }
  }

  private static func mixColumns(_ lanes: inout [25 of UInt64]) {
    var parity = InlineArray<5, UInt64>(repeating: 0)
    for index in lanes.indices { parity[index % 5] ^= lanes[index] }
    for column in 0..<5 {
      let right = parity[(column + 1) % 5]
      let mixed = parity[(column + 4) % 5] ^ (right << 1 | right >> 63)
      for row in 0..<5 { lanes[column + 5 * row] ^= mixed }
    }
  }
}
