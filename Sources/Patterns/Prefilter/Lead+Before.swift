// What stands before a part of a pattern.
extension Lead {
  /// So many bytes are looked back.
  private static let bytesBeforeMax = 3

  /// One character of what stands before, read backwards.
  private struct Slot {
    var bytes: ByteSet
    /// A character outside ASCII has more bytes than one.
    var mayGoOn: Bool
    var isOptional: Bool
  }

  /// The sets of the bytes that stand right before what follows `nodes`, in the order of the text, as
  /// far as they are known.
  static func setsBefore(endOf nodes: some BidirectionalCollection<PatternNode>) -> [ByteSet] {
    let slots = slots(before: nodes)
    var sets: [ByteSet] = []
    var active: Set<Int> = [0]
    while sets.count < bytesBeforeMax {
      var set = ByteSet()
      var next: Set<Int> = []
      for first in active {
        var place = first
        while place < slots.count {
          set.formUnion(slots[place].bytes)
          next.insert(place + 1)
          if slots[place].mayGoOn { next.insert(place) }
          guard slots[place].isOptional else { break }
          place += 1
        }
        // Nothing is known of what stands there.
        if place == slots.count { return sets.reversed() }
      }
      sets.append(set)
      active = next
    }
    return sets.reversed()
  }

  private static func slots(before nodes: some BidirectionalCollection<PatternNode>) -> [Slot] {
    var slots: [Slot] = []
    for node in nodes.reversed() {
      switch node {
      case .boundary, .lookaround: continue
      case .set(let set): slots.append(slot(set, isOptional: false))
      case .repetition(.set(let set), let min, let max, _):
        guard min <= bytesBeforeMax, let max, max - min <= bytesBeforeMax else {
          return slots
            + .init(repeating: slot(set, isOptional: false), count: Swift.min(min, bytesBeforeMax))
        }
        slots += .init(repeating: slot(set, isOptional: false), count: min)
        slots += .init(repeating: slot(set, isOptional: true), count: max - min)
      default: return slots
      }
    }
    return slots
  }

  private static func slot(_ set: CharacterSet, isOptional: Bool) -> Slot {
    let ascii = ByteSet(set.possible)
    let hasOthers = set.others != .none
    return Slot(
      bytes: hasOthers ? ascii.union(.nonASCII) : ascii, mayGoOn: hasOthers, isOptional: isOptional)
  }
}
