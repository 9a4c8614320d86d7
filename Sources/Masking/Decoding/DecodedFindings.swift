internal import Bytes
internal import Patterns

// Values in an encoding: the text of a value is decoded into layers, the same rules run on each, and
// what they find is replaced where it is written.
//
//   view ──► percent ──► base64 ──► ...      each layer decodes the text of the one above it
//     ▲         │  edits of the encoded characters, or the run of base64 written anew
//     └─────────┘
//
// Percent, HTML and quoted-printable: exactly the encoded characters of the finding are replaced. Base64:
// the run is written anew with the masked text, so that whoever decodes it (a Kubernetes secret, the
// payload of a JWT) finds what plain text would hold; a redacted group in its midst would shift all
// that follows into garbage.

/// The limits of decoding.
enum DecodingLimits {
  /// How many encodings deep a value is looked for; one more is the fault `limit`.
  static let nestingMax = 3
  /// Encodings that stand side by side in one text are undone one after the other: how many steps
  /// lead to a text at most.
  static let layersMax = 6
  /// How many bytes the texts of one record that are decoded may have together: so many, and so many
  /// times the record's own. Beyond is the fault `limit`.
  static let bytesMax = 64 << 10
  static let timesRecordMax = 16
  /// How many bytes a layer keeps room for.
  static let keptBytesMax = 64 << 10
}

/// A finding that stands in a layer, once it has been taken into account: where it lies in the view.
struct AcceptedFinding: BitwiseCopyable {
  var start: Int32
  var end: Int32
  var rule: UInt16
}

/// A replacement that is ready: text in `DecodingState.text`.
struct ReadyText: BitwiseCopyable {
  var start: Int32
  var count: Int32
}

/// The scratch memory of decoding.
struct DecodingState: ~Copyable {
  var layers: [6 of DecodedLayer] = InlineArray { _ in DecodedLayer() }
  /// What was found so far at the place in hand, plain or in a layer.
  var accepted = Scratch<AcceptedFinding>()
  var ready = Scratch<ReadyText>()
  var text = Scratch<UInt8>(capacity: 64)
  /// Which encodings are undone.
  var encodings = Encodings.all
  /// Whether rules run on a layer.
  var isInLayer = false
  /// How many bytes the texts have together that were decoded in the record in hand.
  var byteCount = 0
}

extension EngineCore {
  /// Adds to `findings` what the rules find in the encodings of a view.
  mutating func collectDecoded(_ view: MatchView, _ at: PlaceRange) -> WalkStatus {
    guard view.mayHoldEncoding, at.place != .number else { return .done }
    let found = Encodings(in: view.bytes).intersection(decoding.encodings)
    guard !found.isEmpty, !isWholeRedacted(view) else { return .done }
    decoding.accepted.removeAll()
    decoding.ready.removeAll()
    decoding.text.removeAll()
    for place in 0..<findings.count {
      let finding = findings[place]
      decoding.accepted.append(
        AcceptedFinding(start: finding.start, end: finding.end, rule: finding.rule))
    }
    defer { endDecoding(of: view) }
    for encoding in Encoding.allCases where found.contains(encoding.set) {
      let status = lookInto(encoding, of: view.bytes, layer: 0, nesting: 1, view, at)
      if status != .done { return status }
    }
    return .done
  }

  /// Gives back memory that only an unusually long text needed.
  private mutating func endDecoding(of view: MatchView) {
    decoding.isInLayer = false
    guard view.bytes.count > DecodingLimits.keptBytesMax else { return }
    for layer in 0..<DecodingLimits.layersMax {
      decoding.layers[layer].shrink(to: DecodingLimits.keptBytesMax)
    }
  }

  /// Whether a rule hides all of the view anyway.
  private func isWholeRedacted(_ view: MatchView) -> Bool {
    for place in 0..<findings.count {
      let finding = findings[place]
      if finding.start == 0, Int(finding.end) == view.bytes.count,
        policy.rules[Int(finding.rule)].replacement.strictness >= 2
      {
        return true
      }
    }
    return false
  }

