public import Bytes

/// How a keyed hash is written: `hmac:<key id>:` and 26 letters.
///
/// The letters are the digest, read as one big-endian number, modulo 26^26 (122 bits), least
/// significant digit first, `a` for 0. Letters only, so that no number finder can hit them. Two of
/// 2^61 different values are likely to share a hash.
public enum HashForm {
  /// How many letters.
  public static let letterCount = 26
  /// The longest form: with a key id of 32 characters.
  public static let bytesMax = 5 + KeyID.charactersMax + 1 + letterCount

  /// Appends the form of `digest`.
  public static func append(
    _ digest: HMACSHA256.Digest, keyID: KeyID, to buffer: inout ByteBuffer
  ) {
    buffer.append("hmac:")
    buffer.append(keyID.text)
    buffer.append(ASCII.colon)
    var words = words(of: digest)
    for _ in 0..<2 {
      // 26^13 fits a word: two long divisions instead of 26.
      var rest = remainder(dividing: &words, by: 2_481_152_873_203_736_576)
      for _ in 0..<(letterCount / 2) {
        buffer.append(UInt8(ascii: "a") + UInt8(rest % 26))
        rest /= 26
      }
    }
  }

  /// Whether the whole of `text` is such a form, by whichever key.
  public static func matches(_ text: Span<UInt8>) -> Bool {
    length(in: text, at: 0) == text.count && !text.isEmpty
  }

  /// The length of the form that begins at byte `start` of `text`, nil when none does.
  ///
  /// It must not run on: a letter, digit or `-` after it means that it is something else.
  public static func length(in text: Span<UInt8>, at start: Int) -> Int? {
    let head: InlineArray<5, UInt8> = [0x68, 0x6D, 0x61, 0x63, ASCII.colon]
    guard start >= 0, text.count - start >= head.count + 2 + letterCount else { return nil }
    for index in head.indices where text[start + index] != head[index] { return nil }
    var at = start + head.count
    let idStart = at
    var digits = 0
    while at < text.count, KeyID.isCharacter(text[at]) {
      if ASCII.isDigit(text[at]) { digits += 1 }
      at += 1
    }
    let idLength = at - idStart
    guard idLength >= 1, idLength <= KeyID.charactersMax, digits <= KeyID.digitsMax,
      text.count - at >= 1 + letterCount, text[at] == ASCII.colon
    else { return nil }
    at += 1
    for index in at..<(at + letterCount) where text[index] &- 0x61 >= 26 { return nil }
    at += letterCount
    if at < text.count, ASCII.isAlphanumeric(text[at]) || text[at] == ASCII.minus { return nil }
    return at - start
  }

  /// The digest as four words, most significant first.
  private static func words(of digest: HMACSHA256.Digest) -> InlineArray<4, UInt64> {
    var words = InlineArray<4, UInt64>(repeating: 0)
    for index in digest.indices {
      words[index / 8] = words[index / 8] << 8 | UInt64(digest[index])
    }
    return words
  }

  /// Divides in place and returns the remainder.
  private static func remainder(
    dividing words: inout InlineArray<4, UInt64>, by divisor: UInt64
  ) -> UInt64 {
    var rest: UInt64 = 0
    for index in words.indices {
      let (quotient, remainder) = divisor.dividingFullWidth((rest, words[index]))
      words[index] = quotient
      rest = remainder
    }
    return rest
  }
}
