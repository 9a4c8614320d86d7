// Unsafe code here reads a text inside its count.

/// Which rules have one of their words in a text, ASCII case ignored, wherever it stands.
///
/// Words are looked for by their first two bytes; those of one byte by that. Immutable; shared by all
/// loops.
public struct WordIndex: Sendable {
  /// For each pair of folded bytes whether a word begins so.
  private var pairs = [UInt64](repeating: 0, count: 1024)
  private var words: [(word: [UInt8], rules: [UInt64])] = []
  private var wordsByPair: [UInt16: [Int]] = [:]
  private let wordCount: Int

  /// An index of each rule's words, in lower case.
  public init(_ wordsOfRules: [[[UInt8]]], wordCount: Int) {
    self.wordCount = wordCount
    var rulesOfWord: [[UInt8]: [UInt64]] = [:]
    for (rule, words) in wordsOfRules.enumerated() {
      for word in words where !word.isEmpty {
        rulesOfWord[word, default: .init(repeating: 0, count: wordCount)][rule / 64] |=
          1 << UInt64(rule % 64)
      }
    }
    for (word, rules) in rulesOfWord {
      let seconds = word.count > 1 ? [word[1]] : Array(UInt8.min...UInt8.max)
      for pair in Set(seconds.map { Self.pair(word[0], $0) }) {
        pairs[Int(pair >> 6)] |= 1 << UInt64(pair & 63)
        wordsByPair[pair, default: []].append(words.count)
      }
      words.append((word, rules))
    }
  }

  private static func pair(_ first: UInt8, _ second: UInt8) -> UInt16 {
    UInt16(first & 0xDF) << 8 | UInt16(second & 0xDF)
  }

  /// Sets the bits of the rules that have a word in `text`.
  public func addRules(
    in text: UnsafeBufferPointer<UInt8>, to bits: UnsafeMutablePointer<UInt64>
  ) {
    guard !words.isEmpty else { return }
    var place = 0
    while place < text.count {
      let second = place + 1 < text.count ? unsafe text[place + 1] : 0
      let pair = Self.pair(unsafe text[place], second)
      if pairs[Int(pair >> 6)] >> UInt64(pair & 63) & 1 == 1 {
        for number in wordsByPair[pair] ?? [] where unsafe stands(number, text, at: place) {
          for word in 0..<wordCount { unsafe bits[word] |= words[number].rules[word] }
        }
      }
      place += 1
    }
  }

  /// The rules that have a word in `text`, in order; for texts that are seldom seen.
  public func rules(in text: UnsafeBufferPointer<UInt8>) -> [Int] {
    var bits = [UInt64](repeating: 0, count: wordCount)
    unsafe bits.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { unsafe addRules(in: text, to: base) }
    }
    var rules: [Int] = []
    for word in 0..<wordCount {
      while bits[word] != 0 {
        rules.append(word * 64 + bits[word].trailingZeroBitCount)
        bits[word] &= bits[word] &- 1
      }
    }
    return rules
  }

  private func stands(_ number: Int, _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    let word = words[number].word
    guard start + word.count <= text.count else { return false }
    for place in word.indices
    where LiteralSet.lowercased(unsafe text[start + place]) != word[place] { return false }
    return true
  }
}
