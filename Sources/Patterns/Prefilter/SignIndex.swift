// Unsafe code here reads the index's own tables, which are made once and whose ends `Tables` keeps,
// and a text inside its count.

/// Which rules a sign may stand for (`TriggerPlan`): at the place of a sign the beginning of each way
/// is held against the text, byte by byte.
///
/// Sound and not exact: a rule with a match is always named, and few others are. Immutable; shared by
/// all loops.
@safe
public final class SignIndex: @unchecked Sendable {  // immutable after init; the tables are its own
  /// One way in which matches begin.
  private struct Way: BitwiseCopyable {
    /// The rule's bit.
    var bit: Int32
    /// How far behind the match's beginning the sign is.
    var distance: Int32
    /// Its sets of bytes in `sets`, four words each.
    var firstSet: Int32
    var setCount: Int32
    var bytesNotBefore: ASCIISet
  }

  /// What is gathered before the tables are made.
  private struct Builder {
    var ways: [Way] = []
    var sets: [UInt64] = []
    var grams: [(slot: Int, gram: UInt32, way: Int32)] = []
    var windows: [(window: TriggerPlan.Window, way: Int32)] = []

    mutating func add(_ way: (lead: Lead, sign: TriggerPlan.Sign), _ bit: Int) {
      switch way.sign {
      case .none: break
      case .window(let window, let distance):
        let number = number(way.lead, distance, bit)
        windows.append((window, number))
      case .grams(let found):
        var numbers: [Int: Int32] = [:]
        for gram in found {
          let number = numbers[gram.distance] ?? number(way.lead, gram.distance, bit)
          numbers[gram.distance] = number
          grams.append((SignIndex.slot(gram.bytes), gram.bytes, number))
        }
      }
    }

    private mutating func number(_ lead: Lead, _ distance: Int, _ bit: Int) -> Int32 {
      // What is far behind the sign tells little more.
      let known = lead.sets.prefix(max(distance + TriggerPlan.windowBytes, SignIndex.setCountMax))
      ways.append(
        Way(
          bit: Int32(bit), distance: Int32(distance), firstSet: Int32(sets.count),
          setCount: Int32(known.count), bytesNotBefore: lead.bytesNotBefore))
      for set in known { sets += set.allWords }
      return Int32(ways.count - 1)
    }
  }

  private static let slotCount = 4096
  /// So many places of a lead are kept, and those of the sign.
  private static let setCountMax = 14
  /// Digit counts above this are one class.
  private static let digitClassMax = 20

  /// How many words hold a bit for each rule.
  public let wordCount: Int
  /// A text with fewer bytes than this is no match of a rule but those of digits alone.
  public let byteCountMin: Int
  private let ways: UnsafeMutablePointer<Way>
  private let sets: UnsafeMutablePointer<UInt64>
  /// For each slot of grams where its entries begin, and the entries.
  private let gramStarts: UnsafeMutablePointer<Int32>
  private let grams: UnsafeMutablePointer<(gram: UInt32, way: Int32)>
  /// The ways that show themselves by windows.
  private let windows: WindowTable
  /// The fewest digits that are enough for any rule of digits alone.
  private let digitsMin: Int
  /// For each count of digits, the bits of the rules of digits alone that it is enough for.
  private let digitWords: UnsafeMutablePointer<UInt64>
  /// The bits of rules that have no sign.
  private let unsignedWords: UnsafeMutablePointer<UInt64>

  /// An index of the rules of `plan`; `bit` says which bit is a rule's, `keywordBit` is that of
  /// every word that stands for rules of the kind `keyword`.
  public init(_ plan: TriggerPlan, wordCount: Int, keywordBit: Int, bit: (Int) -> Int) {
    self.wordCount = wordCount
    var builder = Builder()
    var unsigned = [UInt64](repeating: 0, count: wordCount)
    var digits = [UInt64](repeating: 0, count: (Self.digitClassMax + 1) * wordCount)
    for (rule, kind) in plan.kinds.enumerated() {
      let bit = bit(rule)
      switch kind {
      case nil, .keyword: break
      case .digits(let count):
        for number in min(count, Self.digitClassMax)...Self.digitClassMax {
          digits[number * wordCount + bit / 64] |= 1 << UInt64(bit % 64)
        }
      case .ways(let found): for way in found { builder.add(way, bit) }
      }
    }
    for way in plan.keywordWays {
      if way.sign == .none { unsigned[keywordBit / 64] |= 1 << UInt64(keywordBit % 64) }
      builder.add(way, keywordBit)
    }
    for rule in plan.rulesWithoutSign {
      unsigned[bit(rule) / 64] |= 1 << UInt64(bit(rule) % 64)
    }
    builder.grams.sort { $0.slot < $1.slot }
    byteCountMin = builder.ways.map { Int($0.setCount) }.min() ?? .max
    unsafe ways = Self.table(builder.ways)
    unsafe sets = Self.table(builder.sets)
    unsafe grams = Self.table(builder.grams.map { ($0.gram, $0.way) })
    unsafe gramStarts = Self.table(Self.starts(builder.grams.map(\.slot), count: Self.slotCount))
    windows = WindowTable(builder.windows)
    digitsMin = plan.digitsMin
    unsafe digitWords = Self.table(digits)
    unsafe unsignedWords = Self.table(unsigned)
  }

