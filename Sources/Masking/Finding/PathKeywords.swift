internal import Bytes
internal import Patterns

// Unsafe code here lends a key's bytes to one call.

extension EngineCore {
  /// Adds to `keywordHits` the rules that have a keyword in a key of the field path.
  mutating func addPathKeywords(_ at: PlaceRange) {
    let policy = policy
    for level in 0...at.level {
      for depth in 0..<pathDepths[level] {
        let frame = levels[level].frames[depth]
        guard frame.isObject else { continue }
        let key = texts[level][Int(frame.keyStart)..<Int(frame.keyEnd)]
        let isKnown =
          key.count <= KeyCache.keyBytesMax
          && keys.addKeywords(of: keys.name(key), to: &keywordHits) { words, start in
            Self.addKeywords(of: key, policy, to: &words, from: start)
          }
        if !isKnown { Self.addKeywords(of: key, policy, to: &keywordHits, from: 0) }
      }
    }
  }

  private static func addKeywords(
    of key: ByteView, _ policy: MaskPolicy, to words: inout Scratch<UInt64>, from start: Int
  ) {
    let hasEscape = key.contains(ASCII.backslash)
    let rules = hasEscape ? policy.gatedRules : unsafe policy.keywords.rules(in: key.buffer)
    for rule in rules {
      guard let gate = policy.rules[rule].keywords else { continue }
      if mayHold(gate.words, key, policy) { words[start + rule / 64] |= 1 << UInt64(rule % 64) }
    }
  }

  /// Whether a keyword stands in a key. An escape could hide one: then yes. What Maskline itself
  /// wrote there is no keyword, or masking masked output would go on.
  static func mayHold(_ words: [[UInt8]], _ key: ByteView, _ policy: MaskPolicy) -> Bool {
    if policy.isOwnForm(key) { return false }
    return key.contains(ASCII.backslash) || KeywordSearch.contains(words, key)
  }
}
