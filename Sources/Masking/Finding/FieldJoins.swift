internal import Bytes
internal import Patterns

// Declared joins: fields of one object whose values a rule looks at as one text, in the order that the
// rule names. Values are noted as the walk meets them, and put together when their object ends.
extension EngineCore {
  /// How many ways to take one of each repeated field are tried. Above it all of them are masked.
  private static let joinChoicesMax = 16

  /// Notes a value that rules join with others.
  mutating func noteJoinParts(_ view: MatchView, _ at: PlaceRange) {
    let depth = pathDepths[at.level]
    guard at.place == .value || at.place == .number, depth > 0, view.bytes.count > 0,
      levels[at.level].frames[depth - 1].isObject
    else { return }
    let policy = policy
    for field in policy.states[Int(at.state)].joinFields
    where !policy.isOwnForm(view.bytes) {
      let frame = levels[at.level].frames[depth - 1]
      joinParts.parts.append(
        JoinPart(
          rule: field.rule, field: field.field, level: at.level, start: at.start, end: at.end,
          isNumber: at.place == .number, keyStart: Int(frame.keyStart),
          keyEnd: Int(frame.keyEnd), textStart: joinParts.text.count,
          textCount: view.bytes.count, decodedCount: decodedCount(of: view)))
      for index in 0..<view.bytes.count {
        let (start, end) =
          at.place == .number
          ? (origins[at.level].start(at.start), origins[at.level].end(at.end - 1))
          : rawRange(view, index..<index + 1)
        joinParts.append(view.bytes[index], start: start, end: end)
      }
      levels[at.level].frames[depth - 1].needsMending = true
    }
  }

  /// Ends an object or array that asked for it. `close` is the entry of its bracket in the level's index,
  /// `depth` how many frames lead to it.
  mutating func end(_ level: Int, _ frame: Frame, to close: Int, depth: Int) -> WalkStatus {
    pathDepths[level] = depth
    guard frame.isObject else { return joinArray(level, frame, to: close) }
    if hasJoins {
      let status = joinFields(level, frame, to: close)
      if status != .done { return status }
    }
    mendObject(level, from: Int(frame.openCursor), to: close)
    return .done
  }

  private mutating func joinFields(_ level: Int, _ frame: Frame, to close: Int) -> WalkStatus {
    let start = Int(levels[level].index[Int(frame.openCursor) - 1])
    var first = joinParts.parts.count
    while first > 0, joinParts.parts[first - 1].level == level,
      joinParts.parts[first - 1].start > start
    { first -= 1 }
    guard first < joinParts.parts.count else { return .done }
    let parts = (first..<joinParts.parts.count).map { joinParts.parts[$0] }
    let at = PlaceRange(
      place: .value, level: level, start: start, end: Int(levels[level].index[close]) + 1,
      state: frame.state)
    for rule in Set(parts.map(\.rule)).sorted() {
      let choices = policy.rules[rule].join.indices
        .map { field in parts.filter { $0.rule == rule && $0.field == field } }
        .filter { !$0.isEmpty }
      guard choices.count > 1 else { continue }
      let status = join(choices, rule, at)
      if status != .done { return status }
    }
    joinParts.rollBack(to: JoinParts.Mark(parts: first, text: parts[0].textStart))
    return .done
  }

  /// Looks at each way to take one value of each field: a repeated key leaves open which one counts.
  private mutating func join(
    _ choices: [[JoinPart]], _ rule: Int, _ at: PlaceRange
  ) -> WalkStatus {
    var ways = 1
    for choice in choices { ways = min(ways * choice.count, Self.joinChoicesMax + 1) }
    guard ways <= Self.joinChoicesMax else {
      hits.append(UInt16(rule))
      for part in choices.joined() { replaceWhole(part, Replacement.redactedText) }
      return .done
    }
    for way in 0..<ways {
      var rest = way
      let parts = choices.map { choice in
        defer { rest /= choice.count }
        return choice[rest % choice.count]
      }
      findings.removeAll()
      let view = joinedView(parts)
      let status = find(rule, in: view, at)
      guard status == .done else {
        let status = faultOfJoin(status, parts)
        if status != .done { return status }
        continue
      }
      let replaced = replaceJoined(parts, view, at)
      if replaced != .done { return replaced }
    }
    return .done
  }

  /// Runs a rule that joins on the joined text.
  mutating func find(_ rule: Int, in view: MatchView, _ at: PlaceRange) -> WalkStatus {
    var presence = BytePresence()
    // The place of what is found is told part by part.
    let wasReporting = isReporting
    isReporting = false
    defer { isReporting = wasReporting }
    return apply(rule, view, at, &presence)
  }

  private func decodedCount(of view: MatchView) -> Int {
    guard view.isFolded else { return view.bytes.count }
    return Int(decodedEnd(of: view))
  }
}
