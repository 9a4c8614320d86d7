import Bytes

/// Tries every window of a chain of digit groups for a card number.
///
/// A window is some groups in a row with the same separator between all of them, of 12 to 19
/// digits. It is a number when Luhn and a brand agree and
/// - it is one or two groups, or
/// - it fills its run (the groups around it that have the same separator), or
/// - its groups are the brand's usual ones;
/// else, or when no brand agrees but it is one group or fills its run, it needs a keyword.
///
/// Only the groups that a window can still reach are kept: 19 of one digit and the one after.
/// Each group begins at most 19 windows, so the time is linear.
struct CardWindows {
  private struct Group {
    var start = 0
    var count = 0
    /// The separator before it; 0 for the first of the chain.
    var key: UInt64 = 0
    var sums = Luhn.Sums()
  }

  private static let slotCount = 32
  private static let reach = CardFinder.digitCounts.upperBound

  /// The end of the chain.
  private let end: Int
  /// Where the next group begins that was not read yet, or the end of the chain.
  private var nextStart: Int
  private var nextKey: UInt64 = 0
  private var groups = InlineArray<32, Group>(repeating: Group())
  /// Groups are numbered from 0; `first` is the lowest that is kept, `read` the next to be read.
  private var first = 0
  private var read = 0

  /// The windows of the groups at `chain`, which begins and ends with a digit.
  init(chain: Range<Int>) {
    end = chain.upperBound
    nextStart = chain.lowerBound
  }

  /// Appends the card numbers of the chain.
  mutating func find(
    in text: Span<UInt8>, word: inout HexadecimalWord, into matches: inout [NumberMatch]
  ) {
    while true {
      while read &- first <= Self.reach, nextStart < end { readGroup(in: text) }
      guard first < read else { return }
      let group = self[first]
      CardFinder.appendGroup(
        group.start..<(group.start &+ group.count), in: text, word: &word, to: &matches)
      appendWindows(in: text, to: &matches)
      first &+= 1
    }
  }

  /// Appends the windows of two or more groups that begin with the group `first`.
  private func appendWindows(in text: Span<UInt8>, to matches: inout [NumberMatch]) {
    var last = first
    guard last &+ 1 < read else { return }
    let start = self[first]
    let key = self[first &+ 1].key
    let beginsRun = start.key != key
    var count = start.count
    var sums = start.sums
    var shape = Self.shape(0, start.count)
    while last &+ 1 < read {
      let group = self[last &+ 1]
      count &+= group.count
      guard group.key == key, count < Self.reach else { return }
      last &+= 1
      sums.append(group.sums, count: group.count)
      shape = Self.shape(shape, group.count)
      guard count >= CardFinder.digitCounts.lowerBound, sums.isMultipleOfTen else { continue }
      let range = start.start..<(group.start &+ group.count)
      let fillsRun = beginsRun && (last &+ 1 == read || self[last &+ 1].key != key)
      let verdict = CardRange.verdict(
        prefix: CardFinder.prefix(in: text, at: range), count: count, shape: shape)
      switch verdict {
      case .usualGrouping:
        matches.append(NumberMatch(range: range, needsKeyword: false))
      case .otherGrouping:
        let isSure = fillsRun || last &- first == 1
        matches.append(NumberMatch(range: range, needsKeyword: !isSure))
      case .unknown:
        if fillsRun { matches.append(NumberMatch(range: range, needsKeyword: true)) }
      }
    }
  }

  /// `shape` with one more group: a hexadecimal digit for each. A shape of too many or too long
  /// groups to be anyone's usual one stays at all ones.
  private static func shape(_ shape: UInt64, _ count: Int) -> UInt64 {
    shape >= 1 << 32 || count > 15 ? .max : shape << 4 | UInt64(count)
  }

  private subscript(number: Int) -> Group {
    @inline(__always) get { groups[number & (Self.slotCount - 1)] }
  }

  private mutating func readGroup(in text: Span<UInt8>) {
    var group = Group(start: nextStart, count: 0, key: nextKey)
    var at = nextStart
    while at < end, ASCII.isDigit(text[at]) {
      // The sums of a group that is too long for a card are never used.
      if at &- group.start < Self.reach { group.sums.append(text[at]) }
      at &+= 1
    }
    group.count = at &- group.start
    groups[read & (Self.slotCount - 1)] = group
    read &+= 1
    if let separator = Separator.read(in: text, at: at), at < end {
      (nextStart, nextKey) = (separator.end, separator.key)
    } else {
      nextStart = end
    }
  }
}
