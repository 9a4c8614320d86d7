// Unsafe code here lends the words of its own table, whose size `wordCount` gives.

/// Sets of rules that matching asks for at every place, one bit per rule, as plain memory: no
/// reference count and no bounds check.
struct RuleWords: ~Copyable {
  private let wordCount: Int
  private var table: Scratch<UInt64>

  private static let placeSetCount = 8

  init(_ policy: MaskPolicy) {
    wordCount = policy.wordCount
    table = Scratch(capacity: (3 + 2 * Self.placeSetCount) * wordCount)
    for word in 0..<wordCount { table.append(policy.everywhereWord(word)) }
    for word in 0..<wordCount { table.append(policy.pathedWord(word)) }
    for word in 0..<wordCount { table.append(policy.keywordRuleWord(word)) }
    for isEverywhere in [false, true] {
      for set in 0..<Self.placeSetCount {
        for word in 0..<wordCount {
          let words = policy.placeWord(word, PlaceSet(rawValue: UInt8(set)))
          table.append(isEverywhere ? words & policy.everywhereWord(word) : words)
        }
      }
    }
  }

  /// Rules that look everywhere.
  var everywhere: UnsafePointer<UInt64> { unsafe words(0) }

  /// Rules that look below paths only.
  var pathed: UnsafePointer<UInt64> { unsafe words(1) }

  /// Rules that are looked for where one of their keywords is.
  var keywordRules: UnsafePointer<UInt64> { unsafe words(2) }

  /// Rules that look at one of `places`.
  func at(_ places: PlaceSet) -> UnsafePointer<UInt64> { unsafe words(3 + Int(places.rawValue)) }

  /// Rules that look at one of `places`, wherever it is in a record.
  func everywhere(at places: PlaceSet) -> UnsafePointer<UInt64> {
    unsafe words(3 + Self.placeSetCount + Int(places.rawValue))
  }

  @inline(__always)
  private func words(_ number: Int) -> UnsafePointer<UInt64> {
    unsafe UnsafePointer(table.base + number &* wordCount)
  }
}
