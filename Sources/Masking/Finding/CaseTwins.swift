internal import Bytes
internal import CScan

// Unsafe code here gives the kernel a text that this scanner owns, which is padded.

/// U+017F and U+212A, which `(?i)` takes for `s` and `k`: the signs of rules leave them out.
enum CaseTwins {
  /// Whether the text holds one of them.
  static func stand(in text: ByteView) -> Bool {
    var index = 0
    while index + 1 < text.count {
      if letter(text, at: index) != nil { return true }
      index += 1
    }
    return false
  }

  /// The letter that stands for the character at `index`, and how many bytes that has.
  static func letter(_ text: ByteView, at index: Int) -> (letter: UInt8, count: Int)? {
    if text[index] == 0xC5, index + 1 < text.count, text[index + 1] == 0xBF { return (0x73, 2) }
    if text[index] == 0xE2, index + 2 < text.count, text[index + 1] == 0x84,
      text[index + 2] == 0xAA
    {
      return (0x6B, 3)
    }
    return nil
  }
}

extension EngineCore {
  /// Adds to `candidates` the rules that could match because one of the two stands for its letter: what
  /// the signs say of the text with plain letters, and the few that this does not answer for.
  mutating func nameTwinCandidates(_ text: ByteView) {
    for word in 0..<2 * policy.wordCount { candidates[word] |= policy.caseTwinWord(word) }
    plainLetters.reset(room: text.count)
    var index = 0
    while index < text.count {
      if let (letter, count) = CaseTwins.letter(text, at: index) {
        plainLetters.append(letter, start: 0, end: 0)
        index += count
      } else {
        plainLetters.append(text[index], start: 0, end: 0)
        index += 1
      }
    }
    let plain = plainLetters.view
    viewBlocks.resizeUninitialized(to: plain.count / 64 + 1)
    unsafe CScan_find_signs(plain.base, plain.count, triggers.pointer, viewBlocks.base)
    unsafe readSigns(viewBlocks.base, 0, plain)
  }
}
