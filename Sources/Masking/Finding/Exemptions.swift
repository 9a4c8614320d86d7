internal import Bytes

// Unsafe code here reads the level's blocks, which are those of the text that was walked.

// RFC 8259 leaves open which value of a repeated key a reader takes. A path that exempts values from
// a rule cannot be trusted then: in a record in which an object repeats a key, no path is exempt.
// Only records that have a value at an exempted path come here.
extension EngineCore {
  /// Whether an object of the level's text, whose index entries are `first ..< end`, repeats a key
  /// (compared decoded, ASCII case folded).
  mutating func repeatsKey(_ level: Int, from first: Int, to end: Int) -> Bool {
    let text = texts[level]
    // The hashes of the keys seen so far in the open objects, innermost last; arrays have none.
    var seen: [Set<Int>?] = []
    var cursor = first
    while cursor < end {
      let place = Int(levels[level].index[cursor])
      switch text[place] {
      case ASCII.leftBrace: seen.append([])
      case ASCII.leftBracket: seen.append(nil)
      case ASCII.rightBrace, ASCII.rightBracket: seen.removeLast()
      case ASCII.quote:
        let isKey = cursor + 1 < end && text[Int(levels[level].index[cursor + 1])] == ASCII.colon
        if isKey, !seen.isEmpty {
          let close = unsafe BlockSearch.stringEnd(levels[level].blocks.base, from: place + 1)
          let hash = keyHash(level, place + 1..<close)
          if seen[seen.count - 1]?.insert(hash).inserted == false { return true }
        }
      default: break
      }
      cursor += 1
    }
    return false
  }

  private mutating func keyHash(_ level: Int, _ range: Range<Int>) -> Int {
    var key = texts[level][range]
    if key.contains(ASCII.backslash) {
      _ = StringDecoder.decode(
        texts[level], range, origins: origins[level], into: &levels[level].decoded)
      key = levels[level].decoded.view
    }
    var hasher = Hasher()
    for index in 0..<key.count { hasher.combine(ASCII.lowercased(key[index])) }
    return hasher.finalize()
  }
}
