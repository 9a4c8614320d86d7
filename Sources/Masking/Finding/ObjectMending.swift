internal import Bytes

// Unsafe code here reads the level's blocks, which are those of the text that is walked.

// Two things can only be decided when an object ends: which commas go with its dropped members,
// and whether masking made two of its keys equal. Both walk the object's stretch of the index
// once more; objects with neither never come here.
extension EngineCore {
  /// One member of the object in hand, in offsets of its level's text.
  private struct Member {
    var keyStart: Int
    var keyEnd: Int
    var valueEnd: Int
    /// The comma before the member, if it has one.
    var commaBefore: Int?
    var isDropped: Bool
  }

  /// Mends the object whose bracket entries are `open - 1` and `close` in the level's index.
  mutating func mendObject(_ level: Int, from open: Int, to close: Int) {
    needsNormalizing = true
    // Objects end from the inside out, so the marks of this one are the last.
    let start = Int(levels[level].index[open - 1])
    let dropped = takeDropMarks(level, after: start)
    let maskedNames = takeKeyMarks(level, after: start)
    let members = members(level, from: open, to: close, dropped: dropped)
    dropMembers(level, members)
    if !maskedNames.isEmpty { renameEqualKeys(level, members, maskedNames) }
  }

  private func members(
    _ level: Int, from open: Int, to close: Int, dropped: Set<Int>
  ) -> [Member] {
    let text = texts[level]
    var members: [Member] = []
    var cursor = open
    var comma: Int?
    while cursor < close {
      let keyQuote = Int(levels[level].index[cursor])
      let keyEnd = unsafe BlockSearch.stringEnd(levels[level].blocks.base, from: keyQuote + 1)
      cursor += 2  // key, colon
      var depth = 0
      while cursor < close {
        let byte = text[Int(levels[level].index[cursor])]
        if byte == ASCII.leftBrace || byte == ASCII.leftBracket { depth += 1 }
        if byte == ASCII.rightBrace || byte == ASCII.rightBracket { depth -= 1 }
        if byte == ASCII.comma && depth == 0 { break }
        cursor += 1
      }
      let border = Int(levels[level].index[cursor])
      members.append(
        Member(
          keyStart: keyQuote + 1, keyEnd: keyEnd, valueEnd: border, commaBefore: comma,
          isDropped: dropped.contains(keyQuote + 1)))
      comma = border
      cursor += 1
    }
    return members
  }

  /// The places of the keys whose members are to be dropped.
  private mutating func takeDropMarks(_ level: Int, after start: Int) -> Set<Int> {
    var places: Set<Int> = []
    while dropMarks.count > 0 {
      let mark = dropMarks[dropMarks.count - 1]
      let place = Int(mark & 0xFFFF_FFFF)
      guard mark >> 32 == UInt64(level), place > start else { break }
      places.insert(place)
      dropMarks.truncate(to: dropMarks.count - 1)
    }
    return places
  }

  /// The masked keys, by their places.
  private mutating func takeKeyMarks(_ level: Int, after start: Int) -> [Int: [UInt8]] {
    var names: [Int: [UInt8]] = [:]
    while keyMarks.count > 0 {
      let mark = keyMarks[keyMarks.count - 1]
      guard mark.level == Int32(level), Int(mark.keyStart) > start else { break }
      names[Int(mark.keyStart)] = (0..<Int(mark.textCount)).map {
        plan.text[Int(mark.textStart) + $0]
      }
      keyMarks.truncate(to: keyMarks.count - 1)
    }
    return names
  }

  /// Removes dropped members. A member goes with the comma before it when a kept member stands
  /// before that, else with the comma behind it.
  private mutating func dropMembers(_ level: Int, _ members: [Member]) {
    var hasKept = false
    for (place, member) in members.enumerated() {
      guard member.isDropped else {
        hasKept = true
        continue
      }
      var start = member.keyStart - 1
      var end = member.valueEnd
      if hasKept, let comma = member.commaBefore {
        start = comma
      } else if place + 1 < members.count {
        end = members[place + 1].keyStart - 1
      }
      let text = texts[level]
      while end > start, end == member.valueEnd, isBlank(text[end - 1]) { end -= 1 }
      plan.append(start: origins[level].start(start), end: origins[level].end(end - 1), text: [])
    }
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == ASCII.space || byte == ASCII.tab || byte == ASCII.lineFeed
      || byte == ASCII.carriageReturn
  }

  /// Gives keys that masking made equal to another key of the object a `~2`, `~3`, ... Keys that
  /// were equal before stay equal.
  private mutating func renameEqualKeys(
    _ level: Int, _ members: [Member], _ maskedNames: [Int: [UInt8]]
  ) {
    var taken: Set<[UInt8]> = []
    for member in members where !member.isDropped && maskedNames[member.keyStart] == nil {
      taken.insert(decodedKey(level, member))
    }
    var suffixes: [[UInt8]: [UInt8]] = [:]
    var lastNumbers: [[UInt8]: Int] = [:]
    for member in members where !member.isDropped {
      guard let name = maskedNames[member.keyStart] else { continue }
      let original = decodedKey(level, member)
      if let suffix = suffixes[original] {
        insert(suffix, atKeyEndOf: member, level)
        continue
      }
      var number = lastNumbers[name] ?? 1
      var suffix: [UInt8] = number > 1 ? Array("~\(number)".utf8) : []
      while !taken.insert(name + suffix).inserted {
        number += 1
        suffix = Array("~\(number)".utf8)
      }
      lastNumbers[name] = number
      suffixes[original] = suffix
      insert(suffix, atKeyEndOf: member, level)
    }
  }

  private mutating func insert(_ suffix: [UInt8], atKeyEndOf member: Member, _ level: Int) {
    guard !suffix.isEmpty else { return }
    let place = origins[level].start(member.keyEnd)
    plan.append(start: place, end: place, text: suffix)
  }

  private mutating func decodedKey(_ level: Int, _ member: Member) -> [UInt8] {
    _ = StringDecoder.decode(
      texts[level], member.keyStart..<member.keyEnd, origins: origins[level],
      into: &levels[level].decoded)
    return levels[level].decoded.view.toArray()
  }
}
