/// Windows shared out to buckets, as the vector kernel looks for them.
///
/// A bucket lets through whatever mixes the bytes of its windows place by place, and of each byte its
/// halves: so windows that are alike belong together, and a window whose sets mix badly, such as `%`
/// with `@` (which let blanks through), is looked for in parts.
public struct WindowBuckets {
  /// The halves of bytes that one bucket lets through at each place. All bytes outside ASCII are taken
  /// for 0x7F.
  public struct Bucket: Equatable {
    /// One bit per low half.
    public fileprivate(set) var lows: [UInt16]
    /// One bit per high half.
    public fileprivate(set) var highs: [UInt16]

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
  }

  /// One part of a byte set whose halves do not mix: low and high halves that all go together.
  private struct Block {
    var lows: UInt16
    var highs: UInt16

    static func all(of set: ByteSet) -> [Block] {
      var lowsOfHigh = [UInt16](repeating: 0, count: 8)
      for byte in set.bytes.map({ min($0, 0x7F) }) {
        lowsOfHigh[Int(byte >> 4)] |= 1 << UInt16(byte & 15)
      }
      var blocks: [Block] = []
      for (high, lows) in lowsOfHigh.enumerated() where lows != 0 {
        if let known = blocks.firstIndex(where: { $0.lows == lows }) {
          blocks[known].highs |= 1 << UInt16(high)
        } else {
          blocks.append(Block(lows: lows, highs: 1 << UInt16(high)))
        }
      }
      return blocks
    }
  }

  public private(set) var buckets: [Bucket]

  /// A window that is met less often is left as it is.
  private static let rareShare = 0.0005
  /// A split must make it so much rarer.
  private static let splitGain = 0.8
  private static let partsMax = 8

  /// Puts each window of a kind into the bucket that it makes the least more common, the broadest
  /// first, and then moves those that another bucket suits better.
  public init(_ all: [TriggerPlan.Window], _ border: TriggerPlan.Border, count: Int) {
    let windows = all.filter { $0.border == border }
    let parts = windows.flatMap { Self.parts(of: $0) }.sorted { $0.share > $1.share }
    let empty = Typical(Bucket(), border)
    var members = [[Int]](repeating: [], count: count)
    var joins = [Typical](repeating: empty, count: count)
    func put(_ part: Int) {
      var best = (bucket: 0, growth: Double.infinity)
      for number in 0..<count where best.growth > 0 {
        let growth = joins[number].share(with: parts[part]) - joins[number].share
        if growth < best.growth { best = (number, growth) }
      }
      members[best.bucket].append(part)
      joins[best.bucket].join(parts[part])
    }
    for part in parts.indices { put(part) }
    for part in Array(parts.indices) + Array(parts.indices) where parts[part].share > 0 {
      for bucket in 0..<count {
        guard let place = members[bucket].firstIndex(of: part) else { continue }
        members[bucket].remove(at: place)
        joins[bucket] = empty
        for member in members[bucket] { joins[bucket].join(parts[member]) }
        put(part)
        break
      }
    }
    buckets = joins.map(\.bucket)
  }

  /// The window, or parts of it that together are met less often.
  private static func parts(of window: TriggerPlan.Window) -> [Typical] {
    var parts = [Typical(Bucket(window), window.border)]
    var share = parts[0].share
    var blocks = window.sets.map(Block.all)
    while share > rareShare {
      var best = (parts: parts, share: share * splitGain, place: -1)
      for place in blocks.indices where blocks[place].count > 1 {
        guard parts.count * blocks[place].count <= partsMax else { continue }
        let split = parts.flatMap { part in
          blocks[place].map { block in
            var bucket = part.bucket
            bucket.lows[place] = block.lows
            bucket.highs[place] = block.highs
            return Typical(bucket, window.border)
          }
        }
        let sum = split.reduce(0) { $0 + $1.share }
        if sum < best.share { best = (split, sum, place) }
      }
      guard best.place >= 0 else { break }
      (parts, share) = (best.parts, best.share)
      blocks[best.place] = []
    }
    return parts
  }

  /// A bucket, and where typical text has what it lets through.
  private struct Typical {
    private(set) var bucket: Bucket
    /// For each place in a window the places of the text with one of its low halves, one row behind the
    /// other, then the same of its high halves.
    private var halves: [UInt64] = []
    private let border: TriggerPlan.Border

    /// How often it lets a place of the text through: as counted, and by the number of bytes.
    private(set) var share = 0.0

    init(_ bucket: Bucket, _ border: TriggerPlan.Border) {
      self.bucket = bucket
      self.border = border
      for lows in bucket.lows { halves += Self.sum(Self.placesOfLow, lows) }
      for highs in bucket.highs { halves += Self.sum(Self.placesOfHigh, highs) }
      share = share(with: self)
    }

    mutating func join(_ other: Typical) {
      share = share(with: other)
      for place in bucket.lows.indices {
        bucket.lows[place] |= other.bucket.lows[place]
        bucket.highs[place] |= other.bucket.highs[place]
      }
      for place in halves.indices { halves[place] |= other.halves[place] }
    }

    /// How often the bucket would let a place through that lets through what `other` does, too.
    func share(with other: Typical) -> Double {
      var product = 1.0
      for place in bucket.lows.indices {
        let lows = bucket.lows[place] | other.bucket.lows[place]
        let highs = bucket.highs[place] | other.bucket.highs[place]
        product *= Double(lows.nonzeroBitCount * highs.nonzeroBitCount) / 128
      }
      guard product > 0 else { return 0 }
      let width = TypicalText.wordCount
      let length = TriggerPlan.windowBytes
      var columns = [UInt64](repeating: 0, count: length * width)
      for place in columns.indices {
        let lows = halves[place] | other.halves[place]
        columns[place] =
          lows & (halves[place + columns.count] | other.halves[place + columns.count])
      }
      return TypicalText.share(of: columns, rows: length, border) + product / 16
    }

    private static let placesOfLow = (0..<16).map { low in
      TypicalText.places(of: (0..<8).map { UInt8($0 << 4 | low) })
    }
    private static let placesOfHigh = (0..<8).map { high in
      TypicalText.places(of: (0..<16).map { UInt8(high << 4 | $0) })
    }

    private static func sum(_ columns: [[UInt64]], _ bits: UInt16) -> [UInt64] {
      var sum = [UInt64](repeating: 0, count: TypicalText.wordCount)
      for half in columns.indices where bits >> UInt16(half) & 1 == 1 {
        for word in sum.indices { sum[word] |= columns[half][word] }
      }
      return sum
    }
  }
}
