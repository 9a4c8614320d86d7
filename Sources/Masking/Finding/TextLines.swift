internal import Bytes

// `malformed: text`: a line that is not JSON is masked as plain text. Logs often put a prefix (a
// time, a CRI or syslog header) before a JSON record: from the first `{` on such a line is masked
// as JSON, path rules included, if the rest is valid.
extension EngineCore {
  /// Masks the bytes `start ..< end` of the chunk, a line without its terminator, as text.
  mutating func findInTextLine(_ chunk: ByteView, _ start: Int, _ end: Int) -> WalkStatus {
    texts[0] = chunk
    origins[0] = .chunk
    var textEnd = end
    if let brace = firstBrace(chunk, start, end) {
      let mark = RecordMark(self)
      usesExemption = false
      exemptionsAreVoid = false
      var status = enterRest(chunk, brace, end)
      if usesExemption && status == .done,
        exemptionsAreVoid || restRepeatsKey()
      {
        mark.rollBack(&self)
        ignoresExclusions = true
        status = enterRest(chunk, brace, end)
        ignoresExclusions = false
      }
      if status == .malformed {
        mark.rollBack(&self)
      } else if status != .done {
        return status
      } else {
        textEnd = brace
        needsNormalizing = true
      }
    }
    return textEnd > start ? findInText(chunk, start, textEnd) : .done
  }

  private func firstBrace(_ chunk: ByteView, _ start: Int, _ end: Int) -> Int? {
    for index in start..<end where chunk[index] == ASCII.leftBrace { return index }
    return nil
  }

  /// Walks the rest of a line as JSON at level 1, which is not escaped: its text is the chunk.
  private mutating func enterRest(_ chunk: ByteView, _ start: Int, _ end: Int) -> WalkStatus {
    // A copy with origins, so that the walk finds its line feed behind the text.
    levels[0].decoded.reset(room: end - start)
    for index in start..<end {
      levels[0].decoded.append(
        chunk[index], start: UInt32(truncatingIfNeeded: index),
        end: UInt32(truncatingIfNeeded: index + 1))
    }
    levels[0].decoded.terminate()
    let text = levels[0].decoded.view
    texts[0] = text
    origins[0] = levels[0].decodedOrigins
    _ = levels[0].index(text, lines: true, triggers: triggers)
    levels[0].index.append(UInt32(text.count))
    // Level 0's own decoding would overwrite the copy: strings with escapes need `decoded`.
    swapTextLine()
    defer { swapTextLine() }
    return walk(level: 0, from: 0, state: PathAutomaton.root)
  }

  private mutating func restRepeatsKey() -> Bool {
    swapTextLine()
    defer { swapTextLine() }
    return repeatsKey(0, from: 0, to: levels[0].index.count)
  }

  private mutating func findInText(_ chunk: ByteView, _ start: Int, _ end: Int) -> WalkStatus {
    texts[0] = chunk
    origins[0] = .chunk
    pathDepths[0] = 0
    let at = PlaceRange(
      place: .text, level: 0, start: start, end: end, state: PathAutomaton.root)
    var view = MatchView(bytes: chunk[start..<end], origins: .chunk, offset: start)
    if Folding.isNeeded(view.bytes) || view.bytes.contains(ASCII.backslash) {
      Folding.fold(view.bytes, into: &folded)
      view.bytes = folded.view
      view.isFolded = true
    }
    return match(view, at, hasWholeValueRules: false)
  }

  private mutating func swapTextLine() { swap(&levels[0].decoded, &textLine) }
}
