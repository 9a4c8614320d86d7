internal import Bytes

/// The keys that paths name, with their symbols: an open-addressed table behind a filter on the
/// first byte and the length that turns most other keys away with one load.
struct KeyTable: Sendable {
  private var filter = [UInt64](repeating: 0, count: 32)
  private var slots: [Int32]
  private var names: [[UInt8]] = []
  private var symbols: [Int] = []
  private let mask: Int

  /// `keys` are folded to lower case already.
  init(_ keys: [([UInt8], Int)]) {
    var size = 16
    while size < keys.count * 3 { size *= 2 }
    mask = size - 1
    slots = .init(repeating: -1, count: size)
    for (name, symbol) in keys {
      if let first = name.first { filter[Int(first & 31)] |= 1 << UInt64(min(name.count, 63)) }
      var slot = Self.hash(name.indices.lazy.map { name[$0] }) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(names.count)
      names.append(name)
      symbols.append(symbol)
    }
  }

  /// The symbol of `key` (decoded text), `PathAutomaton.otherKey` if no path names it.
  @inline(__always)
  func symbol(_ key: ByteView) -> Int {
    guard key.count > 0 else { return emptyKeySymbol }
    let bit = filter[Int(key[0] & 31)] >> UInt64(min(key.count, 63)) & 1
    return bit == 0 ? PathAutomaton.otherKey : lookUp(key)
  }

  private var emptyKeySymbol: Int {
    for (place, name) in names.enumerated() where name.isEmpty { return symbols[place] }
    return PathAutomaton.otherKey
  }

  @inline(never)
  private func lookUp(_ key: ByteView) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in 0..<key.count { hash = Self.mix(hash, ASCII.lowercased(key[index])) }
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while slots[slot] >= 0 {
      let place = Int(slots[slot])
      if matches(names[place], key) { return symbols[place] }
      slot = (slot + 1) & mask
    }
    return PathAutomaton.otherKey
  }

  private func matches(_ name: [UInt8], _ key: ByteView) -> Bool {
    guard name.count == key.count else { return false }
    for index in name.indices where name[index] != ASCII.lowercased(key[index]) { return false }
    return true
  }

  private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  private static func hash(_ bytes: some Sequence<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = mix(hash, byte) }
    return Int(truncatingIfNeeded: hash >> 20)
  }
}