  /// Decodes one of the encodings of a text into a layer, and looks into it.
  private mutating func lookInto(
    _ encoding: Encoding, of text: ByteView, layer: Int, nesting: Int, _ view: MatchView,
    _ at: PlaceRange
  ) -> WalkStatus {
    guard nesting <= DecodingLimits.nestingMax, layer < DecodingLimits.layersMax else {
      // A way on which encodings that stand side by side are undone in an order that was not that of
      // their making may seem deeper than the text is. A deeper text has a way without such steps.
      // Of the signs of quoted-printable some are weak (`=25` in track data): they are no proof.
      let isProof =
        encoding != .quotedPrintable
        && (layer == 0 || decoding.layers[layer - 1].nests(encoding, proof: true))
        && (0..<layer).allSatisfy { decoding.layers[$0].encoding != .quotedPrintable }
      return nesting == layer + 1 && isProof ? .limit : .done
    }
    guard chargeDecoding(text.count) else { return .limit }
    decoding.layers[layer].decode(encoding, text)
    let decoded = decoding.layers[layer].text
    guard decoded.count > 0, encoding != .base64 || !decoding.layers[layer].runs.isEmpty else {
      return .done
    }
    let mark = findings.count
    var inner = MatchView(bytes: decoded, origins: .chunk)
    inner.mayHoldNonASCII = decoding.layers[layer].hasNonASCII
    decoding.isInLayer = true
    let status = collect(inner, at)
    guard status == .done else { return status }
    collectLists(inner, at)
    acceptFindings(from: mark, layer, view, at)
    // Whoever scans masked text again asks only whether there is one.
    if isRescan && findings.count > mark { return .done }

    let nested = Encodings(in: decoded).intersection(decoding.encodings)
    for next in Encoding.allCases where nested.contains(next.set) {
      // What stands beside this encoding is undone in one order only.
      let isNested = decoding.layers[layer].nests(next)
      guard isNested || next.rawValue > encoding.rawValue else { continue }
      let status = lookInto(
        next, of: decoded, layer: layer + 1,
        nesting: isNested ? nesting + 1 : nesting, view, at)
      guard status == .done else { return status }
    }
    guard findings.count > mark else { return .done }
    viewEdits.removeAll()
    viewText.removeAll()
    let outcome = merge(from: mark, inner)
    guard outcome.status == .done else { return outcome.status }
    let strictest = outcome.strictestRule.map { (rule: $0, range: unitedRange(from: mark)) }
    findings.truncate(to: mark)
    if let strictest {
      let range = decoding.layers[layer].parentRange(strictest.range)
      addReady(range, rule: strictest.rule, text: Finding.noReadyText)
    }
    writeEdits(layer, text)
    return .done
  }

  /// Takes the bytes off the record's budget; false if it has not so many.
  private mutating func chargeDecoding(_ count: Int) -> Bool {
    prepareBudget()
    decoding.byteCount += count
    if decoding.byteCount <= DecodingLimits.bytesMax { return true }
    let end = Lines.first(in: recordText, from: recordStart) ?? recordText.count
    return decoding.byteCount - DecodingLimits.bytesMax
      <= DecodingLimits.timesRecordMax * (end - recordStart)
  }

