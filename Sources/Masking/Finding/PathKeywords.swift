internal import Bytes
internal import Patterns

// Unsafe code here lends a key's bytes to one call; the text of a masked key lies in the plan, which
// does not grow meanwhile.

// Keywords in the field path. A key counts as it was written, and as masking made it: what stood
// beside the masked part may be a word now, and who masks the output again sees it.
extension EngineCore {
  /// Adds to `keywordHits` the rules that have a keyword in a key of the field path.
  mutating func addPathKeywords(_ at: PlaceRange) {
    let policy = policy
    asksPath = true
    for level in 0...at.level {
      for depth in 0..<pathDepths[level] {
        let frame = levels[level].frames[depth]
        guard frame.isObject, !frame.isKeyPlain else { continue }
        if let masked = maskedKey(level, frame) {
          Self.addKeywords(of: masked, policy, to: &keywordHits, from: 0)
        }
        let key = texts[level][Int(frame.keyStart)..<Int(frame.keyEnd)]
        if key.contains(ASCII.backslash) {
          Self.addKeywords(of: unescaped(key), policy, to: &keywordHits, from: 0)
          continue
        }
        let isKnown =
          key.count <= KeyCache.keyBytesMax
          && keys.addKeywords(of: keys.name(key), to: &keywordHits) { words, start in
            Self.addKeywords(of: key, policy, to: &words, from: start)
          }
        if !isKnown { Self.addKeywords(of: key, policy, to: &keywordHits, from: 0) }
      }
    }
  }

  /// Whether no key of the field path holds a keyword, as far as is known.
  func pathIsPlain(_ at: PlaceRange) -> Bool {
    for level in 0...at.level {
      for depth in 0..<pathDepths[level] {
        let frame = levels[level].frames[depth]
        if frame.isObject, !frame.isKeyPlain { return false }
      }
    }
    return true
  }

  /// Whether one of the words stands in a key of the field path.
  mutating func standsInPath(_ words: Keywords, _ at: PlaceRange) -> Bool {
    asksPath = true
    for level in 0...at.level {
      for depth in 0..<pathDepths[level] {
        let frame = levels[level].frames[depth]
        guard frame.isObject else { continue }
        if let masked = maskedKey(level, frame), Self.holds(words, masked, policy) { return true }
        let key = texts[level][Int(frame.keyStart)..<Int(frame.keyEnd)]
        let text = key.contains(ASCII.backslash) ? unescaped(key) : key
        if Self.holds(words, text, policy) { return true }
      }
    }
    return false
  }

  /// Whether a word that rules are looked for by stands in a key, as it is written.
  mutating func holdsKeyword(_ key: ByteView) -> Bool {
    guard hasKeywordRules else { return false }
    return holdsKeyword(inText: key.contains(ASCII.backslash) ? unescaped(key) : key)
  }

  /// Whether such a word stands in the text of the key that was masked last.
  func holdsKeywordInLastMaskedKey() -> Bool {
    guard hasKeywordRules, keyMarks.count > 0 else { return false }
    return holdsKeyword(inText: text(of: keyMarks[keyMarks.count - 1]))
  }

  private func holdsKeyword(inText text: ByteView) -> Bool {
    unsafe policy.keywords.rules(in: text.buffer).contains { rule in
      guard policy.triggers.isLookedForByKeyword(rule), let gate = policy.rules[rule].keywords
      else { return false }
      return Self.holds(gate.words, text, policy)
    }
  }

  private static func addKeywords(
    of text: ByteView, _ policy: MaskPolicy, to words: inout Scratch<UInt64>, from start: Int
  ) {
    for rule in unsafe policy.keywords.rules(in: text.buffer) {
      guard let gate = policy.rules[rule].keywords else { continue }
      if holds(gate.words, text, policy) { words[start + rule / 64] |= 1 << UInt64(rule % 64) }
    }
  }

  /// Whether a keyword stands in the text of a key. What Maskline itself wrote there is no keyword, or
  /// masking masked output would go on.
  private static func holds(_ words: Keywords, _ text: ByteView, _ policy: MaskPolicy) -> Bool {
    !policy.isOwnForm(text) && KeywordSearch.contains(words, text)
  }

  /// The text of a key with escapes, those that it holds literally undone too.
  private mutating func unescaped(_ key: ByteView) -> ByteView {
    let summary = StringDecoder.decode(key, 0..<key.count, origins: .chunk, into: &keyText)
    guard summary.hasBackslash else { return keyText.view }
    swap(&keyText, &keyTextBefore)
    Folding.fold(keyTextBefore.view, into: &keyText)
    return keyText.view
  }

  /// What the key of an open object reads now, if it was masked.
  private func maskedKey(_ level: Int, _ frame: Frame) -> ByteView? {
    guard keyMarks.count > 0 else { return nil }
    // The marks of open objects, outermost first: rising by level and place.
    var low = 0
    var high = keyMarks.count
    while low < high {
      let middle = (low + high) / 2
      let mark = keyMarks[middle]
      if (Int(mark.level), mark.keyStart) < (level, frame.keyStart) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    guard low < keyMarks.count, keyMarks[low].level == Int32(level),
      keyMarks[low].keyStart == frame.keyStart
    else { return nil }
    return text(of: keyMarks[low])
  }

  private func text(of mark: KeyMark) -> ByteView {
    unsafe ByteView(base: plan.text.base + Int(mark.textStart), count: Int(mark.textCount))
  }
}