  deinit {
    unsafe ways.deallocate()
    unsafe sets.deallocate()
    unsafe grams.deallocate()
    unsafe gramStarts.deallocate()
    unsafe digitWords.deallocate()
    unsafe unsignedWords.deallocate()
  }

  private static func table<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
    let table = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    for (place, element) in elements.enumerated() { unsafe (table + place).initialize(to: element) }
    return unsafe table
  }

  /// For sorted keys, where those of each number below `count` begin, and the end of the last.
  private static func starts(_ keys: [Int], count: Int) -> [Int32] {
    var starts = [Int32](repeating: 0, count: count + 1)
    for key in keys { starts[key + 1] += 1 }
    for number in 0..<count { starts[number + 1] += starts[number] }
    return starts
  }

  private static func slot(_ gram: UInt32) -> Int { Int((gram &* 0x9E37_79B1) >> 20) }

  /// The sets of all windows, for the kernel: for each word of 64 windows, each place in a window and
  /// each byte the windows that have the byte there; and how many words there are.
  public var windowSets: (words: UnsafePointer<UInt64>, wordCount: Int) {
    unsafe (UnsafePointer(windows.bits), windows.wordCount)
  }

  // MARK: Naming rules

  /// Sets `words` to the rules without a sign.
  public func setUnsigned(_ words: UnsafeMutablePointer<UInt64>) {
    unsafe words.update(from: unsignedWords, count: wordCount)
  }

  /// Sets the bits of the rules that the sign at `place` of `text` stands for.
  ///
  /// - Parameter isEven: whether the kernel looked for grams there.
  public func addRules(
    at place: Int, isEven: Bool, in text: UnsafeBufferPointer<UInt8>,
    to words: UnsafeMutablePointer<UInt64>
  ) {
    unsafe windows.forEachWay(text, at: place) { unsafe check($0, text, at: place, words) }
    guard isEven, place + 2 < text.count else { return }
    let gram =
      UInt32(TriggerPlan.fold(unsafe text[place]))
      | UInt32(TriggerPlan.fold(unsafe text[place + 1])) << 8
      | UInt32(TriggerPlan.fold(unsafe text[place + 2])) << 16
    let slot = Self.slot(gram)
    for entry in Int(unsafe gramStarts[slot])..<Int(unsafe gramStarts[slot + 1])
    where unsafe grams[entry].gram == gram {
      unsafe check(grams[entry].way, text, at: place, words)
    }
  }

  /// Sets the bits of the rules of digits alone that so many digits are enough for.
  public func addRules(ofDigits digits: Int, to words: UnsafeMutablePointer<UInt64>) {
    guard digits >= digitsMin else { return }
    let start = min(digits, Self.digitClassMax) * wordCount
    for word in 0..<wordCount { unsafe words[word] |= digitWords[start + word] }
  }

  @inline(__always) @discardableResult
  private func check(
    _ number: Int32, _ text: UnsafeBufferPointer<UInt8>, at place: Int,
    _ words: UnsafeMutablePointer<UInt64>
  ) -> Bool {
    let way = unsafe ways[Int(number)]
    let start = place &- Int(way.distance)
    guard start >= 0, start &+ Int(way.setCount) <= text.count, let base = text.baseAddress else {
      return false
    }
    var set = unsafe sets + Int(way.firstSet)
    for offset in 0..<Int(way.setCount) {
      let byte = unsafe base[start &+ offset]
      guard unsafe set[Int(byte >> 6)] &>> UInt64(byte & 63) & 1 == 1 else { return false }
      unsafe set += 4
    }
    if start > 0, way.bytesNotBefore.contains(unsafe base[start &- 1]) { return false }
    unsafe words[Int(way.bit >> 6)] |= 1 << UInt64(way.bit & 63)
    return true
  }
}
