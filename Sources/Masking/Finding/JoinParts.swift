internal import Bytes

/// A field that a rule joins with others, as the paths of the policy know it.
struct JoinField: Sendable {
  /// The rule that joins it.
  var rule: Int
  /// Its place among the rule's fields.
  var field: Int

  /// The fields at a place where the paths `holding` end.
  static func all(of rules: [CompiledRule], at holding: [Int]) -> [JoinField] {
    rules.indices.flatMap { rule in
      rules[rule].join.indices.filter { holding.contains(rules[rule].join[$0]) }
        .map { JoinField(rule: rule, field: $0) }
    }
  }
}

/// One value that is looked at together with others: a field of an object, an element of an array.
struct JoinPart: BitwiseCopyable {
  /// What made it a part; zero for the element of an array.
  var rule = 0
  var field = 0
  var level: Int
  /// The content in its level's text: between the quotes of a string, the whole of a number.
  var start: Int
  var end: Int
  var isNumber: Bool
  /// The key of a field (objects) or the number of an element (arrays), for reports and drops.
  var keyStart = 0
  var keyEnd = 0
  var element = 0
  /// Where its text lies in `JoinParts.text`.
  var textStart: Int
  var textCount: Int
  /// How long the decoded text is.
  var decodedCount: Int
}

/// The parts of the open objects, and those of an array in hand.
///
/// Invariant: parts are in the order of the walk, those of inner objects last; an object that ends takes
/// its own away.
struct JoinParts: ~Copyable {
  var parts = Scratch<JoinPart>(capacity: 4)
  /// The texts that rules see.
  var text = Scratch<UInt8>(capacity: 32)
  /// Where in the chunk each byte of `text` came from.
  var starts = Scratch<UInt32>(capacity: 32)
  var ends = Scratch<UInt32>(capacity: 32)

  /// How much there was at some time.
  struct Mark {
    var parts: Int
    var text: Int
  }

  var mark: Mark { Mark(parts: parts.count, text: text.count) }

  mutating func append(_ byte: UInt8, start: UInt32, end: UInt32) {
    text.append(byte)
    starts.append(start)
    ends.append(end)
  }

  mutating func rollBack(to mark: Mark) {
    parts.truncate(to: mark.parts)
    text.truncate(to: mark.text)
    starts.truncate(to: mark.text)
    ends.truncate(to: mark.text)
  }

  mutating func removeAll() { rollBack(to: Mark(parts: 0, text: 0)) }
}
