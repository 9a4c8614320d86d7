internal import Bytes
internal import Crypto

// Unsafe code here reads origins of the folded text, whose bounds are those of the finding.

/// A change in the coordinates of the matching view; its text lies, not escaped, in `viewText`.
struct ViewEdit: BitwiseCopyable {
  var start: Int32
  var end: Int32
  var textStart: Int32
  var textCount: Int32
  /// The rule whose transform it is.
  var rule: UInt16 = 0
}

/// What merging findings came to, beside edits of the view.
struct MergeOutcome {
  var status = WalkStatus.done
  /// A rule whose transform acts on the whole value, the strictest.
  var strictestRule: UInt16?
  var numberForm = NumberForm.string
}

/// A key that was masked, and what it reads now.
struct KeyMark: BitwiseCopyable {
  var level: Int32
  var keyStart: UInt32
  /// The masked key's text in the plan, not escaped.
  var textStart: UInt32
  var textCount: UInt32
}

// Findings of all rules on the original view are merged: overlapping ranges are united and the
// strictest transform wins. Then they are replaced once, and the changed text is scanned again.
extension EngineCore {
  /// Turns `findings` into edits of the plan.
  mutating func resolve(_ view: MatchView, _ at: PlaceRange) -> WalkStatus {
    for place in 0..<findings.count where findings[place].unit == Finding.isPlain {
      hits.append(findings[place].rule)
    }
    viewEdits.removeAll()
    viewText.removeAll()
    let outcome = merge(from: 0, view)
    guard outcome.status == .done else { return fault(outcome.status, view, at) }
    let strictest = outcome.strictestRule.map { policy.rules[Int($0)].replacement }
    return carryOut(strictest, outcome.numberForm, view, at)
  }

  /// Merges the findings from `first` on and appends edits of the view.
  mutating func merge(from first: Int, _ view: MatchView) -> MergeOutcome {
    findings.sort(from: first) { ($0.start, $0.rule) < ($1.start, $1.rule) }
    var outcome = MergeOutcome()
    var strictness = 0
    var place = first
    while place < findings.count {
      let start = findings[place].start
      var end = findings[place].end
      var chosen = Int(findings[place].rule)
      var keepsDiffer = false
      let single = findings[place]
      place += 1
      let next = place
      while place < findings.count, findings[place].start < end || findings[place].start == start {
        let other = Int(findings[place].rule)
        end = max(end, findings[place].end)
        let current = policy.rules[chosen].replacement
        let next = policy.rules[other].replacement
        if next.strictness > current.strictness {
          chosen = other
        } else if next.strictness == 0 && next != current {
          keepsDiffer = true
        }
        place += 1
      }
      let rule = policy.rules[chosen]
      var replacement = rule.replacement
      let isReady = single.unit >= 0 && place == next
      if replacement.strictness == 0
        && (keepsDiffer || (place > next && holdsReady(next - 1, place)))
      {
        replacement = .redact(text: Replacement.redactedText)
      }
      if rule.numberForm != .string { outcome.numberForm = rule.numberForm }
      if replacement.strictness >= 3, replacement.strictness > strictness {
        strictness = replacement.strictness
        outcome.strictestRule = UInt16(chosen)
      }
      let edits = viewEdits.count
      if isReady {
        addReadyEdit(single)
      } else {
        outcome.status = replace(Int(start)..<Int(end), replacement, rule, view)
        guard outcome.status == .done else { return outcome }
      }
      for edit in edits..<viewEdits.count { viewEdits[edit].rule = UInt16(chosen) }
    }
    return outcome
  }

  /// Adds the view edits of one merged finding.
  private mutating func replace(
    _ range: Range<Int>, _ replacement: Replacement, _ rule: CompiledRule, _ view: MatchView
  ) -> WalkStatus {
    switch replacement {
    case .redact(let text):
      addViewEdit(range, text)
    case .hash(let key):
      if view.bytes[range].withSpan({ HashForm.matches($0) }) { return .done }
      let start = viewText.count
      guard appendHash(view.bytes[range], key: key, onlyAlphanumerics: rule.isCanonical) else {
        return .keyMissing
      }
      viewEdits.append(
        ViewEdit(
          start: Int32(range.lowerBound), end: Int32(range.upperBound), textStart: Int32(start),
          textCount: Int32(viewText.count - start)))
    case .keep(let first, let last, let fill):
      KeepTransform(first: first, last: last, fill: fill, isPAN: rule.isPAN)
        .forEachFilledRun(view.bytes, range) { run, count in
          addFill(run, fill, count)
        }
    case .null, .drop, .dropRecord: break
    }
    return .done
  }

