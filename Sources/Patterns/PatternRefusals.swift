internal import Bytes

/// Finds, in the text of a pattern, the constructs that PCRE2 would accept and Maskline does not
/// (standards.md 2, P1): what changes limits or the search itself, what runs code, what calls back.
///
/// The scan errs on the side of refusing: where it could mistake text for a class or a comment
/// (`(?x)`, `\Q`, `\E`), it looks everywhere, also into classes and comments.
struct PatternRefusals {
  private let text: [UInt8]
  private let looksEverywhere: Bool
  private var position = 0

  /// The first refused construct of `text`, nil when there is none.
  static func first(in text: [UInt8]) -> PatternError? {
    var scan = PatternRefusals(text: text, looksEverywhere: isHardToFollow(text))
    return scan.run()
  }

  private init(text: [UInt8], looksEverywhere: Bool) {
    self.text = text
    self.looksEverywhere = looksEverywhere
  }

  private mutating func run() -> PatternError? {
    while position < text.count {
      switch text[position] {
      case ASCII.backslash:
        if let error = escape() { return error }
      case UInt8(ascii: "("):
        if let error = group() { return error }
        position += 1
      case UInt8(ascii: "[") where !looksEverywhere: skipClass()
      default: position += 1
      }
    }
    return nil
  }

  private func byte(_ ahead: Int) -> UInt8 {
    position + ahead < text.count ? text[position + ahead] : 0
  }

  private mutating func escape() -> PatternError? {
    let offset = position
    // `\c[` is one character: the bracket opens no class.
    position += byte(1) == UInt8(ascii: "c") && !looksEverywhere ? 3 : 2
    let letter = offset + 1 < text.count ? text[offset + 1] : 0
    switch letter {
    case UInt8(ascii: "K"):
      return .refused(
        .startReset, at: offset, "\\K is not allowed; use a capture group and name it in 'group'")
    case UInt8(ascii: "C"):
      return .refused(
        .singleByte, at: offset, "\\C is not allowed, it splits characters; use . instead")
    case UInt8(ascii: "k"), UInt8(ascii: "1")...UInt8(ascii: "9"): return backReference(offset)
    case UInt8(ascii: "g"):
      if byte(0) == UInt8(ascii: "<") || byte(0) == UInt8(ascii: "'") { return call(offset) }
      return backReference(offset)
    default: return nil
    }
  }

  private func backReference(_ offset: Int) -> PatternError {
    .refused(.backReference, at: offset, "back references are not allowed; write the text again")
  }

  private func call(_ offset: Int) -> PatternError {
    .refused(
      .subroutineCall, at: offset,
      "recursion and subroutine calls are not allowed; write the group again")
  }

  private mutating func group() -> PatternError? {
    if byte(1) == UInt8(ascii: "*") {
      return position == 0
        ? .refused(
          .setting, at: 0,
          "a pattern must not begin with '(*'; its settings would override the limits, remove them")
        : .refused(
          .verb, at: position,
          "'(*' verbs and settings are not allowed; escape the star or remove it")
    }
    guard byte(1) == UInt8(ascii: "?") else { return nil }
    switch byte(2) {
    case UInt8(ascii: "#") where !looksEverywhere:
      while position < text.count, byte(0) != UInt8(ascii: ")") { position += 1 }
      return nil
    case UInt8(ascii: "C"):
      return .refused(.callout, at: position, "callouts are not allowed; remove it")
    case UInt8(ascii: "("):
      return .refused(
        .conditional, at: position, "conditional groups are not allowed; use an alternation")
    case UInt8(ascii: "R"), UInt8(ascii: "&"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "+"):
      return call(position)
    case UInt8(ascii: "-") where ASCII.isDigit(byte(3)): return call(position)
    case UInt8(ascii: "P") where byte(3) == UInt8(ascii: ">"): return call(position)
    case UInt8(ascii: "P") where byte(3) == UInt8(ascii: "="): return backReference(position)
    default: return extended()
    }
  }

  /// `(?x)`, `(?xx)`, `(?ix:...)`: blanks and comments would mean something else than to every reader
  /// of the pattern here.
  private func extended() -> PatternError? {
    var at = position + 2
    var isOn = true
    var isExtended = false
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "x"): isExtended = isExtended || isOn
      case ASCII.minus: isOn = false
      case UInt8(ascii: "^"): break
      case UInt8(ascii: ")"), ASCII.colon:
        guard isExtended else { return nil }
        return .refused(
          .extended, at: position,
          "the extended form (?x) is not allowed; write the pattern without blanks and comments")
      case let letter where ASCII.isLetter(letter): break
      default: return nil
      }
      at += 1
    }
    return nil
  }

  /// Moves behind the class at `position`. What is inside is text; its escapes are those PCRE2 allows
  /// there (`\C`, `\K` and others are its own errors).
  private mutating func skipClass() {
    position += 1
    if byte(0) == UInt8(ascii: "^") { position += 1 }
    var isFirst = true
    while position < text.count {
      let current = byte(0)
      if current == UInt8(ascii: "]"), !isFirst {
        position += 1
        return
      }
      isFirst = false
      if current == ASCII.backslash {
        position += byte(1) == UInt8(ascii: "c") ? 3 : 2
      } else if current == UInt8(ascii: "["), byte(1) == ASCII.colon, let end = posixEnd() {
        position = end
      } else {
        position += 1
      }
    }
  }

  private func posixEnd() -> Int? {
    var end = position + 2
    while end < text.count, ASCII.isLetter(text[end]) || text[end] == UInt8(ascii: "^") { end += 1 }
    guard end + 1 < text.count, text[end] == ASCII.colon, text[end + 1] == UInt8(ascii: "]") else {
      return nil
    }
    return end + 2
  }

  /// Whether an option setting may switch on `x`, after which `#` hides text, or `\Q` or `\E` occur.
  private static func isHardToFollow(_ text: [UInt8]) -> Bool {
    for start in text.indices.dropLast() {
      if text[start] == ASCII.backslash,
        [UInt8(ascii: "Q"), UInt8(ascii: "E")].contains(text[start + 1])
      {
        return true
      }
      guard text[start] == UInt8(ascii: "("), text[start + 1] == UInt8(ascii: "?") else { continue }
      for byte in text[(start + 2)...] {
        if byte == UInt8(ascii: "x") { return true }
        guard ASCII.isLetter(byte) || byte == ASCII.minus || byte == UInt8(ascii: "^") else {
          break
        }
      }
    }
    return false
  }
}
