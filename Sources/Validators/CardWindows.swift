import Bytes

/// Tries every window of a chain of digit groups for a card number.
///
/// A window is some groups in a row with the same separator between all of them, of 12 to 19
/// digits. It is a number when Luhn and a brand agree and
/// - it is one or two groups, or
/// - it fills its run (the groups around it that have the same separator), or
/// - its groups are the brand's usual ones;
/// else, or when no brand agrees but it is one group or fills its run, or when it lies in a UUID, it
/// needs a keyword.
///
/// Only the groups that a window can still reach are kept: 19 of one digit and the one after. A
/// group begins at most eight windows that are long enough, and the shorter ones are stepped over
/// once for all, so the time is linear with a small factor, whatever the text.
struct CardWindows {
  /// The groups that windows can still reach, in 32 slots that are used in turn. Lent to each method
  /// rather than a member: what a member costs to reach is a copy of them all.
  private typealias Slots = MutableSpan<Group>

  private struct Group {
    var start = 0
    /// The separator before it; 0 for the first of the chain.
    var key: UInt64 = 0
    /// The totals of the groups before it.
    var before = Totals()
  }

  /// What the chain's digits add up to, up to some group.
  ///
  /// Luhn's sum of a window doubles the digits whose place has another parity than the window's
  /// last digit has. With both sums kept for all places from the chain's start, the window passes
  /// when the one of its parity is the same, modulo ten, before its first group and after its last.
  private struct Totals {
    var digits = 0
    /// Modulo ten: the sum with the digits at even places doubled, and the one with those at odd.
    var evenDoubled: UInt8 = 0
    var oddDoubled: UInt8 = 0

    @inline(__always)
    mutating func append(_ byte: UInt8) {
      let digit = byte &- ASCII.zero
      let twice = digit > 4 ? digit &* 2 &- 9 : digit &* 2
      let isEven = digits & 1 == 0
      evenDoubled = Self.reduced(evenDoubled &+ (isEven ? twice : digit))
      oddDoubled = Self.reduced(oddDoubled &+ (isEven ? digit : twice))
      digits &+= 1
    }

    @inline(__always)
    private static func reduced(_ sum: UInt8) -> UInt8 { sum >= 10 ? sum &- 10 : sum }

    /// Whether the digits after `start` up to here pass Luhn.
    @inline(__always)
    func passes(since start: Totals) -> Bool {
      // The last digit's place is `digits - 1`; the digits of the other parity are doubled.
      digits & 1 == 0 ? evenDoubled == start.evenDoubled : oddDoubled == start.oddDoubled
    }
  }

  private static let slotCount = 32
  private static let reach = 20

  /// The end of the chain.
  private let end: Int
  /// Where the next group begins that was not read yet, or the end of the chain.
  private var nextStart: Int
  private var nextKey: UInt64 = 0
  private var totals = Totals()
  /// Groups are numbered from 0; `first` is the lowest that is kept, `read` the next to be read.
  private var first = 0
  private var read = 0
  /// The last group known to have the same separators as those from `first` on.
  private var runLast = 0
  /// The lowest group that ends a window from `first` of twelve digits or more.
  private var lowest = 0

  private init(chain: Range<Int>) {
    end = chain.upperBound
    nextStart = chain.lowerBound
  }

  /// Appends the card numbers of the groups at `chain`, which begins and ends with a digit.
  static func find(
    _ chain: Range<Int>, in text: Span<UInt8>, word: inout HexadecimalWord,
    into matches: inout [NumberMatch]
  ) {
    var storage = InlineArray<32, Group>(repeating: Group())
    var slots = storage.mutableSpan
    var windows = CardWindows(chain: chain)
    windows.find(in: text, slots: &slots, word: &word, into: &matches)
  }