  private mutating func addViewEdit(_ range: Range<Int>, _ text: [UInt8]) {
    let start = viewText.count
    for byte in text { viewText.append(byte) }
    viewEdits.append(
      ViewEdit(
        start: Int32(range.lowerBound), end: Int32(range.upperBound), textStart: Int32(start),
        textCount: Int32(text.count)))
  }

  private mutating func addFill(_ run: Range<Int>, _ fill: UInt8, _ count: Int) {
    let start = viewText.count
    for _ in 0..<count { viewText.append(fill) }
    viewEdits.append(
      ViewEdit(
        start: Int32(run.lowerBound), end: Int32(run.upperBound), textStart: Int32(start),
        textCount: Int32(count)))
  }

  private mutating func carryOut(
    _ strictest: Replacement?, _ numberForm: NumberForm, _ view: MatchView, _ at: PlaceRange
  ) -> WalkStatus {
    switch strictest {
    case .dropRecord: return .dropRecord
    case .drop: return drop(at)
    case .null where at.place == .key || at.place == .text:
      viewEdits.removeAll()
      addViewEdit(0..<view.bytes.count, Replacement.redactedText)
    case .null: return replaceLexeme(at, Array("null".utf8))
    default: break
    }
    guard !viewEdits.isEmpty else { return .done }
    if at.place == .number && numberForm != .string {
      return replaceLexeme(at, Array((numberForm == .zero ? "0" : "null").utf8))
    }
    buildMasked(view)
    if stillHits(at) {
      viewEdits.removeAll()
      viewText.removeAll()
      addViewEdit(0..<view.bytes.count, Replacement.redactedText)
      buildMasked(view)
    }
    write(view, at)
    return .done
  }

  /// Builds the masked text of the view.
  private mutating func buildMasked(_ view: MatchView) {
    masked.reset(room: view.bytes.count + viewText.count)
    var done = 0
    for place in 0..<viewEdits.count {
      let edit = viewEdits[place]
      for index in done..<Int(edit.start) { masked.append(view.bytes[index], start: 0, end: 0) }
      for offset in 0..<Int(edit.textCount) {
        masked.append(viewText[Int(edit.textStart) + offset], start: 0, end: 0)
      }
      done = Int(edit.end)
    }
    for index in done..<view.bytes.count { masked.append(view.bytes[index], start: 0, end: 0) }
  }

  /// Whether any pattern or number rule still finds something in the masked text.
  private mutating func stillHits(_ at: PlaceRange) -> Bool {
    var again = at
    if at.place == .number { again.place = .value }
    let view = MatchView(bytes: masked.view, origins: .chunk)
    // The same few replacements come again and again; what no path has a say in need not be asked twice.
    let isUsual = allowsEverywhere && !isKeyed && again.place.set == .strings
    let form = isUsual ? policy.ownForms.firstIndex { view.bytes.equals($0) } : nil
    if let form, quietForms[form] { return false }
    findings.removeAll()
    isRescan = true
    asksPath = false
    defer { isRescan = false }
    var status = collect(view, again)
    if status == .done && findings.isEmpty { status = collectDecoded(view, again) }
    let hits = status != .done || !findings.isEmpty
    if let form, !hits, !asksPath { quietForms[form] = true }
    return hits
  }

  /// Writes the view edits into the plan.
  private mutating func write(_ view: MatchView, _ at: PlaceRange) {
    let depth = at.escapeDepth
    switch at.place {
    case .number:
      let start = plan.text.count
      JSONEscaping.append(ASCII.quote, depth: depth, to: &plan.text)
      for index in 0..<masked.count {
        JSONEscaping.append(masked.view[index], depth: depth + 1, to: &plan.text)
      }
      JSONEscaping.append(ASCII.quote, depth: depth, to: &plan.text)
      addEdit(
        origins[at.level].start(at.start), origins[at.level].end(at.end - 1), textFrom: start)
    case .value, .key, .text:
      if at.start == at.end {
        let start = plan.text.count
        for place in 0..<viewText.count {
          JSONEscaping.append(viewText[place], depth: depth, to: &plan.text)
        }
        let raw = origins[at.level].end(at.start - 1)
        addEdit(raw, raw, textFrom: start)
        return
      }
      for place in 0..<viewEdits.count { write(viewEdits[place], view, at, depth) }
      if at.place == .key { markKey(at) }
    }
  }

