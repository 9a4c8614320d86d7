internal import Bytes

// Unsafe code here reads origins of the folded and the joined text, whose bounds are those of the text.

// Findings in the joined text of several values, masked where they lie: each value by itself.
extension EngineCore {
  /// The text of all parts, one behind the other.
  mutating func joinedView(_ parts: [JoinPart]) -> MatchView {
    countedTestNumbers.removeAll()
    joined.reset(room: parts.reduce(0) { $0 + $1.textCount })
    for part in parts {
      for index in part.textStart..<part.textStart + part.textCount {
        joined.append(
          joinParts.text[index], start: joinParts.starts[index], end: joinParts.ends[index])
      }
    }
    return unsafe MatchView(
      bytes: joined.view, origins: ByteOrigins(starts: joined.starts, ends: joined.ends))
  }

  /// Turns `findings` in the joined text into edits of its parts.
  mutating func replaceJoined(
    _ parts: [JoinPart], _ view: MatchView, _ at: PlaceRange
  ) -> WalkStatus {
    guard !findings.isEmpty else { return .done }
    var chosen = policy.rules[Int(findings[0].rule)]
    var replacement = chosen.replacement
    for place in 0..<findings.count {
      hits.append(findings[place].rule)
      let rule = policy.rules[Int(findings[place].rule)]
      if rule.replacement.strictness > replacement.strictness {
        (chosen, replacement) = (rule, rule.replacement)
      } else if rule.replacement.strictness == 0, rule.replacement != replacement {
        replacement = .redact(text: Replacement.redactedText)
      }
    }
    var covered = [Bool](repeating: false, count: view.bytes.count)
    var text: [UInt8] = []
    if isReporting { report(parts, at) }
    let ranges = mergedFindings()
    for range in ranges {
      switch replacement {
      case .keep(let first, let last, let fill):
        text = [fill]
        KeepTransform(first: first, last: last, fill: fill, isPAN: chosen.isPAN)
          .forEachFilledRun(view.bytes, range) { run, _ in
            for index in run { covered[index] = true }
          }
        continue
      case .hash(let key):
        guard let hash = hash(view.bytes[range], key: key, of: chosen) else {
          return faultOfJoin(.keyMissing, parts)
        }
        text = hash
      case .redact(let redacted): text = redacted
      case .null, .drop: break
      case .dropRecord: return .dropRecord
      }
      for index in range { covered[index] = true }
    }
    var masked = Masked(text: text, isFill: replacement.strictness == 0)
    masked.numberForm = chosen.numberForm
    if replacement.strictness < 3, stillJoins(parts, covered, masked, view, at) {
      masked.text = Replacement.redactedText
      masked.isWhole = true
    }
    write(parts, covered, masked, replacement, view)
    return .done
  }

  /// What stands where a part was covered.
  private struct Masked {
    var text: [UInt8]
    /// Whether `text` is written once for each character, or once for each stretch.
    var isFill: Bool
    var numberForm = NumberForm.string
    /// Whether `text` takes the place of the whole value.
    var isWhole = false
  }

  /// Whether a rule that joins these fields still finds something in what masking leaves of them. Of an
  /// array's elements some are no digits any more.
  private mutating func stillJoins(
    _ parts: [JoinPart], _ covered: [Bool], _ masked: Masked, _ view: MatchView, _ at: PlaceRange
  ) -> Bool {
    guard parts[0].keyStart > 0 else { return false }
    var text: [UInt8] = []
    var offset = 0
    for part in parts {
      text += maskedText(offset..<offset + part.textCount, covered, masked, view)
      offset += part.textCount
    }
    self.masked.reset(room: text.count)
    for byte in text { self.masked.append(byte, start: 0, end: 0) }
    findings.removeAll()
    isRescan = true
    defer { isRescan = false }
    let status = find(
      parts[0].rule, in: MatchView(bytes: self.masked.view, origins: .chunk), at)
    return status != .done || !findings.isEmpty
  }

  private mutating func write(
    _ parts: [JoinPart], _ covered: [Bool], _ masked: Masked, _ replacement: Replacement,
    _ view: MatchView
  ) {
    var offset = 0
    for part in parts {
      let range = offset..<offset + part.textCount
      offset = range.upperBound
      guard range.contains(where: { covered[$0] }) else { continue }
      needsNormalizing = true
      switch replacement {
      case .null: replaceLexeme(of: part, Array("null".utf8))
      case .drop: drop(part)
      default:
        if masked.isWhole || holdsEdits(part) {
          replaceWhole(part, Replacement.redactedText)
        } else if part.isNumber {
          writeNumber(part, range, covered, masked, view)
        } else {
          writeString(part, range, covered, masked, view)
        }
      }
    }
  }

  private mutating func writeNumber(
    _ part: JoinPart, _ range: Range<Int>, _ covered: [Bool], _ masked: Masked, _ view: MatchView
  ) {
    switch masked.numberForm {
    case .zero: replaceLexeme(of: part, [ASCII.zero])
    case .null: replaceLexeme(of: part, Array("null".utf8))
    case .string: replaceWhole(part, maskedText(range, covered, masked, view))
    }
  }

