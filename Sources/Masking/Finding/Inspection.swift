internal import Bytes
internal import CScan
internal import Patterns
internal import Validators

/// The place in hand: where its text lies in its level, and how to write into it.
struct PlaceRange {
  var place: Place
  var level: Int
  /// The content: between the quotes of a string or key, the whole of a number or literal.
  var start: Int
  var end: Int
  var state: UInt16
  /// How many times replaced text must be escaped.
  var escapeDepth: Int {
    switch place {
    case .value, .key: level + 1
    case .number: level
    case .text: 0
    }
  }
}

/// The text that rules see at a place, with its way back to the chunk.
struct MatchView {
  var bytes: ByteView
  /// Whether `bytes` is `EngineCore.folded`, whose origins are offsets into the decoded text.
  var isFolded = false
  /// The decoded text's bytes: origins of its own, or those of the level from `offset` on.
  var origins: ByteOrigins
  var offset = 0
  /// Where the view begins in its level's text, if it is a stretch of it: the level's blocks say what
  /// signs are in it.
  var blocksStart: Int?
  var mayHoldNonASCII = true
  var mayHoldEncoding = true
}

extension EngineCore {
  /// Looks at a string value with something in it.
  mutating func inspectString(
    _ level: Int, _ range: Range<Int>, _ summary: StretchSummary, _ place: Place, state: UInt16,
    depth: Int
  ) -> WalkStatus {
    let at = PlaceRange(
      place: place, level: level, start: range.lowerBound, end: range.upperBound, state: state)
    pathDepths[level] = depth
    let text = texts[level]
    var view = MatchView(bytes: text[range], origins: origins[level], offset: range.lowerBound)
    view.blocksStart = range.lowerBound
    var hasNonASCII = summary.hasNonASCII
    var hasBackslash = false
    if summary.hasBackslash {
      let decoding = StringDecoder.decode(
        text, range, origins: origins[level], into: &levels[level].decoded)
      guard decoding.isValid else {
        malformedKind = .badEscape
        return .malformed
      }
      view = MatchView(bytes: levels[level].decoded.view, origins: levels[level].decodedOrigins)
      hasNonASCII = decoding.hasNonASCII
      hasBackslash = decoding.hasBackslash
    }
    if level == Self.levelCount - 1 { return .done }
    if looksLikeJSON(view.bytes) {
      if !summary.hasBackslash {
        _ = StringDecoder.decode(
          text, range, origins: origins[level], into: &levels[level].decoded)
      }
      let status = enter(at, depth: depth)
      if status != .malformed { return status }
    }
    if hasBackslash || (hasNonASCII && Folding.isNeeded(view.bytes)) {
      Folding.fold(view.bytes, into: &folded)
      view.bytes = folded.view
      view.isFolded = true
      view.blocksStart = nil
    }
    view.mayHoldNonASCII = hasNonASCII || hasBackslash
    if hasJoins { noteJoinParts(view, at) }
    view.mayHoldEncoding = summary.hasEncoding || view.blocksStart == nil
    return match(view, at, hasWholeValueRules: place != .key)
  }

  /// Looks at an empty string under a path rule.
  mutating func inspectEmptyString(
    _ level: Int, _ start: Int, state: UInt16, depth: Int
  ) -> WalkStatus {
    guard level < Self.levelCount - 1 else { return .done }
    pathDepths[level] = depth
    let at = PlaceRange(place: .value, level: level, start: start, end: start, state: state)
    let view = MatchView(
      bytes: texts[level][start..<start], origins: origins[level], offset: start)
    return match(view, at, hasWholeValueRules: true)
  }

  /// Looks at a key with something in it; sets the state of its value.
  mutating func inspectKey(
    _ level: Int, _ range: Range<Int>, _ summary: StretchSummary, state: inout UInt16, depth: Int
  ) -> WalkStatus {
    if summary.hasBackslash {
      let decoding = StringDecoder.decode(
        texts[level], range, origins: origins[level], into: &levels[level].decoded)
      guard decoding.isValid else {
        malformedKind = .badEscape
        return .malformed
      }
      state = automaton.next(state, symbol: automaton.keys.symbol(levels[level].decoded.view))
    } else {
      state = automaton.next(state, symbol: automaton.keys.symbol(texts[level][range]))
    }
    return inspectString(level, range, summary, .key, state: state, depth: depth)
  }

  /// Looks at a number.
  mutating func inspectNumber(
    _ level: Int, _ range: Range<Int>, state: UInt16, depth: Int
  ) -> WalkStatus {
    guard level < Self.levelCount - 1 else { return .done }
    pathDepths[level] = depth
    let at = PlaceRange(
      place: .number, level: level, start: range.lowerBound, end: range.upperBound, state: state)
    let lexeme = texts[level][range]
    if holdsNothing(lexeme, at) { return .done }
    var view = MatchView(bytes: lexeme, origins: origins[level], offset: range.lowerBound)
    if NumberText.needsExpansion(lexeme) {
      if NumberText.expand(lexeme, into: &number) { view.bytes = number.view }
    }
    if hasJoins { noteJoinParts(view, at) }
    view.mayHoldEncoding = false
    let edits = plan.edits.count
    let drops = dropMarks.count
    let status = match(view, at, hasWholeValueRules: true)
    guard status == .done, plan.edits.count == edits, dropMarks.count == drops,
      let end = NumberText.writtenEnd(lexeme)
    else { return status }
    // The value holds nothing, but whoever reads the record sees the digits before the exponent, and
    // zeros at the end of the fraction.
    view.bytes = lexeme[0..<end]
    return match(view, at, hasWholeValueRules: false)
  }

