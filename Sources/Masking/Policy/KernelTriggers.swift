internal import CScan
internal import Patterns

// Unsafe code here owns the kernel's table: allocated in init, freed in deinit, indices bounded by
// its fields.

/// The signs of a `TriggerPlan` as the tables of the vector kernel.
@safe
struct KernelTriggers: ~Copyable {
  private static let bucketCount = 8
  private let table: UnsafeMutablePointer<CScan_Triggers>

  var pointer: UnsafePointer<CScan_Triggers> { unsafe UnsafePointer(table) }

  init(_ plan: TriggerPlan) {
    unsafe table = .allocate(capacity: 1)
    unsafe table.initialize(to: CScan_Triggers())
    unsafe table.pointee.digitRuns = plan.hasDigitRuns
    for gram in plan.grams {
      let bit = CScan_gram(
        UInt8(gram & 0xFF), UInt8(gram >> 8 & 0xFF), UInt8(gram >> 16 & 0xFF))
      setGram(Int(bit))
    }
    for window in plan.windows { addPairs(window.sets) }
    unsafe distribute(plan.windows.filter(\.beginsWord).map(\.sets), to: &table.pointee.words)
    unsafe distribute(
      plan.windows.filter { !$0.beginsWord }.map(\.sets), to: &table.pointee.windows)
  }

  deinit { unsafe table.deallocate() }

  private func setGram(_ bit: Int) {
    unsafe withUnsafeMutablePointer(to: &table.pointee.grams) { grams in
      unsafe UnsafeMutableRawPointer(grams).withMemoryRebound(
        to: UInt32.self, capacity: Int(CScan_GRAM_BITS) / 32
      ) { unsafe $0[bit >> 5] |= 1 << UInt32(bit & 31) }
    }
  }

  /// Lists the pairs of a window, at its first or its last two places, of which there are fewer.
  private func addPairs(_ sets: [ByteSet]) {
    let bytes = sets.map(\.bytes)
    let isFirst = bytes[0].count * bytes[1].count <= bytes[1].count * bytes[2].count
    let place = isFirst ? 0 : 1
    for first in bytes[place] {
      for second in bytes[place + 1] {
        let pair = Int(first) << 8 | Int(second)
        unsafe CScan_add_pair(table, isFirst, UInt32(pair))
      }
    }
  }

  /// Puts each window into the bucket that it makes the least more common. A bucket lets through
  /// whatever mixes the bytes of its windows place by place, and of each byte its halves.
  private func distribute(
    _ windows: [[ByteSet]], to tables: UnsafeMutablePointer<CScan_Windows>
  ) {
    var buckets = [Bucket](repeating: Bucket(), count: Self.bucketCount)
    for window in windows.map(Bucket.init(_:)).sorted(by: { $0.share > $1.share }) {
      var best = 0
      var bestGrowth = Double.infinity
      for number in buckets.indices {
        let growth = buckets[number].joined(window).share - buckets[number].share
        if growth < bestGrowth { (best, bestGrowth) = (number, growth) }
      }
      buckets[best] = buckets[best].joined(window)
    }
    for (place, bucket) in buckets.enumerated() { unsafe write(bucket, tables, to: place) }
  }

  private func write(
    _ bucket: Bucket, _ tables: UnsafeMutablePointer<CScan_Windows>, to number: Int
  ) {
    let bit = UInt8(1) << UInt8(number)
    unsafe UnsafeMutableRawPointer(tables).withMemoryRebound(to: UInt8.self, capacity: 96) {
      for place in 0..<3 {
        for nibble in 0..<16 {
          if bucket.lows[place] >> UInt16(nibble) & 1 == 1 {
            unsafe $0[place * 16 + nibble] |= bit
          }
          if bucket.highs[place] >> UInt16(nibble) & 1 == 1 {
            unsafe $0[48 + place * 16 + nibble] |= bit
          }
        }
      }
    }
  }
}

/// The nibbles that a bucket lets through at each of three places. All bytes outside ASCII are taken
/// for 0x7F.
private struct Bucket {
  var lows: [3 of UInt16] = [0, 0, 0]
  var highs: [3 of UInt16] = [0, 0, 0]
  var share = 0.0

  init() {}

  init(_ window: [ByteSet]) {
    for (place, set) in window.enumerated() {
      for byte in set.bytes.map({ min($0, 0x7F) }) {
        lows[place] |= 1 << UInt16(byte & 15)
        highs[place] |= 1 << UInt16(byte >> 4)
      }
    }
    share = worked
  }

  func joined(_ other: Bucket) -> Bucket {
    var all = self
    for place in 0..<3 {
      all.lows[place] |= other.lows[place]
      all.highs[place] |= other.highs[place]
    }
    all.share = all.worked
    return all
  }

  /// How often it lets a place through, roughly.
  private var worked: Double {
    var product = 1.0
    for place in 0..<3 {
      var sum = 0.0
      for high in 0..<8 where highs[place] >> UInt16(high) & 1 == 1 {
        for low in 0..<16 where lows[place] >> UInt16(low) & 1 == 1 {
          sum += Self.weights[high << 4 | low]
        }
      }
      product *= min(1, sum)
    }
    return product
  }

  private static let weights = (0..<128).map { TriggerPlan.weight(UInt8($0)) }
}