  private mutating func find(
    in text: Span<UInt8>, slots: inout Slots, word: inout HexadecimalWord,
    into matches: inout [NumberMatch]
  ) {
    while true {
      while read &- first <= Self.reach, nextStart < end { readGroup(in: text, slots: &slots) }
      guard first < read else { return }
      let group = slots[Self.slot(first)]
      let count = totals(after: first, slots.span).digits &- group.before.digits
      if count >= CardFinder.digitCountMin {
        CardFinder.appendGroup(
          group.start..<(group.start &+ count), in: text, word: &word, to: &matches)
      }
      if first &+ 1 < read { appendWindows(in: text, slots: slots.span, from: group, to: &matches) }
      first &+= 1
    }
  }

  /// Appends the windows of two or more groups that begin with the group `first`.
  @inline(__always)
  private mutating func appendWindows(
    in text: Span<UInt8>, slots: Span<Group>, from start: Group, to matches: inout [NumberMatch]
  ) {
    let key = slots[Self.slot(first &+ 1)].key
    if runLast <= first { runLast = first &+ 1 }
    while runLast &+ 1 < read, slots[Self.slot(runLast &+ 1)].key == key { runLast &+= 1 }
    let beginsRun = start.key != key
    // Without a brand that begins like this, only a window that fills its run counts.
    guard beginsRun || CardRange.hasBrand(firstDigit: text[start.start]) else { return }
    lowest = max(lowest, first &+ 1)
    while lowest <= runLast,
      totals(after: lowest, slots).digits &- start.before.digits < CardFinder.digitCountMin
    {
      lowest &+= 1
    }
    var last = lowest
    while last <= runLast {
      let after = totals(after: last, slots)
      let count = after.digits &- start.before.digits
      guard count <= CardFinder.digitCountMax else { return }
      if after.passes(since: start.before) {
        let group = slots[Self.slot(last)]
        let end = group.start &+ (after.digits &- group.before.digits)
        appendWindow(
          start.start..<end, last: last, count: count, fillsRun: beginsRun && last == runLast,
          in: text, slots: slots, to: &matches)
      }
      last &+= 1
    }
  }

  /// Appends the window from the group `first` to the group `last`, which passes Luhn.
  private func appendWindow(
    _ range: Range<Int>, last: Int, count: Int, fillsRun: Bool, in text: Span<UInt8>,
    slots: Span<Group>, to matches: inout [NumberMatch]
  ) {
    let prefix = CardFinder.prefix(in: text, at: range)
    switch CardRange.verdict(prefix: prefix, count: count, shape: shape(to: last, slots)) {
    case .unknown:
      if fillsRun { matches.append(NumberMatch(range: range, needsKeyword: true)) }
    case .otherGrouping where !fillsRun && last &- first > 1:
      matches.append(NumberMatch(range: range, needsKeyword: true))
    case .otherGrouping, .usualGrouping:
      let isChance = Identifier.isInUUID(range, of: text)
      matches.append(NumberMatch(range: range, needsKeyword: isChance))
    }
  }

  /// How many digits the groups from `first` to `last` have, as a hexadecimal digit each. 0 for
  /// groups that are too many or too long to be anyone's usual ones.
  private func shape(to last: Int, _ slots: Span<Group>) -> UInt64 {
    guard last &- first < 6 else { return 0 }
    var shape: UInt64 = 0
    for number in first...last {
      let count = totals(after: number, slots).digits &- slots[Self.slot(number)].before.digits
      guard count < 16 else { return 0 }
      shape = shape << 4 | UInt64(count)
    }
    return shape
  }

  /// The totals with the group `number`.
  @inline(__always)
  private func totals(after number: Int, _ slots: Span<Group>) -> Totals {
    number &+ 1 < read ? slots[Self.slot(number &+ 1)].before : totals
  }

  /// The slot of the group `number`.
  @inline(__always)
  private static func slot(_ number: Int) -> Int { number & (slotCount &- 1) }

  private mutating func readGroup(in text: Span<UInt8>, slots: inout Slots) {
    slots[Self.slot(read)] = Group(start: nextStart, key: nextKey, before: totals)
    read &+= 1
    var at = nextStart
    while at < end, ASCII.isDigit(text[at]) {
      totals.append(text[at])
      at &+= 1
    }
    if at < end, let separator = Separator.read(in: text, at: at) {
      (nextStart, nextKey) = (separator.end, separator.key)
    } else {
      nextStart = end
    }
  }
}
