// Unsafe code here reads the table's own memory: slots and bits are masked to its size, entries end
// where the next slot's begin.

/// Ways by two bytes that their windows hold side by side.
@safe
final class PairTable: @unchecked Sendable {  // immutable after init
  /// Where in its window a pair stands: at the first two places, or at the last two.
  enum Role: Int { case first, last }

  struct Entry: BitwiseCopyable {
    var key: UInt32
    var way: Int32
  }

  /// Ways whose windows have too many pairs to list them, and the bytes that these begin with.
  let unlisted: [Int32]
  private let unlistedBytes: ByteSet
  let isEmpty: Bool
  private let bits: UnsafeMutablePointer<UInt64>
  private let starts: UnsafeMutablePointer<Int32>
  private let entries: UnsafeMutablePointer<Entry>

  private static let pairsMax = 2048
  private static let slotBits: UInt32 = 12
  private static let wordsOfRole = 65_536 / 64

  init(_ windows: [(window: TriggerPlan.Window, way: Int32)]) {
    var unlisted: [Int32] = []
    var unlistedBytes = ByteSet()
    var found: [(slot: Int, entry: Entry)] = []
    for (window, way) in windows {
      let counts = window.sets.map(\.count)
      let role: Role = counts[0] * counts[1] <= counts[1] * counts[2] ? .first : .last
      let place = role.rawValue
      // A match of one byte may have nothing behind it to make a pair with.
      let hasPair = counts[1] < 256
      guard hasPair, counts[place] * counts[place + 1] <= Self.pairsMax else {
        unlisted.append(way)
        unlistedBytes.formUnion(window.sets[0])
        continue
      }
      let seconds = window.sets[place + 1].bytes
      for first in window.sets[place].bytes {
        for second in seconds {
          let key = Self.key(first, second, role)
          found.append((Self.slot(key), Entry(key: key, way: way)))
        }
      }
    }
    found.sort { $0.slot < $1.slot }
    self.unlisted = unlisted
    self.unlistedBytes = unlistedBytes
    isEmpty = windows.isEmpty
    unsafe bits = .allocate(capacity: 2 * Self.wordsOfRole)
    unsafe bits.initialize(repeating: 0, count: 2 * Self.wordsOfRole)
    let slotCount = 1 << Int(Self.slotBits)
    unsafe starts = .allocate(capacity: slotCount + 1)
    unsafe starts.initialize(repeating: 0, count: slotCount + 1)
    unsafe entries = .allocate(capacity: max(1, found.count))
    for (place, item) in found.enumerated() {
      unsafe (entries + place).initialize(to: item.entry)
      unsafe starts[item.slot + 1] += 1
      unsafe bits[Int(item.entry.key >> 6)] |= 1 << UInt64(item.entry.key & 63)
    }
    for slot in 0..<slotCount { unsafe starts[slot + 1] += starts[slot] }
  }

  deinit {
    unsafe bits.deallocate()
    unsafe starts.deallocate()
    unsafe entries.deallocate()
  }

  @inline(__always)
  private static func key(_ first: UInt8, _ second: UInt8, _ role: Role) -> UInt32 {
    UInt32(role.rawValue) << 16 | UInt32(first) << 8 | UInt32(second)
  }

  @inline(__always)
  private static func slot(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> (32 - slotBits)) }

  /// Whether a window that is not listed may begin with `byte`.
  @inline(__always)
  func mayBeUnlisted(_ byte: UInt8) -> Bool { unlistedBytes.contains(byte) }

  /// Calls `body` with each way that has the pair in this role.
  @inline(__always)
  func forEachWay(_ first: UInt8, _ second: UInt8, _ role: Role, _ body: (Int32) -> Void) {
    let key = Self.key(first, second, role)
    guard unsafe bits[Int(key >> 6)] &>> UInt64(key & 63) & 1 == 1 else { return }
    let slot = Self.slot(key)
    for place in Int(unsafe starts[slot])..<Int(unsafe starts[slot &+ 1]) {
      let entry = unsafe entries[place]
      if entry.key == key { body(entry.way) }
    }
  }
}