  /// Keeps those findings of a layer that nothing found before covers: what stands beside an encoding is
  /// seen in every layer again.
  private mutating func acceptFindings(
    from mark: Int, _ layer: Int, _ view: MatchView, _ at: PlaceRange
  ) {
    var kept = mark
    for place in mark..<findings.count {
      let finding = findings[place]
      let range = viewRange(Int(finding.start)..<Int(finding.end), layer)
      let accepted = AcceptedFinding(
        start: Int32(range.lowerBound), end: Int32(range.upperBound), rule: finding.rule)
      if isCovered(accepted) { continue }
      decoding.accepted.append(accepted)
      findings[kept] = finding
      findings[kept].unit = Finding.noReadyText
      kept += 1
      guard !isRescan else { continue }
      hits.append(finding.rule)
      if isReporting {
        report(
          Finding(start: accepted.start, end: accepted.end, rule: finding.rule), view, at,
          encoding: chain(to: Int(finding.start)..<Int(finding.end), layer))
      }
    }
    findings.truncate(to: kept)
  }

  private func isCovered(_ finding: AcceptedFinding) -> Bool {
    let replacement = policy.rules[Int(finding.rule)].replacement
    for place in 0..<decoding.accepted.count {
      let known = decoding.accepted[place]
      guard known.start <= finding.start, known.end >= finding.end else { continue }
      let other = policy.rules[Int(known.rule)].replacement
      if other == replacement || other.strictness > max(replacement.strictness, 1) { return true }
    }
    return false
  }

  /// The stretch of the view that a stretch of a layer's text came from.
  private func viewRange(_ range: Range<Int>, _ layer: Int) -> Range<Int> {
    var range = range
    for number in (0...layer).reversed() { range = decoding.layers[number].parentRange(range) }
    return range
  }

  /// The encodings that a stretch of a layer's text stands in, outermost first; those that lead to the
  /// layer, if only what stands beside it is encoded.
  private func chain(to range: Range<Int>, _ layer: Int) -> String {
    var range = range
    var names: [String] = []
    for number in (0...layer).reversed() {
      let parent = decoding.layers[number].parentRange(range)
      if parent.count != range.count { names.append(decoding.layers[number].encoding.name) }
      range = parent
    }
    if names.isEmpty { names = (0...layer).reversed().map { decoding.layers[$0].encoding.name } }
    return names.reversed().joined(separator: " > ")
  }

  private func unitedRange(from mark: Int) -> Range<Int> {
    var start = Int32.max
    var end: Int32 = 0
    for place in mark..<findings.count {
      start = min(start, findings[place].start)
      end = max(end, findings[place].end)
    }
    return Int(start)..<Int(end)
  }

  /// Whether one of the findings stands for an edit of a decoded text.
  func holdsReady(_ first: Int, _ end: Int) -> Bool {
    (first..<end).contains { findings[$0].unit >= 0 }
  }

  /// Adds the edit that a finding with its text ready stands for.
  mutating func addReadyEdit(_ finding: Finding) {
    let ready = decoding.ready[Int(finding.unit)]
    let start = viewText.count
    for offset in 0..<Int(ready.count) { viewText.append(decoding.text[Int(ready.start) + offset]) }
    viewEdits.append(
      ViewEdit(
        start: finding.start, end: finding.end, textStart: Int32(start),
        textCount: ready.count))
  }

  // MARK: Edits of a layer become findings of the text above it, with their text ready.

  private mutating func addReady(_ range: Range<Int>, rule: UInt16, text: Int32) {
    findings.append(
      Finding(
        start: Int32(range.lowerBound), end: Int32(range.upperBound), rule: rule, unit: text))
  }

  private mutating func addReady(_ range: Range<Int>, rule: UInt16, textFrom start: Int) {
    decoding.ready.append(
      ReadyText(start: Int32(start), count: Int32(decoding.text.count - start)))
    addReady(range, rule: rule, text: Int32(decoding.ready.count - 1))
  }

