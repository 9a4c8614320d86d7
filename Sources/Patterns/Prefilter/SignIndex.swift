internal import Bytes
public import CScan

// Unsafe code here owns the tables that `CScan_Signs` points to, which are made once, and lends a text
// to one call.

/// Which rules a sign may stand for (`TriggerPlan`): at the place of a sign the beginning of each way
/// is held against the text, byte by byte (`CScan_add_way`). The kernel does so while it looks for signs,
/// so that few places are left; then each is asked which rules it stands for.
///
/// Sound and not exact: a rule with a match is always named, and few others are. Immutable; shared by
/// all loops.
@safe
public final class SignIndex: @unchecked Sendable {  // immutable after init; the tables are its own
  /// What is gathered before the tables are made.
  private struct Builder {
    var ways: [CScan_Way] = []
    /// Each set once; and for all ways, the numbers of theirs.
    var sets: [ByteSet] = []
    var places: [UInt16] = []
    var grams: [CScan_GramWay] = []
    var windows: [(window: TriggerPlan.Window, way: Int32)] = []

    private var numbers: [ByteSet: UInt16] = [:]
    /// How often each set is met in typical text.
    private var shares: [Int] = []

    mutating func add(_ way: (lead: Lead, sign: TriggerPlan.Sign), _ bit: Int) {
      switch way.sign {
      case .none: break
      case .window(let window, let distance):
        let number = number(way.lead, distance..<distance + TriggerPlan.windowBytes, bit)
        windows.append((window, number))
      case .grams(let found):
        var numbers: [Int: Int32] = [:]
        for gram in found {
          let number =
            numbers[gram.distance]
            ?? number(way.lead, gram.distance..<gram.distance + 3, bit)
          numbers[gram.distance] = number
          grams.append(CScan_GramWay(gram: gram.bytes, way: number))
        }
      }
    }

    private mutating func number(_ lead: Lead, _ sign: Range<Int>, _ bit: Int) -> Int32 {
      // What is far behind the sign tells little more.
      let behind = lead.sets.prefix(
        max(sign.lowerBound + TriggerPlan.windowBytes, SignIndex.setCountMax))
      let known = lead.setsBefore + behind
      let notBefore = lead.setsBefore.isEmpty ? lead.bytesNotBefore : ASCIISet()
      let firstPlace = places.count
      for set in known { places.append(number(of: set)) }
      let probe = probe(firstPlace, beside: sign, before: lead.setsBefore.count)
      ways.append(
        CScan_Way(
          notBefore: (notBefore.low, notBefore.high), bit: Int32(bit),
          firstPlace: Int32(firstPlace), placeCount: Int16(known.count),
          distance: Int16(sign.lowerBound + lead.setsBefore.count), probe: Int16(probe),
          probeSet: places[firstPlace + probe]))
      return Int32(ways.count - 1)
    }

    private mutating func number(of set: ByteSet) -> UInt16 {
      if let known = numbers[set] { return known }
      let number = UInt16(sets.count)
      numbers[set] = number
      sets.append(set)
      shares.append(TypicalText.places(of: set.bytes).reduce(0) { $0 + $1.nonzeroBitCount })
      return number
    }

    /// The place of the rarest set that the sign does not answer for.
    private func probe(_ firstPlace: Int, beside sign: Range<Int>, before: Int) -> Int {
      var best = (place: 0, share: Int.max)
      for (place, set) in places[firstPlace...].enumerated() where !sign.contains(place - before) {
        if shares[Int(set)] < best.share { best = (place, shares[Int(set)]) }
      }
      return best.place
    }
  }

  /// So many places of a lead are kept, and those of the sign.
  private static let setCountMax = 14
  /// Digit counts above this are one class.
  private static let digitClassMax = 20