  /// Whether it takes no matching to tell that a number holds nothing: most are times, amounts and
  /// measurements.
  private mutating func holdsNothing(_ lexeme: ByteView, _ at: PlaceRange) -> Bool {
    guard plainStates[Int(at.state)], held.isEmpty, !isKeyed else { return false }
    if let end = NumberText.exponentStart(lexeme) {
      guard NumberText.expand(lexeme, into: &number) else { return false }
      return unsafe !numberShapes.mayHold(number.view.buffer)
        && !numberShapes.mayHold(lexeme[0..<end].buffer)
    }
    guard let digits = unsafe numberShapes.digitsForWholeRules(lexeme.buffer),
      !policy.hasKeywordsInNumbers, pathIsPlain(at)
    else { return false }
    numberMatches.removeAll(keepingCapacity: true)
    for finder in policy.numberFinders where finder.digitsInNumber?.contains(digits) == true {
      lexeme.withSpan { finder.find(in: $0, isNumber: true, into: &numberMatches) }
    }
    return numberMatches.isEmpty
  }

  /// Looks at `true`, `false` or `null` under a path rule. `null` holds nothing to hide.
  mutating func inspectLiteral(
    _ level: Int, _ range: Range<Int>, state: UInt16, depth: Int
  ) -> WalkStatus {
    let text = texts[level][range]
    guard level < Self.levelCount - 1, text[0] != 0x6E else { return .done }
    pathDepths[level] = depth
    let at = PlaceRange(
      place: .number, level: level, start: range.lowerBound, end: range.upperBound, state: state)
    let view = MatchView(bytes: text, origins: origins[level], offset: range.lowerBound)
    return matchWholeValue(view, at)
  }

  /// Whether a text may be JSON that is to be entered: `{`, `[` or `"` after blanks.
  func looksLikeJSON(_ text: ByteView) -> Bool {
    for index in 0..<text.count {
      switch text[index] {
      case ASCII.space, ASCII.tab, ASCII.lineFeed, ASCII.carriageReturn: continue
      case ASCII.leftBrace, ASCII.leftBracket, ASCII.quote: return true
      default: return false
      }
    }
    return false
  }

  /// Enters the JSON text that `levels[level].decoded` holds. `malformed` means that it is none,
  /// and that nothing was kept of the attempt.
  private mutating func enter(_ at: PlaceRange, depth: Int) -> WalkStatus {
    let inner = at.level + 1
    levels[at.level].decoded.terminate()
    texts[inner] = levels[at.level].decoded.view
    origins[inner] = levels[at.level].decodedOrigins
    _ = levels[inner].index(texts[inner], lines: false, triggers: triggers)
    levels[inner].index.append(UInt32(texts[inner].count))
    let mark = RecordMark(self)
    let status = walk(level: inner, from: 0, state: at.state)
    if usesExemption && status == .done && !exemptionsAreVoid {
      exemptionsAreVoid = repeatsKey(inner, from: 0, to: levels[inner].index.count)
    }
    switch status {
    case .done where inner > Self.nestingLevelsMax: return .tooDeep
    case .dropValue: return drop(at)
    case .malformed:
      mark.rollBack(&self)
      return .malformed
    default: return status
    }
  }
}

extension ScanLevel {
  /// The origins of `decoded`.
  var decodedOrigins: ByteOrigins {
    unsafe ByteOrigins(starts: decoded.starts, ends: decoded.ends)
  }
}

/// What a record had gathered before an attempt that may have to be undone.
struct RecordMark {
  private let edits: Int
  private let text: Int
  private let hits: Int
  private let dropMarks: Int
  private let keyMarks: Int
  private let reports: Int
  private let held: Int
  private let joinParts: JoinParts.Mark
  private let testNumbers: UInt64
  private let errorValues: [8 of UInt32]

  init(_ core: borrowing EngineCore) {
    edits = core.plan.edits.count
    text = core.plan.text.count
    hits = core.hits.count
    dropMarks = core.dropMarks.count
    keyMarks = core.keyMarks.count
    reports = core.reports.count
    held = core.held.count
    joinParts = core.joinParts.mark
    testNumbers = core.testNumbers
    errorValues = core.errorValues
  }

  func rollBack(_ core: inout EngineCore) {
    core.plan.edits.truncate(to: edits)
    core.plan.text.truncate(to: text)
    core.hits.truncate(to: hits)
    core.dropMarks.truncate(to: dropMarks)
    core.keyMarks.truncate(to: keyMarks)
    core.reports.removeLast(core.reports.count - reports)
    core.reportPlaces.removeLast(core.reportPlaces.count - reports)
    core.held.truncate(to: held)
    core.joinParts.rollBack(to: joinParts)
    core.testNumbers = testNumbers
    core.errorValues = errorValues
  }
}