  private mutating func writeEdits(_ layer: Int, _ parent: ByteView) {
    let encoding = decoding.layers[layer].encoding
    var place = 0
    while place < viewEdits.count {
      let edit = viewEdits[place]
      let (range, run) = decoding.layers[layer].place(Int(edit.start)..<Int(edit.end))
      if let run {
        place = writeRun(run, edits: place, layer, parent)
        continue
      }
      let start = decoding.text.count
      // Base64 that stands beside what is escaped keeps its padding as it is.
      let padding = paddingStart(edit)
      let isUnescaped =
        padding < Int(edit.textCount)
        && decoding.layers[layer].standsUnescaped(
          0x3D, in: Int(edit.start)..<Int(edit.end), parent)
      for offset in 0..<Int(edit.textCount) {
        let byte = viewText[Int(edit.textStart) + offset]
        if isUnescaped, offset >= padding {
          decoding.text.append(byte)
        } else {
          EscapeEncoder.append(byte, encoding, to: &decoding.text)
        }
      }
      addReady(range, rule: edit.rule, textFrom: start)
      place += 1
    }
  }

  /// Where the equals signs begin that an edit ends in.
  private func paddingStart(_ edit: ViewEdit) -> Int {
    var count = Int(edit.textCount)
    while count > 0, viewText[Int(edit.textStart) + count - 1] == 0x3D { count -= 1 }
    return count
  }

  /// Writes a run of base64 anew, with the edits in it, which begin at `first`; returns the place of
  /// the first edit behind it.
  private mutating func writeRun(
    _ number: Int, edits first: Int, _ layer: Int, _ parent: ByteView
  ) -> Int {
    let run = decoding.layers[layer].runs[number]
    let textFrom = decoding.text.count
    var encoder = Base64Encoder(isURLSafe: isURLSafe(run, parent))
    var rule = viewEdits[first].rule
    var octet = 0
    var next = first
    while next < viewEdits.count {
      let edit = viewEdits[next]
      let (range, other) = decoding.layers[layer].place(Int(edit.start)..<Int(edit.end))
      guard other == number else { break }
      let start = run.octet(fromCharacter: range.lowerBound)
      while octet < start {
        encoder.append(run.octet(octet, in: parent), to: &decoding.text)
        octet += 1
      }
      let text = Int(edit.textStart)..<Int(edit.textStart) + Int(edit.textCount)
      if run.form == .utf8 {
        for place in text { encoder.append(viewText[place], to: &decoding.text) }
      } else {
        for unit in String(decoding: text.map { viewText[$0] }, as: UTF8.self).utf16 {
          encoder.append(unit, form: run.form, to: &decoding.text)
        }
      }
      octet = max(octet, run.octetEnd(ofCharacter: range.upperBound))
      if strictness(edit.rule) > strictness(rule) { rule = edit.rule }
      next += 1
    }
    while octet < run.octetCount {
      encoder.append(run.octet(octet, in: parent), to: &decoding.text)
      octet += 1
    }
    encoder.finish(withPadding: hasPadding(run, layer, parent), to: &decoding.text)
    addReady(run.start..<run.end + run.paddingCount, rule: rule, textFrom: textFrom)
    return next
  }

  private func strictness(_ rule: UInt16) -> Int {
    policy.rules[Int(rule)].replacement.strictness
  }

  private func isURLSafe(_ run: Base64Run, _ parent: ByteView) -> Bool {
    for place in run.start..<run.end where parent[place] == 0x2D || parent[place] == 0x5F {
      return true
    }
    return false
  }

  /// Whether the run is to end in padding: if it did, or if it needed none and is nothing that goes
  /// without, as the parts of a JWT do.
  private func hasPadding(_ run: Base64Run, _ layer: Int, _ parent: ByteView) -> Bool {
    if run.paddingCount > 0 { return true }
    // Inside another encoding padding would have to be escaped, beside what is not.
    guard layer == 0 || decoding.layers[layer - 1].encoding == .base64 else { return false }
    guard (run.end - run.start) % 4 == 0, !isURLSafe(run, parent) else { return false }
    let isBesidePeriod =
      (run.start > 0 && parent[run.start - 1] == ASCII.period)
      || (run.end < parent.count && parent[run.end] == ASCII.period)
    return !isBesidePeriod
  }
}
