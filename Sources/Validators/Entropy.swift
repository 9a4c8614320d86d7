/// Whether text is random enough to be a secret rather than a word or a placeholder.
///
/// Source: C. E. Shannon, "A Mathematical Theory of Communication" (1948): H = -Σ p·log2 p over the
/// bytes of the text. The threshold of 3 bits is gitleaks' for its generic rules: English words and
/// `xxxxxxxx` lie below it, hexadecimal and base64 keys of 16 characters or more above.
enum Entropy {
  /// Bits per character that a text must have at least.
  static let bitsMin = 3.0

  /// Whether `text` has at least `bitsMin` bits per byte.
  static func accepts(_ text: Span<UInt8>) -> Bool {
    guard text.count > 0 else { return false }
    // Rounding must not refuse a text that has exactly as much.
    return bits(of: text) >= bitsMin - 1e-9
  }

  /// The Shannon entropy of the bytes of `text`, which is not empty, in bits per byte.
  static func bits(of text: Span<UInt8>) -> Double {
    var counts = InlineArray<256, Int>(repeating: 0)
    for index in text.indices { counts[Int(text[index])] += 1 }
    var sum = 0.0
    for index in counts.indices where counts[index] > 1 {
      sum += Double(counts[index]) * log2(counts[index])
    }
    return log2(text.count) - sum / Double(text.count)
  }

  /// The binary logarithm of a positive number, by basic operations only, so that it is the same
  /// on every machine (a C library's differs in the last place) and exact for powers of two.
  static func log2(_ number: Int) -> Double {
    let value = Double(number)
    var exponent = Double(value.exponent)
    var significand = value.significand
    if significand > 1.5 {
      significand /= 2
      exponent += 1
    }
    // ln m = 2·artanh((m-1)/(m+1)); the ratio is at most 1/5 in size, so 12 terms are enough.
    let ratio = (significand - 1) / (significand + 1)
    var power = ratio
    var sum = 0.0
    for term in 0..<12 {
      sum += power / Double(2 * term + 1)
      power *= ratio * ratio
    }
    return exponent + 2 * sum / 0.693_147_180_559_945_309_417
  }
}