  private mutating func write(
    _ edit: ViewEdit, _ view: MatchView, _ at: PlaceRange, _ depth: Int
  ) {
    let start = plan.text.count
    for offset in 0..<Int(edit.textCount) {
      JSONEscaping.append(viewText[Int(edit.textStart) + offset], depth: depth, to: &plan.text)
    }
    if edit.start == 0 && Int(edit.end) == view.bytes.count {
      // The whole value: with what the view left out at its ends, and all of it if the view is empty.
      addEdit(origins[at.level].start(at.start), origins[at.level].end(at.end - 1), textFrom: start)
      return
    }
    let raw = rawRange(view, Int(edit.start)..<Int(edit.end))
    addEdit(raw.start, raw.end, textFrom: start)
  }

  /// The bytes of the chunk that a stretch of the view came from.
  func rawRange(_ view: MatchView, _ range: Range<Int>) -> (start: UInt32, end: UInt32) {
    var first = range.lowerBound
    var last = range.upperBound - 1
    if view.isFolded {
      first = Int(unsafe folded.starts[first])
      last = Int(unsafe folded.ends[last]) - 1
    }
    return (view.origins.start(view.offset + first), view.origins.end(view.offset + last))
  }

  private mutating func addEdit(_ start: UInt32, _ end: UInt32, textFrom: Int) {
    plan.edits.append(
      Edit(
        start: start, end: end, textStart: UInt32(textFrom),
        textCount: UInt32(plan.text.count - textFrom)))
  }

  /// Replaces a whole lexeme, its quotes included.
  private mutating func replaceLexeme(_ at: PlaceRange, _ text: [UInt8]) -> WalkStatus {
    let (start, end) = lexemeRange(at)
    plan.append(start: start, end: end, text: text)
    return .done
  }

  /// A value's bytes in the chunk, its quotes included.
  private func lexemeRange(_ at: PlaceRange) -> (UInt32, UInt32) {
    let level = origins[at.level]
    if at.place == .number { return (level.start(at.start), level.end(at.end - 1)) }
    return (level.start(at.start - 1), level.end(at.end))
  }

  /// Drops the value at a place: the member that holds it, an array's element becomes null, the
  /// record if the value is all of it.
  mutating func drop(_ at: PlaceRange) -> WalkStatus {
    let depth = pathDepths[at.level]
    guard at.place != .text else { return .dropRecord }
    guard depth > 0 else { return at.level == 0 ? .dropRecord : .dropValue }
    let frame = levels[at.level].frames[depth - 1]
    if !frame.isObject { return replaceLexeme(at, Array("null".utf8)) }
    dropMarks.append(UInt64(at.level) << 32 | UInt64(frame.keyStart))
    levels[at.level].frames[depth - 1].needsMending = true
    return .done
  }

  private mutating func markKey(_ at: PlaceRange) {
    let start = plan.text.count
    for index in 0..<masked.count { plan.text.append(masked.view[index]) }
    keyMarks.append(
      KeyMark(
        level: Int32(at.level), keyStart: UInt32(at.start), textStart: UInt32(start),
        textCount: UInt32(masked.count)))
    levels[at.level].frames[pathDepths[at.level] - 1].needsMending = true
  }

  /// A value that could not be scanned for sure: the fault's action decides.
  mutating func fault(_ status: WalkStatus, _ view: MatchView, _ at: PlaceRange) -> WalkStatus {
    guard let reason = status.valueFault, faults[reason] == .maskValue else { return status }
    errorValues[reason.ordinal] += 1
    viewEdits.removeAll()
    viewText.removeAll()
    addViewEdit(0..<view.bytes.count, Replacement.errorText)
    buildMasked(view)
    write(view, at)
    return .done
  }

  mutating func appendHash(
    _ value: ByteView, key: Int, onlyAlphanumerics: Bool
  ) -> Bool {
    guard let hasher = hashers[key] else { return false }
    masked.reset(room: value.count)
    for index in 0..<value.count where !onlyAlphanumerics || ASCII.isAlphanumeric(value[index]) {
      masked.append(value[index], start: 0, end: 0)
    }
    return hasher.append(masked.view, to: &viewText)
  }
}
