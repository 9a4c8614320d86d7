internal import CScan
internal import Patterns

// Unsafe code here owns the kernel's table: allocated in init, freed in deinit, indices bounded by
// its fields.

/// The signs of a `TriggerPlan` as the tables of the vector kernel.
@safe
struct KernelTriggers: ~Copyable {
  /// How many buckets one table has.
  private static let bucketCount = 8
  /// Holds what the table points to.
  private let signs: SignIndex
  private let table: UnsafeMutablePointer<CScan_Triggers>

  var pointer: UnsafePointer<CScan_Triggers> { unsafe UnsafePointer(table) }

  /// - Parameter signs: the index of the plan.
  init(_ plan: TriggerPlan, _ signs: SignIndex) {
    self.signs = signs
    unsafe table = .allocate(capacity: 1)
    unsafe table.initialize(to: CScan_Triggers())
    unsafe table.pointee.digitsMin = plan.hasDigitRuns ? plan.digitsMin : 0
    unsafe table.pointee.signs = signs.kernelTable
    for gram in plan.grams {
      let (first, second) = (UInt8(gram & 0xFF), UInt8(gram >> 8 & 0xFF))
      let bit = Int(CScan_gram(first, second, UInt8(gram >> 16 & 0xFF)))
      unsafe withUnsafeMutableBytes(of: &table.pointee.grams) { unsafe Self.set(bit, in: $0) }
    }
    let words = WindowBuckets(plan.windows, .word, count: Self.bucketCount)
    let keywords = WindowBuckets(plan.windows, .keyword, count: Self.bucketCount)
    let others = WindowBuckets(plan.windows, .anywhere, count: 2 * Self.bucketCount)
    unsafe write(words.buckets[...], to: &table.pointee.words)
    unsafe write(keywords.buckets[...], to: &table.pointee.keywords)
    unsafe write(others.buckets[..<Self.bucketCount], to: &table.pointee.windows.0)
    unsafe write(others.buckets[Self.bucketCount...], to: &table.pointee.windows.1)
  }

  deinit { unsafe table.deallocate() }

  private static func set(_ bit: Int, in table: UnsafeMutableRawBufferPointer) {
    // Words of 32 bits, least significant byte first.
    unsafe table[bit / 8] |= 1 << UInt8(bit % 8)
  }

  private func write(
    _ buckets: ArraySlice<WindowBuckets.Bucket>, to tables: UnsafeMutablePointer<CScan_Windows>
  ) {
    let places = TriggerPlan.windowBytes
    unsafe UnsafeMutableRawPointer(tables).withMemoryRebound(to: UInt8.self, capacity: places * 32)
    {
      for (number, bucket) in buckets.enumerated() {
        let bit = UInt8(1) << UInt8(number)
        for place in 0..<places {
          for half in 0..<16 {
            if bucket.lows[place] >> UInt16(half) & 1 == 1 {
              unsafe $0[place * 16 + half] |= bit
            }
            if bucket.highs[place] >> UInt16(half) & 1 == 1 {
              unsafe $0[(places + place) * 16 + half] |= bit
            }
          }
        }
      }
    }
  }
}
