internal import Bytes

// Unsafe code here owns the entries, whose number is fixed; keys are read up to 32 bytes from their
// beginning, which the padding of every text allows.

/// What is known of the keys seen last: the same few hundred keys come in every record.
///
/// A key of at most 32 bytes, all ASCII and without escapes, is known by its bytes. It has one of four
/// neighbouring entries.
@safe
struct KeyCache: ~Copyable {
  static let keyBytesMax = 32
  private static let entryCount = 1024
  private static let neighbourCount = 4
  /// The count of an entry without a key.
  private static let noKey: UInt8 = 255

  struct Entry: BitwiseCopyable {
    var words: SIMD4<UInt64> = .zero
    var count = KeyCache.noKey
    /// Whether rules could find something in the key itself.
    var needsInspection = false
    /// Whether they could if a word stood above it that rules are looked for by.
    var needsInspectionIfKeyed = false
    /// Whether it holds a word that rules are looked for by.
    var isKeyword = false
    /// Whether `keywordWords` holds the entry's rules.
    var hasKeywordWords = false
    /// Whether those are known to be none.
    var isPlain = false
    /// The key's symbol in the automaton of paths.
    var symbol: Int32 = 0
  }

  /// The bytes of a key, as they are compared.
  struct Name {
    var words: SIMD4<UInt64>
    var count: UInt8
    var place: Int
  }

  private let entries: UnsafeMutablePointer<Entry>
  private let masks: UnsafeMutablePointer<SIMD4<UInt64>>
  private let wordCount: Int
  /// For each entry, the rules that have a keyword in it.
  private var keywordWords: Scratch<UInt64>

  init(wordCount: Int) {
    self.wordCount = wordCount
    unsafe entries = .allocate(capacity: Self.entryCount)
    unsafe entries.initialize(repeating: Entry(), count: Self.entryCount)
    keywordWords = Scratch(capacity: Self.entryCount * wordCount)
    keywordWords.resizeUninitialized(to: Self.entryCount * wordCount)
    unsafe masks = .allocate(capacity: Self.keyBytesMax + 1)
    for count in 0...Self.keyBytesMax {
      var mask = SIMD4<UInt64>.zero
      for word in 0..<4 {
        let bytes = min(max(count - 8 * word, 0), 8)
        mask[word] = bytes == 8 ? ~0 : (1 << UInt64(8 * bytes)) - 1
      }
      unsafe (masks + count).initialize(to: mask)
    }
  }

  deinit {
    unsafe entries.deallocate()
    unsafe masks.deallocate()
  }

  /// The name of a key that is not too long.
  @inline(__always)
  func name(_ key: ByteView) -> Name {
    let loaded = unsafe UnsafeRawPointer(key.base).loadUnaligned(as: SIMD4<UInt64>.self)
    let words = unsafe loaded & masks[key.count]
    var hash = words[0] &* 0x9E37_79B9_7F4A_7C15
    hash ^= (words[1] ^ words[2] &<< 1 ^ words[3] &<< 2) &* 0xC2B2_AE3D_27D4_EB4F
    // The product's high bits depend on every byte of the key.
    hash = (hash ^ hash &>> 32) &* 0x9E37_79B9_7F4A_7C15 &>> 40
    return Name(
      words: words, count: UInt8(truncatingIfNeeded: key.count),
      place: Int(truncatingIfNeeded: hash & UInt64(Self.entryCount - 1)))
  }

  /// The key's entry, if it has one.
  @inline(__always)
  func entry(_ name: Name) -> Entry? {
    let entry = unsafe entries[name.place]
    if entry.words == name.words && entry.count == name.count { return entry }
    return neighbour(name)
  }

  @inline(never)
  private func neighbour(_ name: Name) -> Entry? {
    place(of: name).map { unsafe entries[$0] }
  }

  /// Where the key's entry is, if it has one.
  private func place(of name: Name) -> Int? {
    for number in 0..<Self.neighbourCount {
      let place = name.place ^ number
      let entry = unsafe entries[place]
      if entry.words == name.words && entry.count == name.count { return place }
    }
    return nil
  }

  /// Gives a key that has none an entry.
  mutating func set(_ entry: Entry, for name: Name) {
    var entry = entry
    entry.words = name.words
    entry.count = name.count
    entry.hasKeywordWords = false
    // What stood there goes to a free neighbour if there is one.
    let neighbours = (1..<Self.neighbourCount).lazy.map { name.place ^ $0 }
    let place = neighbours.first { unsafe entries[$0].count == Self.noKey } ?? name.place ^ 1
    unsafe entries[place] = entries[name.place]
    // The rules stay where they were.
    unsafe entries[place].hasKeywordWords = false
    unsafe entries[name.place] = entry
  }

  /// Adds to `hits` the rules that have a keyword in the key, if it has an entry; `find` works them out
  /// the first time.
  ///
  /// - Returns: whether it has one.
  mutating func addKeywords(
    of name: Name, to hits: inout Scratch<UInt64>, _ find: (inout Scratch<UInt64>, Int) -> Void
  ) -> Bool {
    guard let place = place(of: name) else { return false }
    let start = place * wordCount
    if unsafe !entries[place].hasKeywordWords {
      for word in 0..<wordCount { keywordWords[start + word] = 0 }
      find(&keywordWords, start)
      let isPlain = (0..<wordCount).allSatisfy { keywordWords[start + $0] == 0 }
      unsafe entries[place].isPlain = isPlain
      unsafe entries[place].hasKeywordWords = true
    }
    for word in 0..<wordCount { hits[word] |= keywordWords[start + word] }
    return true
  }
}