  /// How many words hold a bit for each rule.
  public let wordCount: Int
  /// A text with fewer bytes than this is no match of a rule but those of digits alone.
  public let byteCountMin: Int
  /// What signs stand for, in the kernel's words; it points to the tables below.
  private let table: UnsafeMutablePointer<CScan_Signs>
  private let ways: UnsafeMutablePointer<CScan_Way>
  private let wayCount: Int
  private let sets: UnsafeMutablePointer<UInt64>
  private let places: UnsafeMutablePointer<UInt16>
  /// For each slot of grams where its entries begin, and the entries.
  private let gramStarts: UnsafeMutablePointer<Int32>
  private let grams: UnsafeMutablePointer<CScan_GramWay>
  /// The ways that show themselves by windows.
  private let windows: WindowTable
  /// The fewest digits that are enough for any rule of digits alone.
  let digitsMin: Int
  /// For each count of digits, the bits of the rules of digits alone that it is enough for.
  private let digitWords: UnsafeMutablePointer<UInt64>
  /// The bits of rules that have no sign.
  private let unsignedWords: UnsafeMutablePointer<UInt64>
  /// Whether some rule has no sign, so that every text must be looked at.
  let hasUnsigned: Bool

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
    hasUnsigned = unsigned.contains { $0 != 0 }
    builder.grams.sort { CScan_gram_slot($0.gram) < CScan_gram_slot($1.gram) }
    byteCountMin = builder.ways.map { Int($0.placeCount) }.min() ?? .max
    unsafe ways = Self.table(builder.ways)
    unsafe sets = Self.table(builder.sets.flatMap(\.allWords))
    unsafe places = Self.table(builder.places)
    wayCount = builder.ways.count
    unsafe grams = Self.table(builder.grams)
    unsafe gramStarts = Self.table(
      Self.starts(builder.grams.map { CScan_gram_slot($0.gram) }, count: Int(CScan_GRAM_SLOTS)))
    windows = WindowTable(builder.windows)
    digitsMin = plan.digitsMin
    unsafe digitWords = Self.table(digits)
    unsafe unsignedWords = Self.table(unsigned)
    unsafe table = .allocate(capacity: 1)
    unsafe table.initialize(
      to: CScan_Signs(
        ways: ways, sets: sets, places: places, gramStarts: gramStarts, grams: grams,
        windowSets: windows.bits, anywhereCount: windows.anywhereCount,
        borderedCount: windows.wordCount - windows.anywhereCount, windowStarts: windows.starts,
        windowWays: windows.ways))
  }

  deinit {
    unsafe table.deallocate()
    unsafe ways.deallocate()
    unsafe sets.deallocate()
    unsafe places.deallocate()
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

  /// What the kernel has to know to tell whether a sign stands for anything.
  public var kernelTable: UnsafePointer<CScan_Signs> { unsafe UnsafePointer(table) }

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
    guard let base = text.baseAddress else { return }
    var text = unsafe CScan_Text(bytes: base, count: text.count, isJSON: false)
    unsafe CScan_add_all_windows(table, &text, place, words)
    if isEven { _ = unsafe CScan_add_gram(table, &text, place, words) }
  }

  /// Sets the bits of the rules of digits alone that so many digits are enough for.
  public func addRules(ofDigits digits: Int, to words: UnsafeMutablePointer<UInt64>) {
    guard digits >= digitsMin else { return }
    let start = min(digits, Self.digitClassMax) * wordCount
    for word in 0..<wordCount { unsafe words[word] |= digitWords[start + word] }
  }

  /// Whether so many digits are enough for a rule of digits alone whose bit is in the first words.
  func namesRule(ofDigits digits: Int, below wordEnd: Int) -> Bool {
    let start = min(digits, Self.digitClassMax) * wordCount
    return (0..<wordEnd).contains { unsafe digitWords[start + $0] != 0 }
  }

  // MARK: Texts known by their shape

  /// A way that may stand in a text, and where its sign is then.
  struct PlacedWay: BitwiseCopyable {
    var way: Int32
    var place: Int32
  }

  /// The ways that may stand in a text of which only the sets of its bytes are known.
  func ways(in sets: [ByteSet]) -> [PlacedWay] {
    let text = sets.map(\.allWords)
    var found: [PlacedWay] = []
    for number in 0..<wayCount {
      let way = unsafe ways[number]
      let (first, count) = (Int(way.firstPlace), Int(way.placeCount))
      guard count <= text.count else { continue }
      for start in 0...text.count - count {
        let stands = (0..<count).allSatisfy { place in
          let set = 4 * Int(unsafe places[first + place])
          return (0..<4).contains { unsafe self.sets[set + $0] & text[start + place][$0] != 0 }
        }
        let sign = start + Int(way.distance)
        if stands { found.append(PlacedWay(way: Int32(number), place: Int32(sign))) }
      }
    }
    return found
  }

  /// Sets the bit of a way's rule if it stands there.
  func addRule(
    of way: PlacedWay, in text: UnsafeBufferPointer<UInt8>, to words: UnsafeMutablePointer<UInt64>
  ) {
    guard let base = text.baseAddress else { return }
    var text = unsafe CScan_Text(bytes: base, count: text.count, isJSON: false)
    _ = unsafe CScan_add_way(table, way.way, &text, Int(way.place), words)
  }
}
