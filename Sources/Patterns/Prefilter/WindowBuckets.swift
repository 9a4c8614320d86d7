/// Windows shared out to buckets, as the vector kernel looks for them.
///
/// A bucket lets through whatever mixes the bytes of its windows place by place, and of each byte its
/// halves: so windows that are alike belong together.
public struct WindowBuckets {
  /// The halves of bytes that one bucket lets through at each place. All bytes outside ASCII are taken
  /// for 0x7F.
  public struct Bucket: Equatable {
    /// One bit per low half.
    public private(set) var lows: [UInt16]
    /// One bit per high half.
    public private(set) var highs: [UInt16]

    fileprivate init() {
      lows = .init(repeating: 0, count: TriggerPlan.windowBytes)
      highs = lows
    }

    fileprivate init(_ window: TriggerPlan.Window) {
      self.init()
      for (place, set) in window.sets.enumerated() {
        for byte in set.bytes.map({ min($0, 0x7F) }) {
          lows[place] |= 1 << UInt16(byte & 15)
          highs[place] |= 1 << UInt16(byte >> 4)
        }
      }
    }

    fileprivate func joined(_ other: Bucket) -> Bucket {
      var all = self
      for place in lows.indices {
        all.lows[place] |= other.lows[place]
        all.highs[place] |= other.highs[place]
      }
      return all
    }
  }

  public private(set) var buckets: [Bucket]

  /// Puts each window of a kind into the bucket that it makes the least more common, the broadest
  /// first.
  public init(_ all: [TriggerPlan.Window], _ border: TriggerPlan.Border, count: Int) {
    buckets = .init(repeating: Bucket(), count: count)
    let halves = Halves()
    let windows = all.filter { $0.border == border }
    func share(_ bucket: Bucket) -> Double { halves.share(bucket, border) }
    var shares = [Double](repeating: 0, count: count)
    let singles = windows.map(Bucket.init(_:)).map { (bucket: $0, share: share($0)) }
    for single in singles.sorted(by: { $0.share > $1.share }) {
      var best = (number: 0, growth: Double.infinity, share: 0.0)
      for number in buckets.indices {
        let joined = buckets[number].joined(single.bucket)
        let share = joined == buckets[number] ? shares[number] : share(joined)
        if share - shares[number] < best.growth { best = (number, share - shares[number], share) }
      }
      buckets[best.number] = buckets[best.number].joined(single.bucket)
      shares[best.number] = best.share
    }
  }

  /// Where typical text has each half of a byte.
  private struct Halves {
    private let lows = (0..<16).map { low in
      TypicalText.places(of: (0..<8).map { UInt8($0 << 4 | low) })
    }
    private let highs = (0..<8).map { high in
      TypicalText.places(of: (0..<16).map { UInt8(high << 4 | $0) })
    }

    /// How often a bucket lets a place through: as counted, and by the number of bytes.
    func share(_ bucket: Bucket, _ border: TriggerPlan.Border) -> Double {
      var columns: [[UInt64]] = []
      var product = 1.0
      for place in bucket.lows.indices {
        var column = [UInt64](repeating: 0, count: TypicalText.wordCount)
        add(lows, bucket.lows[place], to: &column)
        var high = [UInt64](repeating: 0, count: TypicalText.wordCount)
        add(highs, bucket.highs[place], to: &high)
        for word in column.indices { column[word] &= high[word] }
        columns.append(column)
        let count = bucket.lows[place].nonzeroBitCount * bucket.highs[place].nonzeroBitCount
        product *= Double(count) / 128
      }
      return TypicalText.share(of: columns, border) + product / 16
    }

    private func add(_ columns: [[UInt64]], _ bits: UInt16, to sum: inout [UInt64]) {
      for half in columns.indices where bits >> UInt16(half) & 1 == 1 {
        for word in sum.indices { sum[word] |= columns[half][word] }
      }
    }
  }
}
