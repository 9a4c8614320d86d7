internal import Bytes

/// Which rules have a keyword in a key, for the keys seen last: the same few hundred keys come in
/// every record, and looking for every word in each of them every time would cost more than the
/// rules that it saves.
struct KeyKeywordCache: ~Copyable {
  private static let slotCount = 512
  /// Longer keys are looked at anew each time.
  private static let keyBytesMax = 47

  private let wordCount: Int
  private var keys = Scratch<UInt8>(capacity: slotCount * (keyBytesMax + 1))
  private var words: Scratch<UInt64>

  init(wordCount: Int) {
    self.wordCount = wordCount
    words = Scratch(capacity: Self.slotCount * wordCount)
    words.resizeUninitialized(to: Self.slotCount * wordCount)
    for _ in 0..<Self.slotCount * (Self.keyBytesMax + 1) { keys.append(0) }
  }

  /// Adds the rules of `key` to `hits`; `find` works them out for a key not seen lately.
  mutating func add(
    _ key: ByteView, to hits: inout Scratch<UInt64>, _ find: (inout Scratch<UInt64>, Int) -> Void
  ) {
    guard key.count > 0 else { return }
    guard key.count <= Self.keyBytesMax else {
      find(&hits, 0)
      return
    }
    var hash: UInt32 = 0x811C_9DC5
    for index in 0..<key.count { hash = (hash ^ UInt32(key[index])) &* 0x0100_0193 }
    let slot = Int(hash >> 16) % Self.slotCount
    let place = slot * (Self.keyBytesMax + 1)
    if !holds(key, place) {
      keys[place] = UInt8(key.count)
      for index in 0..<key.count { keys[place + 1 + index] = key[index] }
      for word in 0..<wordCount { words[slot * wordCount + word] = 0 }
      find(&words, slot * wordCount)
    }
    for word in 0..<wordCount { hits[word] |= words[slot * wordCount + word] }
  }

  private func holds(_ key: ByteView, _ place: Int) -> Bool {
    guard keys[place] == UInt8(key.count) else { return false }
    for index in 0..<key.count where keys[place + 1 + index] != key[index] { return false }
    return true
  }
}

extension EngineCore {
  /// Adds to `keywordHits` the rules that have a keyword in a key of the field path.
  mutating func addPathKeywords(_ at: PlaceRange) {
    let policy = policy
    for level in 0...at.level {
      for depth in 0..<pathDepths[level] {
        let frame = levels[level].frames[depth]
        guard frame.isObject else { continue }
        let key = texts[level][Int(frame.keyStart)..<Int(frame.keyEnd)]
        keyKeywords.add(key, to: &keywordHits) { words, start in
          for rule in policy.gatedRules {
            guard let gate = policy.rules[rule].keywords else { continue }
            if Self.mayHold(gate.words, key, policy) {
              words[start + rule / 64] |= 1 << UInt64(rule % 64)
            }
          }
        }
      }
    }
  }

  /// Whether a keyword stands in a key. An escape could hide one: then yes. What Maskline itself
  /// wrote there is no keyword, or masking masked output would go on.
  static func mayHold(_ words: [[UInt8]], _ key: ByteView, _ policy: MaskPolicy) -> Bool {
    if policy.isOwnForm(key) { return false }
    for index in 0..<key.count where key[index] == ASCII.backslash { return true }
    return KeywordSearch.contains(words, key)
  }
}
