internal import Bytes
internal import Validators

// Unsafe code here reads the level's blocks, which are those of the text that is walked.

/// Arrays whose elements could be the digits of one card number.
enum ArrayJoin {
  /// Whether the first element begins like a number or string of digits. An array with one that does
  /// not is never looked at again.
  @inline(__always)
  static func mayBegin(_ text: ByteView, at position: Int, _ byte: UInt8) -> Bool {
    if ASCII.isDigit(byte) { return true }
    guard byte == ASCII.quote else { return false }
    // An escape or a byte outside ASCII may be a digit.
    let next = text[position &+ 1]
    return ASCII.isDigit(next) || next == ASCII.backslash || next >= 0x80
  }
}

// A card number whose digits are the elements of an array: looked for when the array ends, by the rules
// that look for card numbers at its elements.
extension EngineCore {
  /// Looks at the array whose bracket's entry in the level's index is `close`.
  mutating func joinArray(_ level: Int, _ frame: Frame, to close: Int) -> WalkStatus {
    let open = Int(frame.openCursor)
    // Scalars alone: elements and commas take turns.
    let count = (close - open + 1) / 2
    guard level < Self.levelCount - 1, count > 1, (close - open) & 1 == 1 else { return .done }
    let text = texts[level]
    let first = Int(levels[level].index[open])
    guard text[first] == ASCII.quote || count <= CardGroups.elementCountMax,
      Int(levels[level].index[close]) - first >= NumberFinder.card.digitCountMin
    else { return .done }
    let mark = joinParts.mark
    defer { joinParts.rollBack(to: mark) }
    for element in 0..<count {
      let entry = open + 2 * element
      if element + 1 < count, text[Int(levels[level].index[entry + 1])] != ASCII.comma {
        return .done
      }
      guard appendDigits(level, Int(levels[level].index[entry]), element) else { return .done }
    }
    return maskArray(level, frame, Array(mark.parts..<joinParts.parts.count), close)
  }

  /// Adds the element at `position` to the parts; false if it is anything but digits.
  private mutating func appendDigits(_ level: Int, _ position: Int, _ element: Int) -> Bool {
    let text = texts[level]
    let textStart = joinParts.text.count
    guard text[position] == ASCII.quote else {
      var end = position
      while ASCII.isDigit(text[end]) { end += 1 }
      guard end > position, text[end] != ASCII.period, text[end] | 0x20 != 0x65 else {
        return false
      }
      let (start, last) = (origins[level].start(position), origins[level].end(end - 1))
      for index in position..<end { joinParts.append(text[index], start: start, end: last) }
      joinParts.parts.append(
        JoinPart(
          level: level, start: position, end: end, isNumber: true, element: element,
          textStart: textStart, textCount: end - position, decodedCount: end - position))
      return true
    }
    let start = position + 1
    let end = unsafe BlockSearch.stringEnd(levels[level].blocks.base, from: start)
    guard start < end else { return false }
    var view = MatchView(bytes: text[start..<end], origins: origins[level], offset: start)
    if !isDigits(view.bytes) {
      let decoding = StringDecoder.decode(
        text, start..<end, origins: origins[level], into: &levels[level].decoded)
      view = MatchView(bytes: levels[level].decoded.view, origins: levels[level].decodedOrigins)
      if decoding.hasBackslash || decoding.hasNonASCII {
        Folding.fold(view.bytes, into: &folded)
        view.bytes = folded.view
        view.isFolded = true
      }
      guard isDigits(view.bytes) else { return false }
    }
    for index in 0..<view.bytes.count {
      let raw = rawRange(view, index..<index + 1)
      joinParts.append(view.bytes[index], start: raw.start, end: raw.end)
    }
    joinParts.parts.append(
      JoinPart(
        level: level, start: start, end: end, isNumber: false, element: element,
        textStart: textStart, textCount: view.bytes.count,
        decodedCount: view.isFolded ? Int(decodedEnd(of: view)) : view.bytes.count))
    return true
  }

  private func isDigits(_ text: ByteView) -> Bool {
    for index in 0..<text.count where !ASCII.isDigit(text[index]) { return false }
    return text.count > 0
  }

  private mutating func maskArray(
    _ level: Int, _ frame: Frame, _ numbers: [Int], _ close: Int
  ) -> WalkStatus {
    let parts = numbers.map { joinParts.parts[$0] }
    var ends: [Int] = []
    for part in parts { ends.append((ends.last ?? 0) + part.textCount) }
    let areStrings = !parts.contains { $0.isNumber }
    let view = joinedView(parts)
    numberMatches.removeAll(keepingCapacity: true)
    view.bytes.withSpan {
      CardGroups.find(in: $0, ends: ends, areStrings: areStrings, into: &numberMatches)
    }
    guard !numberMatches.isEmpty else { return .done }
    let at = PlaceRange(
      place: .value, level: level, start: parts[0].start,
      end: Int(levels[level].index[close]), state: automaton.element(frame.state, number: 0))
    let isHeld = !plainStates[Int(frame.state)]
    if isHeld { held.append(frame.state) }
    applyPaths(at.state)
    if isHeld { held.truncate(to: held.count - 1) }
    var places: PlaceSet = areStrings ? .strings : .numbers
    if !areStrings, parts.contains(where: { !$0.isNumber }) { places.insert(.strings) }
    findings.removeAll()
    let wasReporting = isReporting
    isReporting = false
    let policy = policy
    for number in policy.cardRules
    where allowed[number / 64] >> UInt64(number % 64) & 1 == 1
      && policy.rules[number].places.isSuperset(of: places)
    {
      for match in numberMatches {
        if match.needsKeyword,
          !near(policy.finderKeywords(.card), view.bytes, match.range, at)
        {
          continue
        }
        _ = accept(number, policy.rules[number], match.range, view, at)
      }
    }
    isReporting = wasReporting
    return replaceJoined(parts, view, at)
  }
}