  /// The text of a part after masking.
  private func maskedText(
    _ range: Range<Int>, _ covered: [Bool], _ masked: Masked, _ view: MatchView
  ) -> [UInt8] {
    var text: [UInt8] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = view.bytes[index]
      if !covered[index] {
        text.append(byte)
        index += 1
      } else if masked.isFill {
        if byte & 0xC0 != 0x80 { text += masked.text }
        index += 1
      } else {
        text += masked.text
        while index < range.upperBound, covered[index] { index += 1 }
      }
    }
    return text
  }

  private mutating func writeString(
    _ part: JoinPart, _ range: Range<Int>, _ covered: [Bool], _ masked: Masked, _ view: MatchView
  ) {
    var index = range.lowerBound
    while index < range.upperBound {
      guard covered[index] else {
        index += 1
        continue
      }
      let start = index
      var characters = 0
      while index < range.upperBound, covered[index] {
        if view.bytes[index] & 0xC0 != 0x80 { characters += 1 }
        index += 1
      }
      let textStart = plan.text.count
      for _ in 0..<(masked.isFill ? characters : 1) {
        for byte in masked.text { JSONEscaping.append(byte, depth: part.level + 1, to: &plan.text) }
      }
      let isWhole = start == range.lowerBound && index == range.upperBound
      let level = origins[part.level]
      plan.edits.append(
        Edit(
          start: isWhole ? level.start(part.start) : view.origins.start(start),
          end: isWhole ? level.end(part.end - 1) : view.origins.end(index - 1),
          textStart: UInt32(textStart), textCount: UInt32(plan.text.count - textStart)))
    }
  }

  /// Replaces a part's whole value by a string.
  mutating func replaceWhole(_ part: JoinPart, _ text: [UInt8]) {
    needsNormalizing = true
    var lexeme = Scratch<UInt8>(capacity: text.count + 2)
    JSONEscaping.append(ASCII.quote, depth: part.level, to: &lexeme)
    for byte in text { JSONEscaping.append(byte, depth: part.level + 1, to: &lexeme) }
    JSONEscaping.append(ASCII.quote, depth: part.level, to: &lexeme)
    replaceLexeme(of: part, (0..<lexeme.count).map { lexeme[$0] })
  }

  private mutating func replaceLexeme(of part: JoinPart, _ text: [UInt8]) {
    let (start, end) = lexeme(of: part)
    plan.append(start: start, end: end, text: text)
  }

  /// A part's bytes in the chunk, its quotes included.
  private func lexeme(of part: JoinPart) -> (start: UInt32, end: UInt32) {
    let level = origins[part.level]
    return part.isNumber
      ? (level.start(part.start), level.end(part.end - 1))
      : (level.start(part.start - 1), level.end(part.end))
  }

  /// Whether another rule has masked something in the value. What is left of it is not to be told apart.
  private func holdsEdits(_ part: JoinPart) -> Bool {
    let (start, end) = lexeme(of: part)
    let record = UInt32(truncatingIfNeeded: recordStart)
    var place = plan.edits.count
    while place > 0, plan.edits[place - 1].start >= record {
      place -= 1
      if plan.edits[place].start >= start, plan.edits[place].end <= end { return true }
    }
    return false
  }

  private mutating func drop(_ part: JoinPart) {
    guard part.keyStart > 0 else { return replaceLexeme(of: part, Array("null".utf8)) }
    dropMarks.append(UInt64(part.level) << 32 | UInt64(part.keyStart))
  }

  /// The joined text could not be looked at for sure: the fault's action decides.
  mutating func faultOfJoin(_ status: WalkStatus, _ parts: [JoinPart]) -> WalkStatus {
    guard let reason = status.valueFault, faults[reason] == .maskValue else { return status }
    errorValues[reason.ordinal] += UInt32(parts.count)
    for part in parts { replaceWhole(part, Replacement.errorText) }
    return .done
  }

  /// The ranges of the findings, those that overlap united.
  private mutating func mergedFindings() -> [Range<Int>] {
    findings.sort { $0.start < $1.start }
    var ranges: [Range<Int>] = []
    for place in 0..<findings.count {
      let (start, end) = (Int(findings[place].start), Int(findings[place].end))
      if let last = ranges.last, start < last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<max(end, last.upperBound)
      } else {
        ranges.append(start..<end)
      }
    }
    return ranges
  }

  /// The hash of a finding, nil without its key.
  private mutating func hash(_ value: ByteView, key: Int, of rule: CompiledRule) -> [UInt8]? {
    let start = viewText.count
    guard appendHash(value, key: key, onlyAlphanumerics: rule.isCanonical) else { return nil }
    defer { viewText.truncate(to: start) }
    return (start..<viewText.count).map { viewText[$0] }
  }

  /// Where the decoded text of a folded view ends.
  func decodedEnd(of view: MatchView) -> UInt32 { unsafe folded.ends[view.bytes.count - 1] }

  /// Reports each finding, as the summary counts it, at the first part that it lies in: all of its value.
  private mutating func report(_ parts: [JoinPart], _ at: PlaceRange) {
    var ends: [Int] = []
    for part in parts { ends.append((ends.last ?? 0) + part.textCount) }
    for place in 0..<findings.count {
      let finding = findings[place]
      guard let number = ends.firstIndex(where: { $0 > Int(finding.start) }) else { continue }
      let part = parts[number]
      reports.append(
        FindingReport(
          record: 0, path: "", place: part.isNumber ? "number" : "value",
          rule: policy.rules[Int(finding.rule)].id, range: 0..<part.decodedCount))
      var steps = pathSteps(to: at.level)
      if part.keyStart > 0 {
        let level = origins[part.level]
        let isEmpty = part.keyStart == part.keyEnd
        steps.append(
          .key(
            chunkStart: isEmpty ? 0 : level.start(part.keyStart),
            chunkEnd: isEmpty ? 0 : level.end(part.keyEnd - 1), escapes: part.level + 1))
      } else {
        steps.append(.element(part.element))
      }
      reportPlaces.append(ReportPlace(level: at.level, steps: steps, isKey: false))
    }
  }
}
