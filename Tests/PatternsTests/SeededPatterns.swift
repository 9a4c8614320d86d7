import Foundation

/// SplitMix64: the same numbers from the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
  mutating func pick<T>(_ choices: [T]) -> T { choices[Int(next() % UInt64(choices.count))] }
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// The seed of this run: MASKLINE_SEED, or a new one; printed by the test that uses it.
func runSeed(_ test: String) -> UInt64 {
  let given = ProcessInfo.processInfo.environment["MASKLINE_SEED"].flatMap(UInt64.init)
  let seed = given ?? UInt64.random(in: 0...UInt64.max)
  print("\(test): MASKLINE_SEED=\(seed)")
  return seed
}

/// How many (pattern, subject) pairs a differential test compares.
func pairCount(_ usual: Int) -> Int {
  ProcessInfo.processInfo.environment["MASKLINE_PAIRS"].flatMap(Int.init) ?? usual
}

/// Patterns drawn from a grammar, and subjects that they are likely to hit.
struct PatternGrammar {
  var random: SeededGenerator

  private static let characters = [
    "a", "b", "k", "s", "K", "S", "x", "1", "2", "0", "@", "-", "_", ":", " ", "\u{E9}", "\u{17F}",
    "\u{212A}", "\u{E0}", "\u{1F600}",
  ]
  private static let escapes = [
    "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\.", "\\x41", "\\x{e9}", "\\x{212a}", "\\t", "\\h",
    "\\N", "\\R", "\\-", "\\@", "\\061", "\\cA", "\\p{L}", "\\P{Lu}",
  ]
  private static let classes = [
    "[a-z]", "[^a-z]", "[0-9]", "[A-Z0-9]", "[-_.]", "[\\w.-]", "[^\\d]", "[[:alpha:]1]",
    "[^[:digit:]]", "[]a]", "[^]a]", "[a\\]b]", "[k-s]", "[K]", "[^k]", "[\u{E0}-\u{E9}]",
    "[^\u{E9}]",
    "[\\x{17f}a]", "[^\\x{17f}]", "[ab]", "[@:]", "[^@\\s]", "[[:upper:]]", "[^\\W_]", "[\\D5]",
  ]

  mutating func pattern() -> String {
    var text = branch(depth: 0)
    if random.number(0...5) == 0 { text = "(?i)" + text }
    if random.number(0...7) == 0 { text += "|" + branch(depth: 1) }
    return text
  }

  private mutating func branch(depth: Int) -> String {
    var text = ""
    for _ in 0..<random.number(1...(depth == 0 ? 5 : 3)) { text += quantified(atom(depth: depth)) }
    return text
  }

  private mutating func quantified(_ atom: String) -> String {
    let isZeroWidth = ["\\b", "\\B", "^", "$"].contains(atom) || atom.hasPrefix("(?i)")
    guard !isZeroWidth, random.number(0...2) == 0 else { return atom }
    let quantifier = random.pick([
      "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "{3}", "{1,12}", "{0,20}",
    ])
    return atom + quantifier + random.pick(["", "", "", "?", "+"])
  }

  private mutating func atom(depth: Int) -> String {
    switch random.number(0...(depth < 3 ? 11 : 6)) {
    case 0...2: random.pick(Self.characters)
    case 3, 4: random.pick(Self.escapes)
    case 5, 6: random.pick(Self.classes)
    case 7: group(depth: depth)
    case 8: "(?:" + branch(depth: depth + 1) + "|" + branch(depth: depth + 1) + ")"
    case 9: random.pick(["\\b", "\\B", "^", "$", ".", "(?i)", "\\Qa@\\E", "(?#x)"])
    case 10:
      random.pick(["(?=", "(?!"]) + branch(depth: depth + 1) + ")"
    default: random.pick(["(?<=a)", "(?<![a-z0-9])", "(?<!\\d)", "(?<=[@ ])", "(?<![ab]|_)"])
    }
  }

  private mutating func group(depth: Int) -> String {
    random.pick(["(", "(?:", "(?>", "(?i:", "(?-i:", "(?<n\(random.number(1...999_999))>"])
      + branch(depth: depth + 1) + ")"
  }

  /// Text from the same characters, so that matches are common.
  mutating func subject(charactersMax: Int) -> [UInt8] {
    let pool = Self.characters + ["A", "B", ".", "5", "\n", "\t", "Z", "\r\n", "]", "\u{1}"]
    var text = ""
    while text.unicodeScalars.count < charactersMax {
      let character = random.pick(pool)
      let repeats = random.number(0...9) == 0 ? random.number(2...24) : 1
      text += String(repeating: character, count: repeats)
      if random.number(0...charactersMax) == 0 { break }
    }
    return Array(text.utf8)
  }
}
